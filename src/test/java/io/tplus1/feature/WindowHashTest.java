package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowHashTest {
  private static FeatureWindow window(long firstMs, float... values) {
    FeatureVector[] vectors = new FeatureVector[values.length / 2];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = new FeatureVector(firstMs + i, new float[] {values[2 * i], values[2 * i + 1]});
    }
    return FeatureWindow.of(vectors);
  }

  /** Receipts are kept: the hash of a window must stay what it is. */
  @Test
  void of_knownWindow_isAsItWas() {
    assertThat(WindowHash.of(window(5, 1, 2, 3, Float.NaN))).isEqualTo("f18e1a480b4a896f");
  }

  @Test
  void of_sameWindowInARing_isTheSame() {
    WindowRing ring = new WindowRing(2, 2, 100);
    for (int i = 0; i < 5; i++) {
      ring.append(i, new float[] {i, -i});
    }

    assertThat(WindowHash.of(ring.window())).isEqualTo(WindowHash.of(window(3, 3, -3, 4, -4)));
  }

  @Test
  void of_windowsThatDifferInAValueOrATime_differ() {
    Random random = new Random(20261124);
    Set<String> hashes = new HashSet<>();
    for (int a = 0; a < 100; a++) {
      for (int b = 0; b < 100; b++) {
        hashes.add(WindowHash.of(window(random.nextInt(4), a, b, 7, 7)));
        hashes.add(WindowHash.of(window(random.nextInt(4) + 4, 7, 7, a, b)));
      }
    }

    assertThat(hashes).hasSize(20_000);
  }
}
