package io.tplus1.serde;

/** Writes vectors as producers do. */
@FunctionalInterface
public interface VectorWriter {
  /**
   * The value of one record, without a time: the reader takes it from the record's timestamp.
   *
   * @param values {@code float[schema.size()]}, raw; a category's id
   */
  byte[] write(float[] values);
}
