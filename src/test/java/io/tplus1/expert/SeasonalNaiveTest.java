package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeasonalNaiveTest {
  private static final FeatureSchema MIXED =
      FeatureSchema.of(List.of(Feature.category("c", List.of("x")), Feature.number("a")));

  private static float[] forecast(int season, int horizon, float... values) {
    float[] rows = new float[3 * values.length];
    for (int i = 0; i < values.length; i++) {
      rows[3 * i] = 1;
      rows[3 * i + 1] = values[i];
      rows[3 * i + 2] = -1;
    }
    float[] out = new float[3 * horizon];
    Arrays.fill(out, 9);
    new SeasonalNaive(MIXED, season, horizon)
        .forecast(FeatureWindow.over(rows, new long[values.length], 3, 0, values.length), out);
    return out;
  }

  @Test
  void forecast_withinOneSeason_isTheValueASeasonBefore() {
    assertThat(forecast(3, 2, 1, 2, 3, 4)).containsExactly(0, 0, 2, 0, 0, 3);
  }

  @Test
  void forecast_beyondOneSeason_repeatsTheLastWholeOne() {
    assertThat(forecast(2, 5, 1, 2, 3, 4))
        .containsExactly(0, 0, 3, 0, 0, 4, 0, 0, 3, 0, 0, 4, 0, 0, 3);
  }

  @Test
  void forecast_windowShorterThanTheSeason_saysNothingOfWhatItHasNotSeen() {
    assertThat(forecast(4, 4, 1, 2, 3)).containsExactly(0, 0, Float.NaN, 0, 0, 1, 0, 0, 2, 0, 0, 3);
  }

  @Test
  void constructor_seasonOfNoStep_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SeasonalNaive(MIXED, 0, 1))
        .withMessageContaining("found 0 and 1");
  }
}
