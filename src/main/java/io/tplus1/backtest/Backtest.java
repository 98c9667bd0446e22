package io.tplus1.backtest;

import io.tplus1.config.BacktestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.HygieneSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureFill;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.StepInterval;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.ForecastStatus;
import io.tplus1.score.ExpertMix;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.Score;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Streams recorded series through the deployed topologies, test-then-train: a row is forecast
 * before anything has seen it, then settles what was forecast of it, then is learnt from.
 *
 * <p>What lacks features lacks them in its record too, and is filled or refused as there.
 *
 * <p>Rows are merged by time over series; rows of one time keep their order. Every figure is
 * computed here from what the topology emitted and from the file, not from the topology's own
 * scores. For one thread.
 */
public final class Backtest {
  /** Rows after which what nobody reads of the driver's topics is let go. */
  private static final int DISCARD_EVERY = 64;

  private final ForecastTestHarness harness;
  private final FeatureSchema schema;
  private final int horizon;
  private final BacktestSettings settings;
  private final HygieneSettings hygiene;
  private final int season;
  private final List<SeriesVector> rows;
  private final List<String> experts;
  private final BacktestRecorder recorder;
  private final Map<String, Series> series = new HashMap<>();
  private final Map<Long, Score> scores = new HashMap<>();

  /** Of experts that said nothing. */
  private final float[][] nobody;

  private final List<String> unscaled = new ArrayList<>();
  private int sinceDiscard;
  private long withoutNetwork;

  /** Told of the progress. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Tells how many rows are done.
     *
     * @param done rows streamed
     * @param rows rows in all
     */
    void rows(long done, long rows);
  }

  /** One series' past and the forecasts of it that wait. */
  private static final class Series {
    private final int firstScored;
    private final int end;

    /**
     * By step, with the last value where a target was absent; null for a step that the topology
     * filled or refused.
     */
    private final List<float[]> past = new ArrayList<>();

    /** Rows up to the newest, those that the topology refused among them. */
    private int rows;

    /** Interval as the topology has it; 0 while that is not known. */
    private long stepMs;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long lastTimeMs = Long.MIN_VALUE;

    /** Steps that the topology refused since the newest row that it took, and the last's time. */
    private int refused;

    private long refusedTimeMs = Long.MIN_VALUE;

    /** Each target's last value that came; null before the first row. */
    private float[] last;

    /**
     * @param firstScored first row that counts
     * @param end row before which they end
     */
    Series(int firstScored, int end) {
      this.firstScored = firstScored;
      this.end = end;
    }
  }

  /**
   * A forecast that waits.
   *
   * @param row row of the series that it was made at
   * @param step its step: absent ones, which the topology fills, count as well
   * @param last values of that step as they were then: what corrects them later, it did not know
   */
  @SuppressWarnings("ArrayRecordComponent") // made and read here alone
  private record Waiting(int row, int step, float[] last, Prediction prediction) {}

  /**
   * @param harness the topologies, fresh
   * @param configuration their settings
   * @param rows from {@link #rows}
   */
  public Backtest(
      ForecastTestHarness harness, Configuration configuration, List<SeriesVector> rows) {
    this.harness = harness;
    this.schema = harness.schema();
    this.horizon = configuration.windows().horizon();
    this.hygiene = configuration.hygiene();
    this.season = configuration.experts().seasons().stream().findFirst().orElse(0);
    this.settings = configuration.backtest();
    this.rows = List.copyOf(rows);
    this.experts = harness.experts();
    double coverage = configuration.experts().coverage();
    this.recorder =
        new BacktestRecorder(
            schema, horizon, experts, coverage > 0 ? coverage : 0.9, standardDeviations());
    this.nobody = new float[experts.size()][];
    harness.onScore(score -> scores.put(score.madeAtMs(), score));
  }

  /** The rows that are streamed, in the order of streaming: the oldest of each series. */
  public static List<SeriesVector> rows(List<SeriesVector> vectors, BacktestSettings settings) {
    StepCount steps = new StepCount();
    return vectors.stream()
        .sorted(Comparator.comparingLong(one -> one.vector().timeMs()))
        .filter(one -> steps.add(one) <= settings.rows())
        .toList();
  }

  private Optional<double[]> standardDeviations() {
    if (settings.scaleRows().isEmpty()) {
      return Optional.empty();
    }
    // One for each target: any may be absent on its own.
    List<Scaling.Fitter> fitters = new ArrayList<>();
    schema.targets().forEach(target -> fitters.add(new Scaling.Fitter(1)));
    for (float[] values : corrected(settings.scaleRows().get())) {
      for (int i = 0; i < values.length; i++) {
        if (!Float.isNaN(values[i])) {
          fitters.get(i).add(new float[] {values[i]});
        }
      }
    }
    double[] units = new double[schema.targets().size()];
    for (int i = 0; i < units.length; i++) {
      boolean constant = fitters.get(i).isConstant(0);
      units[i] = constant ? 1 : fitters.get(i).fit().scale()[0];
      Feature target = schema.targetFeatures().get(i);
      if (constant && !target.isCategory()) {
        unscaled.add(target.name());
      }
    }
    return Optional.of(units);
  }

  /** The targets of each series' first steps, as their last rows corrected them. */
  private Collection<float[]> corrected(int most) {
    StepCount steps = new StepCount();
    Map<Map.Entry<String, Long>, float[]> byStep = new LinkedHashMap<>();
    for (SeriesVector row : rows) {
      if (steps.add(row) <= most) {
        byStep.merge(
            Map.entry(row.series(), row.vector().timeMs()),
            schema.targetsOf(row.vector().values()),
            (before, now) -> FeatureFill.orBefore(now, before));
      }
    }
    return byStep.values();
  }

  /** Names of the targets whose errors stay in raw units, for they did not vary where scaled. */
  public List<String> unscaled() {
    return List.copyOf(unscaled);
  }

  /** Number of the scored forecasts that were to be a network's, and had none. */
  public long withoutNetwork() {
    return withoutNetwork;
  }

  /** Streams all rows and reports. */
  public BacktestReport run(Progress progress) {
    long start = System.nanoTime();
    StepCount steps = new StepCount();
    rows.forEach(steps::add);
    steps
        .counts()
        .forEach(
            (key, length) ->
                series.put(
                    key,
                    new Series(
                        settings.firstScored(length), Math.min(length, settings.scoreTo()))));
    long done = 0;
    StepCount streamed = new StepCount();
    for (SeriesVector row : rows) {
      Series one = series.get(row.series());
      one.rows = streamed.add(row);
      row(row, one);
      if (++sinceDiscard == DISCARD_EVERY) {
        harness.discard();
        sinceDiscard = 0;
      }
      progress.rows(++done, rows.size());
    }
    return recorder.report(rows.size(), (System.nanoTime() - start) / 1e9);
  }

  private void row(SeriesVector row, Series one) {
    float[] actual = schema.targetsOf(row.vector().values());
    scores.clear();
    long refused = harness.counters().deadLetters();
    harness.push(row.series(), row.vector());
    if (harness.counters().deadLetters() > refused) {
      refused(one, row.vector().timeMs());
      return; // To the topology it never was.
    }
    if (row.vector().timeMs() == one.lastTimeMs) {
      // A correction: the topology neither scores nor forecasts it.
      int newest = one.past.size() - 1;
      one.last = FeatureFill.orBefore(actual, one.last);
      one.past.set(newest, one.last);
      if (one.rows - 1 < one.firstScored) {
        recorder.correctWarmUp(row.series(), one.last);
      }
      return;
    }
    for (long absent = absent(one, row.vector().timeMs()); absent > 0; absent--) {
      one.past.add(null);
    }
    one.lastTimeMs = row.vector().timeMs();
    one.refused = 0;
    int at = one.rows - 1;
    if (at < one.firstScored) {
      recorder.warmUp(row.series(), actual);
    }
    boolean came = FeatureFill.isAnyThere(actual);
    Iterator<Waiting> waiting = one.waiting.iterator();
    while (waiting.hasNext()) {
      Waiting next = waiting.next();
      Score score = scores.get(next.prediction().timeMs());
      if (score == null) {
        // A step at which no target came scores nothing. Else the topology gave it up, because a
        // gap was too long, or had scored all of it, because its last steps were filled or absent.
        if (came) {
          waiting.remove();
        }
        continue;
      }
      int ahead = score.horizon();
      // An origin counts if all its horizons lie in the scored part. Where rows between were
      // refused, they are farther off, and those that come behind it do not count.
      if (next.row() + 1 >= one.firstScored && next.row() + horizon < one.end && at < one.end) {
        record(row.series(), one, next, score, actual);
      }
      if (ahead == horizon) {
        waiting.remove();
      }
    }
    float[] known = FeatureFill.orBefore(actual, one.last);
    one.past.add(known);
    one.last = known;
    for (Prediction prediction : harness.predictions()) {
      long next = prediction.targetTimesMs()[0];
      one.stepMs = next == Prediction.UNKNOWN_TIME ? 0 : next - prediction.timeMs();
      one.waiting.addLast(new Waiting(at, one.past.size() - 1, known, prediction));
    }
  }

  /** Notes a step that is there in the file alone: a season is as far back as it is there. */
  private static void refused(Series one, long timeMs) {
    if (timeMs != one.lastTimeMs && timeMs != one.refusedTimeMs) {
      one.refused++;
      one.refusedTimeMs = timeMs;
    }
  }

  /**
   * Steps before a vector that the topology fills, or, where it fills none, that it refused. By
   * time alone, so also those that it does not fill because a window that began anew has yet to
   * show its interval: experts there see the season that many steps later than this baseline does.
   */
  private long absent(Series one, long timeMs) {
    int refused = timeMs == one.refusedTimeMs ? one.refused - 1 : one.refused;
    if (!hygiene.fillsGaps() || one.stepMs == 0) {
      return refused;
    }
    long absent = StepInterval.absent(one.stepMs, one.lastTimeMs, timeMs);
    return absent > hygiene.gapLimit() ? refused : absent;
  }

  private void record(String key, Series one, Waiting waiting, Score score, float[] actual) {
    Prediction prediction = waiting.prediction();
    int ahead = score.horizon();
    float[][] said = score.experts().length == 0 ? nobody : score.experts();
    recorder.forecast(
        key,
        new BacktestRecorder.Matured(
            prediction.timeMs(),
            ahead - 1,
            of(ahead, prediction.values()),
            said,
            waiting.last(),
            seasonal(one, waiting),
            score.halfWidths()),
        actual);
    if (ahead == 1) {
      withoutNetwork += prediction.status() == ForecastStatus.NO_MODEL ? 1 : 0;
      prediction
          .receipt()
          .map(Receipt::weights)
          .filter(weights -> weights.length > 0)
          .ifPresent(weights -> shares(weights[0], said));
    }
  }

  /**
   * The experts' shares in the mix at t+1, mean over the targets that any expert forecast. Receipts
   * weigh as if all had a forecast; one that has none has no share, and the others have its weight.
   *
   * @param weights {@code float[targets][experts]}
   * @param said {@code float[experts][outputWidth]}, null where nothing was said
   */
  private void shares(float[][] weights, float[][] said) {
    float[] means = new float[experts.size()];
    int mixed = 0;
    for (int target = 0; target < weights.length; target++) {
      float[] shares = new float[means.length];
      float total = 0;
      for (int e = 0; e < shares.length; e++) {
        if (ExpertMix.isForecast(said[e], schema.outputAt(target), width(target))) {
          shares[e] = weights[target][e];
          total += shares[e];
        }
      }
      if (total > 0) {
        mixed++;
        for (int e = 0; e < means.length; e++) {
          means[e] += shares[e] / total;
        }
      }
    }
    if (mixed > 0) {
      for (int e = 0; e < means.length; e++) {
        means[e] /= mixed;
      }
      recorder.weights(means);
    }
  }

  private int width(int target) {
    return schema.targetFeatures().get(target).width();
  }

  /** One horizon's part of what holds all of them. */
  private float[] of(int ahead, float[] values) {
    int width = values.length / horizon;
    return Arrays.copyOfRange(values, (ahead - 1) * width, ahead * width);
  }

  /**
   * The row whole seasons before a forecast step, as it was known when the forecast was made; null
   * if there is none.
   */
  private float[] seasonal(Series one, Waiting waiting) {
    if (season == 0) {
      return null;
    }
    // Over refused steps a forecast reaches farther than the topology counts.
    int step = one.past.size();
    int seasons = (step - waiting.step() + season - 1) / season;
    int from = step - seasons * season;
    return from < 0 ? null : from == waiting.step() ? waiting.last() : one.past.get(from);
  }
}
