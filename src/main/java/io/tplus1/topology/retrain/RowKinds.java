package io.tplus1.topology.retrain;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which kinds of columns the rows of kept samples have behind the features, which neither they nor
 * their width tell once settings have changed. For the stream thread.
 */
final class RowKinds {
  /** Changes of settings that are told apart; samples from before count as of now. */
  private static final int MOST = 16;

  /**
   * Samples from one on, up to the next run.
   *
   * @param from sequence number of the first
   * @param kinds as {@link io.tplus1.topology.state.RowLayout#kinds} has them
   */
  private record Run(long from, int kinds) {
    static final int BYTES = Long.BYTES + Integer.BYTES;
  }

  private final List<Run> runs = new ArrayList<>();

  /**
   * Notes what the rows of a new sample have. Those before the first that is noted, which former
   * builds kept, count as having the same.
   */
  void keep(long sequence, int kinds) {
    if (runs.isEmpty()) {
      runs.add(new Run(0, kinds));
    } else if (runs.get(runs.size() - 1).kinds != kinds) {
      runs.add(new Run(sequence, kinds));
      if (runs.size() > MOST) {
        runs.remove(0);
      }
    }
  }

  /**
   * What the rows of a kept sample have.
   *
   * @param now of the settings of now, where nothing is known
   */
  int of(long sequence, int now) {
    int kinds = now;
    for (Run run : runs) {
      kinds = run.from <= sequence ? run.kinds : kinds;
    }
    return kinds;
  }

  /** Bytes that {@link #write} writes. */
  int bytes() {
    return runs.size() * Run.BYTES;
  }

  /** Writes of each run the first sequence number (64 bits) and the kinds (32), big-endian. */
  void write(ByteBuffer bytes) {
    runs.forEach(run -> bytes.putLong(run.from).putInt(run.kinds));
  }

  /** Goes on with what {@link #write} wrote. */
  void read(ByteBuffer bytes) {
    runs.clear();
    while (bytes.remaining() >= Run.BYTES) {
      runs.add(new Run(bytes.getLong(), bytes.getInt()));
    }
  }
}
