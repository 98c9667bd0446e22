package io.tplus1.topology.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentChangesTest {
  private static final FeatureSchema SCHEMA =
      new FeatureSchema(
          List.of(Feature.number("a"), Feature.category("c", List.of("u")), Feature.number("b")),
          List.of(0, 1, 2),
          List.of(1, 2));

  private static FeatureWindow window(float... ofB) {
    return FeatureWindow.of(
        IntStream.range(0, ofB.length)
            .mapToObj(i -> new FeatureVector(i, new float[] {i * i, i % 2, ofB[i]}))
            .toArray(FeatureVector[]::new));
  }

  @Test
  void of_someVectors_newestChangesCountMost() {
    float[] changes = new RecentChanges(SCHEMA).of(window(1, 3, 0, 0));

    assertThat(changes[0]).as("of a category").isNaN();
    assertThat(changes[1])
        .isEqualTo((float) ((0 + .8 * 3 + .64 * 2) / (1 + .8 + .64)), within(1e-6f));
  }

  @Test
  void of_oneVector_nobodyKnows() {
    assertThat(new RecentChanges(SCHEMA).of(window(1))).containsOnly(Float.NaN);
  }

  @Test
  void of_longWindow_forgetsTheFirst() {
    float[] values = new float[40];
    values[0] = 1e6f;

    assertThat(new RecentChanges(SCHEMA).of(window(values))[1]).isZero();
  }
}
