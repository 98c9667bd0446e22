package io.tplus1.topology.models;

import io.tplus1.topology.Tally;

/**
 * What an instance made of the records of {@code models} since it started. The global thread
 * counts, any thread reads.
 */
public final class ModelCounters {

  /** What became of a record, or of what it asked for. */
  public enum Event {
    /** An artifact was kept. */
    ARTIFACT_KEPT,
    /** An artifact or a linear part was deleted. */
    DELETED,
    /** A model began to serve. */
    SERVED,
    /** A linear part began to serve. */
    LINEAR_SERVED,
    /** A pointer or a linear part was another model name's. */
    OTHER_MODEL
  }

  /** Why a record changed nothing. */
  public enum Reject {
    /** Its key is none of {@code models}. */
    UNKNOWN_KEY,
    /** It is larger than anything may be that is written there. */
    TOO_LARGE,
    /** Its value is no artifact. */
    BROKEN_ARTIFACT,
    /** Its value is of a format that a newer version of tplus1 reads; it is kept for that one. */
    NEWER_FORMAT,
    /** Its value is an artifact of another hash than the key says. */
    WRONG_HASH,
    /** Its value is no pointer. */
    BROKEN_POINTER,
    /** It points to an artifact that is not there, or was rejected. */
    ARTIFACT_ABSENT,
    /** It is a linear part, or points to an artifact, of another shape than the stream's. */
    MISFIT,
    /** It points to an artifact whose network cannot be loaded or fails at a forecast. */
    UNLOADABLE,
    /** Its value is no linear part. */
    BROKEN_LINEAR
  }

  private final Tally<Event> events = new Tally<>(Event.class);
  private final Tally<Reject> rejects = new Tally<>(Reject.class);

  void count(Event event) {
    events.count(event);
  }

  void reject(Reject reason) {
    rejects.count(reason);
  }

  /** How often something happened. */
  public long events(Event event) {
    return events.of(event);
  }

  /** How many records changed nothing for a reason. */
  public long rejects(Reject reason) {
    return rejects.of(reason);
  }
}
