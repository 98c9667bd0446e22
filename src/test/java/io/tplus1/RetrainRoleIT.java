package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.StartedApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.Rejects;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both roles in one process, from the first vector to a champion that people overrule. */
final class RetrainRoleIT {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final int SERIES = 24;

  @TempDir Path directory;
  private int round;

  @Test
  void run_all_trainsPromotesSwapsAndObeys() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Retraining retraining = new Retraining()) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      Configuration configuration = stream.configuration();
      ModelRegistry registry = configuration.registry(stream.schema());
      try (ForecastApplication application =
          StartedApplication.of(
              configuration,
              stream.schema(),
              registry,
              Role.ALL,
              ForecastListener.NONE,
              () ->
                  retraining.topology(
                      RetrainPlan.of(configuration, stream.schema(), Optional.empty())))) {
        await("a champion")
            .atMost(Waits.LEARNING)
            .until(
                () -> {
                  stream.produce(nextRound());
                  return application.failure() != null || registry.champion() != null;
                });
        assertThat(application.complaint()).isEmpty();
        String champion = registry.champion().modelHash();
        assertThat(registry.serving().pointer()).isPresent();

        // Every partition's series were learnt from, by one buffer.
        Set<Integer> partitions = new HashSet<>();
        Set<String> series = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : stream.read("training-samples")) {
          partitions.add(record.partition());
          series.add(SampleSerde.read(record.value()).series());
        }
        assertThat(partitions).hasSize(1);
        assertThat(series).hasSize(SERIES);
        Set<Integer> featurePartitions = new HashSet<>();
        stream.read("features").forEach(record -> featurePartitions.add(record.partition()));
        assertThat(featurePartitions).hasSize(4);

        StringWriter out = new StringWriter();
        Path config = stream.write(directory.resolve("config.properties"));
        assertThat(models(out, "pin", config)).as(out.toString()).isZero();
        assertThat(models(out, "retrain", config)).as(out.toString()).isZero();
        assertThat(models(out, "list", config, "--json")).isZero();
        JsonNode list = new ObjectMapper().readTree(out.toString());
        assertThat(list.get("pinned").asBoolean()).isTrue();
        assertThat(list.at("/models/0/standing").asText()).isEqualTo("CHAMPION");
        assertThat(list.at("/models/0/samples").asLong()).isPositive();
        assertThat(list.at("/models/0/figures/gateSamples").asLong()).isPositive();
        assertThat(models(out, "promote", config, "00000000")).isEqualTo(1);
        assertThat(models(out, "unpin", config)).isZero();
        assertThat(models(out, "show", config, champion)).isZero();
        assertThat(out.toString()).contains("PROMOTED");

        List<ModelEvent.Kind> kinds = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : stream.read("model-events")) {
          kinds.add(ModelEventSerde.read(record.value()).kind());
        }
        assertThat(kinds)
            .contains(
                ModelEvent.Kind.TRAINED,
                ModelEvent.Kind.PROMOTED,
                ModelEvent.Kind.PINNED,
                ModelEvent.Kind.REFUSED,
                ModelEvent.Kind.UNPINNED)
            .doesNotContain(ModelEvent.Kind.FAILED);
        assertThat(Rejects.of(application.modelCounters())).isZero();
        assertThat(application.modelCounters().events(ModelCounters.Event.SERVED)).isPositive();
        assertThat(application.complaint()).isEmpty();
      }
    }
  }

  /** One task has the model: a champion in each would be four, with a history of its own each. */
  @Test
  void pin_inEachPartitionBeforeThereAreSamples_isRefusedAndMakesNoChampion() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Retraining retraining = new Retraining()) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      Configuration configuration = stream.configuration();
      ModelArtifact given = new ConstantModels(stream.schema(), 8).unproven();
      try (ForecastApplication role =
          StartedApplication.of(
              configuration,
              stream.schema(),
              configuration.registry(stream.schema()),
              Role.RETRAIN,
              ForecastListener.NONE,
              () ->
                  retraining.topology(
                      RetrainPlan.of(configuration, stream.schema(), Optional.of(given))))) {
        String topic = stream.topic("model-commands");
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (int partition = 0; partition < 4; partition++) {
          ModelCommand pin =
              new ModelCommand("by-" + partition, ModelCommand.Kind.PIN, Optional.empty(), 1);
          commands.add(
              new ProducerRecord<>(
                  topic,
                  partition,
                  configuration.modelName().getBytes(UTF_8),
                  new ModelCommandSerde().serializer().serialize(topic, pin)));
        }
        TopicRecords.produce(broker.bootstrapServers(), commands);

        for (ConsumerRecord<byte[], byte[]> record : stream.await("model-events", 4)) {
          ModelEvent event = ModelEventSerde.read(record.value());
          assertThat(event.kind()).as(event.reason()).isEqualTo(ModelEvent.Kind.REFUSED);
          assertThat(event.reason())
              .contains("partition " + event.command().orElseThrow().substring("by-".length()));
        }
        StringWriter out = new StringWriter();
        Path config = stream.write(directory.resolve("config.properties"));
        assertThat(models(out, "pin", config, "--timeout", "1m")).as(out.toString()).isEqualTo(1);
        assertThat(stream.read("models")).isEmpty();
        assertThat(retraining.counters().events(RetrainCounters.Event.COMMAND_ASTRAY)).isEqualTo(5);
        assertThat(role.complaint()).isEmpty();
      }
    }
  }

  /** What all instances serve, the role that made it the champion knows, whatever the guarantee. */
  @Test
  void kill9_atLeastOnceRightAfterAPromotion_championIsKnown() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      ModelRegistry registry = stream.configuration().registry(stream.schema());
      try (ForecastApplication forecasts =
          StartedApplication.of(stream.configuration(), stream.schema(), registry)) {
        stream.settings().put("processing.guarantee", "at_least_once");
        Path config = stream.write(directory.resolve("config.properties"));
        String[] run = {"run", "--role", "retrain", "--config", config.toString()};
        try (MainProcess killed = MainProcess.start(directory, run)) {
          await("a champion")
              .atMost(Waits.LEARNING)
              .until(
                  () -> {
                    stream.produce(nextRound());
                    return registry.champion() != null || !killed.isAlive();
                  });
          assertThat(killed.isAlive()).as(killed.err()).isTrue();
          killed.kill();
        }

        String champion = registry.champion().modelHash();
        try (MainProcess again = MainProcess.start(directory, run)) {
          StringWriter out = new StringWriter();
          assertThat(models(out, "promote", config, champion, "--timeout", "2m"))
              .as("%s%s", out, again.err())
              .isZero();
        }
        assertThat(forecasts.complaint()).isEmpty();
      }
    }
  }

  private StreamUnderTest stream(String bootstrapServers) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "a");
    settings.put("window.steps", "8");
    settings.put("samples.rate", "all");
    settings.put("train.hidden", "8");
    settings.put("train.learning.rate", "0.01");
    settings.put("train.batch", "16");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.first.samples", "120");
    settings.put("retrain.first.steps", "400");
    settings.put("retrain.every.samples", "60");
    settings.put("gate.samples", "24");
    return new StreamUnderTest(bootstrapServers, "roles", directory.resolve("state"), settings);
  }

  /** One step of sines of one law. */
  private List<SeriesVector> nextRound() {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int s = 0; s < SERIES; s++) {
      float value = (float) Math.sin(0.7 * round + s);
      vectors.add(
          new SeriesVector(
              "s" + s, new FeatureVector(START + 60_000L * round, new float[] {value})));
    }
    round++;
    return vectors;
  }

  private static int models(StringWriter out, String command, Path config, String... more) {
    out.getBuffer().setLength(0);
    List<String> words = new ArrayList<>(List.of("models", command));
    words.addAll(List.of(more));
    words.addAll(List.of("--config", config.toString()));
    PrintWriter print = new PrintWriter(out);
    return Main.commandLine().setOut(print).setErr(print).execute(words.toArray(String[]::new));
  }
}
