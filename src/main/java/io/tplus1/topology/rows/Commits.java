package io.tplus1.topology.rows;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** What the transactions of stream threads have committed so far. Any thread. */
@FunctionalInterface
public interface Commits {
  /** Where nobody knows of any, as in a test driver. */
  Commits UNKNOWN = thread -> null;

  /**
   * What those of one stream thread have.
   *
   * @param thread its name
   * @return null if it has none; else the same as long as the thread lives, for it alone
   */
  OfThread of(String thread);

  /** What one stream thread's transactions have committed; asked by that thread. */
  interface OfThread {
    /** How many of them there were. */
    long count();

    /**
     * Offset of the newest record of a topic's partition in them; empty if there is none, or if a
     * transaction was given up.
     */
    OptionalLong newest(TopicPartition partition);
  }
}
