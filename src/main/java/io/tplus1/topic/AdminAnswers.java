package io.tplus1.topic;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Waits for what brokers answer an admin client, and says in a sentence that they do not.
 *
 * @param bootstrapServers where they were asked
 * @param longestWait for each answer
 */
public record AdminAnswers(String bootstrapServers, Duration longestWait) {
  /**
   * Waits for an answer.
   *
   * @throws TimeoutException in a sentence, if none comes
   * @throws KafkaException what the brokers answered, if they refused
   */
  public <T> T answer(Future<T> asked) {
    try {
      return asked.get(longestWait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException cause) {
        throw none(cause);
      }
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw noBroker();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Whether longer was waited than for an answer; one of 293 years or more has no end. */
  boolean isOver(long waitedNanos) {
    return waitedNanos > TimeUnit.NANOSECONDS.convert(longestWait);
  }

  /**
   * Brokers may be there, and have said again and again why there is no answer, as for want of a
   * coordinator.
   */
  private TimeoutException none(TimeoutException timedOut) {
    return Causes.of(timedOut)
        .filter(ApiException.class::isInstance)
        .filter(why -> !(why instanceof TimeoutException || why instanceof DisconnectException))
        .findFirst()
        .map(
            why ->
                new TimeoutException(
                    "the brokers of bootstrap.servers=%s had no answer within %s: %s"
                        .formatted(bootstrapServers, text(longestWait), why.getMessage()),
                    timedOut))
        .orElseGet(this::noBroker);
  }

  /** How long was waited, in seconds where these are whole: {@code 30 s}, or {@code 1500 ms}. */
  public static String text(Duration wait) {
    return wait.toMillisPart() == 0 ? wait.toSeconds() + " s" : wait.toMillis() + " ms";
  }

  /** What to say when nobody answers. */
  public TimeoutException noBroker() {
    return new TimeoutException(
        "no broker of bootstrap.servers=%s answered within %s: check the address, the network and the security settings"
            .formatted(bootstrapServers, text(longestWait)));
  }
}
