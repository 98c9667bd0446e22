package io.tplus1.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.cluster.TopicReader;
import io.tplus1.model.Shown;
import io.tplus1.serde.Prediction;
import java.time.Instant;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks forecasts up in {@code predictions}. For one thread. */
final class PublishedForecasts {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedForecasts.class);

  private final TopicReader reader;
  private final String topic;
  private final Deserializer<Prediction> deserializer;

  PublishedForecasts(TopicReader reader, String topic, Deserializer<Prediction> deserializer) {
    this.reader = reader;
    this.topic = topic;
    this.deserializer = deserializer;
  }

  /**
   * A forecast that was found.
   *
   * @param prediction it
   * @param bytes size of its value
   * @param at where it stands
   * @param passedOver how many before it could not be read
   */
  record Found(Prediction prediction, int bytes, String at, int passedOver) {}

  /**
   * The newest forecast that was made at a time: there are several where {@code features} was read
   * again. Those that other settings made, so that these cannot read them, are passed over.
   *
   * @throws GoneException if it may have been there
   * @throws IllegalArgumentException if it never was, or cannot be read
   */
  Found madeAt(String key, long timeMs) throws GoneException {
    byte[] series = key.getBytes(UTF_8);
    TopicPartition partition = partition(series);
    Found[] found = new Found[1];
    Unreadable unreadable = new Unreadable();
    reader.read(
        partition,
        reader.offsetAt(partition, timeMs),
        Long.MAX_VALUE,
        record -> {
          if (record.timestamp() == timeMs && Arrays.equals(record.key(), series)) {
            found[0] = found(record, unreadable).orElse(found[0]);
          }
          return true;
        });
    unreadable.tellOfNewer(found[0], key);
    if (found[0] == null) {
      throw absent(partition, series, Sought.madeAt(timeMs), unreadable);
    }
    return found[0];
  }

  /**
   * The newest forecast of a target time, that many steps ahead; those that cannot be read are
   * passed over.
   *
   * @param horizon steps ahead, from 1; empty for the fewest that there are
   * @throws GoneException if it may have been there
   * @throws IllegalArgumentException if it never was, or cannot be read
   */
  Found of(String key, long targetMs, Optional<Integer> horizon) throws GoneException {
    byte[] series = key.getBytes(UTF_8);
    TopicPartition partition = partition(series);
    Found[] found = new Found[1];
    int[] fewest = {Integer.MAX_VALUE};
    Unreadable unreadable = new Unreadable();
    reader.read(
        partition,
        0,
        Long.MAX_VALUE,
        record -> {
          if (record.timestamp() < targetMs && Arrays.equals(record.key(), series)) {
            found(record, unreadable)
                .ifPresent(
                    one -> {
                      long[] targets = one.prediction().targetTimesMs();
                      for (int h = 1; h <= targets.length && h <= fewest[0]; h++) {
                        if (targets[h - 1] == targetMs && horizon.orElse(h) == h) {
                          found[0] = one;
                          fewest[0] = h;
                        }
                      }
                    });
          }
          return true;
        });
    unreadable.tellOfNewer(found[0], key);
    if (found[0] == null) {
      throw absent(partition, series, Sought.of(targetMs, horizon), unreadable);
    }
    return found[0];
  }

  private Optional<Found> found(ConsumerRecord<byte[], byte[]> record, Unreadable unreadable) {
    String at = "%s-%d, offset %d".formatted(topic, record.partition(), record.offset());
    if (record.value() == null) {
      unreadable.add(at, "it has no value");
      return Optional.empty();
    }
    try {
      Prediction prediction = deserializer.deserialize(topic, record.value());
      return Optional.of(new Found(prediction, record.value().length, at, unreadable.records));
    } catch (SerializationException e) {
      unreadable.add(at, (e.getCause() == null ? e : e.getCause()).getMessage());
      return Optional.empty();
    }
  }

  /** Forecasts of other targets or words than those of the settings, and what is none at all. */
  private static final class Unreadable {
    private int records;
    private String newest;

    /**
     * Notes one that is newer than those before.
     *
     * @param why it cannot be read
     */
    void add(String at, String why) {
      records++;
      newest = "%s (%s)".formatted(at, Shown.quote(why));
    }

    /** Warns where the one that was found may not be the newest. */
    void tellOfNewer(Found found, String key) {
      if (found != null && records > found.passedOver()) {
        LOG.warn(
            "{} newer records of series '{}' that cannot be read with these settings were passed over, the newest at {}",
            records - found.passedOver(),
            key,
            newest);
      }
    }

    /** What to say of them behind what is absent. */
    String told() {
      return records == 0
          ? ""
          : "; %,d records, of which one may be it, cannot be read with these settings, the newest at %s: give the settings that made it"
              .formatted(records, newest);
    }
  }

  /** As the application's producer places keys. */
  private TopicPartition partition(byte[] series) {
    int partitions = reader.partitions(topic).orElseThrow(() -> TopicReader.absent(topic));
    return new TopicPartition(topic, Utils.toPositive(Utils.murmur2(series)) % partitions);
  }

  /**
   * A forecast that is looked for.
   *
   * @param timeMs when it was made, or what time it is of
   * @param steps how many steps ahead that time is; empty for as many as there are, 0 for none
   */
  private record Sought(long timeMs, Optional<Integer> steps) {
    static Sought madeAt(long timeMs) {
      return new Sought(timeMs, Optional.of(0));
    }

    static Sought of(long targetMs, Optional<Integer> horizon) {
      return new Sought(targetMs, horizon);
    }

    boolean isOfATarget() {
      return !steps.equals(Optional.of(0));
    }

    /** By how much earlier it was made at least. */
    long leastAheadMs() {
      return isOfATarget() ? 1 : 0;
    }

    /** By how much earlier it may have been made, if steps are as those of another forecast. */
    long aheadMs(Prediction other) {
      long[] targets = other.targetTimesMs();
      int last = steps.orElse(targets.length);
      return last < 1 || last > targets.length || targets[last - 1] == Prediction.UNKNOWN_TIME
          ? 0
          : targets[last - 1] - other.timeMs();
    }

    @Override
    public String toString() {
      return (isOfATarget() ? "for " : "made at ") + Instant.ofEpochMilli(timeMs);
    }
  }

  /** Tells what there is instead; whoever asks for what is not there may wait for that. */
  private GoneException absent(
      TopicPartition partition, byte[] series, Sought sought, Unreadable unreadable) {
    NavigableSet<Long> times = new TreeSet<>();
    long[] aheadMs = {sought.leastAheadMs()};
    reader.read(
        partition,
        0,
        Long.MAX_VALUE,
        record -> {
          if (Arrays.equals(record.key(), series)) {
            times.add(record.timestamp());
            if (sought.isOfATarget()) {
              found(record, new Unreadable())
                  .map(one -> sought.aheadMs(one.prediction()))
                  .ifPresent(ahead -> aheadMs[0] = Math.max(aheadMs[0], ahead));
            }
          }
          return true;
        });
    String there =
        times.isEmpty()
            ? "none of this series is there"
            : "%,d of this series are there, made from %s to %s%s"
                .formatted(
                    times.size(),
                    Instant.ofEpochMilli(times.first()),
                    Instant.ofEpochMilli(times.last()),
                    sought.isOfATarget() || unreadable.records > 0
                        ? ""
                        : nearest(times, sought.timeMs()));
    String message =
        "no forecast of '%s' %s is in %s: %s%s"
            .formatted(new String(series, UTF_8), sought, partition, there, unreadable.told());
    long beginning = reader.beginning(partition);
    boolean mayBeGone =
        beginning > 0 && (times.isEmpty() || sought.timeMs() - aheadMs[0] < times.first());
    if (!mayBeGone) {
      throw new IllegalArgumentException(message);
    }
    return new GoneException(
        GoneException.Input.PREDICTION,
        message,
        "%s begins at offset %d".formatted(partition, beginning),
        "retention.bytes and retention.ms of the topic %s keep forecasts longer".formatted(topic));
  }

  private static String nearest(NavigableSet<Long> times, long timeMs) {
    Long before = times.floor(timeMs);
    Long after = times.ceiling(timeMs);
    boolean earlier = after == null || (before != null && timeMs - before <= after - timeMs);
    return ", the nearest at " + Instant.ofEpochMilli(earlier ? before : after);
  }
}
