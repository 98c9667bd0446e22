package io.tplus1.topology.state;

import java.util.Arrays;

/**
 * An order of numbered places, each in it once at most, of which the first is the one that was put
 * last the longest ago.
 *
 * <p>It is kept in numbers alone. Of a linked list of objects each move writes references into
 * three objects that lie anywhere on the heap, and with a million of them the collector's notes of
 * that cost more than the move. Owned by one stream thread.
 */
final class PlaceOrder {
  /** The end of the order: what is before it is the last, and what is behind it the first. */
  private static final int END = 0;

  private static final int ABSENT = -1;
  private static final int LEAST = 16;

  /** Of each place, and the end, what is before it; places are counted from 1 here. */
  private int[] before = new int[LEAST];

  private int[] behind = new int[LEAST];
  private int size;

  PlaceOrder() {
    clear();
  }

  /** How many places are in it. */
  int size() {
    return size;
  }

  /** The first place; -1 where there is none. */
  int first() {
    return behind[END] - 1;
  }

  /** Whether a place is in it. */
  boolean contains(int place) {
    int at = place + 1;
    return at < before.length && before[at] != ABSENT;
  }

  /** Puts a place last, wherever it was. */
  void putLast(int place) {
    int at = place + 1;
    if (at >= before.length) {
      grow(at);
    }
    remove(place);
    int last = before[END];
    before[at] = last;
    behind[at] = END;
    behind[last] = at;
    before[END] = at;
    size++;
  }

  /** Takes a place out, if it is in it. */
  void remove(int place) {
    if (contains(place)) {
      int at = place + 1;
      behind[before[at]] = behind[at];
      before[behind[at]] = before[at];
      before[at] = ABSENT;
      size--;
    }
  }

  /** Takes all places out. */
  void clear() {
    Arrays.fill(before, ABSENT);
    before[END] = END;
    behind[END] = END;
    size = 0;
  }

  private void grow(int least) {
    int held = before.length;
    int length = Math.max(2 * held, least + 1);
    before = Arrays.copyOf(before, length);
    behind = Arrays.copyOf(behind, length);
    Arrays.fill(before, held, length, ABSENT);
  }
}
