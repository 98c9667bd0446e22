package io.tplus1.replay;

import io.tplus1.cluster.TopicReader;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.WindowHash;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.topology.Replay;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Fetches the window of a forecast: where rows are vectors and nothing else, and the receipt tells
 * between which offsets they lie, from the topic of vectors. Else from the changelog of the store
 * of windows, which holds what was filled and what linear experts had forecast as well, and is read
 * as a whole; where that has lost rows, from all of the topic of vectors. For one thread.
 */
final class WindowSource {
  private final TopicReader reader;
  private final String changelog;
  private final String features;
  private final Replay replay;

  /**
   * A source.
   *
   * @param changelog topic of the changelog of the application's store of windows
   * @param features topic of the vectors
   */
  WindowSource(TopicReader reader, String changelog, String features, Replay replay) {
    this.reader = reader;
    this.changelog = changelog;
    this.features = features;
    this.replay = replay;
  }

  /**
   * A window.
   *
   * @param window it, in arrays of its own
   * @param isSame whether its hash is the receipt's
   * @param isReplaced whether rows of it may have been others when the forecast was made
   * @param from where it was found
   */
  record Found(FeatureWindow window, boolean isSame, boolean isReplaced, String from) {}

  /**
   * The window of a forecast. What was corrected or came late after the forecast is left out, as
   * long as the topics hold what was there before.
   *
   * @throws GoneException if rows are gone
   */
  Found find(Prediction prediction) throws GoneException {
    Receipt.Window receipt = prediction.receipt().orElseThrow().window();
    boolean bounded =
        receipt.firstOffset() != Receipt.UNKNOWN && receipt.lastOffset() != Receipt.UNKNOWN;
    Optional<Found> sent = bounded ? sent(prediction, receipt) : Optional.empty();
    if (sent.isPresent()) {
      return sent.get();
    }
    TopicPartition log = new TopicPartition(changelog, receipt.partition());
    StoredRows rows = stored(prediction, receipt, log);
    Optional<Found> stored = best(rows, receipt, log.toString());
    if (stored.isPresent() && stored.get().isSame()) {
      return stored.get();
    }
    if (!bounded) {
      sent = sent(prediction, receipt);
    }
    if (sent.isPresent()) {
      return sent.get();
    }
    if (stored.isPresent()) {
      return stored.get();
    }
    throw gone(rows, receipt, log);
  }

  private StoredRows stored(Prediction prediction, Receipt.Window receipt, TopicPartition log) {
    StoredRows rows = new StoredRows(prediction.key(), receipt.fromMs(), prediction.timeMs());
    if (reader.partitions(changelog).orElse(0) > receipt.partition()) {
      reader.read(
          log,
          0,
          Long.MAX_VALUE,
          record -> {
            long timeMs = rows.timeOf(record.key());
            if (timeMs >= 0 && record.value() == null) {
              rows.delete(timeMs);
            } else if (timeMs >= 0) {
              rows.put(timeMs, replay.row(record.value()));
            }
            return true;
          });
    }
    return rows;
  }

  /** The window among some rows: the one of the receipt's hash, or else the last that is whole. */
  private static Optional<Found> best(StoredRows rows, Receipt.Window receipt, String where) {
    Optional<Found> best = Optional.empty();
    boolean replaced = !rows.replaced().isEmpty();
    for (NavigableMap<Long, float[]> moment : rows.moments()) {
      if (moment.size() < receipt.steps()) {
        replaced = true;
      } else {
        FeatureWindow window =
            FeatureWindow.of(
                moment.entrySet().stream()
                    .skip(moment.size() - receipt.steps())
                    .map(row -> new FeatureVector(row.getKey(), row.getValue()))
                    .toArray(FeatureVector[]::new));
        boolean same = WindowHash.of(window).equals(receipt.hash());
        best = Optional.of(new Found(window, same, replaced, where));
        if (same) {
          return best;
        }
      }
    }
    return best;
  }

  /**
   * The window of the receipt's hash out of what was sent, up to the newest vector, without what
   * was dead-lettered for coming too late. A vector that would have made the newest one too late
   * was dead-lettered itself, for lying too far ahead of the clock.
   */
  private Optional<Found> sent(Prediction prediction, Receipt.Window receipt) {
    if (!replay.rowsAreVectors() || !hasVectors(receipt.partition())) {
      return Optional.empty();
    }
    TopicPartition topic = new TopicPartition(features, receipt.partition());
    StoredRows rows = new StoredRows(prediction.key(), receipt.fromMs(), prediction.timeMs());
    long latenessMs = replay.maxLateness().toMillis();
    long[] streamTimeMs = {Long.MIN_VALUE + latenessMs};
    reader.read(
        topic,
        Math.max(0, receipt.firstOffset()),
        receipt.lastOffset() + 1,
        record -> {
          Optional<SeriesVector> vector =
              replay
                  .vector(record)
                  .filter(one -> one.vector().timeMs() - latenessMs <= prediction.timeMs());
          vector.ifPresent(
              one -> streamTimeMs[0] = Math.max(streamTimeMs[0], one.vector().timeMs()));
          vector
              .filter(one -> one.series().equals(prediction.key()))
              .map(SeriesVector::vector)
              .filter(one -> one.timeMs() >= streamTimeMs[0] - latenessMs)
              .filter(one -> one.timeMs() >= receipt.fromMs())
              .filter(one -> one.timeMs() <= prediction.timeMs())
              .ifPresent(one -> rows.put(one.timeMs(), one.values()));
          return true;
        });
    return best(rows, receipt, topic.toString()).filter(Found::isSame);
  }

  private boolean hasVectors(int partition) {
    return reader.partitions(features).orElse(0) > partition;
  }

  private Optional<FeatureVector> vector(ConsumerRecord<byte[], byte[]> record, String key) {
    return replay.vector(record).filter(one -> one.series().equals(key)).map(one -> one.vector());
  }

  private GoneException gone(StoredRows rows, Receipt.Window receipt, TopicPartition log) {
    Set<Long> times = rows.times();
    Set<Long> replaced = rows.replaced();
    String message =
        "%d of the window's %d rows, from %s on, are in %s"
            .formatted(
                times.size() - replaced.size(),
                receipt.steps(),
                Instant.ofEpochMilli(receipt.fromMs()),
                log);
    if (!replaced.isEmpty()) {
      message +=
          "; of %s there is only what came after the forecast, and took its place or came late"
              .formatted(replaced.stream().map(Instant::ofEpochMilli).toList());
    }
    return new GoneException(
        GoneException.Input.WINDOW,
        message,
        begins(log),
        "window.retention, and windowstore.changelog.additional.retention.ms beyond it, keep rows longer; it counts from when they were written");
  }

  private String begins(TopicPartition log) {
    if (reader.partitions(log.topic()).isEmpty()) {
      return "the topic %s does not exist: application.id is another, or was reset"
          .formatted(log.topic());
    }
    long beginning = reader.beginning(log);
    if (beginning == 0) {
      return null;
    }
    long[] writtenMs = {-1};
    reader.read(
        log,
        beginning,
        Long.MAX_VALUE,
        record -> {
          writtenMs[0] = record.timestamp();
          return false;
        });
    return writtenMs[0] < 0
        ? "%s is empty up to offset %d".formatted(log, beginning)
        : "the oldest row in %s, at offset %d, was written at %s"
            .formatted(log, beginning, Instant.ofEpochMilli(writtenMs[0]));
  }

  /** What is left of the records that the ends of a window were read from, as sentences. */
  List<Check> checkSource(Prediction prediction, FeatureWindow window) {
    Receipt.Window receipt = prediction.receipt().orElseThrow().window();
    return List.of(
        checkSource("oldest vector", receipt.firstOffset(), receipt, prediction.key(), window, 0),
        checkSource(
            "newest vector",
            receipt.lastOffset(),
            receipt,
            prediction.key(),
            window,
            window.steps() - 1));
  }

  private Check checkSource(
      String name, long offset, Receipt.Window receipt, String key, FeatureWindow window, int row) {
    TopicPartition topic = new TopicPartition(features, receipt.partition());
    if (offset == Receipt.UNKNOWN) {
      return new Check(
          name, Check.Outcome.UNKNOWN, "its offset was not known, or the row was filled");
    }
    String where = "%s, offset %d".formatted(topic, offset);
    if (!hasVectors(receipt.partition()) || reader.beginning(topic) > offset) {
      return new Check(
          name,
          Check.Outcome.UNKNOWN,
          where + ": gone; retention.bytes and retention.ms of that topic keep vectors longer");
    }
    Check[] check = {new Check(name, Check.Outcome.UNKNOWN, where + ": no record there")};
    reader.read(
        topic,
        offset,
        offset + 1,
        record -> {
          Optional<FeatureVector> found = vector(record, key);
          boolean same = found.filter(one -> isRow(one, window, row)).isPresent();
          String what =
              same
                  ? "the same"
                  : found.isPresent()
                      ? "another vector"
                      : "no vector of this series, as today's settings read it: these are others (features.format, features.extra, missing.values, time.source), or the topic was made anew";
          Check.Outcome outcome =
              same
                  ? Check.Outcome.SAME
                  : found.isPresent() ? Check.Outcome.DIFFERENT : Check.Outcome.UNKNOWN;
          check[0] = new Check(name, outcome, "%s: %s".formatted(where, what));
          return false;
        });
    return check[0];
  }

  /** Whether a row is made of a vector, of which features may have been filled. */
  private static boolean isRow(FeatureVector vector, FeatureWindow window, int row) {
    for (int f = 0; f < vector.values().length; f++) {
      float value = vector.values()[f];
      if (!Float.isNaN(value) && value != window.value(row, f)) {
        return false;
      }
    }
    return vector.timeMs() == window.timeMs(row);
  }
}
