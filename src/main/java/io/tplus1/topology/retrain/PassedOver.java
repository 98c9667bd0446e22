package io.tplus1.topology.retrain;

import io.tplus1.topology.retrain.RetrainCounters.Event;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs records that do not count. For the stream thread. */
final class PassedOver {
  private static final Logger LOG = LoggerFactory.getLogger(PassedOver.class);

  private final String modelName;
  private final RetrainCounters counters;

  PassedOver(String modelName, RetrainCounters counters) {
    this.modelName = modelName;
    this.counters = counters;
  }

  /**
   * Says that a record is passed over.
   *
   * @param what the record, with its article
   */
  void tell(Event event, String what, Supplier<String> why) {
    counters.count(event);
    long times = counters.events(event);
    // The 1st, 2nd, 4th, 8th, …: whoever can write there must not be able to fill the disk.
    if (Long.bitCount(times) == 1) {
      LOG.warn("{} of model {} is passed over: {} ({} so far)", what, modelName, why.get(), times);
    }
  }

  /**
   * Notes a record, and tells whether it is passed over since it has been counted before.
   *
   * @param place where it lies; what comes from nowhere is new
   * @param timeMs its timestamp, epoch milliseconds
   */
  boolean isRepeated(Reached reached, Optional<RecordMetadata> place, String what, long timeMs) {
    if (place.isEmpty()) {
      return false;
    }
    String topic = place.get().topic();
    long offset = place.get().offset();
    long before = reached.next();
    Reached.Known known = reached.note(offset, timeMs);
    if (known == Reached.Known.REPEATED) {
      tell(
          Event.RECORD_REPEATED,
          what,
          () -> "offset %d of %s is below %d, which was reached".formatted(offset, topic, before));
    } else if (known == Reached.Known.MADE_ANEW) {
      LOG.warn(
          "Topic {} was made anew: for model {} it counts from offset {} on, where {} had been reached",
          topic,
          modelName,
          offset,
          before);
    }
    return known == Reached.Known.REPEATED;
  }
}
