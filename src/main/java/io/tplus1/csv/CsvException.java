package io.tplus1.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
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
    return unreadable(name, 0, cause);
  }

  /**
   * The same of rows.
   *
   * @param line the last one that could be read, from 1; 0 for none
   */
  static CsvException unreadable(String name, int line, IOException cause) {
    String behind = line == 0 ? "" : " behind line " + line;
    return new CsvException(
        "%s %s"
            .formatted(
                name,
                Utf8Text.complaint(cause)
                    .orElse("cannot be read%s: %s".formatted(behind, reason(cause)))));
  }

  private static String reason(IOException cause) {
    if (cause instanceof StreamConstraintsException) {
      return "a cell has more characters than are read: a quote is missing, or stands alone";
    }
    // Jackson's whole message names its own classes.
    return cause instanceof JsonProcessingException parsing
        ? parsing.getOriginalMessage()
        : cause.getMessage();
  }
}
