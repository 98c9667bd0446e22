package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

final class ReasonTest {
  @Test
  void of_chain_saysEachThingOnce() {
    Throwable failure =
        new KafkaException(
            "Failed to create new KafkaAdminClient",
            new ConfigException("No resolvable bootstrap urls"));

    assertThat(Reason.of(failure))
        .isEqualTo("Failed to create new KafkaAdminClient: No resolvable bootstrap urls");
    assertThat(Reason.of(new KafkaException(new KafkaException("the cause"))))
        .isEqualTo("the cause");
    assertThat(Reason.of(new KafkaException("it broke: the cause", new IOException("the cause"))))
        .isEqualTo("it broke: the cause");
    assertThat(Reason.of(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void of_files_saysWhatIsWrongWithThem() {
    assertThat(Reason.of(new NoSuchFileException("a/b"))).isEqualTo("a/b does not exist");
    assertThat(Reason.of(new UncheckedIOException(new AccessDeniedException("a/b"))))
        .isEqualTo("a/b may not be accessed");
    assertThat(Reason.of(new UncheckedIOException("model.zip", new IOException("no space"))))
        .isEqualTo("model.zip: no space");
  }

  @Test
  void of_ring_comesToItsEnd() {
    IOException outer = new IOException("outer");
    IOException inner = new IOException("inner", outer);
    outer.initCause(inner);

    assertThat(Reason.of(outer)).isEqualTo("outer: inner");
  }
}
