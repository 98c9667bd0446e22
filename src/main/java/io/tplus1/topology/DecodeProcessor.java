package io.tplus1.topology;

import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.RejectReason;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Lets vectors pass and sends everything else to {@code features-dlq}, untouched, with the reason
 * and the origin in headers. Keeps no state.
 */
final class DecodeProcessor implements Processor<byte[], DecodedRecord, Object, Object> {
  private final long maxLatenessMs;
  private final int deadLetterMaxBytes;
  private final Clock clock;
  private final ForecastCounters counters;
  private ProcessorContext<Object, Object> context;

  /**
   * @param clock tells when a vector was through; Kafka Streams' own stands still for some records
   */
  DecodeProcessor(
      Duration maxLateness, int deadLetterMaxBytes, ForecastCounters counters, Clock clock) {
    this.clock = clock;
    this.maxLatenessMs = maxLateness.toMillis();
    this.deadLetterMaxBytes = deadLetterMaxBytes;
    this.counters = counters;
  }

  @Override
  public void init(ProcessorContext<Object, Object> processorContext) {
    this.context = processorContext;
  }

  @Override
  public void process(Record<byte[], DecodedRecord> record) {
    DecodedRecord decoded = record.value();
    long timeMs = decoded.timeMs();
    if (!decoded.isRejected() && timeMs < context.currentStreamTimeMs() - maxLatenessMs) {
      decoded.reject(
          RejectReason.TOO_LATE,
          "the event time %d is more than max.lateness, %d ms, older than stream time, %d"
              .formatted(timeMs, maxLatenessMs, context.currentStreamTimeMs()));
    }
    if (decoded.isRejected()) {
      deadLetter(record);
    } else {
      long start = System.nanoTime();
      context.forward(
          record.withKey(decoded.series()).withTimestamp(timeMs), ForecastTopology.FORECAST);
      counters
          .listener()
          .processed(timeMs, decoded.recordTimeMs(), clock.millis(), System.nanoTime() - start);
    }
  }

  private void deadLetter(Record<byte[], DecodedRecord> record) {
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    counters.deadLetter(record.value().reason());
    counters.listener().deadLettered(record.value().reason(), record.value().detail(), origin);
    context.forward(
        DeadLetter.of(record, origin, deadLetterMaxBytes), ForecastTopology.DEAD_LETTERS);
  }
}
