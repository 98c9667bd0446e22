package io.tplus1;

import java.util.HashMap;
import java.util.Map;

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
}
