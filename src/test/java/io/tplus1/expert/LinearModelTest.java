package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LinearModelTest {
  private static final FeatureSchema MIXED =
      FeatureSchema.of(
          List.of(
              Feature.number("a"), Feature.category("c", List.of("x", "y")), Feature.number("b")));

  /** Two lags; a: .5 and .25, intercept 1; b: −1 and 0, intercept 0. */
  private static LinearModel model(LinearShape shape) {
    return model(shape, Optional.empty());
  }

  private static LinearModel model(LinearShape shape, Optional<float[][]> farthest) {
    return new LinearModel(
        shape, new double[][] {{0.5f, 0.25f}, {-1f, 0f}}, new double[][] {{1}, {0}}, farthest);
  }

  private static LinearShape shape() {
    return LinearShapes.own(MIXED, List.of(1, 3), 1, 0.01, 1);
  }

  private static FeatureWindow fourSteps() {
    return window(
        new float[] {8, 1, 0, Float.NaN},
        new float[] {0, 1, 0, Float.NaN},
        new float[] {6, 1, 5, Float.NaN},
        new float[] {4, 1, 3, Float.NaN});
  }

  private static FeatureWindow window(float[]... rows) {
    FeatureVector[] vectors = new FeatureVector[rows.length];
    for (int i = 0; i < rows.length; i++) {
      vectors[i] = new FeatureVector(i, rows[i]);
    }
    return FeatureWindow.of(vectors);
  }

  @Test
  void forecast_numbersAndCategories_fillsTheNumbersAlone() {
    float[] out = {9, 9, 9, 9, 9};

    model(shape()).forecast(fourSteps(), out);

    // a: 4 + .5 (6 − 4) + .25 (8 − 4) + 1; b: 3 − (5 − 3).
    assertThat(out).containsExactly(7, 0, 0, 0, 1);
  }

  @Test
  void forecast_windowShorterThanALag_takesItsOldestValue() {
    float[] out = new float[5];

    model(shape()).forecast(window(new float[] {6, 1, 5}, new float[] {4, 1, 3}), out);

    assertThat(out).containsExactly(6.5f, 0, 0, 0, 1);
  }

  private static LinearShape inTime(long stepMs) {
    LinearShape s = shape();
    return new LinearShape(
        MIXED, s.kind(), s.lags(), false, 1, s.ridge(), s.forgetting(), 0, 0, stepMs);
  }

  @Test
  void forecast_lagsInTime_areOnTheLineBetweenVectors() {
    float[] out = new float[5];

    // Lags of 10 and 30 ms before 100: on the line from 60 to 100, and from 20 to 60.
    model(inTime(10))
        .forecast(
            FeatureWindow.of(
                new FeatureVector(20, new float[] {8, 1, 0}),
                new FeatureVector(60, new float[] {0, 1, 0}),
                new FeatureVector(100, new float[] {4, 1, 4})),
            out);

    // a: 4 + .5 (3 − 4) + .25 (1 − 4) + 1; b: 4 − (3 − 4).
    assertThat(out).containsExactly(3.75f, 0, 0, 0, 5);
  }

  @Property(tries = 300, seed = "20261124")
  void forecast_lagsInTime_equalsTheNaiveModel(
      @ForAll @IntRange(min = 1, max = 8) int count, @ForAll long seed) {
    Random random = new Random(seed);
    FeatureVector[] vectors = new FeatureVector[count];
    long time = 0;
    for (int i = 0; i < count; i++) {
      time += 1 + random.nextInt(20);
      vectors[i] = new FeatureVector(time, new float[] {random.nextInt(100), 1, 0});
    }
    float[] out = new float[5];

    model(inTime(7)).forecast(FeatureWindow.of(vectors), out);

    double last = vectors[count - 1].values()[0];
    double expected =
        last
            + .5 * (valueAt(vectors, time - 7) - last)
            + .25 * (valueAt(vectors, time - 21) - last)
            + 1;
    assertThat((double) out[0]).isCloseTo(expected, within(1e-4));
  }

  private static double valueAt(FeatureVector[] vectors, long timeMs) {
    for (int i = vectors.length - 1; i > 0; i--) {
      FeatureVector from = vectors[i - 1];
      FeatureVector to = vectors[i];
      if (from.timeMs() <= timeMs && timeMs <= to.timeMs()) {
        double part = (double) (timeMs - from.timeMs()) / (to.timeMs() - from.timeMs());
        return from.values()[0] + part * (to.values()[0] - from.values()[0]);
      }
    }
    return vectors[0].values()[0];
  }

  @Test
  void forecast_regularStepsInTime_equalThoseByVector() {
    FeatureWindow window =
        window(
            new float[] {8, 1, 0},
            new float[] {0, 1, 2},
            new float[] {6, 1, 5},
            new float[] {4, 1, 3});
    float[] byVector = new float[5];
    float[] inTime = new float[5];

    model(shape()).forecast(window, byVector);
    model(inTime(1)).forecast(window, inTime);

    assertThat(inTime).containsExactly(byVector);
  }

  @Test
  void forecast_localScale_isInUnitsOfTheLastDifferences() {
    float[] out = new float[5];

    model(LinearShapes.withLocalScale(shape(), 1))
        .forecast(window(new float[] {0, 1, 7}, new float[] {6, 1, 7}, new float[] {4, 1, 7}), out);

    // Unit of a: 2 + .1 (6 + 2) / 2 = 2.4; 4 + .5 × 2 + .25 × (−4) + 2.4; b never moves.
    assertThat(out).containsExactly(6.4f, 0, 0, 0, 7);
  }

  @Test
  void forecast_valueThatIsNotFinite_isTheLastValueOfThatNumberAlone() {
    float[] out = new float[5];

    model(shape()).forecast(window(new float[] {Float.NaN, 1, 5}, new float[] {4, 1, 3}), out);

    assertThat(out).containsExactly(4, 0, 0, 0, 1);
  }

  @Test
  void read_whatWasWritten_isEqualAndHasTheHash() throws Exception {
    for (LinearShape shape :
        List.of(
            shape(), LinearShapes.withLocalScale(shape(), 7), LinearShapes.withHuber(shape(), 2))) {
      LinearModel model = model(shape);

      LinearModel read = LinearModel.read(model.toBytes());

      assertThat(read).isEqualTo(model);
      assertThat(read.shape()).isEqualTo(shape);
      assertThat(read.hash()).isEqualTo(model.hash()).matches("[0-9a-f]{64}");
    }
  }

  /** Of a, differences are up to 4, so twice that is within reach; of b they are up to 3. */
  @Test
  void forecast_fartherThanItMayGo_goesThatFar() {
    float[] out = new float[5];
    LinearModel steep =
        new LinearModel(
            shape(),
            new double[][] {{9f, 9f}, {-9f, -9f}},
            new double[][] {{0}, {0}},
            Optional.of(new float[][] {{20}, {1}}));

    steep.forecast(fourSteps(), out);

    // a: 4 + 9 (6 − 4) + 9 (8 − 4), cut at 20; b: 3 − 9 (5 − 3) − 9 (0 − 3), cut at 2 × 3.
    assertThat(out).containsExactly(24, 0, 0, 0, 9);
  }

  @Test
  void forecast_jointModel_reachesAsFarAsTheTargetsOwnDifferences() {
    FeatureSchema two = FeatureSchema.ofNumbers("a", "b");
    LinearModel steep =
        new LinearModel(
            LinearShapes.joint(two, List.of(1), 1, 0.01, 1),
            new double[][] {{9f, 9f, 9f, 9f}},
            new double[][] {{0, 0}},
            Optional.of(new float[][] {{1, 1}}));
    float[] out = new float[2];

    steep.forecast(window(new float[] {0, 103}, new float[] {0, 100}), out);

    assertThat(out).as("a stood still, and b moved by 3").containsExactly(1, 106);
  }

  /** Else zeros would be cut at no number. */
  @Test
  void forecast_inputsThatAreNotFinite_isTheLastValue() {
    float[] out = new float[5];

    model(shape(), Optional.of(new float[][] {{2.5f}, {1}}))
        .forecast(
            window(
                new float[] {Float.NaN, 1, 0, 0},
                new float[] {1, 1, 0, 0},
                new float[] {6, 1, 5, 0},
                new float[] {4, 1, 3, 0}),
            out);

    assertThat(out[0]).isEqualTo(4);
  }

  @Test
  void read_boundsThatItWrote_areTheSameModel() throws Exception {
    LinearModel model = model(shape(), Optional.of(new float[][] {{2.5f}, {1}}));
    LinearModel read = LinearModel.read(model.toBytes());

    assertThat(read).isEqualTo(model).isNotEqualTo(model(shape()));
    assertThat(read.toBytes()[4]).isEqualTo((byte) 3);
    assertThat(model(shape()).toBytes()[4]).as("without bounds, as before").isEqualTo((byte) 2);
  }

  @Test
  void read_negativeBound_isRefused() {
    byte[] bytes = model(shape(), Optional.of(new float[][] {{2.5f}, {1}})).toBytes();
    // Behind them are the weights of the block, two of four bytes.
    ByteBuffer.wrap(bytes).putFloat(bytes.length - 12, -1);

    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(bytes))
        .withMessageContaining("must not be negative, found -1.0");
  }

  @Test
  void hash_anotherWeight_isAnother() {
    LinearModel other =
        new LinearModel(
            shape(),
            new double[][] {{0.5f, 0.25f}, {-1f, 0.1f}},
            new double[][] {{1}, {0}},
            Optional.empty());

    assertThat(other.hash()).isNotEqualTo(model(shape()).hash());
  }

  @Test
  void read_weightThatIsNotFinite_isRefused() {
    byte[] bytes = model(shape()).toBytes();
    ByteBuffer.wrap(bytes).putFloat(bytes.length - 4, Float.NaN);

    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(bytes))
        .withMessageContaining("must be finite, found NaN");
  }

  @Test
  void read_moreWordsThanThereAreBytesFor_isRefused() {
    byte[] bytes = model(shape()).toBytes();
    // Behind magic, version, number of features, and the name of the first.
    int words = Integer.BYTES + Byte.BYTES + Short.BYTES + Short.BYTES + 1;
    ByteBuffer.wrap(bytes).putInt(words, Integer.MAX_VALUE);
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(bytes))
        .withMessageContaining("ends too early, or is torn");

    ByteBuffer.wrap(bytes).putInt(words, -1);
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(bytes))
        .withMessageContaining("a vocabulary has 0 words or more, found -1");
  }

  @Test
  void read_newerVersion_isRefusedAsSuch() {
    byte[] bytes = model(shape()).toBytes();
    bytes[4] = 99;

    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(bytes))
        .withMessageContaining("of version 99 were found")
        .matches(InvalidArtifactException::isOfNewerFormat);
  }

  @Test
  void read_otherLengths_areRefused() {
    byte[] bytes = model(shape()).toBytes();

    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(InvalidArtifactException.class)
          .isThrownBy(() -> LinearModel.read(cut));
    }
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(Arrays.copyOf(bytes, bytes.length + 1)))
        .withMessageContaining("weights of 32 bytes were expected, found 33");
    assertThatExceptionOfType(InvalidArtifactException.class)
        .isThrownBy(() -> LinearModel.read(new byte[LinearModel.MAX_BYTES + 1]))
        .withMessageContaining("at most 16777216 bytes");
  }

  @Property(tries = 500, seed = "20261124")
  void read_bytesChanged_isRefusedOrAModelOfTheseBytes(
      @ForAll @IntRange(min = 0, max = 10_000) int at, @ForAll byte value) {
    byte[] bytes = model(shape()).toBytes();
    bytes[at % bytes.length] = value;
    try {
      assertThat(LinearModel.read(bytes).toBytes()).isEqualTo(bytes);
    } catch (InvalidArtifactException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }
}
