package io.tplus1.train;

import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Which of the samples that ever came tell nothing of what came after a time, whether or not they
 * are still known: a restart forgets those that are not kept, but not that all of them had ended by
 * then. For one thread.
 *
 * <p>Notes how far event time had come after some of the newest samples, about {@value #PARTS} for
 * each horizon, as far as two horizons back, those of the series that speaks most often: of a much
 * slower one everything is taken for known, until a horizon of its own samples has come. Where one
 * series is far ahead of the others, they are all taken to be where it is.
 */
public final class Milestones {
  private static final int PARTS = 8;
  private static final int MOST = 2 * PARTS;

  /** Ascending in both. */
  private final ArrayDeque<Milestone> milestones = new ArrayDeque<>(MOST + 1);

  /**
   * @param sequence number of a sample
   * @param toMs latest event time of what followed it, or any before it, epoch milliseconds
   */
  private record Milestone(long sequence, long toMs) {}

  /**
   * Notes how far event time has come, if it goes on with the next sample, and if that is more than
   * a part of a horizon since the last note.
   *
   * @param sequence number of the newest sample so far; 0 if there is none
   * @param toMs latest event time of what followed any sample so far, epoch milliseconds
   */
  public void add(long sequence, long toMs, TrainingSample next) {
    long fromMs = next.window().lastTimeMs();
    long nextMs = next.following().lastTimeMs();
    if (sequence == 0 || next.following().steps() == 1 || nextMs <= toMs) {
      return;
    }
    Milestone last = milestones.peekLast();
    if (last == null || toMs - last.toMs >= Math.max(1, (nextMs - fromMs) / PARTS)) {
      milestones.addLast(new Milestone(sequence, toMs));
      if (milestones.size() > MOST) {
        milestones.removeFirst();
      }
    }
  }

  /**
   * The first sample that may tell what came after a time, as far as is known: none before it does.
   */
  long tellsFrom(long timeMs) {
    long first = 1;
    for (Milestone milestone : milestones) {
      if (milestone.toMs <= timeMs) {
        first = milestone.sequence + 1;
      }
    }
    return first;
  }

  /** Bytes that {@link #write} writes, of the milestones so far. */
  public int bytes() {
    return 2 * Long.BYTES * milestones.size();
  }

  /** Writes the milestones, oldest first, big-endian: sequence number (64 bits), time (64). */
  public void write(ByteBuffer bytes) {
    milestones.forEach(milestone -> bytes.putLong(milestone.sequence).putLong(milestone.toMs));
  }

  /** Goes on with what {@link #write} wrote, which are all bytes that remain. */
  public void read(ByteBuffer bytes) {
    milestones.clear();
    while (bytes.hasRemaining()) {
      milestones.addLast(new Milestone(bytes.getLong(), bytes.getLong()));
    }
  }
}
