package io.tplus1.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Why a value is no JSON, in words for whoever produced it. Any thread. */
final class NotJson {
  /** What Jackson says to whoever configures it. */
  private static final Pattern ADVICE =
      Pattern.compile(
          "(: enable `JsonReadFeature|(: was expecting)? \\(JSON String| \\(start marker).*");

  private NotJson() {}

  /**
   * The reason, in one line.
   *
   * @param value the record's bytes
   * @param failure what Jackson made of them
   */
  static String reason(byte[] value, IOException failure) {
    // Jackson would take the zeros for UTF-32.
    if (value.length > 0 && value[0] == 0) {
      return "the value begins with a zero byte, as what a schema registry's serializer writes, and JSON without that was expected";
    }
    if (!isUtf8(value)) {
      return "the value is not UTF-8";
    }
    String message = failure.getMessage() == null ? "" : failure.getMessage();
    String first = message.lines().findFirst().orElse("");
    return "the value is not JSON: " + ADVICE.matcher(first).replaceFirst("");
  }

  /** Jackson notices it in strings alone. */
  private static boolean isUtf8(byte[] value) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
