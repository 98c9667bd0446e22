package io.tplus1.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.TrainingSample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

final class RecordedSamplesTest {
  @Test
  void cut_gapFillOfTheStream_isThatOfTheFile() {
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
        new RecordedSamples(
                configuration.schema(), configuration.windows(), configuration.hygiene())
            .cut(days);

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
}
