package io.tplus1.topology.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of streams that have not begun, or have ended. */
class SeriesQueriesTest {
  private static Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "queries");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    return properties;
  }

  private static Topology topology() {
    Topology topology = new Topology();
    topology.addSource("source", "features");
    return topology;
  }

  private static KafkaStreams streams() {
    return new KafkaStreams(topology(), properties());
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

  /** As a page asks while an instance ends. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void methods_streamsThatCloseBetweenTwoQuestions_sayWhatStoresSay(int looks) {
    List<Consumer<SeriesQueries>> asked =
        List.of(queries -> queries.read("k", 1, 0), queries -> queries.holds("k"));
    for (Consumer<SeriesQueries> question : asked) {
      try (ClosesAfterLooks streams = new ClosesAfterLooks(looks)) {
        streams.start();
        assertThatThrownBy(() -> question.accept(queries(streams)))
            .isInstanceOf(InvalidStateStoreException.class);
      }
    }
  }

  @Test
  void instances_streamsThatCloseBetweenTwoQuestions_areNone() {
    try (ClosesAfterLooks streams = new ClosesAfterLooks(1)) {
      streams.start();
      assertThat(queries(streams).instances()).isEmpty();
    }
  }

  /** Begins to close as soon as somebody has looked so often whether it runs. */
  private static final class ClosesAfterLooks extends KafkaStreams {
    private int looks;

    ClosesAfterLooks(int looks) {
      super(topology(), properties());
      this.looks = looks;
    }

    @Override
    public State state() {
      State state = super.state();
      if (--looks == 0) {
        close(Duration.ZERO);
      }
      return state;
    }
  }
}
