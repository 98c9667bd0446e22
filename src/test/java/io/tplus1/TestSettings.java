package io.tplus1;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Settings of which a test says what matters to it. */
public final class TestSettings {
  private TestSettings() {}

  /**
   * A copy with others, which may be changed.
   *
   * @param more names and values in turn; they win
   */
  public static Map<String, String> with(Map<String, String> settings, String... more) {
    Map<String, String> all = new HashMap<>(settings);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  /** Settings that a system property has, {@code name=value}, with commas between; perhaps none. */
  public static Map<String, String> of(String property) {
    return of(property, System.getProperty(property, ""));
  }

  /** A piece without {@code =} goes on with the value before it, which is a list. */
  static Map<String, String> of(String property, String text) {
    Map<String, String> settings = new TreeMap<>();
    String last = null;
    for (String piece : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int equals = piece.indexOf('=');
      if (equals == 0 || (equals < 0 && last == null)) {
        throw new IllegalArgumentException(
            "-D%s must have settings, name=value, with commas between, found '%s' in %s"
                .formatted(property, piece, text));
      }
      if (equals > 0) {
        last = piece.substring(0, equals).strip();
        settings.put(last, piece.substring(equals + 1));
      } else {
        settings.put(last, settings.get(last) + "," + piece);
      }
    }
    return settings;
  }
}
