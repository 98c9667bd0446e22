package io.tplus1.wire;

import java.util.Optional;

/**
 * The binary form of a record of {@code predictions}: what is expected at t+1 … t+H of one series.
 * Arrays are only to be read.
 *
 * @param key the series
 * @param timeMs event time of the window's last vector, epoch milliseconds
 * @param status what stands behind the forecast, such as {@code OK}
 * @param model hash of the artifact that made it, or {@code persistence} or {@code experts}
 * @param widths {@code int[targets]}, values that each target has in a forecast: 1 for a number,
 *     one for each word of a category, the unknown one first
 * @param targetTimesMs {@code long[horizon]}, when each horizon is expected, epoch milliseconds;
 *     {@link #UNKNOWN_TIME} where the series has shown no interval yet
 * @param values {@code float[horizon][sum of widths]}, row-major, raw; probabilities for categories
 * @param lower {@code float[horizon][targets]}, row-major, raw, where the intervals begin; NaN
 *     where there is none; empty where there are none at all
 * @param upper likewise, where they end
 * @param receipt what it was made of; empty if nobody said
 */
public record WireForecast(
    String key,
    long timeMs,
    String status,
    String model,
    int[] widths,
    long[] targetTimesMs,
    float[] values,
    float[] lower,
    float[] upper,
    Optional<WireReceipt> receipt) {
  /** Stands where no target time can be told. */
  public static final long UNKNOWN_TIME = Long.MIN_VALUE;

  private static final int KIND = 0xf9;
  private static final int VERSION = 1;
  private static final int WITH_INTERVALS = 1;
  private static final int WITH_RECEIPT = 2;
  private static final int WITH_WIDTHS = 4;
  private static final String NAME = "forecast";

  /** Whether a record's value claims to be of this form; else it is JSON. */
  public static boolean isBinary(byte[] value) {
    return value.length > 0 && (value[0] & 0xff) == KIND;
  }

  /** Steps ahead that it covers. */
  public int horizon() {
    return targetTimesMs.length;
  }

  /**
   * Whether a target is a category, which has {@linkplain #probability probabilities} in place of a
   * {@linkplain #value value}.
   *
   * @param target place among the targets, from 0
   * @throws IllegalArgumentException if there is no such target
   */
  public boolean isCategory(int target) {
    Widths.requireTarget(widths, target);
    return widths[target] != 1;
  }

  /**
   * What is expected of a number.
   *
   * @param horizon steps ahead, from 1
   * @param target place among the targets, from 0
   * @throws IllegalArgumentException if it holds no such forecast, or one of a category
   */
  public float value(int horizon, int target) {
    requireHeld(horizon, target);
    Widths.requireNumber(widths, target);
    return values[place(horizon, target)];
  }

  /**
   * The forecast probability of a category's word.
   *
   * @param horizon steps ahead, from 1
   * @param target place among the targets, from 0
   * @param word place in the vocabulary, from 1; 0 for any word that is not in it
   * @throws IllegalArgumentException if it holds no such forecast, or one of a number
   */
  public float probability(int horizon, int target, int word) {
    requireHeld(horizon, target);
    if (!isCategory(target)) {
      throw new IllegalArgumentException(
          "target %d is a number, which has a value, and no probability of a word"
              .formatted(target));
    }
    if (word < 0 || word >= widths[target]) {
      throw new IllegalArgumentException(
          "a word of target %d was expected, 0 to %d, found %d"
              .formatted(target, widths[target] - 1, word));
    }
    return values[place(horizon, target) + word];
  }

  /**
   * Whether a target has an interval: no category has one, nor has a series at its beginning.
   *
   * @param horizon steps ahead, from 1
   * @param target place among the targets, from 0
   * @throws IllegalArgumentException if it holds no such forecast
   */
  public boolean hasInterval(int horizon, int target) {
    requireHeld(horizon, target);
    return lower.length > 0 && hasEnd(bound(horizon, target));
  }

  /**
   * Where a number's interval begins; NaN where no float holds that end.
   *
   * @param horizon steps ahead, from 1
   * @param target place among the targets, from 0
   * @throws IllegalArgumentException if it holds no {@linkplain #hasInterval such interval}
   */
  public float lower(int horizon, int target) {
    requireInterval(horizon, target);
    return lower[bound(horizon, target)];
  }

  /** Where a number's interval ends; otherwise as {@link #lower(int, int)}. */
  public float upper(int horizon, int target) {
    requireInterval(horizon, target);
    return upper[bound(horizon, target)];
  }

  private void requireHeld(int horizon, int target) {
    if (horizon < 1 || horizon > horizon() || target < 0 || target >= widths.length) {
      throw new IllegalArgumentException(
          "it holds horizons 1 to %d of targets 0 to %d, found horizon %d of target %d"
              .formatted(horizon(), widths.length - 1, horizon, target));
    }
  }

  private void requireInterval(int horizon, int target) {
    if (!hasInterval(horizon, target)) {
      throw new IllegalArgumentException(
          "target %d has no interval at horizon %d, as categories and the beginnings of series have none: ask hasInterval first"
              .formatted(target, horizon));
    }
  }

  private int place(int horizon, int target) {
    return (horizon - 1) * Widths.before(widths, widths.length) + Widths.before(widths, target);
  }

  /** Place of an interval's ends, of which there is one for each target. */
  private int bound(int horizon, int target) {
    return (horizon - 1) * widths.length + target;
  }

  private boolean hasEnd(int bound) {
    return Float.isFinite(lower[bound]) || Float.isFinite(upper[bound]);
  }

  /**
   * The value of a record.
   *
   * @throws IllegalArgumentException if a text is too long, the status is none, or arrays do not
   *     fit each other
   */
  public byte[] toBytes() {
    long horizon = targetTimesMs.length;
    Widths.require("values", values.length, horizon * Widths.sum(widths));
    if (lower.length > 0 || upper.length > 0) {
      Widths.require("lower", lower.length, horizon * widths.length);
      Widths.require("upper", upper.length, horizon * widths.length);
    }
    boolean intervals = hasIntervals();
    boolean categories = Widths.anyCategory(widths);
    WireOutput out = WireOutput.begin();
    out.one(KIND);
    out.one(VERSION);
    out.one(WireStatus.code(status));
    out.one(
        (intervals ? WITH_INTERVALS : 0)
            | (receipt.isPresent() ? WITH_RECEIPT : 0)
            | (categories ? WITH_WIDTHS : 0));
    out.eight(timeMs);
    out.two("the horizon", targetTimesMs.length);
    Widths.write(out, widths, categories);
    out.text("the model", model);
    out.longText("the key", key);
    for (long target : targetTimesMs) {
      out.eight(target);
    }
    out.floats(values);
    if (intervals) {
      out.floats(lower);
      out.floats(upper);
    }
    if (receipt.isPresent()) {
      receipt.get().write(out);
    }
    return out.toBytes();
  }

  private boolean hasIntervals() {
    for (int i = 0; i < lower.length; i++) {
      if (hasEnd(i)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the value of a record.
   *
   * @throws WireFormatException if it is no forecast of this form
   */
  public static WireForecast read(byte[] value) {
    WireInput in = new WireInput(value, KIND, VERSION, NAME);
    String status = WireStatus.name(in.one());
    int flags = in.flags(WITH_INTERVALS | WITH_RECEIPT | WITH_WIDTHS);
    long timeMs = in.eight();
    int horizon = in.two();
    int[] widths = Widths.read(in, (flags & WITH_WIDTHS) != 0);
    String model = in.text();
    String key = in.longText();
    long[] targetTimes = in.longs(horizon);
    float[] values = in.floats(horizon * Widths.sum(widths));
    long bounds = (flags & WITH_INTERVALS) == 0 ? 0 : (long) horizon * widths.length;
    float[] lower = in.floats(bounds);
    float[] upper = in.floats(bounds);
    Optional<WireReceipt> receipt =
        (flags & WITH_RECEIPT) == 0 ? Optional.empty() : Optional.of(WireReceipt.read(in));
    in.requireEnd();
    return new WireForecast(
        key, timeMs, status, model, widths, targetTimes, values, lower, upper, receipt);
  }
}
