package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class ComplaintsTest {
  @Test
  void reason_chain_saysEachThingOnce() {
    Throwable failure =
        new KafkaException(
            "Failed to create new KafkaAdminClient",
            new ConfigException("No resolvable bootstrap urls"));

    assertThat(Complaints.reason(failure))
        .isEqualTo("Failed to create new KafkaAdminClient: No resolvable bootstrap urls");
    assertThat(Complaints.reason(new KafkaException(new KafkaException("the cause"))))
        .isEqualTo("the cause");
    assertThat(
            Complaints.reason(
                new KafkaException("it broke: the cause", new IOException("the cause"))))
        .isEqualTo("it broke: the cause");
    assertThat(Complaints.reason(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void reason_files_saysWhatIsWrongWithThem() {
    assertThat(Complaints.reason(new NoSuchFileException("a/b"))).isEqualTo("a/b does not exist");
    assertThat(Complaints.reason(new UncheckedIOException(new AccessDeniedException("a/b"))))
        .isEqualTo("a/b may not be accessed");
    assertThat(
            Complaints.reason(new UncheckedIOException("model.zip", new IOException("no space"))))
        .isEqualTo("model.zip: no space");
  }

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
        .contains("\tat ");
  }

  @Command(name = "broken")
  private static final class Broken implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new IllegalStateException("a bug");
    }
  }
}
