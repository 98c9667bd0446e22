package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ExpertMixTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");
  private static final FeatureSchema WORDS =
      FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v"))));
  private static final MixSettings SHARP = Mixes.settings(12, .999);

  private static MixPlan plan(FeatureSchema schema, int horizon, MixSettings settings, int... e) {
    byte[] codes = new byte[e.length];
    for (int i = 0; i < e.length; i++) {
      codes[i] = (byte) e[i];
    }
    return new MixPlan(schema, horizon, codes, settings);
  }

  /** One row of errors of forecasts of 0. */
  private static void err(ExpertMix mix, float... errors) {
    float[][] forecasts = new float[errors.length][];
    for (int e = 0; e < errors.length; e++) {
      forecasts[e] = new float[] {errors[e]};
    }
    mix.update(0, new float[1], forecasts, 0, null);
  }

  private static float[] mixed(ExpertMix mix, float[]... forecasts) {
    float[] output = new float[forecasts[forecasts.length - 1].length];
    mix.mix(forecasts, output, null);
    return output;
  }

  @Test
  void mix_nothingKnown_equally() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();

    assertThat(mixed(mix, new float[] {1}, new float[] {4})).containsExactly(2.5f);
    assertThat(mix.weights(0, null)[0]).containsExactly(.5f, .5f);
  }

  @Test
  void mix_valueNotFinite_othersShareItsWeight() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2, 3).start();
    for (int i = 0; i < 50; i++) {
      err(mix, 1e-3f, 2, 2);
    }

    assertThat(mixed(mix, new float[] {Float.NaN}, new float[] {1}, new float[] {3}))
        .containsExactly(2);
    assertThat(mixed(mix, null, new float[] {Float.POSITIVE_INFINITY}, new float[] {3}))
        .containsExactly(3);
  }

  @Test
  void mix_noExpertFinite_notANumber() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();

    assertThat(mixed(mix, null, new float[] {Float.NaN})).containsExactly(Float.NaN);
  }

  @Test
  void mix_numberBehindACategory_isOfItsOwnValues() {
    Feature word = Feature.category("c", List.of("u", "v"));
    FeatureSchema schema = FeatureSchema.of(List.of(word, Feature.number("n")));

    ExpertMix mix = plan(schema, 1, SHARP, 1, 2).start();

    assertThat(mixed(mix, new float[] {0, .5f, .5f, 10}, new float[] {.5f, 0, .5f, 20}))
        .containsExactly(.25f, .25f, .5f, 15);
  }

  @Test
  void weights_errorZero_takesAllOrSharesWithOtherZeros() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2, 3).start();
    for (int i = 0; i < 30; i++) {
      err(mix, 0, 0, 1e-6f);
    }

    assertThat(mix.weights(0, null)[0]).containsExactly(.5f, .5f, 0);
  }

  @Test
  void weights_largestFloats_addUpToOne() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();
    for (int i = 0; i < 300; i++) {
      err(mix, Float.MAX_VALUE, 1e-30f);
    }
    mix.update(
        0,
        new float[] {-Float.MAX_VALUE},
        new float[][] {{Float.MAX_VALUE}, {Float.MAX_VALUE}},
        0,
        null);

    float[] weights = mix.weights(0, null)[0];
    assertThat(weights[0] + weights[1]).isEqualTo(1f, within(1e-6f));
    assertThat(weights[1]).isGreaterThan(.5f);
  }

  @Test
  void update_newcomerBesideTheLargestFloat_recoversAsTheOtherDoes() {
    ExpertMix mix = plan(ONE, 1, Mixes.settings(12, .5), 1, 2).start();
    mix.update(0, new float[1], new float[][] {null, {Float.MAX_VALUE}}, 0, null);
    for (int i = 0; i < 400; i++) {
      err(mix, .5f, 1);
    }

    // two rows count: exponent 1 of the ratio 4 of the mean squares
    assertThat(mix.weights(0, null)[0][0]).isEqualTo(.8f, within(1e-4f));
  }

  @Test
  void weights_oneRow_doNotDecide() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();
    err(mix, 1, 2);

    // exponent 1/2 of the ratio 4 of the mean squares
    assertThat(mix.weights(0, null)[0][0]).isEqualTo(2f / 3, within(1e-6f));
  }

  @Test
  void update_actualOrForecastNotFinite_teachesNothing() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();
    err(mix, 1, 2);
    float[] before = mix.weights(0, null)[0];

    mix.update(0, new float[] {Float.NaN}, new float[][] {{5}, {1}}, 0, null);
    mix.update(0, new float[] {0}, new float[][] {null, {Float.NaN}}, 0, null);

    assertThat(mix.weights(0, null)[0]).isEqualTo(before);
  }

  @Test
  void weights_expertThatAppearsLater_startsNearTheBestAndIsJudgedSoon() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();
    for (int i = 0; i < 500; i++) {
      mix.update(0, new float[1], new float[][] {{1}, null}, 0, null);
    }
    double ratio = Math.pow(ExpertMix.NEWCOMER, -24);
    assertThat(mix.weights(0, null)[0][1]).isEqualTo((float) (ratio / (1 + ratio)), within(1e-5f));

    for (int i = 0; i < 30; i++) {
      err(mix, 1, .5f);
    }
    assertThat(mix.weights(0, null)[0][1]).isGreaterThan(.99f);
  }

  /** The row at which it speaks for the first time counts once. */
  @Test
  void weights_expertThatAppearsAtALargeError_areTheSameWhereverItStands() {
    ExpertMix first = plan(ONE, 1, SHARP, 1, 2, 3).start();
    ExpertMix last = plan(ONE, 1, SHARP, 1, 2, 3).start();
    for (int i = 0; i < 20; i++) {
      first.update(0, new float[1], new float[][] {null, {1}, {2}}, 0, null);
      last.update(0, new float[1], new float[][] {{1}, {2}, null}, 0, null);
    }
    err(first, 9, 9, 9);
    err(last, 9, 9, 9);

    float[] expected = last.weights(0, null)[0];
    assertThat(first.weights(0, null)[0]).containsExactly(expected[2], expected[0], expected[1]);
    assertThat(expected[2]).isBetween(.001f, .2f);
  }

  @Test
  void weights_poolOfNoRows_countsForNothingBesideAnExpertThatHasNotSpoken() {
    MixPlan plan = plan(ONE, 1, new MixSettings(MixSettings.Loss.SQUARED, 12, .999, 0), 1, 2);
    ExpertMix pool = plan.start();
    ExpertMix other = plan.start();
    for (int i = 0; i < 50; i++) {
      other.update(0, new float[1], new float[][] {{1}, {3}}, 0, pool);
    }
    ExpertMix own = plan.start();
    for (int i = 0; i < 20; i++) {
      own.update(0, new float[1], new float[][] {{1}, null}, 0, null);
    }

    assertThat(own.weights(0, pool)[0]).containsExactly(own.weights(0, null)[0]);
  }

  @Test
  void mix_category_byNatsAndStaysADistribution() {
    ExpertMix mix = plan(WORDS, 1, Mixes.settings(4, 1), 1, 2).start();
    float[][] forecasts = {{.2f, .6f, .2f}, {.1f, .3f, .6f}};
    for (int i = 0; i < 10; i++) {
      mix.update(0, new float[] {1}, forecasts, 0, null);
    }
    double ratio = Math.pow(.3 / .6, 4); // e^(−4 × (nats − nats))
    float first = (float) (1 / (1 + ratio));

    assertThat(mix.weights(0, null)[0][0]).isEqualTo(first, within(1e-5f));
    float[] output = mixed(mix, forecasts);
    assertThat(output[1]).isEqualTo(first * .6f + (1 - first) * .3f, within(1e-5f));
    assertThat(output[0] + output[1] + output[2]).isEqualTo(1f, within(1e-6f));
  }

  @Test
  void mix_horizonsInGroups_eachGroupLearnsAlone() {
    ExpertMix mix = plan(ONE, 3, Mixes.settings(12, 1), 1, 2).start();
    float[][] forecasts = {{0, 5, 5}, {5, 0, 0}};
    for (int i = 0; i < 50; i++) {
      for (int h = 0; h < 3; h++) {
        mix.update(h, new float[1], forecasts, h, null);
      }
    }

    assertThat(mix.weights(0, null)[0]).containsExactly(1, 0);
    assertThat(mix.weights(1, null)[0]).containsExactly(0, 1);
    assertThat(mixed(mix, forecasts)).containsExactly(0, 0, 0);
  }

  @Test
  void weights_seriesThatStoodStillForLong_areThoseOfBefore() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();
    for (int i = 0; i < 1_000; i++) {
      err(mix, .1f, 1);
    }
    for (int i = 0; i < 20_000; i++) {
      err(mix, 0, 0);
    }
    for (int i = 0; i < 200; i++) {
      assertThat(mix.weights(0, null)[0][0]).as("row %d", i).isGreaterThan(.99f);
      err(mix, .1f, 1);
    }
  }

  @Test
  void weights_newSeriesWithPool_fromTheErrorsOfOthers() {
    MixPlan plan = plan(ONE, 1, SHARP, 1, 2);
    ExpertMix pool = plan.start();
    // Series of scales far apart, on each of which the second expert is twice as good.
    for (float scale : new float[] {1e-3f, 1, 1e6f}) {
      ExpertMix other = plan.start();
      for (int i = 0; i < 20; i++) {
        other.update(0, new float[1], new float[][] {{2 * scale}, {scale}}, 0, pool);
      }
    }

    float[] weights = plan.start().weights(0, pool)[0];
    // 20 rows of the pool: exponent 10 of the ratio 4.
    assertThat(weights[0]).isEqualTo((float) Math.pow(4, -10), within(1e-8f));

    ExpertMix own = plan.start();
    for (int i = 0; i < 200; i++) {
      err(own, .1f, 1);
    }
    assertThat(own.weights(0, pool)[0][0]).isGreaterThan(.99f);
  }

  @Property(tries = 300, seed = "20261124")
  void weights_anyErrors_asNaiveArithmeticSays(
      @ForAll long seed,
      @ForAll MixSettings.Loss loss,
      @ForAll @IntRange(min = 1, max = 5) int experts,
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @DoubleRange(min = .5, max = 1) double decay,
      @ForAll @DoubleRange(min = 0, max = 12) double exponent,
      @ForAll @DoubleRange(min = 0, max = 50) double pooledRows) {
    Random random = new Random(seed);
    int[] codes = random.ints(0, 100).distinct().limit(experts).toArray();
    MixPlan plan = plan(ONE, 1, new MixSettings(loss, exponent, decay, pooledRows), codes);
    ExpertMix mix = plan.start();
    ExpertMix pool = plan.start();
    boolean squared = loss == MixSettings.Loss.SQUARED;
    double[] sums = new double[experts];
    double[] pooled = new double[experts];
    double n = 0;
    for (int i = 0; i < count; i++) {
      float[][] forecasts = new float[experts][1];
      double unit = 0;
      n = decay * n + 1;
      for (int e = 0; e < experts; e++) {
        forecasts[e][0] = (float) (1 + random.nextDouble());
        double penalty = squared ? Math.pow(forecasts[e][0], 2) : forecasts[e][0];
        sums[e] = decay * sums[e] + penalty;
        unit += Math.pow(sums[e] / n, squared ? 1 : 2) / experts;
      }
      for (int e = 0; e < experts; e++) {
        double relative = forecasts[e][0] / Math.sqrt(unit);
        pooled[e] = decay * pooled[e] + (squared ? relative * relative : relative);
      }
      mix.update(0, new float[1], forecasts, 0, pool);
    }

    double m = Math.min(n, pooledRows);
    double p = Math.min(exponent, (n + m) / 2) * (squared ? 1 : 2);
    double[] expected = new double[experts];
    for (int e = 0; e < experts; e++) {
      double own = n / (n + m) * Math.log(sums[e] / n);
      double others = m / (n + m) * Math.log(pooled[e] / n);
      expected[e] = Math.exp(-p * (own + others));
    }
    double total = Arrays.stream(expected).sum();
    float[] weights = mix.weights(0, pool)[0];
    for (int e = 0; e < experts; e++) {
      assertThat((double) weights[e]).isEqualTo(expected[e] / total, within(1e-4));
    }
  }

  @Property(tries = 100, seed = "20261124")
  void read_whatWasWritten_goesOnBitForBit(
      @ForAll long seed,
      @ForAll MixSettings.Loss loss,
      @ForAll @IntRange(min = 1, max = 9) int horizon) {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("n"), Feature.category("c", List.of("u", "v"))));
    MixPlan plan = plan(schema, horizon, new MixSettings(loss, 3, .9, 0), 4, 9);
    Random random = new Random(seed);
    ExpertMix mix = plan.start();
    for (int i = 0; i < 20; i++) {
      learn(mix, random, horizon);
    }
    ByteBuffer bytes = ByteBuffer.allocate(mix.bytes());
    mix.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    ExpertMix restored = plan.read(bytes.flip());
    assertThat(bytes.hasRemaining()).isFalse();

    Random one = new Random(seed);
    Random two = new Random(seed);
    for (int i = 0; i < 5; i++) {
      learn(mix, one, horizon);
      learn(restored, two, horizon);
    }
    for (int h = 0; h < horizon; h++) {
      assertThat(restored.weights(h, null)[0]).isEqualTo(mix.weights(h, null)[0]);
      assertThat(restored.weights(h, null)[1]).isEqualTo(mix.weights(h, null)[1]);
    }
  }

  private static void learn(ExpertMix mix, Random random, int horizon) {
    for (int h = 0; h < horizon; h++) {
      float p = random.nextFloat();
      float[][] forecasts = {{random.nextFloat(), 0, p, 1 - p}, {random.nextFloat(), p, 0, 1 - p}};
      mix.update(h, new float[] {random.nextFloat(), random.nextInt(3)}, forecasts, 0, null);
    }
  }

  @Test
  void read_otherExperts_keepsThoseItKnows() {
    MixPlan before = plan(ONE, 1, Mixes.settings(2, 1), 1, 2, 3);
    ExpertMix mix = before.start();
    for (int i = 0; i < 30; i++) {
      err(mix, 1, 2, 3);
    }
    ByteBuffer bytes = ByteBuffer.allocate(mix.bytes());
    mix.write(bytes);

    ExpertMix restored = plan(ONE, 1, Mixes.settings(2, 1), 7, 3, 1).read(bytes.flip());

    float[] weights = restored.weights(0, null)[0];
    assertThat(weights[2] / weights[1]).isEqualTo(81f, within(1e-3f)); // (9 / 1)²
    assertThat(weights[2] / weights[0]).isEqualTo((float) Math.pow(1.1, 4), within(1e-3f));
  }

  @Test
  void read_otherHorizon_startsAfreshAndLeavesTheNextBytes() {
    ExpertMix mix = plan(ONE, 1, SHARP, 1, 2).start();
    err(mix, 1, 2);
    ByteBuffer bytes = ByteBuffer.allocate(mix.bytes() + 1);
    mix.write(bytes);
    bytes.put((byte) 42);

    ExpertMix restored = plan(ONE, 4, SHARP, 1, 2).read(bytes.flip());

    assertThat(restored.weights(3, null)[0]).containsExactly(.5f, .5f);
    assertThat(bytes.get()).isEqualTo((byte) 42);
  }

  @Test
  void plan_codeTwiceOrNoExpert_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(ONE, 1, SHARP, 3, 3))
        .withMessageContaining("found 3 twice");
    assertThatIllegalArgumentException().isThrownBy(() -> plan(ONE, 1, SHARP));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mixes.settings(12, 1.5))
        .withMessageContaining("found 1.5");
  }
}
