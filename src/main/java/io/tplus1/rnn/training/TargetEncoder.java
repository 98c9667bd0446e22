package io.tplus1.rnn.training;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.StepEncoder;
import java.util.List;

/**
 * What a network of vectors should have put out for a sample: {@code
 * float[horizon][schema.outputWidth()]} row-major, numbers scaled, categories one-hot. Both
 * trainers learn by this, and watch their loss by it. Immutable and thread-safe.
 *
 * <p>Scaled numbers are cut where the manifest says, so that one absurd value moves the weights no
 * more than a large one would; numbers in their own units, as of a network that was trained
 * elsewhere, where no unit could be meant.
 */
final class TargetEncoder {
  private final int[] fields;
  private final int[] widths;
  private final boolean[] categories;
  private final int rowWidth;
  private final int horizon;
  private final Scaling scaling;
  private final float limit;

  TargetEncoder(ModelManifest manifest) {
    FeatureSchema schema = manifest.schema();
    List<Integer> targets = schema.targets();
    this.fields = targets.stream().mapToInt(Integer::intValue).toArray();
    this.widths = new int[fields.length];
    this.categories = new boolean[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Feature feature = schema.feature(fields[i]);
      widths[i] = feature.width();
      categories[i] = feature.isCategory();
    }
    this.rowWidth = schema.outputWidth();
    this.horizon = manifest.rowsAtOnce();
    this.scaling = manifest.targetScaling();
    this.limit = scaling.isIdentity() ? Limits.OF_ANY_UNIT : manifest.targetLimit();
  }

  /** Values of all horizons of one sample. */
  int width() {
    return horizon * rowWidth;
  }

  /**
   * Writes those of one sample to {@code out} from {@code at}.
   *
   * @param following at least the vectors that the network forecasts; ids of categories must fit
   */
  void encode(FeatureWindow following, float[] out, int at) {
    for (int h = 0; h < horizon; h++) {
      row(following, h, out, at + h * rowWidth);
    }
  }

  private void row(FeatureWindow following, int step, float[] out, int at) {
    int column = at;
    for (int i = 0; i < fields.length; i++) {
      float raw = following.value(step, fields[i]);
      if (categories[i]) {
        for (int k = 0; k < widths[i]; k++) {
          out[column + k] = 0f;
        }
        out[column + (int) raw] = 1f;
      } else {
        out[column] = StepEncoder.within(scaling.scale(i, raw), limit);
      }
      column += widths[i];
    }
  }
}
