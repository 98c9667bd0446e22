package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.StepEncoder;
import io.tplus1.rnn.learn.SequenceBatch;
import java.util.List;

/**
 * Samples of a network with step inputs: a sequence per target (or one of all), and at every step
 * from {@code lossFrom} on the changes that followed it, {@code (x[t+h] − x[t]) / s}, s being the
 * local scale at the window's end. Where outputs are added to the forecasts of a linear expert,
 * what it forecast from that step takes the place of {@code x[t]}. A step that was made up, or that
 * filled targets follow, has no loss. Changes are cut at {@value #TARGET_CLIPS} times the clip of
 * the inputs, so that one outlier moves the weights no more than a large change would.
 *
 * <p>A target that stands still, and always did, has no unit. Alone in its sequence it is not
 * learnt from; beside others its changes are 0, as its forecast is whatever the network says.
 */
final class StepSamples implements SampleEncoder {
  static final int TARGET_CLIPS = 4;

  private final StepEncoder encoder;
  private final StepInputs inputs;
  private final int[] targets;
  private final int features;
  private final int horizon;

  StepSamples(ModelManifest manifest) {
    this.encoder = new StepEncoder(manifest);
    this.inputs = manifest.stepInputs().orElseThrow();
    this.targets = manifest.schema().targets().stream().mapToInt(Integer::intValue).toArray();
    this.features = manifest.schema().size();
    this.horizon = manifest.horizon();
  }

  @Override
  public int inputs() {
    return encoder.columns();
  }

  @Override
  public int outputs() {
    return horizon * (inputs.shared() ? 1 : targets.length);
  }

  @Override
  public int steps() {
    return encoder.steps();
  }

  @Override
  public int sequences() {
    return encoder.sequences();
  }

  @Override
  public int lossSteps() {
    return inputs.steps() - inputs.lossFrom() + 1;
  }

  @Override
  public boolean fits(FeatureWindow window, FeatureWindow following) {
    return window.features() >= features
        && following.features() >= features
        && following.steps() >= horizon;
  }

  @Override
  public void encode(
      List<TrainingSample> samples, LinearForecaster base, SequenceBatch batch, Loss loss) {
    int steps = 0;
    for (TrainingSample sample : samples) {
      steps = Math.max(steps, encoder.steps(sample.window()));
    }
    int sequences = encoder.sequences();
    int rows = samples.size() * sequences;
    batch.resize(steps, rows);
    int columns = encoder.columns();
    float[] scales = new float[targets.length];
    float[] from = new float[horizon * targets.length];
    for (int j = 0; j < samples.size(); j++) {
      TrainingSample sample = samples.get(j);
      int padding = steps - encoder.steps(sample.window());
      int first = j * sequences;
      encoder.encode(
          sample.window(),
          batch.inputs(),
          (padding * rows + first) * columns,
          rows * columns,
          columns,
          scales);
      for (int q = 0; q < sequences; q++) {
        batch.starts()[first + q] = padding;
      }
      int lossFrom = loss == Loss.FORECAST ? steps - 1 : steps - lossSteps();
      for (int step = Math.max(padding, lossFrom); step < steps; step++) {
        int row = sample.window().steps() - steps + step;
        if (sample.hasLoss(row)) {
          from(sample.window(), row, base, from);
          changes(sample, row, from, scales, batch, batch.lossRow(step, first));
        }
      }
    }
  }

  /** What changes after a row are counted from, {@code float[horizon][targets]}. */
  private void from(FeatureWindow window, int row, LinearForecaster base, float[] from) {
    if (base != null) {
      base.forecast(window.part(0, row + 1), from);
      return;
    }
    for (int i = 0; i < from.length; i++) {
      from[i] = window.value(row, targets[i % targets.length]);
    }
  }

  /** Writes what followed one row of the window, from the batch's loss row {@code at} on. */
  private void changes(
      TrainingSample sample, int row, float[] from, float[] scales, SequenceBatch batch, int at) {
    float weight = SampleEncoder.weight(sample);
    if (inputs.shared()) {
      for (int i = 0; i < targets.length; i++) {
        boolean known =
            change(sample, row, i, from, scales[i], batch.targets(), (at + i) * horizon, 1);
        batch.weights()[at + i] = known && StepEncoder.unit(scales[i]) > 0 ? weight : 0f;
      }
      return;
    }
    boolean known = true;
    boolean moves = false;
    int first = at * outputs();
    for (int i = 0; i < targets.length; i++) {
      known &= change(sample, row, i, from, scales[i], batch.targets(), first + i, targets.length);
      moves |= StepEncoder.unit(scales[i]) > 0;
    }
    batch.weights()[at] = known && moves ? weight : 0f;
  }

  /**
   * Writes the changes of one target over all horizons; 0 where the scale is no unit.
   *
   * @return whether all are finite
   */
  private boolean change(
      TrainingSample sample,
      int row,
      int target,
      float[] from,
      float scale,
      float[] out,
      int at,
      int stride) {
    FeatureWindow window = sample.window();
    float unit = StepEncoder.unit(scale);
    float limit = TARGET_CLIPS * inputs.clip();
    boolean known = true;
    for (int h = 1; h <= horizon; h++) {
      int ahead = row + h;
      float then =
          ahead < window.steps()
              ? window.value(ahead, targets[target])
              : sample.following().value(ahead - window.steps(), targets[target]);
      float change = (then - from[(h - 1) * targets.length + target]) * unit;
      known &= Float.isFinite(change);
      out[at + (h - 1) * stride] = StepEncoder.within(change, limit);
    }
    return known;
  }
}
