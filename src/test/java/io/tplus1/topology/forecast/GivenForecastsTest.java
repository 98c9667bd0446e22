package io.tplus1.topology.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.topology.state.ForecastLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a receipt gives of counts of symbols. */
class GivenForecastsTest {
  private static final FeatureWindow WINDOW =
      FeatureWindow.of(new FeatureVector(0, new float[] {1}));

  private final GivenForecasts given = given();

  private static GivenForecasts given() {
    Configuration configuration =
        new Configuration(
            Map.of(
                "features", "s",
                "categories", "s",
                "vocabulary.s", "a",
                "forecast.horizon", "2",
                "experts", "markov"));
    FeatureSchema schema = configuration.schema();
    ForecastSettings settings = ForecastSettings.of(configuration);
    return new GivenForecasts(new ForecastLayout(schema, settings));
  }

  @Test
  void restore_countsWithoutAContext_areThereAtEachHorizon() {
    float[] whole = {.25f, .75f, .5f, .5f};

    assertThat(given.restore("markov-0", whole, WINDOW)).containsExactly(whole);
  }

  @Test
  void restore_receiptOfAnEarlierRelease_saysNothingBeyondTheNext() {
    assertThat(given.restore("markov-0", new float[] {.25f, .75f}, WINDOW))
        .containsExactly(.25f, .75f, Float.NaN, Float.NaN);
  }

  @Test
  void restore_anotherNumberOfValues_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given.restore("markov-0", new float[3], WINDOW))
        .withMessageContaining("gives 3 values of markov-0, and 4 were expected");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> given.restore("markov-1", new float[4], WINDOW))
        .withMessageContaining("gives 4 values of markov-1, and 2 were expected");
  }
}
