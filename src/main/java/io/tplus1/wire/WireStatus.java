package io.tplus1.wire;

import java.util.List;

/** What stands behind a forecast, by its code on the wire; the codes of names never change. */
final class WireStatus {
  /** Names in the order of their codes, from 0. */
  static final List<String> NAMES =
      List.of("OK", "COLD_START", "NO_MODEL", "MODEL_FAILED", "GAP_FILLED", "STALE_MODEL");

  private WireStatus() {}

  static int code(String name) {
    int code = NAMES.indexOf(name);
    if (code < 0) {
      throw new IllegalArgumentException(
          "the status must be one of %s, found '%s'".formatted(NAMES, name));
    }
    return code;
  }

  static String name(int code) {
    if (code >= NAMES.size()) {
      throw new WireFormatException(
          "the status must be 0 to %d, found %d".formatted(NAMES.size() - 1, code));
    }
    return NAMES.get(code);
  }
}
