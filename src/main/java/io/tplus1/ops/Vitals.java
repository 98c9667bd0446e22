package io.tplus1.ops;

import io.tplus1.model.ModelRegistry;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * What {@link Health} asks of an instance's streams. Those that only retrain need no champion, and
 * how far they are behind, or whether brokers answer them, delays no forecast: so say the defaults.
 * For any thread.
 */
interface Vitals {
  KafkaStreams.State state();

  /** For how long a stream thread has not asked for records. */
  long secondsSincePoll();

  default boolean hasChampion() {
    return true;
  }

  /** Records that are not yet read; empty as long as that is not known of all inputs. */
  default OptionalLong lag() {
    return OptionalLong.of(0);
  }

  /** For how long no broker has answered. */
  default long silentSeconds() {
    return 0;
  }

  /** Those of streams that forecast. */
  record OfForecasts(
      KafkaStreams streams,
      ModelRegistry registry,
      BrokerAnswers answers,
      Supplier<OptionalLong> behind)
      implements Vitals {
    @Override
    public KafkaStreams.State state() {
      return streams.state();
    }

    @Override
    public long secondsSincePoll() {
      return StreamConsumers.secondsSincePoll(streams);
    }

    @Override
    public boolean hasChampion() {
      return registry.champion() != null;
    }

    @Override
    public OptionalLong lag() {
      return behind.get();
    }

    @Override
    public long silentSeconds() {
      return answers.silentSeconds();
    }
  }

  /** Those of streams that only retrain. */
  record OfRetraining(KafkaStreams streams) implements Vitals {
    @Override
    public KafkaStreams.State state() {
      return streams.state();
    }

    @Override
    public long secondsSincePoll() {
      return StreamConsumers.secondsSincePoll(streams);
    }
  }
}
