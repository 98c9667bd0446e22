package io.tplus1.topology.retrain;

import io.tplus1.config.Expert;
import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.feature.KeptState;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.train.LinearLine;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The linear experts that all series share, as the side topology learns and publishes them. For the
 * stream thread.
 *
 * <p>Their sums are large, so that they are stored when they are solved, or the buffer loses a
 * sample that came after that; such samples are learnt again at a start, from the buffer.
 */
final class LinearParts {
  private static final Logger LOG = LoggerFactory.getLogger(LinearParts.class);
  private static final String PREFIX = "linear/";

  /** Nothing else tells that forecasts go on with sums that do not change any more. */
  private static final String WAITS =
      "what it had learnt is kept until a sample of forecasts with these experts comes, and serves as long";

  private final ChunkStore store;
  private final ModelOutput output;
  private final Map<String, LinearLine> lines = new TreeMap<>();
  private final Map<String, Long> saved = new TreeMap<>();
  private final Set<String> unwanted = new TreeSet<>();
  private final Set<String> begun = new TreeSet<>();
  private boolean settled;

  /**
   * @param shapes by expert
   * @param every samples between two solutions
   */
  LinearParts(Map<String, LinearShape> shapes, int every, ChunkStore store, ModelOutput output) {
    this.store = store;
    this.output = output;
    shapes.forEach((expert, shape) -> lines.put(expert, load(expert, shape, every)));
    for (Expert one : Expert.values()) {
      String expert = one.toString();
      if (!shapes.containsKey(expert) && store.get(PREFIX + expert) != null) {
        unwanted.add(expert);
        LOG.warn("Linear expert '{}' is not learnt under these settings: {}", expert, WAITS);
      }
    }
    lines.forEach((expert, line) -> saved.put(expert, line.sequence()));
  }

  private LinearLine load(String expert, LinearShape shape, int every) {
    byte[] stored = store.get(PREFIX + expert);
    if (stored != null) {
      try {
        LinearLine line = LinearLine.read(stored, shape, every);
        if (line.isRetuned()) {
          LOG.info(
              "Linear expert '{}' goes on under another tuning: what was solved before serves until its next solution",
              expert);
        }
        return line;
      } catch (InvalidArtifactException e) {
        if (e.isOfNewerFormat()) { // To begin anew would take the expert from all that forecast.
          throw new IllegalStateException(
              KeptState.ofAnotherVersion(
                  "linear expert '%s': %s".formatted(expert, e.getMessage()),
                  RetrainProgress.BEGIN_ANEW),
              e);
        }
        LOG.warn("Linear expert '{}' begins anew: {}: {}", expert, e.getMessage(), WAITS);
        unwanted.add(expert);
      }
    }
    begun.add(expert);
    return new LinearLine(shape, every);
  }

  /**
   * Brings {@code models} to what the settings of this start want, once: publishes what experts
   * that began anew have learnt of the buffer, and deletes what those had learnt that are switched
   * off by now, or do not serve yet in their new shape. Not before a sample of the forecasts shows
   * that these settings are meant: what is deleted here nothing brings back.
   *
   * @param alone whether no champion takes part, which a command could have written again with what
   *     it stands on: then all that serves is published, for the topic may have been emptied or
   *     made anew
   */
  void settle(boolean alone) {
    if (settled) {
      return;
    }
    settled = true;
    if (alone) {
      publish();
    }
    for (String expert : begun) {
      LinearLine line = lines.get(expert);
      publish(expert, line);
      if (unwanted.contains(expert) || line.serving().isPresent()) {
        store.put(PREFIX + expert, line.toBytes());
      }
      if (line.serving().isPresent()) {
        unwanted.remove(expert);
      }
    }
    begun.clear();
    for (String expert : unwanted) {
      output.deleteLinear(expert);
      if (!lines.containsKey(expert)) {
        store.delete(PREFIX + expert);
      }
    }
    unwanted.clear();
  }

  /** Publishes again what serves with what was stored; of the others {@link #settle} tells. */
  void publish() {
    lines.forEach(
        (expert, line) -> {
          if (!begun.contains(expert)) {
            publish(expert, line);
          }
        });
  }

  private void publish(String expert, LinearLine line) {
    line.serving().ifPresent(model -> output.linear(expert, model.toBytes()));
  }

  /** Learns a sample of the buffer again, at a start, where it is newer than what was stored. */
  void relearn(long sequence, TrainingSample sample) {
    for (LinearLine line : lines.values()) {
      if (sequence > line.sequence()) {
        line.add(sequence, sample);
      }
    }
  }

  /** What {@code linear} serves with; empty while it does not, or is none of these. */
  Optional<LinearForecaster> serving() {
    LinearLine line = lines.get(Expert.LINEAR.toString());
    return line == null ? Optional.empty() : line.serving().map(model -> model);
  }

  /**
   * Learns a new sample, and publishes what may serve from then on. What would take the place of
   * sums of another shape stays on the heap until {@link #settle}.
   *
   * @param gone sequence number of the newest sample that the buffer lost meanwhile; 0 for none
   */
  void add(long sequence, TrainingSample sample, long gone) {
    lines.forEach(
        (expert, line) -> {
          if (sequence <= line.sequence()) {
            return; // Learnt before a crash, and read again.
          }
          Optional<LinearModel> part = line.add(sequence, sample);
          if (begun.contains(expert) && unwanted.contains(expert)) {
            return;
          }
          part.ifPresent(model -> output.linear(expert, model.toBytes()));
          if (line.isSolved() || gone > saved.get(expert)) {
            store.put(PREFIX + expert, line.toBytes());
            saved.put(expert, sequence);
          }
        });
  }
}
