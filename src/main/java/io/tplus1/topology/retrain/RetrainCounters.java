package io.tplus1.topology.retrain;

import io.tplus1.serde.ModelEvent;
import io.tplus1.topology.Tally;

/**
 * What the side topology of an instance has done since it started. Stream threads count, any thread
 * reads.
 */
public final class RetrainCounters {

  /** What became of a record, or of what it led to. */
  public enum Event {
    /** A training sample was kept. */
    SAMPLE_KEPT,
    /**
     * A training sample held a value that is not finite or absurdly large, or was of another shape.
     */
    SAMPLE_REFUSED,
    /** A record was another model name's. */
    OTHER_MODEL,
    /** A record could not be read. */
    BROKEN_RECORD,
    /** A sample or scores had been counted before, and were read again. */
    RECORD_REPEATED,
    /** A command had been answered before. */
    COMMAND_REPEATED,
    /** A command came where nothing of the model has come yet, and was refused. */
    COMMAND_ASTRAY,
    /** A record came while what is kept is of another model name or schema: it did not count. */
    HELD_OFF,
    /** A training began. */
    TRAINING_STARTED,
    /** A training was given up because the task closed. */
    TRAINING_CUT_OFF,
    /** Errors of the champion have grown. */
    DRIFT,
    /** A linear part was published. */
    LINEAR_PUBLISHED,
    /** An artifact was deleted from {@code models}. */
    ARTIFACT_DELETED
  }

  /**
   * How full the buffer of training samples is.
   *
   * @param samples that it holds
   * @param bytes of memory that they take, about
   * @param limit most samples that it holds, of whole windows
   */
  public record Buffer(int samples, long bytes, int limit) {}

  private volatile Buffer buffer = new Buffer(0, 0, 0);

  private final Tally<Event> events = new Tally<>(Event.class);
  private final Tally<ModelEvent.Kind> written = new Tally<>(ModelEvent.Kind.class);

  void count(Event event) {
    events.count(event);
  }

  void event(ModelEvent.Kind kind) {
    written.count(kind);
  }

  void buffer(Buffer now) {
    buffer = now;
  }

  /** How full the buffer is; empty where another instance holds it. */
  public Buffer buffer() {
    return buffer;
  }

  /** How often something happened. */
  public long events(Event event) {
    return events.of(event);
  }

  /** How many events of a kind were written to {@code model-events}. */
  public long events(ModelEvent.Kind kind) {
    return written.of(kind);
  }
}
