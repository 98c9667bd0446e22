package io.tplus1.topology;

import io.tplus1.config.Expert;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.MixPlan;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.JsonBytes;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.SampleSerde;
import io.tplus1.serde.Score;
import io.tplus1.topology.forecast.GivenForecasts;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.RowLayout;
import io.tplus1.topology.state.StateLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * How large records may come to be. One that its topic does not take is refused by the broker,
 * which stops the application, and again at each start.
 */
final class RecordLimits {
  /** Largest state, in bytes: its changelog has Kafka's own limit, a mebibyte. */
  private static final int MOST_STATE_BYTES = 1_000_000;

  /** Largest pool, whose size is known to the byte: what its record adds is less than 128 bytes. */
  private static final int MOST_POOL_BYTES = 1_048_448;

  /** No float has more digits. */
  static final float WIDEST = -1.13850034E-10f;

  /** As many digits. */
  static final float WIDE = -1.01357464E-10f;

  /**
   * Its distance to {@link #FAR_BELOW} is no float, and is written as a double of 17 digits: two
   * such and what lies so far apart are longer than two errors and values of {@link #WIDEST}.
   */
  static final float FAR_ABOVE = 1.07874095E36f;

  static final float FAR_BELOW = -3.4014796E38f;

  /** No key is longer in JSON: each of its bytes takes six characters. */
  private static final String LONGEST_KEY = "\u0001".repeat(DecodedRecord.LONGEST_KEY_BYTES);

  /** As long as a model's, in hexadecimal. */
  private static final String HASH = "f".repeat(64);

  private static final long LATEST = Long.MAX_VALUE;

  private static final ForecastStatus LONGEST_STATUS = ForecastStatus.MODEL_FAILED;

  private final FeatureSchema schema;
  private final ForecastLayout layout;
  private final int horizon;
  private final int targets;

  RecordLimits(ForecastLayout layout) {
    this.schema = layout.schema();
    this.layout = layout;
    this.horizon = layout.horizon();
    this.targets = schema.targets().size();
  }

  /**
   * Checks the states of series, and what they learn together.
   *
   * @throws ConfigException if one could be too large; it says what to change
   */
  void checkStates() {
    long state = layout.states().mostBytes();
    if (state > MOST_STATE_BYTES) {
      String lower = lowerHorizon();
      throw new ConfigException(
          "the state of a series would take up to %d bytes, and its changelog takes records of %d: %sname fewer experts, lags, targets or words of categories%s"
              .formatted(
                  state,
                  MOST_STATE_BYTES,
                  lower.isEmpty() ? "" : lower + "or ",
                  layout.settings().experts().pooledIntervals()
                      ? ", or set interval.pool=false"
                      : ""));
    }
    // Of what else series learn together, a mix is as large as each one's, and what is stacked is
    // of few inputs.
    long pool = layout.states().pooledIntervalBytes();
    if (pool > MOST_POOL_BYTES) {
      throw new ConfigException(
          "what series learn together of their intervals would take %d bytes, and its changelog takes records of %d: set interval.pool=false, %sor name fewer targets (%d)"
              .formatted(pool, MOST_POOL_BYTES, lowerHorizon(), targets));
    }
  }

  /**
   * Checks that a training sample can be written where any is wanted: each that is larger than its
   * topic takes is left out.
   *
   * @throws ConfigException if the smallest is too large; it says what to change
   */
  void checkSamples() {
    WindowSettings windows = layout.settings().windows();
    int fewest = windows.historyMinimum();
    long bytes = sampleBytes(layout.rows(), windows, fewest);
    if (layout.settings().learning() && bytes > SampleSerde.MAX_BYTES) {
      throw new ConfigException(
          "window.steps",
          windows.steps(),
          "a training sample of %d vectors (history.minimum) and the %d that follow them has %d bytes or more, and its topic takes %d, so nothing would ever be learnt: lower window.steps or forecast.horizon, name fewer features, targets or linear experts, or set history.minimum, with which shorter windows are learnt; to learn nothing set retrain.mode=off, and take linear and joint out of experts"
              .formatted(fewest, horizon, bytes, SampleSerde.MAX_BYTES));
    }
  }

  /** Bytes of a sample whose window has so many steps, but for its series' name. */
  static long sampleBytes(RowLayout rows, WindowSettings windows, int steps) {
    return SampleSerde.size(steps, rows.width(), windows.horizon(), rows.features());
  }

  /** As the beginning of what else helps; empty where no horizon does. */
  private String lowerHorizon() {
    int most = mostHorizon();
    return most == 0 ? "" : "lower forecast.horizon from %d to %d, ".formatted(horizon, most);
  }

  /** The largest horizon below this one with which both fit; 0 for none. Each step adds to both. */
  private int mostHorizon() {
    int fits = 0;
    int above = horizon;
    while (above - fits > 1) {
      int middle = (fits + above) / 2;
      if (fit(new ForecastLayout(schema, layout.settings().withHorizon(middle)).states())) {
        fits = middle;
      } else {
        above = middle;
      }
    }
    return fits;
  }

  /** Of a state that is too large, the pool is not asked: it may be larger than memory. */
  private static boolean fit(StateLayout states) {
    return states.mostBytes() <= MOST_STATE_BYTES
        && states.pooledIntervalBytes() <= MOST_POOL_BYTES;
  }

  /**
   * Most bytes of a prediction.
   *
   * @param mostBytes of a value that the producer sends
   * @throws ConfigException if one could be larger, or cannot be written at all
   */
  int largest(Serializer<Prediction> predictions, long mostBytes) {
    ConformalInterval intervals = layout.states().start(0).learnt().intervals();
    Prediction widest = widestPrediction(intervals == null ? 0 : intervals.bytes());
    try {
      return require("a prediction", predictions.serialize(null, widest).length, mostBytes);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "predictions cannot be written as output.format says: %s (with long names of features, markov.contexts makes longer ones)"
              .formatted(e.getMessage()));
    }
  }

  /** The same of a score. */
  int largestScore(Serializer<Score> scores, long mostBytes) {
    return require("a score", scores.serialize(null, widestScore()).length, mostBytes);
  }

  private int require(String what, int bytes, long mostBytes) {
    if (bytes > mostBytes) {
      throw new ConfigException(
          "%s may take up to %d bytes, and the producer sends %d (producer.max.request.size, producer.buffer.memory): raise these, set output.format=binary, lower forecast.horizon (%d), or name fewer experts, targets or words of categories"
              .formatted(what, bytes, mostBytes, horizon));
    }
    return bytes;
  }

  private Prediction widestPrediction(int intervalBytes) {
    long[] times = new long[horizon];
    Arrays.fill(times, LATEST);
    float[] values = new float[layout.outputLength()];
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
    List<String> experts = layout.roster().names();
    float[][] forecasts = new float[experts.size()][layout.outputLength()];
    Map<String, String> linear = new HashMap<>();
    Expert.names(layout.rows().traced()).forEach(name -> linear.put(name, HASH));
    int groups = layout.roster().mixPlan().map(MixPlan::groups).orElse(0);
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
        new GivenForecasts(layout).of(forecasts, 1),
        new byte[intervalBytes]);
  }

  private Score widestScore() {
    float[] actual = filled(targets, FAR_ABOVE);
    float[] forecast = widestStep();
    for (int t = 0; t < targets; t++) {
      Feature target = schema.targetFeatures().get(t);
      if (target.isCategory()) {
        actual[t] = longestWord(target);
      } else {
        forecast[schema.outputAt(t)] = FAR_BELOW;
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
        forecast,
        filled(targets, FAR_BELOW),
        filled(targets, WIDEST),
        new float[0][]);
  }

  /** {@code float[outputWidth]}; the longest word of a category is the likeliest. */
  private float[] widestStep() {
    float[] step = filled(schema.outputWidth(), WIDEST);
    for (int i = 0; i < targets; i++) {
      Feature target = schema.targetFeatures().get(i);
      if (target.isCategory()) {
        step[schema.outputAt(i) + longestWord(target)] = WIDE;
      }
    }
    return step;
  }

  /** The id of the word that takes most bytes in JSON; the binary form has no words. */
  private static int longestWord(Feature category) {
    int longest = 0;
    int most = 0;
    for (int id = 0; id < category.width(); id++) {
      int bytes = JsonBytes.length(category.category(id));
      if (bytes > most) {
        longest = id;
        most = bytes;
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
