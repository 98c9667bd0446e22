package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

final class ThreadReplacementTest {
  private Instant now = Instant.parse("2026-01-05T00:00:00Z");
  private final ThreadReplacement replacement = new ThreadReplacement(() -> now, 1);

  private static StreamsException streams(Throwable cause) {
    return new StreamsException("Error encountered trying to commit a transaction", cause);
  }

  @Test
  void allows_whatBrokersSaidOfATransaction_true() {
    assertThat(
            replacement.allows(
                streams(
                    new KafkaException(
                        "Cannot execute transactional method because we are in an error state",
                        new InvalidTxnStateException("invalid transition")))))
        .isTrue();
    assertThat(replacement.allows(streams(new TimeoutException("no answer")))).isTrue();
  }

  /** As after a commit that timed out, whose producer Kafka Streams keep where it had no tasks. */
  @Test
  void allows_producerThatWantsALateAnswerFirst_true() {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:1",
            "transactional.id",
            "unanswered",
            "max.block.ms",
            50,
            "transaction.timeout.ms",
            50);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(producer::initTransactions).isInstanceOf(TimeoutException.class);
      Throwable refused = catchThrowable(producer::beginTransaction);

      assertThat(refused).isInstanceOf(IllegalStateException.class);
      assertThat(replacement.allows(streams(refused))).isTrue();
    }
  }

  @Test
  void allows_whatAnotherThreadRunsInto_false() {
    assertThat(replacement.allows(streams(new TopicAuthorizationException("predictions"))))
        .isFalse();
    assertThat(replacement.allows(streams(new FencedInstanceIdException("another has the id"))))
        .isFalse();
    assertThat(replacement.allows(streams(new SerializationException("of other features"))))
        .isFalse();
  }

  @Test
  void allows_ourCodeOrThisDisk_false() {
    assertThat(replacement.allows(streams(new IllegalStateException("in process()")))).isFalse();
    assertThat(replacement.allows(new OutOfMemoryError())).isFalse();
    assertThat(replacement.allows(new StreamsException("a topic is gone"))).isFalse();
    assertThat(
            replacement.allows(
                new ProcessorStateException(
                    "Error while executing put", new RocksDBException("No space left on device"))))
        .isFalse();
  }

  @Test
  void allows_tooOftenInTooShortATime_false() {
    StreamsException failure = streams(new InvalidTxnStateException("again"));
    for (int i = 0; i < ThreadReplacement.MOST; i++) {
      assertThat(replacement.allows(failure)).isTrue();
    }
    assertThat(replacement.allows(failure)).isFalse();

    now = now.plus(ThreadReplacement.WITHIN).plus(Duration.ofMillis(1));

    assertThat(replacement.allows(failure)).isTrue();
  }

  @Test
  void allows_everyThreadOnceInEachOfFewEvents_true() {
    StreamsException failure = streams(new InvalidTxnStateException("of a coordinator that moved"));
    ThreadReplacement ofTen = new ThreadReplacement(() -> now, 10);
    for (int event = 0; event < 5; event++) {
      for (int thread = 0; thread < 10; thread++) {
        assertThat(ofTen.allows(failure)).isTrue();
        now = now.plusMillis(500);
      }
      now = now.plusSeconds(55);
    }

    assertThat(ofTen.allows(failure)).isFalse();
  }

  @Test
  void allows_oneOfManyThreadsAgainAndAgain_false() {
    StreamsException failure = streams(new InvalidTxnStateException("again"));
    ThreadReplacement slowly = new ThreadReplacement(() -> now, 10);
    for (int i = 0; i < ThreadReplacement.MOST; i++) {
      assertThat(slowly.allows(failure)).isTrue();
      now = now.plus(ThreadReplacement.EVENT).plusMillis(1);
    }
    assertThat(slowly.allows(failure)).isFalse();

    ThreadReplacement atOnce = new ThreadReplacement(() -> now, 10);
    for (int i = 0; i < 10 * ThreadReplacement.MOST; i++) {
      assertThat(atOnce.allows(failure)).isTrue();
    }
    assertThat(atOnce.allows(failure)).isFalse();
  }
}
