package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowRing;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WindowsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0,10,20,30     | 4 | 35 | 3 | the oldest would be 40 s old",
        "0,10,20,30     | 4 | 40 | 4 | it would be just as old as may be",
        "0,10,20,30     | 3 | 35 | 4 | nobody asks by the oldest",
        "0,10,20,30     | 1 |  5 | 4 | nobody asks by any but the newest",
        "0,10,20,55     | 2 | 50 | 4 | one pause is not the usual step",
        "0,10,20,55     | 4 | 50 | 2 | but makes old",
        "0,20           | 2 | 25 | 1 | one step is the usual one",
        "0,20           | 2 | 40 | 2 | all stand beside the next",
        "0              | 2 |  5 | 1 | there is no other"
      })
  void besideNext_window_isWhatStandsBesideTheNextAtTheUsualStep(
      String seconds, int asked, int maxAge, int expected, String because) {
    WindowRing ring = ring(seconds);
    Windows windows =
        new Windows(
            new Configuration(Map.of("features", "x", "window.max.age", maxAge + "s")).windows());

    FeatureWindow beside = windows.besideNext(ring.window(), asked);

    assertThat(beside.steps()).as(because).isEqualTo(expected);
    assertThat(beside.lastTimeMs()).isEqualTo(ring.lastTimeMs());
  }

  private static WindowRing ring(String seconds) {
    WindowRing ring = new WindowRing(8, 1, 1_000_000);
    Arrays.stream(seconds.split(","))
        .mapToLong(second -> 1_000 * Long.parseLong(second))
        .forEach(timeMs -> ring.append(timeMs, new float[1]));
    return ring;
  }
}
