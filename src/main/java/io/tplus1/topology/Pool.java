package io.tplus1.topology;

import io.tplus1.expert.Stacked;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.IntervalPlan;
import io.tplus1.score.IntervalPool;
import io.tplus1.score.MixPlan;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What all series of a task together have learnt, for those that have few errors of their own: whom
 * to trust, what their mix gets wrong, and how wide intervals must be. Owned by one stream thread.
 */
final class Pool {
  private static final String MIX = "pool";
  private static final String INTERVALS = "intervals";
  private static final String STACKED = "stacked";

  private final KeyValueStore<String, byte[]> store;
  private final ExpertMix mix;
  private final IntervalPool intervals;
  private final StackedPart stackedPart;
  private final Stacked stacked;
  private boolean dropsStacked;
  private boolean changed;

  /**
   * @param mixPlan null where nothing is mixed
   * @param intervalPlan null where intervals are of each series alone
   * @param stackedPart null where nothing is stacked on experts, or for each series alone
   * @param store null where all are
   */
  Pool(
      MixPlan mixPlan,
      IntervalPlan intervalPlan,
      StackedPart stackedPart,
      KeyValueStore<String, byte[]> store) {
    this.store = store;
    this.stackedPart = stackedPart;
    this.stacked = stackedPart == null ? null : stackedPart.read(bytes(store.get(STACKED)));
    this.dropsStacked = stackedPart == null && store != null && store.get(STACKED) != null;
    byte[] storedMix = mixPlan == null ? null : store.get(MIX);
    if (storedMix != null) {
      this.mix = mixPlan.read(ByteBuffer.wrap(storedMix));
    } else {
      this.mix = mixPlan == null ? null : mixPlan.start();
    }
    byte[] storedIntervals = intervalPlan == null ? null : store.get(INTERVALS);
    if (storedIntervals != null) {
      this.intervals = intervalPlan.readPool(ByteBuffer.wrap(storedIntervals));
    } else {
      this.intervals = intervalPlan == null ? null : intervalPlan.startPool();
    }
  }

  /** Null where nothing is mixed. */
  ExpertMix mix() {
    return mix;
  }

  /** Null where intervals are of each series alone. */
  IntervalPool intervals() {
    return intervals;
  }

  /** Null where nothing is stacked on experts, or for each series alone. */
  Stacked stacked() {
    return stacked;
  }

  private static ByteBuffer bytes(byte[] stored) {
    return stored == null ? null : ByteBuffer.wrap(stored);
  }

  /** Notes that something was learnt; every answered forecast changes the state of a series too. */
  void changed() {
    changed = true;
  }

  /** Writes what was learnt since the last time; to be called before a commit. */
  void saveIfChanged() {
    if (changed && store != null && store.isOpen()) {
      save();
    }
    changed = false;
  }

  private void save() {
    if (mix != null) {
      ByteBuffer bytes = ByteBuffer.allocate(mix.bytes());
      mix.write(bytes);
      store.put(MIX, bytes.array());
    }
    if (intervals != null) {
      ByteBuffer bytes = ByteBuffer.allocate(intervals.bytes());
      intervals.write(bytes);
      store.put(INTERVALS, bytes.array());
    }
    if (stacked != null) {
      ByteBuffer bytes = ByteBuffer.allocate(stackedPart.bytes());
      stackedPart.write(stacked, bytes);
      store.put(STACKED, bytes.array());
    }
    if (dropsStacked) {
      // Not when it is read, at a start, when nothing may be written.
      store.delete(STACKED);
      dropsStacked = false;
    }
  }
}
