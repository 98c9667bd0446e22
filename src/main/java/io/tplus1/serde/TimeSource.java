package io.tplus1.serde;

/** Where the event time of a record is read. */
public enum TimeSource {
  /** The time field if the value has it, else the record's timestamp. */
  AUTO,
  /** The time field, which every value must have. */
  FIELD,
  /** The record's timestamp; a time field in the value is ignored. */
  RECORD
}
