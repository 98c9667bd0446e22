package io.tplus1.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** What a client asks a score. */
class WireScoreTest {
  @Test
  void score_errorOfACategory_isRefused() {
    WireScore score =
        new WireScore(
            "k",
            2,
            1,
            1,
            "OK",
            "m",
            new int[] {3, 1},
            new float[] {2, 20},
            new float[] {0.1f, 0.2f, 0.7f, 21},
            new float[] {1, 18},
            new float[] {Float.NaN, 3});

    assertThat(score.error(1)).isEqualTo(1);
    assertThat(score.persistenceError(1)).isEqualTo(-2);
    assertThat(score.hasInterval(0)).isFalse();
    assertThat(score.isInside(1)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> score.hasInterval(2))
        .withMessageContaining("targets 0 to 1");
    for (ToDoubleFunction<Integer> asked :
        List.<ToDoubleFunction<Integer>>of(
            score::error, score::persistenceError, target -> score.isInside(target) ? 1 : 0)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> asked.applyAsDouble(0))
          .withMessageContaining("target 0 is a category");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> asked.applyAsDouble(2))
          .withMessageContaining("targets 0 to 1");
    }
  }

  /** {@code interval.coverage=0}. */
  @Test
  void score_withoutIntervals_isInsideNone() {
    WireScore score =
        new WireScore(
            "k",
            2,
            1,
            1,
            "OK",
            "m",
            new int[] {1},
            new float[] {20},
            new float[] {20},
            new float[] {18},
            new float[0]);

    assertThat(score.hasInterval(0)).isFalse();
    assertThat(score.isInside(0)).isFalse();
    for (int none : new int[] {-1, 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> score.hasInterval(none))
          .withMessageContaining("targets 0 to 0, found " + none);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> score.isInside(none))
          .withMessageContaining("targets 0 to 0, found " + none);
    }
  }
}
