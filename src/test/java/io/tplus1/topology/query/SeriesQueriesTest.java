package io.tplus1.topology.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Test;

/** What is asked of streams that have not begun, or have ended. */
class SeriesQueriesTest {
  private static KafkaStreams streams() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "queries");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    Topology topology = new Topology();
    topology.addSource("source", "features");
    return new KafkaStreams(topology, properties);
  }

  private static SeriesQueries queries(KafkaStreams streams) {
    Configuration configuration = new Configuration(Map.of("features", "x"));
    return new SeriesQueries(streams, configuration.schema(), ForecastSettings.of(configuration));
  }

  @Test
  void instances_streamsThatDoNotRun_areNone() {
    try (KafkaStreams streams = streams()) {
      SeriesQueries queries = queries(streams);
      assertThat(queries.instances()).isEmpty();

      streams.close();

      assertThat(queries.instances()).isEmpty();
    }
  }

  @Test
  void read_streamsThatHaveEnded_saysWhatStoresSay() {
    try (KafkaStreams streams = streams()) {
      streams.close();
      SeriesQueries queries = queries(streams);

      assertThatThrownBy(() -> queries.read("k", 1, 0))
          .isInstanceOf(InvalidStateStoreException.class)
          .hasMessageContaining("NOT_RUNNING");
      assertThatThrownBy(() -> queries.owner("k")).isInstanceOf(InvalidStateStoreException.class);
    }
  }
}
