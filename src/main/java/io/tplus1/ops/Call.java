package io.tplus1.ops;

import io.tplus1.model.Shown;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request.
 *
 * @param path as it was sent, still encoded
 * @param query decoded parameters
 * @param body the content, at most {@value #MOST_BODY} bytes
 */
record Call(String path, Map<String, String> query, byte[] body) {
  static final int MOST_BODY = 4_096;

  /** Longest address, in characters: three for each byte of a key, and some beside it. */
  static final int MOST_ADDRESS = 16_384;

  static Call of(URI uri, byte[] body) throws Refusal {
    if (uri.toString().length() > MOST_ADDRESS) {
      throw new Refusal(414, "the address has more than " + MOST_ADDRESS + " characters");
    }
    Map<String, String> query = new HashMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", 20)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
    }
    return new Call(uri.getRawPath(), Map.copyOf(query), body);
  }

  /** What follows a prefix in the path, decoded. */
  String pathAfter(String prefix) throws Refusal {
    // A plus is a plus in a path.
    return decode(path.substring(prefix.length()).replace("+", "%2B"));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  /** Whether another instance asks, which wants this one's part alone. */
  boolean isLocal() {
    return "local".equals(query.get("scope"));
  }

  int number(String name, int standard, int least, int most) throws Refusal {
    String value = query.get(name);
    if (value == null) {
      return standard;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Refusal(
        400,
        "%s must be a number from %d to %d, found '%s'"
            .formatted(name, least, most, Shown.quote(value)));
  }

  long whole(String name, long standard) throws Refusal {
    String value = query.get(name);
    try {
      return value == null ? standard : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new Refusal(
          400, "%s must be a whole number, found '%s'".formatted(name, Shown.quote(value)));
    }
  }

  private static String decode(String text) throws Refusal {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "the address is not well encoded: " + e.getMessage());
    }
  }
}
