package io.tplus1.topology.state;

import io.tplus1.feature.WindowRing;
import java.util.Iterator;
import java.util.LinkedHashMap;
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
    private boolean saved;
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
      this.saved = true;
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

    /** Whether the store has the state as it is here. */
    boolean isSaved() {
      return saved;
    }

    void setSaved(boolean isSaved) {
      this.saved = isSaved;
    }

    /** Whether its window has the newest vector that its state knows of. */
    boolean isWhole() {
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

  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
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
   * @param leaving told of each that leaves for want of room
   */
  SeriesOnHeap(int capacity, SeriesRoom room, Consumer<Entry> leaving) {
    this.capacity = capacity;
    this.room = room;
    this.leaving = leaving;
    room.join();
  }

  /** The series, or null if it is not on the heap. */
  Entry get(String key) {
    return entries.get(key);
  }

  /** Holds a series that is not held; others leave until all have room. */
  void put(Entry entry) {
    entries.put(entry.key(), entry);
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
    Iterator<Entry> longestSilent = entries.values().iterator();
    Entry entry = longestSilent.next();
    longestSilent.remove();
    held -= room.bytes(entry.key());
    entry.ring().releaseAttachment();
    leaving.accept(entry);
  }

  private void giveBack() {
    if (taken > held) {
      room.giveBack(taken - held);
      taken = held;
    }
  }

  void remove(String key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      held -= room.bytes(key);
      entry.ring().releaseAttachment();
      giveBack();
    }
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
