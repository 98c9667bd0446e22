package io.tplus1.topology.forecast;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.MixPlan;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Learnt;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes one forecast of those of all experts. Owned by one stream thread.
 *
 * <p>Whoever knows the experts' forecasts and the weights, which are floats, gets the same forecast
 * to the bit: {@code (float) (Σ w f / Σ w)} in doubles, in the order of the roster, over those
 * whose forecast is finite. Where nobody's is, it is the last value.
 */
public final class Mixing {
  /**
   * What came of it.
   *
   * @param values {@code float[horizon][outputWidth]}, row-major, raw units
   * @param weights {@code float[groups][targets][experts]}
   */
  public record Mixed(float[] values, float[][][] weights) {}

  /** Mixes what experts said. */
  public interface Mixer {
    /**
     * Mixes.
     *
     * @param forecasts of each expert; null for one that has none
     * @param last what stands where nobody has a forecast
     */
    Mixed mix(float[][] forecasts, float[] last);
  }

  private final FeatureSchema schema;
  private final int horizon;
  private final MixPlan plan;
  private final ExpertMix pool;

  /**
   * @param pool the mix of all series of the task; null where nothing is mixed, or by given weights
   */
  public Mixing(ForecastLayout layout, ExpertMix pool) {
    this.schema = layout.schema();
    this.horizon = layout.horizon();
    this.plan = layout.roster().mixPlan().orElse(null);
    this.pool = pool;
  }

  /** Mixes as a series has learnt to; what is stacked on the others speaks last. */
  public Mixer of(Learnt learnt, Stacking stacking) {
    return (said, last) -> {
      stacking.forecast(learnt, said);
      return mix(learnt.mix(), said, last);
    };
  }

  /**
   * Mixes.
   *
   * @param mix of the series; null if there is no expert
   * @param forecasts of each expert; null for one that has none
   * @param last what stands where nobody has a forecast
   */
  Mixed mix(ExpertMix mix, float[][] forecasts, float[] last) {
    if (mix == null) {
      return new Mixed(last, new float[0][][]);
    }
    float[][][] weights = weights(mix);
    float[] values =
        mix(
            weights,
            forecasts,
            last,
            () -> {
              float[] robust = new float[last.length];
              mix.mix(forecasts, robust, pool);
              return robust;
            });
    return new Mixed(values, weights);
  }

  private float[][][] weights(ExpertMix mix) {
    float[][][] weights = new float[plan.groups()][][];
    for (int h = 0; h < horizon; h++) {
      int group = plan.group(h);
      if (weights[group] == null) {
        weights[group] = mix.weights(h, pool);
      }
    }
    return weights;
  }

  /**
   * Whether weights are of the shape that {@link #mix(float[][][], float[][], float[], Supplier)}
   * takes.
   */
  public boolean takes(float[][][] weights) {
    int targets = schema.targets().size();
    return weights.length == plan.groups()
        && Arrays.stream(weights).allMatch(group -> group.length == targets)
        && Arrays.stream(weights)
            .flatMap(Arrays::stream)
            .allMatch(target -> target.length == plan.experts());
  }

  /**
   * Mixes with given weights.
   *
   * @param weights {@code float[groups][targets][experts]}
   * @param forecasts of each expert; null for one that has none
   * @param last what stands where nobody has a forecast
   * @param underflow asked where only those have one whose weight is too small for a float, for
   *     what stands there
   */
  public float[] mix(
      float[][][] weights, float[][] forecasts, float[] last, Supplier<float[]> underflow) {
    List<Feature> targets = schema.targetFeatures();
    float[] values = new float[horizon * schema.outputWidth()];
    float[] robust = null;
    for (int target = 0; target < targets.size(); target++) {
      int width = targets.get(target).width();
      for (int h = 0; h < horizon; h++) {
        int at = h * schema.outputWidth() + schema.outputAt(target);
        if (mix(forecasts, weights[plan.group(h)][target], at, width, values)) {
          continue;
        }
        boolean known = false;
        if (Arrays.stream(forecasts).anyMatch(one -> ExpertMix.isForecast(one, at, width))) {
          robust = robust == null ? underflow.get() : robust;
          known = Float.isFinite(robust[at]);
        }
        System.arraycopy(known ? robust : last, at, values, at, width);
      }
    }
    return values;
  }

  /** Whether anybody with a weight that a float can hold has a finite forecast. */
  private static boolean mix(
      float[][] forecasts, float[] weights, int at, int width, float[] values) {
    double total = 0;
    double[] sums = new double[width];
    for (int e = 0; e < weights.length; e++) {
      if (ExpertMix.isForecast(forecasts[e], at, width)) {
        total += weights[e];
        for (int i = 0; i < width; i++) {
          sums[i] += (double) weights[e] * forecasts[e][at + i];
        }
      }
    }
    for (int i = 0; i < width; i++) {
      values[at + i] = (float) (sums[i] / total);
    }
    return total > Float.MIN_NORMAL;
  }
}
