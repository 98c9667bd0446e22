package io.tplus1.ops;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** How larger answers are coded for whoever takes that (RFC 9110, 8.4.1.3 and 12.5.3). */
final class Gzip {
  private Gzip() {}

  /**
   * Whether a client takes it: the first mention counts, which a weight of zero makes a refusal.
   *
   * <p>In time in proportion to the header's length: whoever reaches the port chooses it.
   *
   * @param accepted the header Accept-Encoding; null if absent
   */
  static boolean isTaken(String accepted) {
    if (accepted == null) {
      return false;
    }
    for (String coding : accepted.split(",", -1)) {
      int weight = coding.indexOf(';');
      String name = (weight < 0 ? coding : coding.substring(0, weight)).strip();
      if (name.equalsIgnoreCase("gzip") || name.equalsIgnoreCase("x-gzip")) {
        return weight < 0 || !isZero(coding.substring(weight + 1));
      }
    }
    return false;
  }

  /** Of a weight such as {@code q=0} or {@code q=0.000}. */
  private static boolean isZero(String weight) {
    String bare = weight.replace(" ", "").replace("\t", "").toLowerCase(Locale.ROOT);
    return bare.startsWith("q=0") && bare.chars().skip(3).allMatch(c -> c == '.' || c == '0');
  }

  static byte[] compress(byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 4);
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    }
    return bytes.toByteArray();
  }
}
