package io.tplus1.topology.state;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many series a task keeps: whoever passes all of them counts them once, a part at a time, and
 * from then on each that is made or dropped counts. RocksDB's own estimate takes each time that a
 * state is written for a series.
 *
 * <p>Owned by one stream thread; any thread reads {@link #get}.
 */
public final class SeriesCount {
  private final AtomicLong count = new AtomicLong();

  /** Series before this one are counted; null once all are. */
  private String uncountedFrom = "";

  /**
   * Counts the series of a pass that has come to the next one.
   *
   * @param found how many there were since {@link #passed} was last called
   * @param next the first that the pass has not come to; null at its end
   */
  void passed(int found, String next) {
    if (uncountedFrom != null) {
      count.addAndGet(found);
      uncountedFrom = next;
    }
  }

  void made(String key) {
    if (isCounted(key)) {
      count.incrementAndGet();
    }
  }

  void dropped(String key) {
    if (isCounted(key)) {
      count.decrementAndGet();
    }
  }

  /** Series so far; all once the first pass is over. */
  public long get() {
    return count.get();
  }

  private boolean isCounted(String key) {
    return uncountedFrom == null || ForecastStores.KEY_ORDER.compare(key, uncountedFrom) < 0;
  }
}
