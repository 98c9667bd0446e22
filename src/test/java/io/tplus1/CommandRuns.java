package io.tplus1;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs of commands in this process, and what the last of them said. */
final class CommandRuns {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  /** Returns the exit code. */
  int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
