package io.tplus1.topology;

import io.tplus1.feature.WindowRing;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The series whose windows and states lie on the heap, a bounded number, the longest silent leaving
 * first. Owned by one stream thread; what leaves is whole in the stores, and frees what was
 * attached to its window.
 */
final class SeriesOnHeap {
  /**
   * One series.
   *
   * @param ring its window
   * @param state its state, the same as in the store
   * @param offsets where its newest vectors were read
   */
  record Entry(WindowRing ring, SeriesState state, Offsets offsets) {}

  private final Map<String, Entry> entries;

  SeriesOnHeap(int capacity) {
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            if (size() <= capacity) {
              return false;
            }
            eldest.getValue().ring().releaseAttachment();
            return true;
          }
        };
  }

  /** The series, or null if it is not on the heap. */
  Entry get(String key) {
    return entries.get(key);
  }

  void put(String key, Entry entry) {
    entries.put(key, entry);
  }

  void remove(String key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      entry.ring().releaseAttachment();
    }
  }

  /** Gives up what forecasts attached to the windows. */
  void releaseAttachments() {
    for (Entry entry : entries.values()) {
      entry.ring().releaseAttachment();
    }
  }
}
