package io.tplus1.serde;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.tplus1.model.Shown;
import java.io.IOException;
import java.util.regex.Pattern;

/** Why a value is no JSON, or none that is read, in words for whoever produced it. Any thread. */
final class NotJson {
  /** How much of what others wrote stands in what Jackson says. */
  static final ErrorReportConfiguration QUOTES =
      ErrorReportConfiguration.builder().maxErrorTokenLength(Shown.LONGEST_QUOTE).build();

  /** What Jackson says to whoever configures it. */
  private static final Pattern ADVICE =
      Pattern.compile(
          "(: enable `JsonReadFeature|(: was expecting)? \\(JSON String| \\(start marker|(?<=end-of-input)(?=\\p{Alpha})).*");

  /** Where Jackson's limits are set, which nobody can here. */
  private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");

  private NotJson() {}

  /** The reason, of a value that is not UTF-8. */
  static String encoding(byte[] value) {
    return beginsWithZero(value)
        ? "the value begins with a zero byte, as what a schema registry's serializer writes, and JSON without that was expected"
        : "the value is not UTF-8";
  }

  private static boolean beginsWithZero(byte[] value) {
    return value.length > 0 && value[0] == 0;
  }

  /** A text of ASCII is UTF-8 in UTF-16, too, with zeros in it. */
  private static boolean beginsInUtf16(byte[] value) {
    return value.length > 1 && value[0] == '{' && value[1] == 0;
  }

  /**
   * The reason, in one line.
   *
   * @param value the record's bytes
   * @param failure what Jackson made of them
   */
  static String reason(byte[] value, IOException failure) {
    if (beginsWithZero(value) || beginsInUtf16(value)) {
      return encoding(value);
    }
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    String first = message.lines().findFirst().orElse("");
    return "the value is not JSON: " + ADVICE.matcher(first).replaceFirst("");
  }

  /** The reason, of JSON that has more of something than is read. */
  static String limit(StreamConstraintsException failure) {
    return "the value is JSON beyond what is read: "
        + SETTING.matcher(failure.getOriginalMessage()).replaceFirst("");
  }
}
