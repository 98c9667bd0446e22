package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class ComplaintsTest {
  @Test
  void execute_ourFault_stackTraceAndAskedToReport() {
    StringWriter err = new StringWriter();

    int code =
        new CommandLine(new Broken())
            .setExecutionExceptionHandler(new Complaints())
            .setErr(new PrintWriter(err, true))
            .execute();

    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("tplus1: unexpected failure, please report it: java.lang.IllegalStateException")
        .contains("\tat ", ": a bug?[2J\n");
  }

  @Test
  void say_linesOfOthers_keepTheirEndsAlone() {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new Broken()).setErr(new PrintWriter(err));

    Complaints.say(command, "one\r\ntwo\n\tthree\rfour\u009b2J\u0007");

    assertThat(err.toString()).isEqualTo("tplus1: one\r\ntwo\n\tthree?four?2J?\n");
  }

  @Command(name = "broken")
  private static final class Broken implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new IllegalStateException("a bug\u001b[2J");
    }
  }
}
