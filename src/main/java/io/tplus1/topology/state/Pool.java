package io.tplus1.topology.state;

import io.tplus1.expert.Stacked;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.IntervalPlan;
import io.tplus1.score.IntervalPool;
import io.tplus1.score.MixPlan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What all series of a task together have learnt, for those that have few errors of their own: whom
 * to trust, what their mix gets wrong, and how wide intervals must be. Owned by one stream thread.
 */
public final class Pool {
  private static final String MIX = "pool";
  private static final String INTERVALS = "intervals";
  private static final String STACKED = "stacked";

  /** Of which features, targets and words the others are; former releases wrote none. */
  private static final String SCHEMA = "schema";

  private final KeyValueStore<String, byte[]> store;
  private final ExpertMix mix;
  private final IntervalPool intervals;
  private final StackedPart stackedPart;
  private final Stacked stacked;
  private final SchemaMark mark;

  /**
   * Parts that are stored and that the settings no longer ask for; nothing is written at a start.
   */
  private final List<String> unwanted = new ArrayList<>();

  private boolean marked;
  private boolean changed;

  /**
   * @param mark of today's features, targets and words
   * @param mixPlan null where nothing is mixed
   * @param intervalPlan null where intervals are of each series alone
   * @param stackedPart null where nothing is stacked on experts, or for each series alone
   * @param store null where all are
   * @throws org.apache.kafka.common.errors.SerializationException if what is stored is of other
   *     features, targets or words
   */
  Pool(
      SchemaMark mark,
      MixPlan mixPlan,
      IntervalPlan intervalPlan,
      StackedPart stackedPart,
      KeyValueStore<String, byte[]> store) {
    this.mark = mark;
    this.store = store;
    this.stackedPart = stackedPart;
    ByteBuffer storedMark = stored(SCHEMA, mark);
    mark.require("what series have learnt together", storedMark);
    this.marked = storedMark != null;
    ByteBuffer storedMix = stored(MIX, mixPlan);
    if (storedMix != null) {
      this.mix = mixPlan.read(storedMix);
    } else {
      this.mix = mixPlan == null ? null : mixPlan.start();
    }
    ByteBuffer storedIntervals = stored(INTERVALS, intervalPlan);
    if (storedIntervals != null) {
      this.intervals = intervalPlan.readPool(storedIntervals);
    } else {
      this.intervals = intervalPlan == null ? null : intervalPlan.startPool();
    }
    ByteBuffer storedSums = stored(STACKED, stackedPart);
    this.stacked = stackedPart == null ? null : stackedPart.read(storedSums);
  }

  /** What is stored of a part; null for nothing, or of one that is not wanted. */
  private ByteBuffer stored(String part, Object plan) {
    byte[] stored = store == null ? null : store.get(part);
    if (stored != null && plan == null) {
      unwanted.add(part);
    }
    return stored == null || plan == null ? null : ByteBuffer.wrap(stored);
  }

  /** Null where nothing is mixed. */
  public ExpertMix mix() {
    return mix;
  }

  /** Null where intervals are of each series alone. */
  public IntervalPool intervals() {
    return intervals;
  }

  /** Null where nothing is stacked on experts, or for each series alone. */
  public Stacked stacked() {
    return stacked;
  }

  /** Notes that something was learnt; every answered forecast changes the state of a series too. */
  public void changed() {
    changed = true;
  }

  /** Writes what was learnt since the last time; to be called before a commit. */
  public void saveIfChanged() {
    if (changed && store != null && store.isOpen()) {
      save();
    }
    changed = false;
  }

  private void save() {
    if (!marked) {
      put(SCHEMA, SchemaMark.BYTES, mark::write);
      marked = true;
    }
    if (mix != null) {
      put(MIX, mix.bytes(), mix::write);
    }
    if (intervals != null) {
      put(INTERVALS, intervals.bytes(), intervals::write);
    }
    if (stacked != null) {
      put(STACKED, stackedPart.bytes(), bytes -> stackedPart.write(stacked, bytes));
    }
    unwanted.forEach(store::delete);
    unwanted.clear();
  }

  private void put(String part, int length, Consumer<ByteBuffer> content) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    content.accept(bytes);
    store.put(part, bytes.array());
  }
}
