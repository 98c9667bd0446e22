package io.tplus1.instance;

import io.tplus1.topic.Causes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.StreamsException;

/**
 * Which failures of a stream thread another thread mends, and how often that is tried.
 *
 * <p>Kafka Streams goes on by itself after most of what brokers say of transactions, but not after
 * all: a commit that reaches them after {@code transaction.timeout.ms} finds its transaction
 * aborted, and they answer as if the client had confused commit and abort ({@code
 * InvalidTxnStateException}). Likewise after a commit without tasks that brokers did not answer
 * within {@code max.block.ms}: Kafka Streams keep its producer, which refuses all that follows. The
 * producer is of no use then, and so is its thread. Another one begins at the last commit, as a
 * restart would.
 *
 * <p>What happens to a broker, each thread meets: every one has a coordinator and a commit of its
 * own. So what they fail by soon after each other is counted as one event. A thread that fails over
 * and over is another event each time all of them could have failed once. Safe for use by several
 * threads.
 */
final class ThreadReplacement {
  /** Events: as often as a broker may be rolled, and far from an endless loop. */
  static final int MOST = 5;

  static final Duration WITHIN = Duration.ofMinutes(10);

  /** How long after the first failure of an event another may belong to it: two late commits. */
  static final Duration EVENT = Duration.ofSeconds(10);

  /** What another thread would run into again, or must not touch. */
  private static final List<Class<? extends Exception>> FOR_GOOD =
      List.of(
          AuthenticationException.class,
          AuthorizationException.class,
          ConfigException.class,
          FencedInstanceIdException.class,
          RecordTooLargeException.class,
          SerializationException.class,
          UnsupportedVersionException.class);

  private static final String PRODUCERS = KafkaProducer.class.getPackageName() + ".";

  private final InstantSource clock;
  private final int threads;

  /** When each event began, oldest first. */
  private final ArrayDeque<Long> eventsMs = new ArrayDeque<>();

  /** Failures of the last event. */
  private int failures;

  /**
   * @param threads that run, of which an event may meet each once
   */
  ThreadReplacement(InstantSource clock, int threads) {
    this.clock = clock;
    this.threads = threads;
  }

  /**
   * Tells whether another thread is to take the place of the one that failed, and counts it.
   *
   * @param failure what the thread ended with; if brokers or the network are at its bottom, and not
   *     our code or this disk, another thread may do better
   */
  synchronized boolean allows(Throwable failure) {
    if (!isOfBrokers(failure)) {
      return false;
    }
    long now = clock.millis();
    while (!eventsMs.isEmpty() && eventsMs.getFirst() < now - WITHIN.toMillis()) {
      eventsMs.removeFirst();
    }
    boolean sameEvent =
        !eventsMs.isEmpty() && now - eventsMs.getLast() <= EVENT.toMillis() && failures < threads;
    if (!sameEvent) {
      if (eventsMs.size() == MOST) {
        return false;
      }
      eventsMs.addLast(now);
      failures = 0;
    }
    failures++;
    return true;
  }

  private static boolean isOfBrokers(Throwable failure) {
    List<Throwable> causes = Causes.of(failure).toList();
    if (causes.stream()
        .anyMatch(cause -> FOR_GOOD.stream().anyMatch(kind -> kind.isInstance(cause)))) {
      return false;
    }
    Throwable bottom = causes.get(causes.size() - 1);
    // Kafka Streams' own exceptions at the bottom are of topologies, tasks and stores.
    return bottom instanceof KafkaException
        ? !(bottom instanceof StreamsException)
        : isOfAProducer(bottom);
  }

  /**
   * Whether Kafka's producer refused, in the state in which an answer that failed to come left it.
   */
  private static boolean isOfAProducer(Throwable bottom) {
    StackTraceElement[] trace = bottom.getStackTrace();
    return bottom instanceof IllegalStateException
        && trace.length > 0
        && trace[0].getClassName().startsWith(PRODUCERS);
  }
}
