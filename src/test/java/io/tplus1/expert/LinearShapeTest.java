package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinearShapeTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");

  @Test
  void inputs_ofEachKind_areCounted() {
    LinearShape own = LinearShapes.own(TWO, List.of(1, 2, 9), 4, 0.01, 1);
    LinearShape joint =
        LinearShapes.withLevels(LinearShapes.joint(TWO, List.of(1, 2, 9), 4, 0.01, 1));

    assertThat(own.inputs()).isEqualTo(3);
    assertThat(joint.inputs()).isEqualTo(8);
    assertThat(own.steps()).isEqualTo(10);
    assertThat(LinearShapes.withLocalScale(own, 48).steps()).isEqualTo(49);
    assertThat(own.outputLength()).isEqualTo(8);
  }

  @Test
  void constructor_valuesOutOfRange_areRefused() {
    refused("lags must ascend", () -> LinearShapes.own(TWO, List.of(2, 1), 1, 0.01, 1));
    refused("lags must ascend", () -> LinearShapes.own(TWO, List.of(), 1, 0.01, 1));
    refused("lags must lie in 1..65536", () -> LinearShapes.own(TWO, List.of(0), 1, 0.01, 1));
    refused("a horizon in 1..65536", () -> LinearShapes.own(TWO, List.of(1), 0, 0.01, 1));
    refused("a ridge in 0..1e6", () -> LinearShapes.own(TWO, List.of(1), 1, Double.NaN, 1));
    refused("a forgetting in (0, 1]", () -> LinearShapes.own(TWO, List.of(1), 1, 0.01, 1.1));
    LinearShape good = LinearShapes.own(TWO, List.of(1), 1, 0.01, 1);
    refused("huber must lie in", () -> LinearShapes.withHuber(good, -1));
    refused(
        "give up levels, or scale steps",
        () -> LinearShapes.withLocalScale(LinearShapes.withLevels(good), 5));
  }

  @Test
  void constructor_sumsTooLarge_isRefused() {
    refused(
        "are too many, at most 2048 and 4194304",
        () -> LinearShapes.own(TWO, LinearShapes.lags(2049), 1, 0.01, 1));
    refused("are too many", () -> LinearShapes.own(TWO, LinearShapes.lags(2048), 1, 0.01, 1));
  }

  /** With one lag nearly all of the sums are the model's, and a shape is written beside it. */
  @Test
  void requireRoom_modelOfTheLargestSums_fitsOrIsRefused() throws InvalidArtifactException {
    FeatureSchema sixteen = FeatureSchema.ofNumbers("abcdefghijklmnop".split(""));

    // 16 equations of 4 + 4 × 65,535 numbers are exactly what sums may hold.
    LinearShape tooLarge = LinearShapes.own(sixteen, List.of(1), 65_535, 0.01, 1);
    refused(
        "would have 16777259 bytes, at most 16777216 are sent",
        () -> LinearModel.requireRoom(tooLarge));
    refused(
        "sums of 4194368 numbers are too many",
        () -> LinearShapes.own(sixteen, List.of(1), 65_536, 0.01, 1));

    int horizon = 65_534;
    LinearShape largest = LinearShapes.own(sixteen, List.of(1), horizon, 0.01, 1);
    assertThat(LinearModel.requireRoom(largest)).isEqualTo(largest);
    LinearModel model =
        new LinearModel(
            largest,
            new double[16][horizon],
            new double[16][horizon],
            Optional.of(new float[16][horizon]));
    byte[] bytes = model.toBytes();
    assertThat(bytes.length).isEqualTo(16_777_003).isLessThanOrEqualTo(LinearModel.MAX_BYTES);
    assertThat(LinearModel.read(bytes)).isEqualTo(model);
  }

  @Test
  void requireRoom_wordsThatTheModelHasNoRoomFor_areRefused() {
    List<String> words = IntStream.range(0, 300).mapToObj(i -> i + "x".repeat(60_000)).toList();
    FeatureSchema wordy =
        FeatureSchema.of(List.of(Feature.number("a"), Feature.category("c", words)));
    LinearShape shape = LinearShapes.own(wordy, List.of(1), 1, 0.01, 1);

    refused("bytes, at most 16777216", () -> LinearModel.requireRoom(shape));
  }

  /** What there is room for is read again, however short words are. */
  @Test
  void requireRoom_veryManyWords_fitAndAreRead() throws InvalidArtifactException {
    List<String> words = IntStream.range(0, 300_000).mapToObj(Integer::toString).toList();
    FeatureSchema wordy =
        FeatureSchema.of(List.of(Feature.number("a"), Feature.category("c", words)));
    LinearShape shape = LinearModel.requireRoom(LinearShapes.own(wordy, List.of(1), 1, 0.01, 1));
    LinearModel model =
        new LinearModel(shape, new double[1][1], new double[1][1], Optional.empty());

    assertThat(LinearModel.read(model.toBytes())).isEqualTo(model);
  }

  @Test
  void constructor_onlyCategoriesAsTargets_isRefused() {
    FeatureSchema category = FeatureSchema.of(List.of(Feature.category("c", List.of("x"))));

    refused("a target that is a number", () -> LinearShapes.own(category, List.of(1), 1, 0.01, 1));
  }

  private static void refused(
      String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable making) {
    assertThatIllegalArgumentException().isThrownBy(making).withMessageContaining(message);
  }
}
