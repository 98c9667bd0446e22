package io.tplus1.topology.state;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.LongKey;
import io.tplus1.feature.WindowRing;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The part of the heap that series may take up in all, in bytes, over the tasks of an instance.
 * Each task gets an equal part of it whenever it comes; what others leave of theirs is whose that
 * asks first, until they want it. Any thread.
 */
public final class SeriesRoom {
  /** A series' objects, its key if that is not long, and its places in maps, beside arrays. */
  private static final int OBJECTS = 700;

  /** A waiting forecast's objects, beside arrays. */
  private static final int FORECAST_OBJECTS = 200;

  /** What stands around the array of an expert's forecast. */
  private static final int EXPERT_OBJECTS = 24;

  private final long most;
  private final long seriesBytes;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicInteger tasks = new AtomicInteger();

  /**
   * @param bytes that series may take up
   * @param seriesBytes what one takes up whose key is not long
   */
  SeriesRoom(long bytes, long seriesBytes) {
    this.most = bytes;
    this.seriesBytes = seriesBytes;
  }

  /** Room for what fits into the share of this process' heap that the settings name. */
  public static SeriesRoom onHeap(ForecastLayout layout) {
    double bytes = layout.settings().windows().heapShare() * Runtime.getRuntime().maxMemory();
    return new SeriesRoom((long) bytes, seriesBytes(layout));
  }

  /**
   * Bytes that a series with a full window and as many waiting forecasts as can be takes up, but
   * for a long key.
   */
  static long seriesBytes(ForecastLayout layout) {
    ForecastSettings settings = layout.settings();
    StateLayout states = layout.states();
    long horizon = layout.horizon();
    long row = (long) Float.BYTES * layout.rows().width() + Long.BYTES;
    long ring = WindowRing.rows(settings.ringSteps()) * row;
    long offsets = 2L * Long.BYTES * settings.windows().steps();
    long forecast =
        Float.BYTES * (horizon * states.forecastValues() + states.targets())
            + FORECAST_OBJECTS
            + (long) EXPERT_OBJECTS * layout.roster().size();
    return OBJECTS + ring + offsets + horizon * forecast + states.learntBytes();
  }

  /** Bytes that a series takes up. */
  long bytes(String key) {
    return seriesBytes + LongKey.bytes(key);
  }

  /** How many tasks share it. */
  int tasks() {
    return tasks.get();
  }

  /** One more task shares it. */
  void join() {
    tasks.incrementAndGet();
  }

  /** A task shares it no more, and gives back what it held. */
  void leave(long held) {
    tasks.decrementAndGet();
    giveBack(held);
  }

  /**
   * Takes room, if there is so much.
   *
   * @param held bytes for which the task has room
   * @param more bytes that it wants beside them
   */
  boolean take(long held, long more) {
    if (taken.addAndGet(more) <= most || held + more <= part()) {
      return true;
    }
    taken.addAndGet(-more);
    return false;
  }

  /** Whether a task that holds so many bytes is to give some back, for others want their part. */
  boolean isOwed(long held) {
    return taken.get() > most && held > part();
  }

  void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  private long part() {
    return most / Math.max(1, tasks.get());
  }
}
