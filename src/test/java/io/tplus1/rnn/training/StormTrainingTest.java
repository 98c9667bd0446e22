package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.CsvSettings;
import io.tplus1.csv.CsvVectors;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.score.ErrorSums;
import io.tplus1.train.SampleFilling;
import io.tplus1.train.SampleWindows;
import io.tplus1.train.TrainingSamples;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Real storms: learnt from those before 1995, forecast those from 1995 on.
 *
 * <p>With this seed the RMSE of lat, long, wind and pressure is 0.58, 1.11, 5.03 and 3.36, that of
 * persistence 0.89, 1.47, 5.84 and 3.79. Short windows are learnt from too, left-padded: a storm is
 * young before it is old.
 */
class StormTrainingTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.ofNumbers("lat", "long", "wind", "pressure");
  private static final long BORDER = Instant.parse("1995-01-01T00:00:00Z").toEpochMilli();

  @Test
  void train_stormsBefore1995_beatsPersistenceFrom1995On()
      throws IOException, InvalidArtifactException {
    List<SeriesVector> vectors = vectors();
    TrainingSamples cutter =
        new TrainingSamples(
            new SampleWindows(6, 1, 2, Duration.ofDays(3), Duration.ofDays(3)),
            SampleFilling.none(SCHEMA));
    TrainingSamples.HoldOut learnt =
        TrainingSamples.holdOut(cutter.cut(TrainingSamples.before(vectors, BORDER)), 0.15);
    List<TrainingSample> scored =
        cutter.cut(vectors.stream().filter(one -> one.vector().timeMs() >= BORDER).toList());

    ModelArtifact artifact =
        new RnnTrainer()
            .train(
                Tasks.of(SCHEMA, 6, 1),
                TestTasks.settings()
                    .hidden(16)
                    .rmsProp(0.003)
                    .epochs(10)
                    .patience(3)
                    .seed(1)
                    .build(),
                learnt.training(),
                learnt.validation(),
                TestTasks.SILENT);

    Forecaster forecaster = new RnnModelLoader().load(artifact);
    float[][] forecasts = TestTasks.forecasts(forecaster, scored);
    ErrorSums errors = new ErrorSums(SCHEMA);
    for (int i = 0; i < forecasts.length; i++) {
      float[] actual = scored.get(i).following().toArray()[0];
      float[][] window = scored.get(i).window().toArray();
      errors.add(actual, forecasts[i], 0, window[window.length - 1]);
    }
    // Found: .65, .75, .86 and .89; other processors add up in other orders.
    Map.of("lat", 0.75, "long", 0.85, "wind", 0.93, "pressure", 0.95)
        .forEach(
            (feature, most) ->
                assertThat(errors.rmse().get(feature))
                    .as("RMSE of %s", feature)
                    .isLessThan(most * errors.persistenceRmse().get(feature)));
  }

  private static List<SeriesVector> vectors() throws IOException {
    try (Reader reader =
        new InputStreamReader(
            CsvVectors.class.getResourceAsStream("/io/tplus1/demo/storms.csv"),
            StandardCharsets.UTF_8)) {
      return CsvVectors.read(
              "storms.csv",
              reader,
              new CsvSettings(
                  false,
                  Optional.of("key"),
                  Optional.of("ts"),
                  "iso",
                  Duration.ofHours(6),
                  "NA",
                  MissingValues.NONE),
              SCHEMA)
          .vectors();
    }
  }
}
