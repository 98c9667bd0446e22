package io.tplus1.score;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Rounding;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the mixes of all series share: the experts, the targets, the horizons and the settings.
 * Immutable; one per application.
 *
 * <p>An expert is known by a code that is never given to another one. State that was written with
 * other experts is read by code: who is gone is dropped, who is new starts as a newcomer.
 */
public final class MixPlan {
  private static final int HEADER_BYTES = 1 + 2 * Short.BYTES;
  private static final int SUM_BYTES = 2 * Float.BYTES;

  private final FeatureSchema schema;
  private final byte[] experts;
  private final int[] widths;
  private final boolean[] categories;
  private final int horizon;
  private final int[] groups;
  private final int[] groupSizes;
  private final double[] decays;
  private final MixSettings settings;

  /**
   * @param schema names the targets and their widths
   * @param horizon H, steps ahead of one forecast
   * @param experts the codes of the experts, in the order in which their forecasts are given;
   *     copied
   * @param settings loss, exponent, decay, what a pool counts
   * @throws IllegalArgumentException if there is no expert, more than 127, or one twice; or if the
   *     horizon is not positive
   */
  public MixPlan(FeatureSchema schema, int horizon, byte[] experts, MixSettings settings) {
    if (experts.length == 0 || experts.length > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a mix needs 1 to 127 experts, found " + experts.length + " of them");
    }
    for (int i = 0; i < experts.length; i++) {
      for (int j = 0; j < i; j++) {
        if (experts[i] == experts[j]) {
          throw new IllegalArgumentException(
              "each expert of a mix needs a code of its own, found %d twice".formatted(experts[i]));
        }
      }
    }
    if (horizon < 1) {
      throw new IllegalArgumentException("a horizon must be 1 or more, found " + horizon);
    }
    this.schema = schema;
    this.experts = experts.clone();
    List<Feature> targets = schema.targetFeatures();
    this.widths = targets.stream().mapToInt(Feature::width).toArray();
    this.categories = new boolean[targets.size()];
    for (int i = 0; i < categories.length; i++) {
      categories[i] = targets.get(i).isCategory();
    }
    this.horizon = horizon;
    this.settings = settings;
    // 1, 2–3, 4–7, 8–15 and so on: neighbours err alike, the first and the last do not.
    this.groups = new int[horizon];
    for (int h = 0; h < horizon; h++) {
      groups[h] = 31 - Integer.numberOfLeadingZeros(h + 1);
    }
    this.groupSizes = new int[groups[horizon - 1] + 1];
    for (int group : groups) {
      groupSizes[group]++;
    }
    this.decays = new double[groupSizes.length];
    for (int group = 0; group < decays.length; group++) {
      double decay = Math.pow(settings.decay(), 1.0 / groupSizes[group]);
      decays[group] = Math.min(decay, Rounding.MOST_KEPT);
    }
  }

  /** The mix of a series of which nothing is known yet. */
  public ExpertMix start() {
    int sums = groupSizes.length * widths.length * experts.length;
    return new ExpertMix(this, new float[sums], new float[sums]);
  }

  /**
   * Reads what {@link ExpertMix#write} wrote, possibly with other experts. If the number of targets
   * or of groups of horizons is another one, the mix starts afresh.
   *
   * @param bytes read from its position, which moves past the mix
   * @throws java.nio.BufferUnderflowException if the mix is cut short
   */
  public ExpertMix read(ByteBuffer bytes) {
    byte[] stored = new byte[bytes.get()];
    int targets = Short.toUnsignedInt(bytes.getShort());
    int storedGroups = Short.toUnsignedInt(bytes.getShort());
    bytes.get(stored);
    ExpertMix mix = start();
    boolean same = targets == widths.length && storedGroups == groups();
    for (int slot = 0; slot < targets * storedGroups; slot++) {
      for (byte code : stored) {
        float error = bytes.getFloat();
        float rows = bytes.getFloat();
        int expert = indexOf(code);
        if (same && expert >= 0) {
          mix.set(slot * experts.length + expert, error, rows);
        }
      }
    }
    return mix;
  }

  void write(float[] errors, float[] rows, ByteBuffer bytes) {
    bytes.put((byte) experts.length).putShort((short) widths.length).putShort((short) groups());
    bytes.put(experts);
    for (int i = 0; i < errors.length; i++) {
      bytes.putFloat(errors[i]).putFloat(rows[i]);
    }
  }

  /** Length of a mix as {@link ExpertMix#write} writes it. */
  int bytes() {
    return HEADER_BYTES + experts.length + SUM_BYTES * groups() * widths.length * experts.length;
  }

  private int indexOf(byte code) {
    for (int i = 0; i < experts.length; i++) {
      if (experts[i] == code) {
        return i;
      }
    }
    return -1;
  }

  MixSettings settings() {
    return settings;
  }

  /** E, the number of experts. */
  public int experts() {
    return experts.length;
  }

  int targets() {
    return widths.length;
  }

  int width(int target) {
    return widths[target];
  }

  /** Place of a target's first value among those of a horizon. */
  int offset(int target) {
    return schema.outputAt(target);
  }

  boolean isCategory(int target) {
    return categories[target];
  }

  int outputWidth() {
    return schema.outputWidth();
  }

  int horizon() {
    return horizon;
  }

  /** Number of groups of horizons that share weights. */
  public int groups() {
    return groupSizes.length;
  }

  /** The group of a horizon, both counted from 0; it never falls with the horizon. */
  public int group(int horizon) {
    return groups[horizon];
  }

  /** Number of horizons of a group: so many matured errors make up a row. */
  int groupSize(int group) {
    return groupSizes[group];
  }

  /**
   * Decay per matured error, so that a row's errors decay once together; of a million errors at
   * most, where floats still take in another one.
   */
  double decay(int group) {
    return decays[group];
  }
}
