package io.tplus1;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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
      command.getErr().println("tplus1: " + reason(failure));
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

  /**
   * What a failure and its causes say, each thing once: Kafka's outermost message is often empty.
   */
  static String reason(Throwable failure) {
    StringBuilder reason = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = message(cause);
      boolean passedOn = cause.getCause() != null && message.equals(cause.getCause().toString());
      if (!passedOn && reason.indexOf(message) < 0) {
        reason.append(reason.isEmpty() ? "" : ": ").append(message);
      }
    }
    return reason.toString();
  }

  /** A file's exceptions have its name for a message, and nothing that is wrong with it. */
  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof NoSuchFileException) {
      return message + " does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return message + " may not be accessed";
    }
    if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
      return message + " is not a folder";
    }
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
