package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SilentExpertsTest {
  private static final FeatureSchema NUMBER = FeatureSchema.ofNumbers("x");
  private static final FeatureSchema WORD =
      FeatureSchema.of(List.of(Feature.category("w", List.of("a", "b"))));

  private static ExpertMix start(FeatureSchema schema, MixSettings.Loss loss, int experts) {
    byte[] codes = new byte[experts];
    for (int e = 0; e < experts; e++) {
      codes[e] = (byte) e;
    }
    return new MixPlan(schema, 1, codes, new MixSettings(loss, 6, .999, 20)).start();
  }

  /**
   * Errors of so many rows.
   *
   * @param sizes of each expert; NaN for one that has no forecast
   */
  private static void err(ExpertMix mix, Random random, int rows, ExpertMix pool, double... sizes) {
    for (int i = 0; i < rows; i++) {
      float[][] forecasts = new float[sizes.length][];
      for (int e = 0; e < sizes.length; e++) {
        float error = (float) (sizes[e] * random.nextGaussian());
        forecasts[e] = Double.isNaN(sizes[e]) ? null : new float[] {error};
      }
      mix.update(0, new float[1], forecasts, 0, pool);
    }
  }

  private static float weight(ExpertMix mix, int expert, ExpertMix pool) {
    return mix.weights(0, pool)[0][expert];
  }

  /** The worse one would have nearly all, the better one nearly nothing, by errors of long ago. */
  @ParameterizedTest
  @CsvSource({"10, 2", "3, 2", ".1, .5", ".3333, .5"})
  void weights_expertThatWasSilentWhileErrorsChanged_areThoseOfBefore(double unit, double size) {
    for (MixSettings.Loss loss : MixSettings.Loss.values()) {
      ExpertMix mix = start(NUMBER, loss, 2);
      Random random = new Random(1);
      err(mix, random, 3_000, null, 1, size);

      err(mix, random, 5_000, null, unit, Double.NaN);

      if (size > 1) {
        assertThat(weight(mix, 1, null)).as("%s", loss).isLessThan(.1f);
      } else {
        assertThat(weight(mix, 1, null)).as("%s", loss).isGreaterThan(.9f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MixSettings.Loss.class)
  void update_silentForAMillionRows_keepsItsShare(MixSettings.Loss loss) {
    ExpertMix mix = start(NUMBER, loss, 3);
    for (int i = 0; i < 1_000; i++) {
      mix.update(0, new float[1], new float[][] {{1}, {1.1f}, {1.05f}}, 0, null);
    }
    float before = weight(mix, 2, null);

    for (int i = 0; i < 1_000_000; i++) {
      float size = i % 2 == 0 ? 1 : 3;
      mix.update(0, new float[1], new float[][] {{size}, {1.1f * size}, null}, 0, null);
    }

    assertThat(weight(mix, 2, null)).isEqualTo(before, within(.01f));
  }

  @Test
  void weights_poolOfSeriesOfWhichSomeLackAnExpert_knowHowItDoesBesideTheOthers() {
    ExpertMix pool = start(NUMBER, MixSettings.Loss.SQUARED, 2);
    Random random = new Random(1);
    err(start(NUMBER, MixSettings.Loss.SQUARED, 2), random, 500, pool, 1, .5);
    ExpertMix lacking = start(NUMBER, MixSettings.Loss.SQUARED, 2);
    err(lacking, random, 500, pool, 1, 1);

    err(lacking, random, 5_000, pool, 9, Double.NaN);

    ExpertMix fresh = start(NUMBER, MixSettings.Loss.SQUARED, 2);
    assertThat(weight(fresh, 1, pool)).isBetween(.5f, .999f);
  }

  @Test
  void weights_silentExpertOfACategory_goesWithTheNatsOfTheOthers() {
    ExpertMix mix = start(WORD, MixSettings.Loss.SQUARED, 2);
    for (int i = 0; i < 3_000; i++) {
      mix.update(0, new float[1], new float[][] {{.9f, .1f, 0}, {.8f, .2f, 0}}, 0, null);
    }
    float before = weight(mix, 1, null);

    for (int i = 0; i < 5_000; i++) {
      mix.update(0, new float[1], new float[][] {{.5f, .5f, 0}, null}, 0, null);
    }

    assertThat(before).isLessThan(.4f);
    assertThat(weight(mix, 1, null)).isEqualTo(before, within(.01f));
  }

  /** The others' words become easier by more than the silent one ever had to lose. */
  @Test
  void weights_expertOfACategoryThatWasSilentThroughEasyWords_areThoseOfBefore() {
    ExpertMix mix = start(WORD, MixSettings.Loss.SQUARED, 2);
    say(mix, 3_000, .3f, .6f);
    float before = weight(mix, 1, null);

    say(mix, 5_000, .9f, Float.NaN);
    say(mix, 8_000, .3f, Float.NaN);

    assertThat(before).isBetween(.95f, .99f);
    assertThat(weight(mix, 1, null)).isEqualTo(before, within(.001f));
  }

  @Test
  void weights_expertsOfACategoryThatSpeakInTurn_areThoseOfBefore() {
    ExpertMix mix = start(WORD, MixSettings.Loss.SQUARED, 3);
    say(mix, 3_000, .3f, .6f, .8f);
    float before = weight(mix, 2, null);

    say(mix, 8_000, .99f, Float.NaN, Float.NaN);
    say(mix, 8_000, Float.NaN, .6f, Float.NaN);

    assertThat(before).isBetween(.8f, .9f);
    assertThat(weight(mix, 2, null)).isEqualTo(before, within(.001f));
  }

  /**
   * Words that came.
   *
   * @param probabilities that each expert gave them; NaN for one that has no forecast
   */
  private static void say(ExpertMix mix, int rows, float... probabilities) {
    float[][] forecasts = new float[probabilities.length][];
    for (int e = 0; e < forecasts.length; e++) {
      float right = probabilities[e];
      forecasts[e] = Float.isNaN(right) ? null : new float[] {right, 1 - right, 0};
    }
    for (int i = 0; i < rows; i++) {
      mix.update(0, new float[1], forecasts, 0, null);
    }
  }

  @Test
  void update_everybodySilentOrWithoutError_changesNothing() {
    ExpertMix mix = start(NUMBER, MixSettings.Loss.SQUARED, 2);
    err(mix, new Random(1), 100, null, 1, 2);
    float[] before = mix.weights(0, null)[0];

    mix.update(0, new float[1], new float[2][], 0, null);
    mix.update(0, new float[1], new float[][] {{0}, null}, 0, null);

    assertThat(mix.weights(0, null)[0]).containsExactly(before);
  }
}
