package io.tplus1.wire;

/**
 * The binary form of a record of {@code scores}: one horizon of a forecast against the vector that
 * then came. Arrays are only to be read.
 *
 * @param key the series
 * @param timeMs event time of the actual, epoch milliseconds
 * @param madeAtMs event time of the window's last vector, epoch milliseconds
 * @param horizon which step ahead, from 1
 * @param status what stood behind the forecast, such as {@code OK}
 * @param model hash of the artifact that made it, or {@code persistence} or {@code experts}
 * @param widths {@code int[targets]}, values that each target has in a forecast: 1 for a number,
 *     one for each word of a category, the unknown one first
 * @param actual {@code float[targets]}, raw; of a category, the place of its word in the vocabulary
 *     from 1, 0 for one that is not there; NaN where nothing came
 * @param forecast {@code float[sum of widths]}, raw; probabilities for categories
 * @param last {@code float[targets]}, the values at {@code madeAtMs}: the forecast of persistence
 * @param halfWidths {@code float[targets]}, half the widths of the intervals that were sent with
 *     the forecast, NaN where there was none; empty where there were none at all
 */
public record WireScore(
    String key,
    long timeMs,
    long madeAtMs,
    int horizon,
    String status,
    String model,
    int[] widths,
    float[] actual,
    float[] forecast,
    float[] last,
    float[] halfWidths) {
  private static final int KIND = 0xfa;
  private static final int VERSION = 1;
  private static final int WITH_INTERVALS = 1;
  private static final int WITH_WIDTHS = 4;
  private static final String NAME = "score";

  /** Whether a record's value claims to be of this form; else it is JSON. */
  public static boolean isBinary(byte[] value) {
    return value.length > 0 && (value[0] & 0xff) == KIND;
  }

  /**
   * The error of a number, forecast − actual; NaN where nothing came.
   *
   * @throws IllegalArgumentException if there is no such target, or it is a category
   */
  public double error(int target) {
    Widths.requireNumber(widths, target);
    return (double) forecast[Widths.before(widths, target)] - actual[target];
  }

  /** The error that the last value would have made of a number; otherwise as {@link #error}. */
  public double persistenceError(int target) {
    Widths.requireNumber(widths, target);
    return (double) last[target] - actual[target];
  }

  /**
   * Whether a number came and had an interval.
   *
   * @throws IllegalArgumentException if there is no such target
   */
  public boolean hasInterval(int target) {
    Widths.requireTarget(widths, target);
    return halfWidths.length > 0
        && Float.isFinite(halfWidths[target])
        && Float.isFinite(actual[target]);
  }

  /**
   * Whether a number lies in its interval; it does not where it {@linkplain #hasInterval had none}.
   *
   * @throws IllegalArgumentException as {@link #error} does
   */
  public boolean isInside(int target) {
    double error = error(target);
    return hasInterval(target) && Math.abs(error) <= halfWidths[target];
  }

  /**
   * The value of a record.
   *
   * @throws IllegalArgumentException if a text is too long, the status is none, or arrays do not
   *     fit each other
   */
  public byte[] toBytes() {
    Widths.require("actual", actual.length, widths.length);
    Widths.require("forecast", forecast.length, Widths.sum(widths));
    Widths.require("last", last.length, widths.length);
    boolean intervals = halfWidths.length > 0;
    if (intervals) {
      Widths.require("halfWidths", halfWidths.length, widths.length);
    }
    boolean categories = Widths.anyCategory(widths);
    WireOutput out = WireOutput.begin();
    out.one(KIND);
    out.one(VERSION);
    out.one(WireStatus.code(status));
    out.one((intervals ? WITH_INTERVALS : 0) | (categories ? WITH_WIDTHS : 0));
    out.eight(timeMs);
    out.eight(madeAtMs);
    out.two("the horizon", horizon);
    Widths.write(out, widths, categories);
    out.text("the model", model);
    out.longText("the key", key);
    out.floats(actual);
    out.floats(forecast);
    out.floats(last);
    out.floats(halfWidths);
    return out.toBytes();
  }

  /**
   * Reads the value of a record.
   *
   * @throws WireFormatException if it is no score of this form
   */
  public static WireScore read(byte[] value) {
    WireInput in = new WireInput(value, KIND, VERSION, NAME);
    String status = WireStatus.name(in.one());
    int flags = in.flags(WITH_INTERVALS | WITH_WIDTHS);
    long timeMs = in.eight();
    long madeAtMs = in.eight();
    int horizon = in.two();
    int[] widths = Widths.read(in, (flags & WITH_WIDTHS) != 0);
    String model = in.text();
    String key = in.longText();
    float[] actual = in.floats(widths.length);
    float[] forecast = in.floats(Widths.sum(widths));
    float[] last = in.floats(widths.length);
    float[] halfWidths = in.floats((flags & WITH_INTERVALS) == 0 ? 0 : widths.length);
    in.requireEnd();
    return new WireScore(
        key, timeMs, madeAtMs, horizon, status, model, widths, actual, forecast, last, halfWidths);
  }
}
