package io.tplus1;

/**
 * The exit codes of all commands, and the words for them in their help. {@code
 * src/site/command-line.md} has the same list.
 */
final class ExitCodes {
  static final int OK = 0;

  /** The message on standard error says why. */
  static final int FAILED = 1;

  static final int USAGE = 2;

  /** A command to the retrain role has no answer. */
  static final int NO_ANSWER = 3;

  /** What a forecast was made of is there no more. */
  static final int GONE = 3;

  /** A check was made, and something is not as it should be. */
  static final int WRONG = 4;

  static final String HEADING = "%nExit codes:%n";
  static final String EXAMPLES = "%nExamples:%n";
  static final String DONE_LINE = "0:done";
  static final String FAILED_LINE = "1:failed: the message says why";
  static final String REFUSED_LINE = "1:refused or failed: the message says why";
  static final String USAGE_LINE = "2:wrong usage";
  static final String NO_ANSWER_LINE =
      "3:no retrain role answers, or its answer cannot be read: the message says whether the command was sent";
  static final String OUT_OF_HEAP_LINE = "3:the JVM ran out of heap: give it more";
  static final String WRONG_LINE = "4:checked, and something is not as it should be";
  static final String STOPPED_LINE =
      "130, 143:stopped by Ctrl-C or SIGTERM, everything committed unless the log says otherwise";

  private ExitCodes() {}
}
