package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WindowRingTest {
  /** Stands among the gaps for a clear. */
  private static final long CLEAR = -1;

  @Test
  void append_moreThanCapacity_keepsTheNewest() {
    WindowRing ring = new WindowRing(2, 1, Long.MAX_VALUE);
    for (int i = 1; i <= 7; i++) {
      ring.append(i, new float[] {i});
    }

    assertThat(ring.window().toArray()).isDeepEqualTo(new float[][] {{6}, {7}});
  }

  @Test
  void append_vectorExactlyMaxAgeOld_stays() {
    WindowRing ring = new WindowRing(3, 1, 10);
    ring.append(0, new float[] {0});
    ring.append(10, new float[] {1});
    assertThat(ring.count()).isEqualTo(2);

    ring.append(11, new float[] {2});
    assertThat(ring.window().toArray()).isDeepEqualTo(new float[][] {{1}, {2}});
  }

  @Test
  void append_notNewerThanTheNewest_isRefusedAndChangesNothing() {
    WindowRing ring = new WindowRing(2, 1, 10);
    ring.append(5, new float[] {1});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring.append(5, new float[] {2}))
        .withMessageContaining("newer than the newest, 5, found 5");
    assertThatIllegalArgumentException().isThrownBy(() -> ring.append(4, new float[] {2}));
    assertThat(ring.window().toArray()).isDeepEqualTo(new float[][] {{1}});
  }

  @Test
  void append_otherLength_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WindowRing(2, 2, 10).append(1, new float[] {2}))
        .withMessageContaining("2 values, found 1");
  }

  @Test
  void lastTimeMs_empty_isRefused() {
    WindowRing ring = new WindowRing(2, 1, 10);
    ring.append(1, new float[1]);
    ring.clear();

    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(ring::lastTimeMs);
    assertThat(ring.window().steps()).isZero();
  }

  @Test
  void constructor_impossibleSizes_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new WindowRing(0, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new WindowRing(1, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new WindowRing(1, 1, -1));
  }

  @Property(tries = 500, seed = "20261124")
  void append_anyTimesAndClears_equalsTheNaiveModel(
      @ForAll @IntRange(min = 1, max = 9) int capacity,
      @ForAll @IntRange(min = 1, max = 3) int features,
      @ForAll @LongRange(max = 40) long maxAgeMs,
      @ForAll("gaps") List<Long> gaps) {
    WindowRing ring = new WindowRing(capacity, features, maxAgeMs);
    List<FeatureVector> naive = new ArrayList<>();
    long time = 0;
    float next = 1;
    for (long gap : gaps) {
      if (gap == CLEAR) {
        ring.clear();
        naive.clear();
      } else {
        time += gap;
        float[] values = new float[features];
        for (int f = 0; f < features; f++) {
          values[f] = next++;
        }
        ring.append(time, values);
        naive.add(new FeatureVector(time, values));
        long oldest = time - maxAgeMs;
        naive.removeIf(vector -> vector.timeMs() < oldest);
        while (naive.size() > capacity) {
          naive.remove(0);
        }
        assertThat(ring.lastTimeMs()).isEqualTo(time);
      }
      assertThat(ring.count()).isEqualTo(naive.size());
      assertThat(ring.window().toVectors()).containsExactlyElementsOf(naive);
    }
  }

  @Provide
  Arbitrary<List<Long>> gaps() {
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(30, Arbitraries.longs().between(1, 12)),
            net.jqwik.api.Tuple.of(2, Arbitraries.longs().between(30, 100)),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(CLEAR)))
        .list()
        .ofMaxSize(80);
  }
}
