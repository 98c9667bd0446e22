package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What errors of quite another size than those before leave of the weights. */
class ExpertMixSizesTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  private static ExpertMix start(MixSettings.Loss loss) {
    MixSettings settings = new MixSettings(loss, 12, .999, 20);
    return new MixPlan(ONE, 1, new byte[] {1, 2}, settings).start();
  }

  /** Rows of errors of two experts, of which a pool learns too. */
  private static void err(ExpertMix mix, ExpertMix pool, int rows, float first, float second) {
    for (int i = 0; i < rows; i++) {
      mix.update(0, new float[1], new float[][] {{first}, {second}}, 0, pool);
    }
  }

  @ParameterizedTest
  @EnumSource
  void weights_oneAbsurdValue_hardlyMove(MixSettings.Loss loss) {
    ExpertMix mix = start(loss);
    ExpertMix pool = start(loss);
    err(mix, pool, 1_000, .1f, 1);

    err(mix, pool, 1, 1e4f, 1e4f);

    assertThat(mix.weights(0, null)[0][0]).isGreaterThan(.9f);
    assertThat(pool.weights(0, null)[0][0]).isGreaterThan(.9f);
    err(mix, pool, 100, .1f, 1);
    assertThat(mix.weights(0, null)[0][0]).isGreaterThan(.9f);
    assertThat(pool.weights(0, null)[0][0]).isGreaterThan(.9f);
  }

  /** Of all experts alike, as when a sensor starts with a mark, and of one alone. */
  @ParameterizedTest
  @CsvSource({"SQUARED, 1000", "ABSOLUTE, 1000", "SQUARED, 1", "ABSOLUTE, 1"})
  void weights_absurdFirstError_isForgottenLongBeforeItWouldFade(
      MixSettings.Loss loss, float ofWorse) {
    ExpertMix mix = start(loss);
    ExpertMix pool = start(loss);
    err(mix, pool, 1, 1_000, ofWorse);

    err(mix, pool, 1_500, .1f, 1);

    assertThat(mix.weights(0, null)[0][0]).isGreaterThan(.9f);
    assertThat(pool.weights(0, null)[0][0]).isGreaterThan(.9f);
  }

  /** A row that is small beside the worse expert's mean error alone is an ordinary one. */
  @Test
  void weights_fewRowsOfErrorsThatGoTogether_areByTheirTrueSizes() {
    int seeds = 200;
    double logRatio = 0;
    for (int seed = 0; seed < seeds; seed++) {
      ExpertMix mix = start(MixSettings.Loss.SQUARED);
      Random random = new Random(seed);
      for (int i = 0; i < 64; i++) {
        double surprise = random.nextGaussian();
        double second = 1.5 * (.99 * surprise + Math.sqrt(1 - .99 * .99) * random.nextGaussian());
        err(mix, null, 1, (float) surprise, (float) second);
      }
      float[] weights = mix.weights(0, null)[0];
      logRatio += Math.log((double) weights[0] / weights[1]) / 24;
    }

    assertThat(logRatio / seeds).isCloseTo(Math.log(1.5), within(.03));
  }

  /** Who says nothing keeps the record that it had. */
  @Test
  void weights_badExpertFallsSilentEarly_isNotForgiven() {
    ExpertMix mix = start(MixSettings.Loss.SQUARED);
    Random random = new Random(4);
    for (int i = 0; i < 10; i++) {
      float error = (float) random.nextGaussian();
      err(mix, null, 1, error, 10 * error);
    }

    for (int i = 0; i < 40; i++) {
      err(mix, null, 1, (float) random.nextGaussian(), Float.NaN);
    }

    assertThat(mix.weights(0, null)[0][1]).isLessThan(.01f);
  }

  @Test
  void weights_nothingMovedBefore_areThoseOfWhatMoves() {
    ExpertMix still = start(MixSettings.Loss.SQUARED);
    ExpertMix mix = start(MixSettings.Loss.SQUARED);
    err(still, null, 500, 0, 0);

    err(still, null, 30, .1f, 1);
    err(mix, null, 30, .1f, 1);

    assertThat(still.weights(0, null)).isDeepEqualTo(mix.weights(0, null));
  }

  /** A series that stood still erred by roundings alone, which say nothing of when it moves. */
  @ParameterizedTest
  @EnumSource
  void weights_errorsGrowForGood_followThem(MixSettings.Loss loss) {
    ExpertMix mix = start(loss);
    err(mix, null, 1_000, 1e-7f, 3e-7f);

    err(mix, null, 500, 1, .1f);

    assertThat(mix.weights(0, null)[0][1]).isGreaterThan(.9f);
  }

  /**
   * A float of 2^24 takes in no other row, and one of a 192nd of that no 192nd: without forgetting,
   * means would stay as they are for good.
   */
  @ParameterizedTest
  @CsvSource({"1, SQUARED", "1, ABSOLUTE", "447, SQUARED", "447, ABSOLUTE"})
  void weights_moreRowsThanAFloatCounts_goOnLearning(int horizon, MixSettings.Loss loss) {
    MixPlan plan = new MixPlan(ONE, horizon, new byte[] {1, 2}, new MixSettings(loss, 6, 1, 20));
    int last = plan.group(horizon - 1);
    ByteBuffer bytes = ByteBuffer.allocate(plan.start().bytes());
    plan.start().write(bytes);
    for (int at = bytes.limit() - 4 * Float.BYTES; at < bytes.limit(); at += 2 * Float.BYTES) {
      bytes.putFloat(at, 1).putFloat(at + Float.BYTES, 0x1p24f / plan.groupSize(last));
    }
    ExpertMix mix = plan.read(bytes.flip());
    float[] actual = new float[1];
    float[][] forecasts = {{1}, {0}};

    for (int i = 0; i < 4_000_000; i++) {
      forecasts[1][0] = i % 2;
      mix.update(horizon - 1, actual, forecasts, 0, null);
    }

    // Of mean squares of 1 and ½, or mean absolute errors.
    assertThat(mix.weights(horizon - 1, null)[0][1]).isGreaterThan(.9f);
  }
}
