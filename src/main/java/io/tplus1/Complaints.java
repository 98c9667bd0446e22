package io.tplus1;

import io.tplus1.cluster.Reason;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import java.io.IOException;
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
      command.getErr().println("tplus1: " + Reason.of(failure));
      LOG.debug("The command failed", failure);
    } else {
      command.getErr().println("tplus1: unexpected failure, please report it: " + failure);
      failure.printStackTrace(command.getErr());
    }
    command.getErr().flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
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
