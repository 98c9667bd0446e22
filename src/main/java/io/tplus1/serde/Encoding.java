package io.tplus1.serde;

/** How a record's value is written. */
public enum Encoding {
  /** As the JSON Schemas in {@code topics/schemas} say. */
  JSON,
  /** As the classes of {@code io.tplus1.wire} say. */
  BINARY
}
