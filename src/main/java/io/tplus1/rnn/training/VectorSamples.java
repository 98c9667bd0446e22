package io.tplus1.rnn.training;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.InputEncoder;
import io.tplus1.rnn.StepEncoder;
import io.tplus1.rnn.learn.SequenceBatch;
import java.util.List;

/**
 * Samples of a network that reads vectors and puts out vectors: one sequence each, scaled, and the
 * loss at the last step. Inputs are cut as they are served, by {@link InputEncoder}, and, as values
 * in their own units may be any, where no unit could be meant; targets by {@link TargetEncoder}.
 */
final class VectorSamples implements SampleEncoder {
  private final FeatureSchema schema;
  private final int steps;
  private final int horizon;
  private final InputEncoder encoder;
  private final TargetEncoder targets;
  private final float inputLimit;

  /**
   * @param encoder writes what the network reads
   */
  VectorSamples(ModelManifest manifest, InputEncoder encoder) {
    this.schema = manifest.schema();
    this.steps = manifest.steps();
    this.horizon = manifest.rowsAtOnce();
    this.encoder = encoder;
    this.targets = new TargetEncoder(manifest);
    // An embedding reads row 0 for an unknown id.
    this.inputLimit = encoder.ids() ? Float.MAX_VALUE : Limits.OF_ANY_UNIT;
  }

  @Override
  public int inputs() {
    return encoder.columns();
  }

  @Override
  public int outputs() {
    return targets.width();
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public int sequences() {
    return 1;
  }

  @Override
  public int lossSteps() {
    return 1;
  }

  @Override
  public boolean fits(FeatureWindow window, FeatureWindow following) {
    return window.features() >= schema.size()
        && following.features() >= schema.size()
        && following.steps() >= horizon;
  }

  @Override
  public void encode(
      List<TrainingSample> samples, LinearForecaster base, SequenceBatch batch, Loss loss) {
    int longest = 0;
    for (TrainingSample sample : samples) {
      longest = Math.max(longest, Math.min(steps, sample.window().steps()));
    }
    int rows = samples.size();
    batch.resize(longest, rows);
    int columns = encoder.columns();
    for (int j = 0; j < rows; j++) {
      FeatureWindow window = samples.get(j).window();
      int length = Math.min(steps, window.steps());
      int padding = longest - length;
      batch.starts()[j] = padding;
      for (int s = 0; s < length; s++) {
        int at = ((padding + s) * rows + j) * columns;
        encoder.encode(window, window.steps() - length + s, batch.inputs(), at);
        limit(batch.inputs(), at, columns, inputLimit);
      }
      labels(samples.get(j), batch, batch.lossRow(longest - 1, j));
    }
  }

  private void labels(TrainingSample sample, SequenceBatch batch, int row) {
    if (!known(sample.following())) {
      return;
    }
    targets.encode(sample.following(), batch.targets(), row * targets.width());
    batch.weights()[row] = SampleEncoder.weight(sample);
  }

  private boolean known(FeatureWindow following) {
    for (int h = 0; h < horizon; h++) {
      for (int target : schema.targets()) {
        float value = following.value(h, target);
        Feature feature = schema.feature(target);
        boolean good = feature.isCategory() ? feature.isId(value) : Float.isFinite(value);
        if (!good) {
          return false;
        }
      }
    }
    return true;
  }

  private static void limit(float[] values, int at, int count, float limit) {
    for (int i = at; i < at + count; i++) {
      values[i] = StepEncoder.within(values[i], limit);
    }
  }
}
