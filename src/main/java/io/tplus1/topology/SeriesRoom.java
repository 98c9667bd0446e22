package io.tplus1.topology;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.WindowRing;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many series fit on the heap in all, over the tasks of an instance, first come, first served.
 * Any thread.
 */
final class SeriesRoom {
  /** A series' objects, its key, and its places in maps, beside arrays. */
  private static final int OBJECTS = 700;

  /** A waiting forecast's objects, beside arrays. */
  private static final int FORECAST_OBJECTS = 200;

  private final AtomicLong free;

  /**
   * @param series most series, at least 1
   */
  SeriesRoom(long series) {
    this.free = new AtomicLong(series);
  }

  /** Room for what fits into the share of this process' heap that the settings name. */
  static SeriesRoom onHeap(FeatureSchema schema, ForecastSettings settings) {
    double bytes = settings.windows().heapShare() * Runtime.getRuntime().maxMemory();
    return new SeriesRoom(Math.max(1, (long) (bytes / seriesBytes(schema, settings))));
  }

  /** Bytes that a series with a full window and as many waiting forecasts as can be takes up. */
  static long seriesBytes(FeatureSchema schema, ForecastSettings settings) {
    Roster roster = new Roster(schema, settings);
    StateLayout layout = new StateLayout(schema, settings, roster);
    long horizon = settings.windows().horizon();
    long row = (long) Float.BYTES * RowLayout.of(schema, settings).width() + Long.BYTES;
    long ring = WindowRing.rows(settings.ringSteps()) * row;
    long offsets = 2L * Long.BYTES * settings.windows().steps();
    int experts = roster.mixes() ? roster.size() : 0;
    long forecast =
        Float.BYTES
                * (horizon * schema.outputWidth() * (1 + experts)
                    + horizon * layout.targets() * (1 + layout.inputs())
                    + layout.targets())
            + FORECAST_OBJECTS;
    return OBJECTS + ring + offsets + horizon * forecast + layout.learntBytes();
  }

  /** Takes room for one series, if there is any. */
  boolean take() {
    if (free.decrementAndGet() >= 0) {
      return true;
    }
    free.incrementAndGet();
    return false;
  }

  void giveBack(long series) {
    free.addAndGet(series);
  }
}
