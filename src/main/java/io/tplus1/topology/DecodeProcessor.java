package io.tplus1.topology;

import io.tplus1.config.Durations;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.EpochUnit;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.notice.FirstTimes;
import io.tplus1.topology.notice.UnknownWords;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Lets vectors pass and sends everything else to {@code features-dlq}, untouched, with the reason
 * and the origin in headers. Keeps no state but whether it has begun.
 */
final class DecodeProcessor implements Processor<byte[], DecodedRecord, Object, Object> {

  private final Duration maxLateness;
  private final int deadLetterMaxBytes;
  private final Clock clock;
  private final UnknownWords unknownWords;
  private final FirstTimes firstTimes;
  private final ForecastCounters counters;
  private ProcessorContext<Object, Object> context;

  /** Whether a vector was taken. */
  private boolean begun;

  /**
   * @param clock tells when a vector was through; Kafka Streams' own stands still for some records
   */
  DecodeProcessor(
      Duration maxLateness,
      int deadLetterMaxBytes,
      UnknownWords unknownWords,
      FirstTimes firstTimes,
      ForecastCounters counters,
      Clock clock) {
    this.clock = clock;
    this.maxLateness = maxLateness;
    this.deadLetterMaxBytes = deadLetterMaxBytes;
    this.unknownWords = unknownWords;
    this.firstTimes = firstTimes;
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
    if (!decoded.isRejected() && timeMs < context.currentStreamTimeMs() - maxLateness.toMillis()) {
      decoded.reject(
          RejectReason.TOO_LATE,
          "the event time %s is more than max.lateness, %s, older than the newest of its partition, %s: %s"
              .formatted(
                  Instant.ofEpochMilli(timeMs),
                  Durations.text(maxLateness),
                  Instant.ofEpochMilli(context.currentStreamTimeMs()),
                  EpochUnit.mistaken(timeMs, clock.millis())
                      .orElse("raise max.lateness, or look for a producer whose clock is ahead")));
    }
    if (decoded.isRejected()) {
      DeadLetter.send(context, counters, record, deadLetterMaxBytes);
    } else {
      if (!begun) {
        begun = true;
        firstTimes.look(decoded.series(), timeMs);
      }
      int unknown = unknownWords.look(decoded);
      if (unknown > 0) {
        counters.count(ForecastCounters.Event.UNKNOWN_WORD, unknown);
      }
      long start = System.nanoTime();
      context.forward(record.withKey(decoded.series()), ForecastNodes.FORECAST);
      counters
          .listener()
          .processed(
              context.taskId().partition(),
              timeMs,
              decoded.recordTimeMs(),
              clock.millis(),
              System.nanoTime() - start);
    }
  }
}
