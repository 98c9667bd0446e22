package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.LastValue;
import io.tplus1.model.TrainingSample;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A word that stays for long, where persistence is never wrong. */
final class CalmCategoryTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(List.of(Feature.category("status", List.of("u", "v"))));
  private static final Gate.Settings SETTINGS = new Gate.Settings(24, 0, .99);
  private static final int CHANGE = 300;

  private final RelativeError errors = RelativeError.of(SCHEMA, UsualChanges.bySeries(SCHEMA));
  private final LastValue persistence = new LastValue(SCHEMA, 3, 1);

  /**
   * Of how many samples after the only change, a thousand at most, persistence was clearly better.
   *
   * @param sure what the network says of the word that comes each time but that one
   */
  private int beaten(float sure) {
    Gate gate = new Gate(SETTINGS, new LineRule());
    Standing standing = new Standing(SETTINGS);
    float[] lastValues = new float[SCHEMA.outputWidth()];
    int beaten = 0;
    for (int k = 0; k <= CHANGE + 1_000; k++) {
      float[] rows = {1, 1, 1, k == CHANGE ? 2 : 1};
      long[] times = {k, k + 1, k + 2, k + 3};
      TrainingSample sample =
          new TrainingSample(
              "a",
              FeatureWindow.over(rows, times, 1, 0, 3),
              FeatureWindow.over(rows, times, 1, 3, 1),
              1);
      persistence.forecast(sample.window(), lastValues);
      double last = errors.ofLastValue(sample, lastValues);
      double network = errors.of(sample, new float[] {0, sure, 1 - sure});
      gate.add(k, 1, 1, network, network, last);
      standing.add(1, network, last, k, 2);
      beaten += standing.isBeaten() && gate.isBehindPersistence() ? 1 : 0;
    }
    return beaten;
  }

  @ParameterizedTest
  @ValueSource(floats = {.98f, .995f, .9999f})
  void judge_networkSureOfTheWord_neverBeaten(float sure) {
    assertThat(beaten(sure)).isZero();
  }

  @ParameterizedTest
  @ValueSource(floats = {.4f, .6f, .9f})
  void judge_networkThatDoubtsTheWord_foundOut(float sure) {
    assertThat(beaten(sure)).isGreaterThan(500);
  }
}
