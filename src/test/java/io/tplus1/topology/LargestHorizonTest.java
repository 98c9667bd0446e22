package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.config.Configuration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code forecast.horizon} may be, a series' state being one record of a changelog. */
class LargestHorizonTest {
  private static Configuration configuration(String features, String experts, int horizon) {
    return new Configuration(
        Map.of(
            "features",
            features,
            "experts",
            experts,
            "season.steps",
            "24",
            "forecast.horizon",
            Integer.toString(horizon)));
  }

  @ParameterizedTest
  @CsvSource({
    "x, rnn, 447",
    "'x,y', rnn, 316",
    "x, 'last,series,rnn', 282",
    "'x,y,z', 'last,seasonal,linear,joint,series,rnn,stacked', 121"
  })
  void of_largestHorizonOfSoManyTargetsAndExperts_isAcceptedAndNoLargerOne(
      String features, String experts, int largest) {
    Configuration configuration = configuration(features, experts, largest);
    assertThat(ForecastPlan.of(configuration, configuration.schema())).isNotNull();

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration(features, experts, largest + 1))
        .withMessageMatching(
            ".*(lower it to %d, or name fewer|no more than 447).*".formatted(largest));
  }
}
