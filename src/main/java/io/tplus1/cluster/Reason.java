package io.tplus1.cluster;

import io.tplus1.topic.Causes;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a failure and its causes say, each thing once: Kafka's outermost message is often empty. */
public final class Reason {
  private Reason() {}

  /** One line. */
  public static String of(Throwable failure) {
    StringBuilder reason = new StringBuilder();
    Causes.of(failure)
        .forEach(
            cause -> {
              String message = message(cause);
              boolean passedOn =
                  cause.getCause() != null && message.equals(cause.getCause().toString());
              if (!passedOn && reason.indexOf(message) < 0) {
                reason.append(reason.isEmpty() ? "" : ": ").append(message);
              }
            });
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
