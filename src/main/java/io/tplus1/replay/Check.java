package io.tplus1.replay;

/**
 * One thing of a receipt that was held against what was found.
 *
 * @param name what
 * @param outcome what came of it
 * @param detail what was found, for people
 */
record Check(String name, Outcome outcome, String detail) {
  /** What came of a check. */
  enum Outcome {
    SAME,
    DIFFERENT,
    /** It could not be checked, which proves nothing. */
    UNKNOWN
  }

  static Check of(String name, Object published, Object again) {
    boolean same = published.equals(again);
    return new Check(
        name,
        same ? Outcome.SAME : Outcome.DIFFERENT,
        same ? published.toString() : again + ", and the receipt has " + published);
  }
}
