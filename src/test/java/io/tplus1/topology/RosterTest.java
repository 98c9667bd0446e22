package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

final class RosterTest {
  private static Roster ofWords(int count) {
    Configuration configuration =
        new Configuration(Map.of("features", "c", "categories", "c", "experts", "last,markov"));
    List<String> words = IntStream.range(0, count).mapToObj(i -> "w" + i).toList();
    FeatureSchema schema = configuration.schema(Map.of("c", words));
    return new Roster(schema, ForecastSettings.of(configuration));
  }

  /** The counts of two of them would be one. */
  @Test
  void constructor_moreWordsThanKeysTellApart_areRefused() {
    assertThat(ofWords(65_535).names()).contains("markov-0");

    assertThatThrownBy(() -> ofWords(65_536))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at most 65535 words, and 'c' has 65536: take markov out");
  }
}
