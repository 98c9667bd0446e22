package io.tplus1.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tplus1.config.Utf8Text;
import java.io.IOException;

/** A CSV file that does not hold what the settings say. */
public final class CsvException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  CsvException(String message) {
    super(message);
  }

  CsvException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a file that could not be read to its end; it says all that the cause does. */
  static CsvException unreadable(String name, IOException cause) {
    // Jackson's whole message names its own classes.
    String reason =
        cause instanceof JsonProcessingException parsing
            ? parsing.getOriginalMessage()
            : cause.getMessage();
    return new CsvException(
        name + " " + Utf8Text.complaint(cause).orElse("cannot be read: " + reason));
  }
}
