package io.tplus1.serde;

import io.tplus1.model.Shown;
import io.tplus1.wire.WireVector;

/**
 * A value of {@code features} after decoding: a vector, or the reason why it is none, and the
 * untouched bytes either way.
 *
 * <p>Owned by the stream thread. The timestamp extractor settles series and event time before any
 * processor sees the record, which is why these parts can be set.
 */
public final class DecodedRecord {
  /** Stands where the value holds no time. */
  public static final long NO_TIME = WireVector.NO_TIME;

  /**
   * A key is in every record that goes out, twice in some, so what one message holds would not fit
   * into the next; and that would stop the stream, at every start again.
   */
  public static final int LONGEST_KEY_BYTES = 4_096;

  /** Longest {@link #detail}, in characters of at most three bytes. */
  private static final int LONGEST_DETAIL = 1_000;

  private final byte[] raw;
  private final float[] values;
  private final long fieldTimeMs;
  private UnknownWord unknown;
  private String series;
  private RejectReason reason;
  private String detail;
  private long timeMs = NO_TIME;
  private long recordTimeMs = NO_TIME;

  /**
   * A word that no vocabulary holds.
   *
   * @param feature its place in the schema
   * @param next the next one of the same record; null for none
   */
  record UnknownWord(int feature, String word, UnknownWord next) {}

  private DecodedRecord(
      byte[] raw, float[] values, long fieldTimeMs, RejectReason reason, String detail) {
    this.raw = raw;
    this.values = values;
    this.fieldTimeMs = fieldTimeMs;
    this.reason = reason;
    this.detail = detail;
  }

  /**
   * A vector.
   *
   * @param raw the bytes it was read from
   * @param values {@code float[features]} in schema order; given away
   * @param fieldTimeMs the time field's value, epoch milliseconds, or {@link #NO_TIME}
   */
  public static DecodedRecord vector(byte[] raw, float[] values, long fieldTimeMs) {
    return new DecodedRecord(raw, values, fieldTimeMs, null, null);
  }

  /**
   * No vector.
   *
   * @param raw the bytes that could not be read, or null
   * @param detail what was found and what was expected
   */
  public static DecodedRecord rejected(byte[] raw, RejectReason reason, String detail) {
    return new DecodedRecord(raw, null, NO_TIME, reason, shown(detail));
  }

  /** Notes the words that no vocabulary holds; null for none. */
  void noteUnknown(UnknownWord first) {
    this.unknown = first;
  }

  /** Settles the series that the record belongs to. */
  public void settleKey(String key) {
    this.series = key;
  }

  /** Settles the event time, epoch milliseconds. */
  public void settleTime(long eventTimeMs, long originalRecordTimeMs) {
    this.timeMs = eventTimeMs;
    this.recordTimeMs = originalRecordTimeMs;
  }

  /** Turns the record down after decoding. */
  public void reject(RejectReason why, String whatWasFound) {
    this.reason = why;
    this.detail = shown(whatWasFound);
  }

  /** It quotes what was found, which may be a name or a key of any length. */
  private static String shown(String whatWasFound) {
    return Shown.of(whatWasFound, LONGEST_DETAIL);
  }

  public byte[] raw() {
    return raw;
  }

  /** {@code float[features]}, or null for a rejected record. */
  public float[] values() {
    return values;
  }

  /**
   * The word that stands where a category is {@link io.tplus1.feature.Feature#UNKNOWN}; 0 in the
   * binary form, which has no words.
   *
   * @param feature its place in the schema
   */
  public String unknownWord(int feature) {
    for (UnknownWord each = unknown; each != null; each = each.next) {
      if (each.feature == feature) {
        return each.word;
      }
    }
    return "0";
  }

  public long fieldTimeMs() {
    return fieldTimeMs;
  }

  /** The record's key as text, once it is settled; null if it is none. */
  public String series() {
    return series;
  }

  /** The event time, once it is settled. */
  public long timeMs() {
    return timeMs;
  }

  /** The timestamp that the record had in the topic. */
  public long recordTimeMs() {
    return recordTimeMs;
  }

  public boolean isRejected() {
    return reason != null;
  }

  /** Why the record is no vector; null if it is one. */
  public RejectReason reason() {
    return reason;
  }

  /**
   * What was found and what was expected, as a part of a line that is no longer than a header has
   * room for; null for a vector.
   */
  public String detail() {
    return detail;
  }
}
