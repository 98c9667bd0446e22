package io.tplus1.topology.state;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.HeapBudget;
import io.tplus1.feature.WindowRing;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's series: the window store is the truth, the heap is the hot path. Owned by one stream
 * thread.
 *
 * <p>Vectors are stored as they come. States change with each of them, so they are written when a
 * commit begins ({@link Housekeeping#commits}), when their series leaves the heap, and when it is
 * new; and some in between, so that a commit never stops the task for long: see {@link CommitPace}
 * and {@link UnsavedStates}.
 */
public final class SeriesStores {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesStores.class);

  private final ForecastSettings settings;
  private final StateLayout layout;
  private final RowLayout rows;
  private final SeriesListener listener;
  private final WindowStore<String, float[]> vectors;
  private final KeyValueStore<String, SeriesState> states;
  private final SeriesRoom room;
  private final SeriesOnHeap heap;
  private final UnsavedStates unsaved;
  private final HeapBudget projections;
  private final SeriesCount count = new SeriesCount();
  private final long retentionMs;
  private boolean lossSaid;

  /**
   * @param listener told what becomes of series
   * @param room on the heap
   * @param unsavedThere called when {@link Housekeeping#commits} is to be called before the next
   *     commit
   */
  public SeriesStores(
      ForecastLayout layout,
      SeriesListener listener,
      WindowStore<String, float[]> vectors,
      KeyValueStore<String, SeriesState> states,
      SeriesRoom room,
      Runnable unsavedThere) {
    this.settings = layout.settings();
    this.layout = layout.states();
    this.rows = layout.rows();
    this.listener = listener;
    this.vectors = vectors;
    this.states = states;
    this.room = room;
    this.heap = new SeriesOnHeap(settings.windows().seriesOnHeap(), room, this::leaves);
    this.unsaved = new UnsavedStates(this.layout, states, heap, unsavedThere);
    this.projections = new HeapBudget(settings.windows().projectionBytes());
    listener.keeps(count);
    this.retentionMs = settings.windows().retention().toMillis();
  }

  /**
   * Reads states up to the first that says of which features, targets and words it is, mostly the
   * first of all: where it is of others than today's, all of the task is, and no vector may be
   * taken.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if it is
   */
  public void requireSchema() {
    try (KeyValueIterator<String, SeriesState> all = states.all()) {
      boolean marked = false;
      while (!marked && all.hasNext()) {
        marked = all.next().value.isMarked();
      }
    }
  }

  /**
   * The series with its window, read from the stores if need be; null if it is not known. One that
   * fell silent is dropped here, so that what is known of it depends on no scan's pace.
   */
  public SeriesOnHeap.Entry find(String key, long streamTimeMs) {
    SeriesOnHeap.Entry entry = heap.get(key);
    SeriesState state = entry == null ? states.get(key) : entry.state();
    if (state != null && isSilent(state, streamTimeMs)) {
      drop(key, state);
      return null;
    }
    if (entry == null && state != null) {
      entry = entry(key, state);
      listener.rebuilt();
      rebuild(entry);
      heap.put(entry);
    }
    return entry;
  }

  /**
   * Called before a vector that is newer than all others of its series is taken: where the newest
   * that its state knows of is not there, the window has lost it. Before that it may be read again:
   * after a crash under at_least_once a state may be ahead of the rows.
   */
  public void goOn(SeriesOnHeap.Entry entry) {
    if (!entry.isWhole()) {
      lost(entry);
    }
  }

  private void lost(SeriesOnHeap.Entry entry) {
    listener.lost();
    entry.setWhole(true); // as far as it goes
    if (settings.hygiene().fillsGaps() || settings.hygiene().fillsFeatures()) {
      // Of what comes behind it, nothing can be filled from what came before.
      long lastMs = entry.state().lastTimeMs();
      startWindow(entry, Math.max(lastMs, lastMs + 1));
      changed(entry);
    }
    if (!lossSaid) {
      lossSaid = true;
      LOG.warn(
          "The window of series {} is lost, or its newest part: what is known of it ends at {}, and the store has no vector of that time. Until window.steps vectors have come, it is not forecast, or from too few, or (where neither gap.fill nor missing.fill is set) with a hole between them. Stores may be damaged: then stop this instance, look after its disk, and start it with an empty state.dir. Nothing is damaged where the windows' changelog no longer had these vectors when stores were restored from it, or where vectors are read again that are older than what the store has of others (src/site/recovery.md, Standing still for long). (Said once a task; series like it are counted as window_lost)",
          entry.key(),
          Instant.ofEpochMilli(entry.state().lastTimeMs()));
    }
  }

  /** How long what is known of a series is kept after it last spoke, in stream time. */
  long retentionMs() {
    return retentionMs;
  }

  /** Whether a series last spoke longer ago than what is known of it is kept. */
  boolean isSilent(SeriesState state, long streamTimeMs) {
    return state.lastTimeMs() < streamTimeMs - retentionMs;
  }

  /** A series that speaks for the first time. */
  public SeriesOnHeap.Entry create(String key, long timeMs) {
    SeriesOnHeap.Entry entry = entry(key, layout.start(timeMs));
    states.put(key, entry.state()); // so that it is listed
    count.made(key);
    heap.put(entry);
    return entry;
  }

  /** Stores the ring's newest row, which is newer than all others of its series. */
  public void append(SeriesOnHeap.Entry entry) {
    FeatureWindow held = entry.ring().window();
    int from = held.offset() + (held.steps() - 1) * held.features();
    float[] row = Arrays.copyOfRange(held.buffer(), from, from + held.features());
    vectors.put(entry.key(), row, held.lastTimeMs());
    entry.state().setLastTimeMs(held.lastTimeMs());
    entry.setWhole(true);
  }

  /**
   * Stores a vector that is not newer than all others. What the experts forecast from the one that
   * it replaces stays; to one that came late they had nothing to say. It replaces one of the same
   * time, or the one that was made up for its step.
   *
   * @param row the vector's row, without forecasts; given away
   * @param stepMs the series' interval; 0 if it is not known
   * @return whether it replaced one, or came again: the state knew it, and the store had lost it
   */
  public boolean insert(SeriesOnHeap.Entry entry, long timeMs, float[] row, long stepMs) {
    float[] stored = vectors.fetch(entry.key(), timeMs);
    OptionalLong madeUp =
        stored == null && rows.marked() && stepMs > 1
            ? madeUpFor(entry, timeMs, stepMs)
            : OptionalLong.empty();
    if (madeUp.isPresent()) {
      long madeUpMs = madeUp.getAsLong();
      stored = vectors.fetch(entry.key(), madeUpMs);
      vectors.put(entry.key(), null, madeUpMs);
    }
    if (stored != null) {
      int traces = rows.traced().size() * rows.targets();
      System.arraycopy(stored, rows.features(), row, rows.features(), traces);
    }
    // After a crash under at_least_once: what the state knows and the store has not was lost. The
    // waiting forecasts were answered by it then. Of one that is lost for good, a late vector
    // counts as a correction, too.
    boolean again =
        timeMs == entry.state().lastTimeMs()
            || (!entry.isWhole()
                && (entry.ring().count() == 0 || timeMs > entry.ring().lastTimeMs()));
    vectors.put(entry.key(), row, timeMs);
    entry.offsets().clear();
    rebuild(entry);
    return stored != null || again;
  }

  /**
   * Lets a ring forget what is too old beside a vector that comes: whether a task runs through or
   * reads its windows from the store, which may hide what is older, nothing else counts.
   *
   * @return how many vectors it held before
   */
  public int age(SeriesOnHeap.Entry entry, long timeMs) {
    int held = entry.ring().count();
    if (held > 0) {
      entry.ring().age(timeMs);
    }
    return held;
  }

  /**
   * Time of the row that was made up for the step of a vector: no further than half a step off. The
   * ring may have it no more while forecasts from before it wait.
   */
  private OptionalLong madeUpFor(SeriesOnHeap.Entry entry, long timeMs, long stepMs) {
    OptionalLong found = OptionalLong.empty();
    long nearest = stepMs / 2;
    long oldest = Math.max(Math.max(0, entry.state().windowFromMs()), timeMs - nearest);
    try (WindowStoreIterator<float[]> backwards =
        vectors.backwardFetch(entry.key(), oldest, timeMs + nearest)) {
      while (backwards.hasNext()) {
        var next = backwards.next();
        long off = Math.abs(next.key - timeMs);
        if (rows.isMadeUp(next.value) && (off < nearest || found.isEmpty())) {
          nearest = off;
          found = OptionalLong.of(next.key);
        }
      }
    }
    return found;
  }

  /** Lets a series' window begin anew; the store keeps what was before. */
  public void startWindow(SeriesOnHeap.Entry entry, long timeMs) {
    entry.state().startWindow(timeMs);
    entry.ring().clear();
  }

  private void leaves(SeriesOnHeap.Entry entry) {
    unsaved.save(entry);
  }

  /** Notes that the series' state is to be written. */
  public void changed(SeriesOnHeap.Entry entry) {
    unsaved.changed(entry);
  }

  /** How many tasks of the process have series. */
  int tasks() {
    return room.tasks();
  }

  /** A stored state, or what is newer. */
  SeriesState newest(String key, SeriesState stored) {
    SeriesOnHeap.Entry entry = heap.peek(key);
    return entry == null ? stored : entry.state();
  }

  /** Forgets a series that fell silent; its vectors leave the window store by themselves. */
  void drop(String key, SeriesState state) {
    listener.dropped(state.pending().size());
    states.delete(key);
    count.dropped(key);
    SeriesOnHeap.Entry entry = heap.peek(key);
    if (entry != null) {
      unsaved.forget(entry);
      heap.remove(entry);
    }
  }

  /**
   * Gives some room on the heap back where other tasks want their part of it.
   *
   * @param most series that leave it
   */
  void yieldRoom(int most) {
    heap.yieldRoom(most);
  }

  /** Gives room on the heap back; whoever goes on with these stores makes another of this. */
  public void close() {
    heap.close();
    listener.keepsNoMore(count);
  }

  /** Frees what a model's session left at the windows, so that another model's finds room. */
  public void releaseAttachments() {
    heap.releaseAttachments();
  }

  KeyValueStore<String, SeriesState> states() {
    return states;
  }

  UnsavedStates unsaved() {
    return unsaved;
  }

  /** What a state counts as where small ones count as 1. */
  int weight(SeriesState state) {
    return layout.weight(state);
  }

  SeriesCount count() {
    return count;
  }

  private SeriesOnHeap.Entry entry(String key, SeriesState state) {
    WindowRing ring =
        new WindowRing(
            settings.ringSteps(), rows.width(), settings.ringDepth().toMillis(), projections);
    return new SeriesOnHeap.Entry(key, ring, state, new Offsets(settings.windows().steps()));
  }

  /** Reads a window from the store, which may lack its newest row. */
  private void rebuild(SeriesOnHeap.Entry entry) {
    long newest = entry.state().lastTimeMs();
    long oldest =
        Math.max(
            Math.max(0, entry.state().windowFromMs()), newest - settings.ringDepth().toMillis());
    long[] times = new long[settings.ringSteps()];
    float[][] values = new float[settings.ringSteps()][];
    int count = 0;
    try (WindowStoreIterator<float[]> backwards =
        vectors.backwardFetch(entry.key(), oldest, newest)) {
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
    // Earlier builds began a window anew before what came behind the loss was taken.
    boolean begunAnew = entry.state().windowFromMs() > newest;
    entry.setWhole(begunAnew || (count > 0 && times[0] == newest));
  }
}
