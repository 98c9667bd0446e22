package io.tplus1.topology.retrain;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.topology.state.RowLayout;
import java.util.BitSet;

/**
 * Reads in the rows of a sample's window what of them was filled: the form of samples says nothing
 * of what columns behind the features mean. Both topologies must mean the same. Immutable.
 */
final class SampleRows {
  private final RowLayout now;

  private SampleRows(RowLayout now) {
    this.now = now;
  }

  /** Rows as these settings have them. */
  static SampleRows of(ForecastSettings settings, FeatureSchema schema) {
    return new SampleRows(RowLayout.of(schema, settings));
  }

  /** Kinds of columns behind the features of rows as the settings of now have them. */
  int kinds() {
    return now.kinds();
  }

  /**
   * The same sample, with the steps that teach nothing; one with other rows as it is.
   *
   * @param kinds of its rows' columns behind the features
   */
  TrainingSample read(TrainingSample sample, int kinds) {
    RowLayout rows = kinds == now.kinds() ? now : now.ofKinds(kinds);
    FeatureWindow window = sample.window();
    if (!rows.marked() || window.features() != rows.width()) {
      return sample;
    }
    BitSet madeUp = new BitSet();
    BitSet targetFilled = new BitSet();
    for (int step = 0; step < window.steps(); step++) {
      madeUp.set(step, rows.isMadeUp(window, step));
      targetFilled.set(step, rows.isTargetFilled(window, step, 1));
    }
    return targetFilled.isEmpty()
        ? sample
        : new TrainingSample(
            sample.series(),
            window,
            sample.following(),
            sample.weight(),
            TrainingSample.withoutLoss(
                madeUp, targetFilled, 0, window.steps(), sample.following().steps()));
  }
}
