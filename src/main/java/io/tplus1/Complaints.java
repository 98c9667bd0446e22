package io.tplus1;

import io.tplus1.cluster.Reason;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Shown;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * What a person sees when a command fails: one sentence for what they can mend, a stack trace only
 * for what is our fault.
 */
final class Complaints implements CommandLine.IExecutionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    if (isTheirs(failure)) {
      say(command, Reason.of(failure));
      LOG.debug("The command failed", failure);
    } else {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      say(
          command,
          "unexpected failure, please report it: "
              + failure
              + System.lineSeparator()
              + trace.toString().stripTrailing());
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** Says on stderr what is wrong, which may quote others: it steers no terminal. */
  static void say(CommandLine command, String what) {
    command.getErr().println("tplus1: " + Shown.lines(what));
    command.getErr().flush();
  }

  private static boolean isTheirs(Exception failure) {
    return failure instanceof KafkaException
        || failure instanceof IllegalArgumentException
        || failure instanceof InvalidArtifactException
        || failure instanceof Nd4jUnavailableException
        || failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof CommandLine.ExecutionException;
  }
}
