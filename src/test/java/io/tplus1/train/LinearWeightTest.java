package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.LinearShapes;
import io.tplus1.expert.LinearSums;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that is thinned to few samples of great weight teaches what these few do. */
final class LinearWeightTest {
  private static final LinearShape SHAPE =
      LinearShapes.own(Samples.SCHEMA, LinearShapes.lags(2), 1, 1e-3, .9995);

  /** Of the two usual weights, which stands where the state of former builds ended. */
  private static final int WEIGHT_BYTES = 2 * Double.BYTES;

  private static LinearLine learnt() {
    LinearLine line = new LinearLine(SHAPE, 20);
    Random random = new Random(3);
    float x = 0;
    for (int i = 1; i <= 100; i++) {
      float[] values = new float[4];
      for (int k = 0; k < values.length; k++) {
        x = (float) (.7 * x + random.nextGaussian());
        values[k] = x;
      }
      line.add(i, Samples.of("a", 10_000L * i, 20, values));
    }
    return line;
  }

  private static double ofJump(LinearLine line, float size) {
    FeatureWindow window = Samples.of("a", 0, 1, 0, 0, size, 0).window();
    float[] output = new float[1];
    LinearModel model = line.serving().orElseThrow();
    model.forecast(window, output);
    return output[0] - (double) size;
  }

  /**
   * Rain that begins after a dry season: how far a few drops of it send a forecast is a matter of
   * rows, whose changes of some 0.5 have squares of which the root is some 28.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1, 20, 100, 1_000})
  void add_inputThatBeginsLate_isTrustedAlikeWhateverSamplesWeigh(double weight) {
    FeatureSchema schema = FeatureSchema.ofNumbers("a", "b");
    LinearLine line =
        new LinearLine(LinearShapes.joint(schema, LinearShapes.lags(1, 4), 1, .01, .9999), 3_035);
    Random random = new Random(3);
    int steps = 3_060;
    float[] rows = new float[2 * steps];
    long[] times = new long[steps];
    for (int t = 1; t < steps; t++) {
      times[t] = 1_000L * t;
      rows[2 * t] = (float) (.9 * rows[2 * t - 2] + .5 * random.nextGaussian());
      rows[2 * t + 1] = t < 3_000 ? 0 : t < 3_040 ? .001f : 1;
    }
    for (int last = 4; last < 3_039; last++) {
      line.add(last, sample(rows, times, last, weight));
    }
    // What is solved then serves once it was tried, on samples in which it does not fail.
    for (int tried = 0; tried < LinearLine.TESTS; tried++) {
      line.add(3_039 + tried, sample(rows, times, 1_000 + 10 * tried, weight));
    }
    float[] output = new float[2];

    line.serving().orElseThrow().forecast(sample(rows, times, 3_040, 1).window(), output);

    assertThat(output[0]).isBetween(-32f, 32f);
  }

  private static TrainingSample sample(float[] rows, long[] times, int last, double weight) {
    return new TrainingSample(
        "a",
        FeatureWindow.over(rows, times, 2, last - 4, 5),
        FeatureWindow.over(rows, times, 2, last + 1, 1),
        weight);
  }

  /** A sentinel before the first readings is let fade, however few samples stand for all. */
  @Test
  void add_sentinelAmongTheFirstSamplesOfGreatWeight_fades() {
    LinearLine[] lines = {new LinearLine(SHAPE, 20), new LinearLine(SHAPE, 20)};
    for (int l = 0; l < lines.length; l++) {
      Random random = new Random(5);
      for (int i = 1; i <= 60; i++) {
        float[] values = new float[4];
        for (int k = 0; k < values.length; k++) {
          values[k] = (float) random.nextGaussian() - (i == 1 && k == 0 ? 9_999 : 0);
        }
        lines[l].add(i, Samples.of("a", 10_000L * i, l == 0 ? 1 : 20, values));
      }
    }

    assertThat(ofJump(lines[1], 1)).isCloseTo(ofJump(lines[0], 1), within(1e-3));
  }

  /** When ten times as many come, each that passes weighs ten times as much, for a while. */
  @Test
  void add_weightsThatGrow_weighMoreUntilTheyAreUsual() {
    UsualWeight usual = new UsualWeight(.99);
    for (int i = 0; i < 1_000; i++) {
      assertThat(usual.relative(2)).isCloseTo(1, within(1e-9));
    }

    assertThat(usual.relative(20)).isBetween(8., 10.);
    for (int i = 0; i < 1_000; i++) {
      usual.relative(20);
    }
    assertThat(usual.relative(20)).isCloseTo(1, within(1e-3));
  }

  /** Its sums hold weights as they were: what comes now must not weigh next to nothing beside. */
  @Test
  void read_sumsOfFormerBuild_learnsOnAsItDid() throws InvalidArtifactException {
    LinearSums former = new LinearSums(SHAPE);
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      TrainingSample sample = lawful(random, .2f);
      former.add(sample.window(), sample.following(), 20);
    }
    byte[] empty = new LinearLine(SHAPE, 20).toBytes();
    byte[] nothing = new LinearSums(SHAPE).toBytes();
    byte[] summed = former.toBytes();
    // The state of a line without solutions: a header, the sums, the usual changes.
    ByteBuffer state =
        ByteBuffer.allocate(empty.length - nothing.length + summed.length - WEIGHT_BYTES);
    int sumsAt = 1 + Long.BYTES + 5 * Integer.BYTES + 3 * Double.BYTES;
    state.put(empty, 0, sumsAt).put(summed);
    state.put(empty, sumsAt + nothing.length, state.remaining());
    state.putInt(1 + Long.BYTES + 2 * Integer.BYTES + 3 * Double.BYTES, summed.length);

    LinearLine line = LinearLine.read(state.array(), SHAPE, 20);
    for (int i = 1; i <= 1_000; i++) {
      line.add(i, lawful(random, .8f));
    }

    FeatureWindow window = Samples.of("a", 0, 1, 0, 0, 1, 0).window();
    float[] output = new float[1];
    line.serving().orElseThrow().forecast(window, output);
    assertThat(output[0] - 1).isGreaterThan(.4f);
  }

  /** A change that is so much of the one before. */
  private static TrainingSample lawful(Random random, float part) {
    float change = (float) random.nextGaussian();
    return Samples.of("a", 1_000, 20, 0, 0, change, change + part * change);
  }

  @Test
  void read_stateOfFormerBuild_goesOn() throws InvalidArtifactException {
    LinearLine before = learnt();
    byte[] bytes = before.toBytes();

    LinearLine line = LinearLine.read(Arrays.copyOf(bytes, bytes.length - WEIGHT_BYTES), SHAPE, 20);

    assertThat(line.serving().map(LinearModel::hash))
        .isEqualTo(before.serving().map(LinearModel::hash));
    TrainingSample sample = Samples.of("a", 2_000_000, 20, 1, 2, 3, 4);
    line.add(101, sample);
    assertThat(line.sequence()).isEqualTo(101);
  }
}
