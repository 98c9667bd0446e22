package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.learn.SequenceBatch;
import java.util.List;

/**
 * Samples of a network that reads vectors and puts out vectors: one sequence each, scaled, and the
 * loss at the last step. Inputs are cut as they are served, by {@link InputEncoder}; scaled targets
 * where the manifest says, so that one outlier moves the weights no more than a large value would.
 * What is in its own units, as of a network that was trained elsewhere, is cut where no unit could
 * be meant.
 */
final class VectorSamples implements SampleEncoder {
  /** Its square is still exact enough to be learnt from. */
  static final float LIMIT_OF_ANY_UNIT = 1e9f;

  private final FeatureSchema schema;
  private final int steps;
  private final int horizon;
  private final InputEncoder encoder;
  private final OutputLayout layout;
  private final float inputLimit;
  private final float targetLimit;

  /**
   * @param encoder writes what the network reads
   */
  VectorSamples(ModelManifest manifest, InputEncoder encoder) {
    this.schema = manifest.schema();
    this.steps = manifest.steps();
    this.horizon = manifest.rowsAtOnce();
    this.encoder = encoder;
    this.layout = new OutputLayout(schema, manifest.targetScaling(), true, true);
    // A network that was trained elsewhere may put out values of any unit, and read them.
    this.targetLimit =
        manifest.targetScaling().isIdentity() ? LIMIT_OF_ANY_UNIT : manifest.targetLimit();
    // An embedding reads row 0 for an unknown id.
    this.inputLimit = encoder.ids() ? Float.MAX_VALUE : LIMIT_OF_ANY_UNIT;
  }

  @Override
  public int inputs() {
    return encoder.columns();
  }

  @Override
  public int outputs() {
    return horizon * layout.width();
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
      labels(samples.get(j), batch, (longest - 1) * rows + j);
    }
  }

  private void labels(TrainingSample sample, SequenceBatch batch, int row) {
    if (!known(sample.following())) {
      return;
    }
    int at = row * outputs();
    for (int h = 0; h < horizon; h++) {
      layout.encode(sample.following(), h, batch.targets(), at + h * layout.width());
    }
    limit(batch.targets(), at, outputs(), targetLimit);
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
      values[i] = SampleEncoder.within(values[i], limit);
    }
  }
}
