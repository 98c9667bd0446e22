package io.tplus1.topology;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.HeapBudget;
import io.tplus1.feature.WindowRing;
import java.util.Arrays;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * One task's series: the window store is the truth, the heap is the hot path. Owned by one stream
 * thread.
 */
final class SeriesStores {
  private final ForecastSettings settings;
  private final StateLayout layout;
  private final RowLayout rows;
  private final ForecastCounters counters;
  private final WindowStore<String, float[]> vectors;
  private final KeyValueStore<String, SeriesState> states;
  private final SeriesOnHeap heap;
  private final HeapBudget projections;

  SeriesStores(
      ForecastSettings settings,
      StateLayout layout,
      RowLayout rows,
      ForecastCounters counters,
      WindowStore<String, float[]> vectors,
      KeyValueStore<String, SeriesState> states) {
    this.settings = settings;
    this.layout = layout;
    this.rows = rows;
    this.counters = counters;
    this.vectors = vectors;
    this.states = states;
    this.heap = new SeriesOnHeap(settings.windows().seriesOnHeap());
    this.projections = new HeapBudget(settings.windows().projectionBytes());
  }

  /** The series with its window, read from the stores if need be; null if it is not known. */
  SeriesOnHeap.Entry find(String key) {
    SeriesOnHeap.Entry entry = heap.get(key);
    if (entry == null) {
      SeriesState state = states.get(key);
      if (state != null) {
        entry = entry(state);
        rebuild(key, entry);
        heap.put(key, entry);
      }
    }
    return entry;
  }

  /** A series that speaks for the first time. */
  SeriesOnHeap.Entry create(String key, long timeMs) {
    SeriesOnHeap.Entry entry = entry(layout.start(timeMs));
    heap.put(key, entry);
    return entry;
  }

  /** Stores the ring's newest row, which is newer than all others of its series. */
  void append(String key, SeriesOnHeap.Entry entry) {
    FeatureWindow held = entry.ring().window();
    int from = held.offset() + (held.steps() - 1) * held.features();
    float[] row = Arrays.copyOfRange(held.buffer(), from, from + held.features());
    vectors.put(key, row, held.lastTimeMs());
    entry.state().setLastTimeMs(held.lastTimeMs());
  }

  /**
   * Stores a vector that is not newer than all others. What the experts forecast from the one that
   * it replaces stays; to one that came late they had nothing to say.
   *
   * @param row the vector's row, without forecasts; given away
   * @return whether it replaced one of the same time
   */
  boolean insert(String key, SeriesOnHeap.Entry entry, long timeMs, float[] row) {
    float[] stored = vectors.fetch(key, timeMs);
    if (stored != null) {
      int traces = rows.traced().size() * rows.targets();
      System.arraycopy(stored, rows.features(), row, rows.features(), traces);
    }
    vectors.put(key, row, timeMs);
    entry.offsets().clear();
    rebuild(key, entry);
    return stored != null;
  }

  /** Lets a series' window begin anew; the store keeps what was before. */
  void startWindow(SeriesOnHeap.Entry entry, long timeMs) {
    entry.state().startWindow(timeMs);
    entry.ring().clear();
  }

  /** Writes the series' state. */
  void save(String key, SeriesOnHeap.Entry entry) {
    states.put(key, entry.state());
  }

  /** Forgets a series that fell silent; its vectors leave the window store by themselves. */
  void drop(String key) {
    states.delete(key);
    heap.remove(key);
  }

  /** Frees what a model's session left at the windows, so that another model's finds room. */
  void releaseAttachments() {
    heap.releaseAttachments();
  }

  KeyValueStore<String, SeriesState> states() {
    return states;
  }

  private SeriesOnHeap.Entry entry(SeriesState state) {
    WindowRing ring =
        new WindowRing(
            settings.ringSteps(), rows.width(), settings.ringDepth().toMillis(), projections);
    return new SeriesOnHeap.Entry(ring, state, new Offsets(settings.windows().steps()));
  }

  private void rebuild(String key, SeriesOnHeap.Entry entry) {
    counters.count(ForecastCounters.Event.WINDOW_REBUILT);
    long newest = entry.state().lastTimeMs();
    long oldest =
        Math.max(
            Math.max(0, entry.state().windowFromMs()), newest - settings.ringDepth().toMillis());
    long[] times = new long[settings.ringSteps()];
    float[][] values = new float[settings.ringSteps()][];
    int count = 0;
    try (WindowStoreIterator<float[]> backwards = vectors.backwardFetch(key, oldest, newest)) {
      while (count < times.length && backwards.hasNext()) {
        var next = backwards.next();
        times[count] = next.key;
        values[count] = next.value;
        count++;
      }
    }
    entry.ring().clear();
    for (int i = count - 1; i >= 0; i--) {
      entry.ring().append(times[i], values[i]);
    }
  }
}
