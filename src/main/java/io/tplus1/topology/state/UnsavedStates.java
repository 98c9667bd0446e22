package io.tplus1.topology.state;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The states of a task that have changed since they were written, those that wait longest first.
 * They are written when a commit begins, when their series leaves the heap, and where more wait
 * than may. Owned by one stream thread.
 */
final class UnsavedStates {
  /** Small states that are written together where one is to be written. */
  static final int TOGETHER = 64;

  /** Most bytes of states that wait, but for {@link CommitPace#MOST} small ones. */
  private static final long MOST_BYTES = 64L << 20;

  private final KeyValueStore<String, SeriesState> states;
  private final SeriesOnHeap heap;
  private final Runnable commitWanted;
  private final PlaceOrder waiting = new PlaceOrder();
  private final int weight;
  private final int together;
  private final int mostFitting;
  private int most;

  /** What is due of the next state, in thousandths of a small one. */
  private int due;

  /**
   * @param heap of the same task
   * @param commitWanted called when {@link #saveAll} is to be called before the next commit
   */
  UnsavedStates(
      StateLayout layout,
      KeyValueStore<String, SeriesState> states,
      SeriesOnHeap heap,
      Runnable commitWanted) {
    this.states = states;
    this.heap = heap;
    this.commitWanted = commitWanted;
    this.weight = layout.mostWeight();
    this.together = Math.max(1, TOGETHER / weight);
    this.mostFitting = (int) Math.max(CommitPace.MOST / weight, MOST_BYTES / layout.mostBytes());
    letWait(CommitPace.MOST);
  }

  /**
   * Lets so many small states wait from now on, or as many as fit into {@value #MOST_BYTES} bytes;
   * those that wait longest beyond them are written.
   */
  void letWait(int small) {
    most = Math.min(small / weight, mostFitting);
    write(waiting.size() - most);
  }

  /** Notes that a series' state is to be written. */
  void changed(SeriesOnHeap.Entry entry) {
    if (!waiting.contains(entry.place())) {
      waiting.putLast(entry.place());
      if (waiting.size() == 1) {
        commitWanted.run();
      } else if (waiting.size() > most) {
        write(together);
      }
    }
  }

  /** Writes all that wait. */
  void saveAll() {
    if (states.isOpen()) {
      write(waiting.size());
    } else { // A task that is closed after a failure may have lost the store already.
      waiting.clear();
    }
  }

  /**
   * Writes those that wait longest, so that whoever reads the store finds them before a commit.
   *
   * @param thousandths how much of small states, added to what was too little for one so far
   */
  void saveOldest(int thousandths) {
    due += thousandths;
    int one = 1_000 * weight;
    write(due / one);
    due %= one;
  }

  /**
   * Writes a series' state, if it is to be written.
   *
   * @param entry on the heap, or one whose place nobody has settled at since it left
   */
  void save(SeriesOnHeap.Entry entry) {
    if (waiting.contains(entry.place())) {
      waiting.remove(entry.place());
      states.put(entry.key(), entry.state());
    }
  }

  /** Nobody wants this state any more. */
  void forget(SeriesOnHeap.Entry entry) {
    waiting.remove(entry.place());
  }

  /** Several at once, which RocksDB writes for less than one by one. */
  private void write(int count) {
    int left = Math.min(count, waiting.size());
    while (left > 0) {
      List<KeyValue<String, SeriesState>> portion = new ArrayList<>(Math.min(left, together));
      for (; left > 0 && portion.size() < together; left--) {
        SeriesOnHeap.Entry entry = heap.at(waiting.first());
        waiting.remove(entry.place());
        portion.add(KeyValue.pair(entry.key(), entry.state()));
      }
      states.putAll(portion);
    }
  }
}
