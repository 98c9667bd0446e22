package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.TrainingSample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

final class OfflineTrainingTest {
  @Test
  void samples_gapFillOfTheStream_isThatOfTheFile() {
    Configuration configuration =
        new Configuration(
            Map.of(
                "features", "x",
                "window.steps", "2",
                "history.minimum", "2",
                "window.max.age", "3d",
                "step.interval", "1d",
                "gap.fill", "linear"));
    List<SeriesVector> days =
        IntStream.range(0, 10)
            .filter(day -> day != 5)
            .mapToObj(day -> new FeatureVector(Duration.ofDays(day).toMillis(), new float[] {day}))
            .map(vector -> new SeriesVector("k", vector))
            .toList();

    List<TrainingSample> samples =
        OfflineTraining.samples(configuration, configuration.schema(), days);

    // What was filled stands in windows, and neither ends nor follows one.
    assertThat(samples)
        .extracting(sample -> sample.window().value(0, 0), sample -> sample.following().value(0, 0))
        .containsExactly(
            Tuple.tuple(0f, 2f),
            Tuple.tuple(1f, 3f),
            Tuple.tuple(2f, 4f),
            Tuple.tuple(5f, 7f),
            Tuple.tuple(6f, 8f),
            Tuple.tuple(7f, 9f));
  }

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

    assertThatThrownBy(() -> OfflineTraining.lesson(configuration, configuration.schema(), hours))
        .hasMessageStartingWith("nothing to learn from: 100 vectors make no window")
        .hasMessageContaining("step.interval is PT10M and gap.limit is 3")
        .hasMessageNotContaining("window.max.age");
  }

  @Test
  void lesson_everyVectorBehindASilence_namesTheRetention() {
    Configuration configuration =
        new Configuration(Map.of("features", "x", "window.steps", "1", "window.max.age", "1h"));
    List<SeriesVector> days = every(Duration.ofDays(1), day -> new float[] {day});

    assertThatThrownBy(() -> OfflineTraining.lesson(configuration, configuration.schema(), days))
        .hasMessageContaining("without a silence of more than PT1H between")
        .hasMessageEndingWith("raise window.retention");
  }

  @Test
  void lesson_noVectorWhole_namesWhatIsDoneWithMissingValues() {
    Configuration configuration = new Configuration(Map.of("features", "x,y", "window.steps", "2"));
    List<SeriesVector> hours = every(Duration.ofHours(1), hour -> new float[] {hour, Float.NaN});

    assertThatThrownBy(() -> OfflineTraining.lesson(configuration, configuration.schema(), hours))
        .hasMessageContaining("values are missing, missing.fill is off");
  }

  /** Nothing fills such rows, so nobody is told to have them filled. */
  @Test
  void lesson_mostRowsWithoutAnyValue_asksForMoreData() {
    Configuration configuration = new Configuration(Map.of("features", "x", "window.steps", "24"));
    List<SeriesVector> hours =
        every(Duration.ofHours(1), hour -> new float[] {hour < 20 ? hour : Float.NaN});

    assertThatThrownBy(() -> OfflineTraining.lesson(configuration, configuration.schema(), hours))
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

    OfflineTraining.Lesson lesson =
        OfflineTraining.lesson(configuration, configuration.schema(), rain);

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

    assertThatThrownBy(() -> OfflineTraining.lesson(configuration, configuration.schema(), huge))
        .hasMessageStartingWith("nothing to learn from: each of 98 samples is refused")
        .hasMessageContaining("up to 1.12589991E15 were expected, found 1.0E20: give values in");
  }

  /** A hundred vectors of one series. */
  private static List<SeriesVector> every(Duration step, IntFunction<float[]> values) {
    return IntStream.range(0, 100)
        .mapToObj(i -> new FeatureVector(step.multipliedBy(i).toMillis(), values.apply(i)))
        .map(vector -> new SeriesVector("k", vector))
        .toList();
  }
}
