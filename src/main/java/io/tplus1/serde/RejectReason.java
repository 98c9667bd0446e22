package io.tplus1.serde;

/**
 * Why a record of {@code features} is dead-lettered; the name stands in its headers and metrics.
 */
public enum RejectReason {
  /** The value is null. */
  NULL_VALUE,
  /** The key is absent. */
  MISSING_KEY,
  /** The key has no bytes. */
  EMPTY_KEY,
  /** The key is not UTF-8, or is longer than 4,096 bytes. */
  INVALID_KEY,
  /**
   * The value is not JSON, JSON goes on behind it, it is broken in the binary form, or it has a
   * form that {@code features.format} does not take.
   */
  UNPARSEABLE,
  /** The value is JSON, but not an object with features. */
  NOT_A_VECTOR,
  /** A field of the schema is absent or null. */
  MISSING_FEATURE,
  /** A field stands there that the schema does not name. */
  EXTRA_FIELD,
  /** A field stands there twice. */
  DUPLICATE_FIELD,
  /** A number was expected and something else found, or a category likewise. */
  WRONG_TYPE,
  /** A number that is NaN, infinite, or too large for 32 bits. */
  NOT_FINITE,
  /** The array form, or the binary one, has more or fewer values than the schema. */
  WRONG_LENGTH,
  /** The time field is absent where the configuration demands it. */
  MISSING_TIME,
  /** The time field is neither ISO-8601 nor whole epoch milliseconds. */
  INVALID_TIME,
  /** The event time lies before 1970. */
  NEGATIVE_TIME,
  /** The event time lies further ahead of the clock than {@code time.max.ahead}. */
  TOO_FAR_AHEAD,
  /** The event time is older than the newest of its partition less {@code max.lateness}. */
  TOO_LATE
}
