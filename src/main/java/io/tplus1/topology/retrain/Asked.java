package io.tplus1.topology.retrain;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that wait for a training to end, and how many trainings have begun for them of which
 * none has. For the stream thread.
 *
 * <p>Where the process ends in the middle of one, the next start begins it again, until {@value
 * #MOST_BEGUN} have begun: one that takes the process down would do so at every start. Nobody can
 * tell that from a restart that somebody wanted, a move or a revival, so all count. A process that
 * ends before the commit that stores the count is not counted.
 */
final class Asked {
  /** How many trainings begin for those who wait. */
  static final int MOST_BEGUN = 3;

  /** Bytes that {@link #write} writes. */
  static final int BYTES = Integer.BYTES;

  /**
   * Most commands that wait: all stand in one record of the changelog, written with each sample.
   */
  private static final int MOST = 1_000;

  /** Most chars of their ids, which take 3 bytes at most. */
  private static final int MOST_CHARS = 40_000;

  private final List<String> ids = new ArrayList<>();
  private int begun;

  /** Ids of the commands, in the order in which they came. */
  List<String> ids() {
    return List.copyOf(ids);
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  int size() {
    return ids.size();
  }

  /**
   * Notes a command that waits.
   *
   * @return whether there is room for it
   */
  boolean add(String id) {
    int chars = ids.stream().mapToInt(String::length).sum() + id.length();
    return ids.size() < MOST && chars <= MOST_CHARS && ids.add(id);
  }

  /** Notes that a training begins, for those who wait if anybody does. */
  void begin() {
    begun += ids.isEmpty() ? 0 : 1;
  }

  /** Notes that the training was given up that began last, though nothing cut it off. */
  void takeBack() {
    begun = Math.max(0, begun - 1);
  }

  /** Notes that a training ended, and with it the wait of those that it answers. */
  void end(List<String> answered) {
    ids.removeAll(answered);
    begun = 0;
  }

  /** While no training runs: whether those that began for these were cut off too often. */
  boolean isInVain() {
    return begun >= MOST_BEGUN;
  }

  /**
   * Writes how many have begun, big-endian; the ids stand elsewhere, as the first build of 0.1.0
   * had them.
   */
  void write(ByteBuffer bytes) {
    bytes.putInt(begun);
  }

  void read(ByteBuffer bytes) {
    begun = bytes.getInt();
  }

  /** Goes on with the ids that were stored. */
  void read(List<String> stored) {
    ids.clear();
    ids.addAll(stored);
  }
}
