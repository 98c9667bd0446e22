package io.tplus1.topology;

import io.tplus1.serde.Prediction;
import io.tplus1.serde.RejectReason;
import io.tplus1.serde.Score;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Told what the tasks of an instance do, as they do it.
 *
 * <p>Called by stream threads, for every record: implementations are quick and thread-safe, never
 * block and never throw. What they hear of may be aborted, and then comes again. Arrays are only to
 * be read.
 */
public interface ForecastListener {
  /** Hears nothing. */
  ForecastListener NONE = new ForecastListener() {};

  /**
   * A task has taken up a partition of {@code features}; where it moves between threads, perhaps
   * before another has let it go.
   */
  default void tookUp(int partition) {}

  /** A task has let go a partition that it had taken up. */
  default void letGo(int partition) {}

  /**
   * A forecast was handed to the producer.
   *
   * @param partition of {@code features}, which its series came by
   */
  default void forecast(int partition, Prediction prediction) {}

  /**
   * One horizon of a forecast was held against its actual.
   *
   * @param partition of {@code features}, which its series came by
   */
  default void scored(int partition, Score score) {}

  /**
   * A record was dead-lettered.
   *
   * @param detail what was found and what was expected
   * @param origin where it was read
   */
  default void deadLettered(RejectReason reason, String detail, RecordMetadata origin) {}

  /**
   * A vector has been through the topology.
   *
   * @param partition of {@code features}, which it came by
   * @param timeMs its event time, epoch milliseconds
   * @param recordTimeMs timestamp of its record, epoch milliseconds
   * @param nowMs the clock, epoch milliseconds
   * @param nanos time from the decoded record to what followed from it handed to the producer
   */
  default void processed(int partition, long timeMs, long recordTimeMs, long nowMs, long nanos) {}
}
