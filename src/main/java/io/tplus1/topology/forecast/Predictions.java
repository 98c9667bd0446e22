package io.tplus1.topology.forecast;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.StepInterval;
import io.tplus1.feature.WindowHash;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.IntervalPool;
import io.tplus1.score.Signs;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Learnt;
import io.tplus1.topology.state.Offsets;
import io.tplus1.topology.state.SeriesOnHeap;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Puts forecasts into the form that is sent: target times, intervals, receipt. One per task. */
public final class Predictions {
  private static final float[] NOTHING = {};

  private final FeatureSchema schema;
  private final int horizon;
  private final List<String> experts;
  private final StepInterval interval;
  private final GivenForecasts given;
  private final IntervalPool pool;
  private final RecentChanges changes;

  /**
   * A forecast in the form that is sent, and what is kept of it until its actuals come.
   *
   * @param prediction what is sent
   * @param halfWidths half the widths of its intervals; empty without
   * @param inputs what the pool of intervals is to know of it; empty where there is none
   */
  public record Made(Prediction prediction, float[] halfWidths, float[] inputs) {}

  /**
   * @param pool what the intervals of all series have learnt; null where they are of each alone
   */
  public Predictions(ForecastLayout layout, StepInterval interval, IntervalPool pool) {
    this.schema = layout.schema();
    this.horizon = layout.horizon();
    this.experts = layout.roster().names();
    this.interval = interval;
    this.pool = pool;
    this.changes = new RecentChanges(schema);
    this.given = new GivenForecasts(layout);
  }

  /**
   * Puts a forecast into the form that is sent, with the intervals of its series as of now.
   *
   * @param window what was read
   * @param made what came of it
   * @param partition where the window's newest vector was read
   */
  public Made make(
      SeriesOnHeap.Entry entry, FeatureWindow window, SeriesForecast.Outcome made, int partition) {
    Learnt learnt = entry.state().learnt();
    float[] inputs = inputs(learnt, window, made);
    ConformalInterval intervals = intervals(learnt, inputs);
    float[] halfWidths = halfWidths(intervals);
    return new Made(
        of(entry.key(), window, made, intervals, halfWidths, entry.offsets(), partition),
        halfWidths,
        inputs);
  }

  /** What the pool of intervals is to know of a forecast; empty where there is none. */
  private float[] inputs(Learnt learnt, FeatureWindow window, SeriesForecast.Outcome made) {
    return learnt.intervals() == null || pool == null
        ? NOTHING
        : learnt
            .intervals()
            .inputs(
                pool,
                new Signs(
                    schema.targetsOf(window), changes.of(window), made.values(), made.experts()));
  }

  /**
   * The intervals of a series as of now, with the part of the pool in them, so that whoever has no
   * pool can make the same half-widths from them; null without intervals.
   *
   * @param inputs see {@link #inputs}
   */
  private ConformalInterval intervals(Learnt learnt, float[] inputs) {
    return learnt.intervals() == null || pool == null
        ? learnt.intervals()
        : learnt.intervals().pooled(pool, inputs);
  }

  /**
   * Half the widths of the intervals of a forecast that is made now; empty without intervals.
   *
   * @param intervals see {@link #intervals}
   */
  public float[] halfWidths(ConformalInterval intervals) {
    if (intervals == null) {
      return new float[0];
    }
    float[] halfWidths = new float[horizon * schema.targets().size()];
    intervals.halfWidths(halfWidths);
    return halfWidths;
  }

  /**
   * What is sent.
   *
   * @param window what was read
   * @param made what came of it
   * @param intervals see {@link #intervals}
   * @param halfWidths of these, see {@link #halfWidths}
   * @param offsets where the window's vectors were read
   * @param partition where the newest was read
   */
  public Prediction of(
      String key,
      FeatureWindow window,
      SeriesForecast.Outcome made,
      ConformalInterval intervals,
      float[] halfWidths,
      Offsets offsets,
      int partition) {
    Receipt receipt =
        new Receipt(
            made.kernel(),
            new Receipt.Window(
                window.timeMs(0),
                window.steps(),
                WindowHash.of(window),
                partition,
                offsets.at(window.timeMs(0)),
                offsets.at(window.lastTimeMs())),
            experts,
            made.weights(),
            made.linear(),
            given.of(made.experts(), made.season()),
            bytes(intervals));
    return new Prediction(
        key,
        window.lastTimeMs(),
        made.status(),
        made.model(),
        interval.targetTimes(window, horizon),
        made.values(),
        bounds(made.values(), halfWidths, -1),
        bounds(made.values(), halfWidths, 1),
        Optional.of(receipt));
  }

  private static byte[] bytes(ConformalInterval intervals) {
    if (intervals == null) {
      return new byte[0];
    }
    ByteBuffer bytes = ByteBuffer.allocate(intervals.bytes());
    intervals.write(bytes);
    return bytes.array();
  }

  /** Ends of the intervals, below (−1) or above (1) the forecast; NaN beyond a float's range. */
  private float[] bounds(float[] values, float[] halfWidths, int side) {
    float[] bounds = new float[halfWidths.length];
    List<Feature> targets = schema.targetFeatures();
    for (int slot = 0; slot < bounds.length; slot++) {
      int target = slot % targets.size();
      int at = slot / targets.size() * schema.outputWidth() + schema.outputAt(target);
      float bound = values[at] + side * halfWidths[slot];
      bounds[slot] =
          targets.get(target).isCategory() || Float.isInfinite(bound) ? Float.NaN : bound;
    }
    return bounds;
  }
}
