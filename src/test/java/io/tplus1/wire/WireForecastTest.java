package io.tplus1.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a client asks of a forecast: a category of two words, then a number, two steps ahead. */
class WireForecastTest {
  private static final float NAN = Float.NaN;

  private static WireForecast forecast(float[] lower, float[] upper) {
    return new WireForecast(
        "k",
        1,
        "OK",
        "experts",
        new int[] {3, 1},
        new long[] {2, 3},
        new float[] {.25f, .5f, .25f, 61.5f, .1f, .2f, .7f, -3},
        lower,
        upper,
        Optional.empty());
  }

  private static final WireForecast FORECAST =
      forecast(new float[] {NAN, 60, NAN, 50}, new float[] {NAN, 63, NAN, NAN});

  @Test
  void isCategory_byTheWidths_tellsProbabilitiesFromValues() {
    assertThat(FORECAST.isCategory(0)).isTrue();
    assertThat(FORECAST.isCategory(1)).isFalse();
    assertThat(FORECAST.value(2, 1)).isEqualTo(-3f);
  }

  @Test
  void probability_ofAWord_isThatOfTheHorizon() {
    assertThat(FORECAST.probability(1, 0, 1)).isEqualTo(.5f);
    assertThat(FORECAST.probability(2, 0, 0)).isEqualTo(.1f);
    assertThat(FORECAST.probability(2, 0, 2)).isEqualTo(.7f);
  }

  @Test
  void probability_ofWhatIsNotForecast_saysWhatIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.probability(1, 1, 0))
        .withMessageContaining("target 1 is a number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.probability(1, 0, 3))
        .withMessage("a word of target 0 was expected, 0 to 2, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.probability(1, 0, -1))
        .withMessageContaining("found -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.probability(3, 0, 1))
        .withMessage("it holds horizons 1 to 2 of targets 0 to 1, found horizon 3 of target 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.isCategory(2))
        .withMessage("it holds targets 0 to 1, found 2");
  }

  @Test
  void interval_behindACategory_isThatOfTheNumber() {
    assertThat(FORECAST.hasInterval(1, 1)).isTrue();
    assertThat(FORECAST.lower(1, 1)).isEqualTo(60f);
    assertThat(FORECAST.upper(1, 1)).isEqualTo(63f);
    assertThat(FORECAST.lower(2, 1)).isEqualTo(50f);
    assertThat(FORECAST.upper(2, 1)).isNaN(); // No float holds that end.
  }

  @Test
  void interval_thatIsNotThere_isRefused() {
    WireForecast first = forecast(new float[0], new float[0]);

    assertThat(FORECAST.hasInterval(1, 0)).isFalse();
    assertThat(first.hasInterval(1, 1)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.lower(1, 0))
        .withMessageContaining("target 0 has no interval at horizon 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.upper(2, 1))
        .withMessageContaining("target 1 has no interval at horizon 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FORECAST.lower(0, 1))
        .withMessageContaining("found horizon 0 of target 1");
  }
}
