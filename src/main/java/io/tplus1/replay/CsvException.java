package io.tplus1.replay;

/** A CSV file that does not hold what the settings say. */
public final class CsvException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  CsvException(String message) {
    super(message);
  }

  CsvException(String message, Throwable cause) {
    super(message, cause);
  }
}
