package io.tplus1.expert;

/**
 * Where the counts of contexts live: a key-value store that somebody else owns, such as a store of
 * Kafka Streams, or a map in tests. For the thread of the store.
 */
public interface ContextCounts {

  /** What was last put under a key; null if nothing was. The array is only read. */
  byte[] get(byte[] key);

  /** Puts a value that nobody changes any more. */
  void put(byte[] key, byte[] value);
}
