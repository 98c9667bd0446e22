package io.tplus1.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LessonTest {
  @Test
  void lesson_gapsLeaveNoSample_namesWhatMakesThemAndNotTheAge() {
    Configuration configuration =
        new Configuration(
            Map.of(
                "features", "x",
                "window.max.age", "24h",
                "step.interval", "10m",
                "gap.fill", "linear",
                "gap.limit", "3"));
    List<SeriesVector> hours = every(Duration.ofHours(1), hour -> new float[] {hour});

    assertThatThrownBy(() -> lesson(configuration, hours))
        .hasMessageStartingWith("nothing to learn from: 100 vectors make no window")
        .hasMessageContaining("step.interval is 10m and gap.limit is 3")
        .hasMessageNotContaining("window.max.age");
  }

  @Test
  void lesson_everyVectorBehindASilence_namesTheRetention() {
    Configuration configuration =
        new Configuration(Map.of("features", "x", "window.steps", "1", "window.max.age", "1h"));
    List<SeriesVector> days = every(Duration.ofDays(1), day -> new float[] {day});

    assertThatThrownBy(() -> lesson(configuration, days))
        .hasMessageContaining("without a silence of more than 1h between")
        .hasMessageEndingWith("raise window.retention");
  }

  @Test
  void lesson_noVectorWhole_namesWhatIsDoneWithMissingValues() {
    Configuration configuration = new Configuration(Map.of("features", "x,y", "window.steps", "2"));
    List<SeriesVector> hours = every(Duration.ofHours(1), hour -> new float[] {hour, Float.NaN});

    assertThatThrownBy(() -> lesson(configuration, hours))
        .hasMessageContaining("values are missing, missing.fill is off");
  }

  /** Nothing fills such rows, so nobody is told to have them filled. */
  @Test
  void lesson_mostRowsWithoutAnyValue_asksForMoreData() {
    Configuration configuration = new Configuration(Map.of("features", "x", "window.steps", "24"));
    List<SeriesVector> hours =
        every(Duration.ofHours(1), hour -> new float[] {hour < 20 ? hour : Float.NaN});

    assertThatThrownBy(() -> lesson(configuration, hours))
        .hasMessageContaining("give more data")
        .hasMessageNotContaining("missing.fill");
  }

  /** Nothing is out of proportion to a feature that hardly ever changes. */
  @Test
  void lesson_valueThatTheStreamRefuses_isNotLearnt() {
    Configuration configuration = new Configuration(Map.of("features", "x", "window.steps", "2"));
    List<SeriesVector> rain =
        every(
            Duration.ofHours(1), hour -> new float[] {hour == 50 ? 1e30f : hour % 10 == 9 ? 1 : 0});

    Lesson lesson = lesson(configuration, rain);

    assertThat(lesson.refused()).isEqualTo(3);
    assertThat(lesson.refusal().orElseThrow()).endsWith("found 1.0E30");
    assertThat(lesson.leftOut()).isZero();
    assertThat(lesson.parts().training().size() + lesson.parts().validation().size())
        .isEqualTo(98 - 3);
    assertThat(lesson.parts().training())
        .allMatch(sample -> sample.window().last(0) <= 1 && sample.following().value(0, 0) <= 1);
  }

  @Test
  void lesson_everyValueIsRefused_saysWhich() {
    Configuration configuration = new Configuration(Map.of("features", "x", "window.steps", "2"));
    List<SeriesVector> huge = every(Duration.ofHours(1), hour -> new float[] {(1 + hour) * 1e20f});

    assertThatThrownBy(() -> lesson(configuration, huge))
        .hasMessageStartingWith("nothing to learn from: each of 98 samples is refused")
        .hasMessageContaining("up to 1.12589991E15 were expected, found 1.0E20: give values in");
  }

  private static Lesson lesson(Configuration configuration, List<SeriesVector> vectors) {
    return Lesson.of(
        vectors,
        new RecordedSamples(
            configuration.schema(), configuration.windows(), configuration.hygiene()),
        configuration.csv(),
        configuration.validationFraction());
  }

  /** A hundred vectors of one series. */
  private static List<SeriesVector> every(Duration step, IntFunction<float[]> values) {
    return IntStream.range(0, 100)
        .mapToObj(i -> new FeatureVector(step.multipliedBy(i).toMillis(), values.apply(i)))
        .map(vector -> new SeriesVector("k", vector))
        .toList();
  }
}
