package io.tplus1.serde;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.StepInterval;
import io.tplus1.model.ForecastStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One record of {@code predictions}: what is expected at t+1 … t+H of one series.
 *
 * @param key the series
 * @param timeMs event time of the window's last vector, epoch milliseconds
 * @param status what stands behind the forecast
 * @param model hash of the artifact that made it; where there was none, {@code experts} if others
 *     were mixed, else {@code persistence}
 * @param targetTimesMs {@code long[horizon]}, when each horizon is expected, epoch milliseconds;
 *     {@link #UNKNOWN_TIME} where the series has shown no interval yet
 * @param values {@code float[horizon][outputWidth]}, row-major, raw units; probabilities for
 *     categories
 * @param lower {@code float[horizon][targets]}, row-major, raw units, where the intervals begin;
 *     NaN where there is none, as for categories; empty where there are none at all
 * @param upper likewise, where they end
 * @param receipt what it was made of; empty if nobody said
 */
public record Prediction(
    String key,
    long timeMs,
    ForecastStatus status,
    String model,
    long[] targetTimesMs,
    float[] values,
    float[] lower,
    float[] upper,
    Optional<Receipt> receipt) {

  /** Stands where no target time can be told. */
  public static final long UNKNOWN_TIME = StepInterval.UNKNOWN_TIME;

  /**
   * The forecast of a number.
   *
   * @param schema that it was made with
   * @param horizon step ahead, 1..H
   * @param target name of the number
   * @throws IllegalArgumentException if it holds no such forecast
   */
  public float value(FeatureSchema schema, int horizon, String target) {
    Feature feature = target(schema, target);
    if (feature.isCategory()) {
      throw new IllegalArgumentException(
          "'%s' is a category, which has probabilities: ask for that of one of %s"
              .formatted(target, words(feature)));
    }
    return values[place(schema, horizon, feature)];
  }

  /**
   * The forecast probability of a category's word.
   *
   * @param schema that it was made with
   * @param horizon step ahead, 1..H
   * @param target name of the category
   * @param word one of its vocabulary, or {@link Feature#UNKNOWN_NAME}
   * @throws IllegalArgumentException if it holds no such forecast
   */
  public float probability(FeatureSchema schema, int horizon, String target, String word) {
    Feature feature = target(schema, target);
    if (!feature.isCategory()) {
      throw new IllegalArgumentException(
          "'%s' is a number, which has a value, and no probability of '%s'"
              .formatted(target, word));
    }
    int id = words(feature).indexOf(word);
    if (id < 0) {
      throw new IllegalArgumentException(
          "a word of '%s' was expected, one of %s, found '%s'"
              .formatted(target, words(feature), word));
    }
    return values[place(schema, horizon, feature) + id];
  }

  /**
   * Whether a target has an interval: no category has one, nor has a series at its beginning.
   *
   * @param schema that it was made with
   * @param horizon step ahead, 1..H
   * @param target its name
   * @throws IllegalArgumentException if it holds no such forecast
   */
  public boolean hasInterval(FeatureSchema schema, int horizon, String target) {
    int bound = bound(schema, horizon, target);
    return Float.isFinite(end(lower, bound)) || Float.isFinite(end(upper, bound));
  }

  /** Read of JSON, either array is empty by itself where it holds no end. */
  private static float end(float[] ends, int bound) {
    return ends.length == 0 ? Float.NaN : ends[bound];
  }

  /**
   * Where a number's interval begins; NaN where no float holds that end.
   *
   * @param schema that it was made with
   * @param horizon step ahead, 1..H
   * @param target name of the number
   * @throws IllegalArgumentException if it holds no {@linkplain #hasInterval such interval}
   */
  public float lower(FeatureSchema schema, int horizon, String target) {
    requireInterval(schema, horizon, target);
    return end(lower, bound(schema, horizon, target));
  }

  /** Where a number's interval ends; otherwise as {@link #lower(FeatureSchema, int, String)}. */
  public float upper(FeatureSchema schema, int horizon, String target) {
    requireInterval(schema, horizon, target);
    return end(upper, bound(schema, horizon, target));
  }

  private void requireInterval(FeatureSchema schema, int horizon, String target) {
    if (!hasInterval(schema, horizon, target)) {
      throw new IllegalArgumentException(
          "'%s' has no interval at horizon %d, as categories and the beginnings of series have none: ask hasInterval first"
              .formatted(target, horizon));
    }
  }

  private static List<String> words(Feature category) {
    return IntStream.range(0, category.width()).mapToObj(category::category).toList();
  }

  private static Feature target(FeatureSchema schema, String name) {
    return schema.targetFeatures().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a target was expected, one of %s, found '%s'"
                        .formatted(
                            schema.targetFeatures().stream().map(Feature::name).toList(), name)));
  }

  private int place(FeatureSchema schema, int horizon, Feature target) {
    requireHeld(schema, horizon);
    int at = schema.outputAt(schema.targetFeatures().indexOf(target));
    return (horizon - 1) * schema.outputWidth() + at;
  }

  /** Place of an interval's ends, of which there is one for each target. */
  private int bound(FeatureSchema schema, int horizon, String target) {
    int at = schema.targetFeatures().indexOf(target(schema, target));
    requireHeld(schema, horizon);
    return (horizon - 1) * schema.targetFeatures().size() + at;
  }

  private void requireHeld(FeatureSchema schema, int horizon) {
    int horizons = targetTimesMs.length;
    if (horizon < 1 || horizon > horizons) {
      throw new IllegalArgumentException(
          "a horizon of 1 to %d was expected, found %d".formatted(horizons, horizon));
    }
    if (values.length != horizons * schema.outputWidth()) {
      throw new IllegalArgumentException(
          "%d values of each horizon were expected, found %d of %d: it was made with another schema"
              .formatted(schema.outputWidth(), values.length, horizons));
    }
  }

  /** By content, to the bit. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction that
        && key.equals(that.key)
        && timeMs == that.timeMs
        && status == that.status
        && model.equals(that.model)
        && Arrays.equals(targetTimesMs, that.targetTimesMs)
        && Arrays.equals(values, that.values)
        && Arrays.equals(lower, that.lower)
        && Arrays.equals(upper, that.upper)
        && receipt.equals(that.receipt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, timeMs, status, model, Arrays.hashCode(values));
  }

  @Override
  public String toString() {
    return "Prediction[key=%s, timeMs=%s, status=%s, model=%s, targetTimesMs=%s, values=%s, lower=%s, upper=%s, receipt=%s]"
        .formatted(
            key,
            timeMs,
            status,
            model,
            Arrays.toString(targetTimesMs),
            Arrays.toString(values),
            Arrays.toString(lower),
            Arrays.toString(upper),
            receipt);
  }
}
