package io.tplus1.topology.state;

import io.tplus1.feature.WindowRing;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The series whose windows and states lie on the heap, a bounded number and as many as the heap has
 * room for, the longest silent leaving first; one there always is. Owned by one stream thread; what
 * leaves frees what was attached to its window.
 */
public final class SeriesOnHeap {
  /** One series. */
  public static final class Entry {
    private final String key;
    private final WindowRing ring;
    private final SeriesState state;
    private final Offsets offsets;
    private int place;
    private boolean whole = true;
    private int setbacks;

    /**
     * A series of which the store knows.
     *
     * @param ring its window
     * @param state its state, at least as new as in the store
     * @param offsets where its newest vectors were read
     */
    Entry(String key, WindowRing ring, SeriesState state, Offsets offsets) {
      this.key = key;
      this.ring = ring;
      this.state = state;
      this.offsets = offsets;
    }

    /** The series. */
    public String key() {
      return key;
    }

    /** Its window, oldest first. */
    public WindowRing ring() {
      return ring;
    }

    /** Its state, at least as new as in the store. */
    public SeriesState state() {
      return state;
    }

    /** Where its newest vectors were read. */
    public Offsets offsets() {
      return offsets;
    }

    /** Its place among those on the heap, from 0; of what has left, another's. */
    int place() {
      return place;
    }

    /** Whether its window has the newest vector that its state knows of. */
    public boolean isWhole() {
      return whole;
    }

    void setWhole(boolean isWhole) {
      this.whole = isWhole;
    }

    /**
     * How often its window became no longer when a vector came, since the last forecast from one
     * that age had not cut.
     */
    public int setbacks() {
      return setbacks;
    }

    /** Counts one more of them. */
    public int setBack() {
      return ++setbacks;
    }

    /** Counts from nothing again. */
    public void recover() {
      this.setbacks = 0;
    }
  }

  private static final int LEAST_PLACES = 16;

  private final Map<String, Entry> entries = new HashMap<>();

  /** Entries by their places, some of them free. */
  private Entry[] places = new Entry[LEAST_PLACES];

  private int[] free = new int[LEAST_PLACES];
  private int freed;
  private int begun;

  /** The longest silent first. */
  private final PlaceOrder silence = new PlaceOrder();

  private final int capacity;
  private final SeriesRoom room;
  private final Consumer<Entry> leaving;

  /** Bytes of all entries. */
  private long held;

  /** Bytes for which there is room: as many, but for a single entry that found too little. */
  private long taken;

  private boolean closed;

  /**
   * @param capacity most series
   * @param room shared with other tasks
   * @param leaving told of each that leaves for want of room, while its place is no other's yet
   */
  SeriesOnHeap(int capacity, SeriesRoom room, Consumer<Entry> leaving) {
    this.capacity = capacity;
    this.room = room;
    this.leaving = leaving;
    room.join();
  }

  /** The series, which speaks, or null if it is not on the heap. */
  Entry get(String key) {
    Entry entry = entries.get(key);
    if (entry != null) {
      silence.putLast(entry.place);
    }
    return entry;
  }

  /** The series, of which somebody asks, or null if it is not on the heap. */
  Entry peek(String key) {
    return entries.get(key);
  }

  /** The series of a place. */
  Entry at(int place) {
    return places[place];
  }

  /** Holds a series that is not held; others leave until all have room. */
  void put(Entry entry) {
    entries.put(entry.key(), entry);
    settle(entry);
    held += room.bytes(entry.key());
    while (!fits() && entries.size() > 1) {
      leaveLongestSilent();
    }
    giveBack();
    yieldRoom(1);
  }

  private boolean fits() {
    if (entries.size() > capacity) {
      return false;
    }
    if (held > taken && room.take(taken, held - taken)) {
      taken = held;
    }
    return held <= taken;
  }

  /** Lets the longest silent leave where other tasks want their part of the room. */
  void yieldRoom(int most) {
    for (int i = 0; i < most && entries.size() > 1 && room.isOwed(taken); i++) {
      leaveLongestSilent();
      giveBack();
    }
  }

  private void leaveLongestSilent() {
    Entry entry = places[silence.first()];
    leave(entry);
    leaving.accept(entry); // before anybody settles there: what waits is known by its place
  }

  private void settle(Entry entry) {
    int place = freed > 0 ? free[--freed] : begun++;
    if (place == places.length) {
      places = Arrays.copyOf(places, 2 * place);
      free = Arrays.copyOf(free, 2 * place);
    }
    entry.place = place;
    places[place] = entry;
    silence.putLast(place);
  }

  private void leave(Entry entry) {
    entries.remove(entry.key());
    silence.remove(entry.place);
    places[entry.place] = null;
    free[freed++] = entry.place;
    held -= room.bytes(entry.key());
    entry.ring().releaseAttachment();
  }

  private void giveBack() {
    if (taken > held) {
      room.giveBack(taken - held);
      taken = held;
    }
  }

  /** Takes a series off that is held. */
  void remove(Entry entry) {
    leave(entry);
    giveBack();
  }

  /** Gives the room back; nothing is put here any more. */
  void close() {
    if (!closed) {
      room.leave(taken);
      taken = 0;
      closed = true;
    }
  }

  /** Gives up what forecasts attached to the windows. */
  void releaseAttachments() {
    for (Entry entry : entries.values()) {
      entry.ring().releaseAttachment();
    }
  }
}
