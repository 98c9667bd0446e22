package io.tplus1.topology.models;

import java.util.Arrays;

/** What model stores turned down. */
public final class Rejects {
  private Rejects() {}

  /** How many records changed nothing because something was wrong. */
  public static long of(ModelCounters counters) {
    return Arrays.stream(ModelCounters.Reject.values()).mapToLong(counters::rejects).sum();
  }
}
