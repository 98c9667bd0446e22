package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code forecast.horizon} may be, a series' state being one record of a changelog. */
class LargestHorizonTest {
  /**
   * @param settings such as {@code features=x experts=rnn}
   */
  private static ForecastPlan plan(int horizon, String settings) {
    Map<String, String> all =
        TestSettings.with(
            Map.of(), "forecast.horizon", Integer.toString(horizon), "output.format", "binary");
    for (String setting : settings.split(" ", -1)) {
      String[] parts = setting.split("=", 2);
      all.put(parts[0], parts[1]);
    }
    Configuration configuration = new Configuration(all);
    return ForecastPlan.of(configuration, configuration.schema());
  }

  private static void assertRefused(int horizon, String settings, String message) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> plan(horizon, settings))
        .withMessageContaining(message);
  }

  /** Who lowers it to what is said is not told to lower it again. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features=x,y experts=rnn | 342",
        "features=x experts=last,series,rnn | 305",
        "features=x experts=seasonal,rnn season.steps=2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17 | 157",
        "features=x,y,z experts=last,seasonal,linear,joint,series,rnn,stacked season.steps=12 | 131",
        "features=x,c categories=c vocabulary.c=a,b,d,e,f,g,h,i,j experts=rnn | 192"
      })
  void of_tooLargeAHorizon_namesTheLargestThatFits(String settings, int largest) {
    assertRefused(447, settings, ": lower forecast.horizon from 447 to " + largest + ", or name ");
    assertThat(plan(largest, settings)).isNotNull();
    assertRefused(largest + 1, settings, "from " + (largest + 1) + " to " + largest + ", or name ");
  }

  @Test
  void of_oneTargetAndNoMix_isAsFarAsAnyNetworkForecasts() {
    assertThat(plan(447, "features=x")).isNotNull();
    assertRefused(448, "features=x", "no more than 447");
  }

  /** What series learn together has a record of its own. */
  @Test
  void of_poolThatIsTooLarge_namesTheLargestWithWhichItFits() {
    String names =
        IntStream.range(0, 2_500).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
    String settings = "interval.pool=true features=" + names;

    assertRefused(
        4,
        settings,
        "set interval.pool=false, lower forecast.horizon from 4 to 3, or name fewer targets (2500)");
    assertThat(plan(3, settings)).isNotNull();
  }

  @Test
  void of_stateThatFitsWithNoHorizon_namesNone() {
    String settings = "features=x experts=series series.lags=1-710 window.steps=720";

    assertRefused(1, settings, "takes records of 1000000: name fewer experts");
    assertRefused(9, settings, "takes records of 1000000: name fewer experts");
  }
}
