package io.tplus1.feature;

/** What people are told of kept state that this build, or these settings, cannot go on with. */
public final class KeptState {
  /** Where it is told what a change costs, as the end of a sentence that advises one. */
  public static final String CHANGING = "(src/site/upgrade.md, Changing a running application)";

  /** How an application does without what it keeps. */
  public static final String BEGIN_ANEW = "begin anew " + CHANGING;

  /** The same, in the two ways that there are. */
  public static final String OTHER_APPLICATION =
      "give the application another application.id, or reset it " + CHANGING;

  private KeptState() {}

  /**
   * What to do about state in a form that is not known here.
   *
   * @param found what was expected, and what was found
   * @param remedy for who cannot start the other version
   */
  public static String ofAnotherVersion(String found, String remedy) {
    return "%s: written by another version of tplus1: start that one or a newer one, or %s"
        .formatted(found, remedy);
  }
}
