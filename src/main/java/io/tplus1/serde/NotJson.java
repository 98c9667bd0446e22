package io.tplus1.serde;

import io.tplus1.model.Utf8;
import java.io.IOException;
import java.util.regex.Pattern;

/** Why a value is no JSON, in words for whoever produced it. Any thread. */
final class NotJson {
  /** What Jackson says to whoever configures it. */
  private static final Pattern ADVICE =
      Pattern.compile(
          "(: enable `JsonReadFeature|(: was expecting)? \\(JSON String| \\(start marker).*");

  private NotJson() {}

  /** The reason, of a value that begins with a zero or is not UTF-8. */
  static String encoding(byte[] value) {
    return beginsWithZero(value)
        ? "the value begins with a zero byte, as what a schema registry's serializer writes, and JSON without that was expected"
        : "the value is not UTF-8";
  }

  private static boolean beginsWithZero(byte[] value) {
    return value.length > 0 && value[0] == 0;
  }

  /**
   * The reason, in one line.
   *
   * @param value the record's bytes
   * @param failure what Jackson made of them
   */
  static String reason(byte[] value, IOException failure) {
    // Jackson would take the zeros for UTF-32.
    if (beginsWithZero(value) || !Utf8.is(value)) {
      return encoding(value);
    }
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    String first = message.lines().findFirst().orElse("");
    return "the value is not JSON: " + ADVICE.matcher(first).replaceFirst("");
  }
}
