package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.StepInputs;
import io.tplus1.rnn.kernel.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Networks that forecast changes: {@code x[t+h] = x[t] + s × mean of the members}, s being the
 * target's local scale. For members whose outputs are added to a linear expert's forecast, that
 * stands in the place of {@code x[t]}. Immutable; a session belongs to one thread.
 */
final class StepForecaster implements Forecaster {
  private final String hash;
  private final ModelManifest manifest;
  private final List<Kernel> members;
  private final StepEncoder encoder;
  private final int[] targets;
  private final LinearForecaster linear;
  private final float linearShare;

  /**
   * @param members each reads {@code encoder.columns()} values a step and puts out the changes of
   *     all horizons, of one target if the network is shared, else {@code [horizon][targets]}
   * @param linear to whose forecasts members' outputs are added, as the manifest says; null where
   *     it says none
   */
  StepForecaster(
      String hash, ModelManifest manifest, List<Kernel> members, LinearForecaster linear) {
    this.hash = hash;
    this.manifest = manifest;
    this.members = List.copyOf(members);
    this.encoder = new StepEncoder(manifest);
    this.targets = manifest.schema().targets().stream().mapToInt(Integer::intValue).toArray();
    this.linear = linear;
    StepInputs inputs = manifest.stepInputs().orElseThrow();
    long added =
        IntStream.range(0, members.size())
            .filter(member -> inputs.base(member) == StepInputs.Base.LINEAR)
            .count();
    this.linearShare = (float) added / members.size();
  }

  @Override
  public String modelHash() {
    return hash;
  }

  @Override
  public FeatureSchema schema() {
    return manifest.schema();
  }

  @Override
  public int steps() {
    return manifest.steps();
  }

  @Override
  public int horizon() {
    return manifest.horizon();
  }

  @Override
  public String kernel() {
    return members.get(0).name();
  }

  @Override
  public Session newSession() {
    return new StepSession();
  }

  private final class StepSession implements Session {
    private final Kernel.Scratch[] scratches =
        members.stream().map(Kernel::newScratch).toArray(Kernel.Scratch[]::new);
    private final int sequence = encoder.steps() * encoder.columns();
    private final float[] inputs = new float[encoder.sequences() * sequence];
    private final float[] scales = new float[targets.length];
    private final float[] values = new float[members.get(0).outputs()];
    private final float[] sums = new float[values.length];
    private final float[] linearSays = new float[linear == null ? 0 : outputLength()];

    @Override
    public void forecast(FeatureWindow window, float[] output) {
      int steps = encoder.encode(window, inputs, 0, encoder.columns(), sequence, scales);
      if (linear != null) {
        linear.forecast(window, linearSays);
      }
      for (int q = 0; q < encoder.sequences(); q++) {
        Arrays.fill(sums, 0f);
        for (int m = 0; m < scratches.length; m++) {
          members.get(m).forward(inputs, q * sequence, steps, scratches[m], values);
          for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i];
          }
        }
        write(window, q, output);
      }
    }

    /** The changes of one sequence, at their targets. */
    private void write(FeatureWindow window, int sequenceIndex, float[] output) {
      boolean shared = encoder.sequences() == targets.length;
      int each = shared ? 1 : targets.length;
      for (int h = 0; h < manifest.horizon(); h++) {
        for (int i = 0; i < each; i++) {
          int target = sequenceIndex + i;
          float change = sums[h * each + i] / scratches.length;
          // 0 × infinity would be NaN; where nothing ever changed, the last value stands.
          float scaled = scales[target] > 0 ? scales[target] * change : 0f;
          output[h * targets.length + target] = base(window, h, target) + scaled;
        }
      }
    }

    /** What is added to, mean over the members. */
    private float base(FeatureWindow window, int h, int target) {
      float last = window.last(targets[target]);
      return linear == null
          ? last
          : last + linearShare * (linearSays[h * targets.length + target] - last);
    }
  }
}
