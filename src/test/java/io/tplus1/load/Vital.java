package io.tplus1.load;

/** What is read of a running application, and in which unit. */
enum Vital {
  /** Whole seconds since the load began. */
  SECONDS("s"),
  /** Processor time of the process. */
  CPU("s"),
  /** Heap that is in use right after a full collection: what lives. */
  LIVE("MB"),
  /** Old generation after the newest collection of whatever kind. */
  OLD("MB"),
  /** Young generation after the newest collection. */
  YOUNG("MB"),
  /** Resident memory of the process. */
  RSS("MB"),
  /** Resident memory that no file stands behind, less the heap. */
  OFF_HEAP("MB"),
  /** What the JVM itself has committed beside the heap, by its native memory tracking. */
  JVM("MB"),
  /** Cache of all RocksDB stores, with what they have not yet written. */
  ROCKS("MB"),
  /** {@link #OFF_HEAP} less {@link #ROCKS}, right after malloc has given back what it keeps. */
  BESIDE("MB"),
  /** Direct buffers. */
  DIRECT("MB"),
  CLASSES("classes"),
  THREADS("threads"),
  /** Open files, sockets among them, but for {@link #TABLES}. */
  FILES("files"),
  /** Open tables of RocksDB: a store has some before it merges them. */
  TABLES("files"),
  /** State directory. */
  DISK("MB"),
  /** Records of {@code features} that are not yet read. */
  LAG("records"),
  FORECASTS("forecasts"),
  SWAPS("swaps"),
  TRAININGS("trainings"),
  /** Completed rebalances of all its consumers. */
  REBALANCES("rebalances");

  private final String unit;

  Vital(String unit) {
    this.unit = unit;
  }

  String unit() {
    return unit;
  }
}
