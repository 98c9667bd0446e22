package io.tplus1.lesson;

import io.tplus1.config.HygieneSettings;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.TrainingSample;
import io.tplus1.train.SampleFilling;
import io.tplus1.train.SampleWindows;
import io.tplus1.train.TrainingSamples;
import java.util.List;

/**
 * Cuts recorded series into samples with a stream's own settings.
 *
 * @param schema complete with vocabularies
 */
public record RecordedSamples(
    FeatureSchema schema, WindowSettings windows, HygieneSettings hygiene) {

  /**
   * The samples that the stream would have seen, in time order; with all of a window also where the
   * stream, which holds no more than {@code window.retention}, would have had less of it.
   */
  public List<TrainingSample> cut(List<SeriesVector> vectors) {
    SampleWindows cut =
        new SampleWindows(
            windows.steps(),
            windows.horizon(),
            windows.historyMinimum(),
            windows.maxAge(),
            windows.heldBack());
    SampleFilling filling = hygiene.filling(schema, new StepInterval(windows.interval()));
    return new TrainingSamples(cut, filling).cut(vectors);
  }
}
