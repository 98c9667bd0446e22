package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.topology.SmallArtifacts;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.ModelStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {
  @TempDir Path directory;

  @Test
  void bindModels_recordsOfModels_areCountedByWhatBecameOfThem() {
    Configuration configuration =
        new Configuration(Map.of("features", "x", "window.steps", "3", "experts", "last,rnn"));
    ModelCounters counters = new ModelCounters();
    Topology topology = new Topology();
    ModelStore.addTo(
        topology,
        "models",
        true,
        ModelStore.Serving.of(
            configuration,
            configuration.registry(configuration.schema()),
            SmallArtifacts::load,
            counters));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "meters-test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    ModelArtifact artifact = SmallArtifacts.of(configuration.schema(), 3, 1, "1");
    try (Meters meters = new Meters();
        TopologyTestDriver driver = new TopologyTestDriver(topology, properties)) {
      meters.bindModels(counters);
      TestInputTopic<String, byte[]> models =
          driver.createInputTopic("models", new StringSerializer(), new ByteArraySerializer());

      models.pipeInput(ModelKeys.artifact(artifact.hash()), artifact.toBytes());
      models.pipeInput(ModelKeys.champion("default"), pointer(artifact));
      models.pipeInput(ModelKeys.champion("other"), pointer(artifact));
      models.pipeInput("no key of ours", new byte[1]);

      String scrape =
          new String(
              meters.scrape(new Call("GET", "/metrics", Map.of(), new byte[0])).body(), UTF_8);
      assertThat(scrape)
          .contains("tplus1_model_records_total{event=\"artifact_kept\"} 1.0\n")
          .contains("tplus1_model_records_total{event=\"served\"} 1.0\n")
          .contains("tplus1_model_records_total{event=\"other_model\"} 1.0\n")
          .contains("tplus1_model_records_total{event=\"deleted\"} 0.0\n")
          .contains("tplus1_model_rejects_total{reason=\"unknown_key\"} 1.0\n");
    }
  }

  private static byte[] pointer(ModelArtifact champion) {
    ModelPointer pointer = new ModelPointer(champion.hash(), List.of(), false, 1, "why");
    return new ModelPointerSerde().serializer().serialize("models", pointer);
  }
}
