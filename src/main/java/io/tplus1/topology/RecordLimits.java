package io.tplus1.topology;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.MixPlan;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.Score;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Refuses settings under which a record may come to be larger than its topic takes: the broker
 * would refuse it, which stops the application, and again at each start.
 *
 * <p>A message has a mebibyte by default; in it are the key and what is around.
 */
final class RecordLimits {
  /** Largest value, in bytes. */
  static final int MOST_BYTES = 1_000_000;

  /** No float has more digits; nor has its difference to {@link #WIDE}. */
  static final float WIDEST = -1.13850034E-10f;

  /** As many digits. */
  static final float WIDE = -1.01357464E-10f;

  /** No key is longer in JSON: each of its bytes takes six characters. */
  private static final String LONGEST_KEY = "\u0001".repeat(EventTimeExtractor.MAX_KEY_BYTES);

  /** As long as a model's, in hexadecimal. */
  private static final String HASH = "f".repeat(64);

  private static final long LATEST = Long.MAX_VALUE;

  private static final ForecastStatus LONGEST_STATUS = ForecastStatus.MODEL_FAILED;

  private final FeatureSchema schema;
  private final ForecastSettings settings;
  private final Roster roster;
  private final int horizon;
  private final int targets;

  RecordLimits(FeatureSchema schema, ForecastSettings settings) {
    this.schema = schema;
    this.settings = settings;
    this.roster = new Roster(schema, settings);
    this.horizon = settings.windows().horizon();
    this.targets = schema.targets().size();
  }

  /**
   * Checks states, and what is sent.
   *
   * @throws ConfigException if one could be too large; it says what to change
   */
  void check(Serializer<Prediction> predictions, Serializer<Score> scores) {
    StateLayout layout = new StateLayout(schema, settings, roster);
    long state = layout.mostBytes(horizon);
    if (state > MOST_BYTES) {
      throw new ConfigException(
          "the state of a series would take up to %d bytes, and its changelog takes records of %d: lower forecast.horizon (%d), name fewer experts, lags, targets or words of categories, or set interval.pool=false"
              .formatted(state, MOST_BYTES, horizon));
    }
    ConformalInterval intervals = layout.start(0).learnt().intervals();
    int intervalBytes = intervals == null ? 0 : intervals.bytes();
    check("a prediction", bytes(predictions, widestPrediction(intervalBytes)));
    check("a score", scores.serialize(null, widestScore()));
  }

  private static byte[] bytes(Serializer<Prediction> predictions, Prediction widest) {
    try {
      return predictions.serialize(null, widest);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "predictions cannot be written as output.format says: %s (with long names of features, markov.contexts makes longer ones)"
              .formatted(e.getMessage()));
    }
  }

  private void check(String what, byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      throw new ConfigException(
          "%s would take up to %d bytes, and its topic takes records of %d: set output.format=binary, lower forecast.horizon (%d), or name fewer experts, targets or words of categories"
              .formatted(what, bytes.length, MOST_BYTES, settings.windows().horizon()));
    }
  }

  private Prediction widestPrediction(int intervalBytes) {
    long[] times = new long[horizon];
    Arrays.fill(times, LATEST);
    float[] values = new float[horizon * schema.outputWidth()];
    for (int h = 0; h < horizon; h++) {
      System.arraycopy(widestStep(), 0, values, h * schema.outputWidth(), schema.outputWidth());
    }
    float[] bounds = intervalBytes > 0 ? filled(horizon * targets, WIDEST) : new float[0];
    return new Prediction(
        LONGEST_KEY,
        LATEST,
        LONGEST_STATUS,
        HASH,
        times,
        values,
        bounds,
        bounds,
        Optional.of(widestReceipt(intervalBytes)));
  }

  private Receipt widestReceipt(int intervalBytes) {
    RowLayout rows = RowLayout.of(schema, settings);
    List<String> experts = roster.mixes() ? roster.names() : List.of();
    float[][] forecasts = new float[experts.size()][horizon * schema.outputWidth()];
    Map<String, String> linear = new HashMap<>();
    rows.traced().forEach(name -> linear.put(name, HASH));
    int groups = roster.mixPlan().map(MixPlan::groups).orElse(0);
    float[][][] weights = new float[groups][targets][];
    for (float[][] group : weights) {
      Arrays.setAll(group, target -> filled(experts.size(), WIDEST));
    }
    return new Receipt(
        HASH, // longer than a kernel's name
        new Receipt.Window(
            LATEST, Integer.MAX_VALUE, HASH.substring(48), Integer.MAX_VALUE, LATEST, LATEST),
        experts,
        weights,
        linear,
        new GivenForecasts(schema, horizon, roster, rows).of(forecasts, 1),
        new byte[intervalBytes]);
  }

  private Score widestScore() {
    float[] actual = filled(targets, WIDE);
    for (int t = 0; t < targets; t++) {
      Feature target = schema.targetFeatures().get(t);
      if (target.isCategory()) {
        actual[t] = longestWord(target);
      }
    }
    return new Score(
        LONGEST_KEY,
        LATEST,
        LATEST,
        horizon,
        LONGEST_STATUS,
        HASH,
        actual,
        widestStep(),
        filled(targets, WIDEST),
        filled(targets, WIDEST),
        new float[0][]);
  }

  /** {@code float[outputWidth]}; the longest word of a category is the likeliest. */
  private float[] widestStep() {
    float[] step = filled(schema.outputWidth(), WIDEST);
    int at = 0;
    for (Feature target : schema.targetFeatures()) {
      if (target.isCategory()) {
        step[at + longestWord(target)] = WIDE;
      }
      at += target.width();
    }
    return step;
  }

  private static int longestWord(Feature category) {
    int longest = 0;
    for (int id = 1; id < category.width(); id++) {
      if (category.category(id).length() > category.category(longest).length()) {
        longest = id;
      }
    }
    return longest;
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }
}
