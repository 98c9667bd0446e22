package io.tplus1.train;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * When the next training starts: by the clock, by event time, by samples, on drift, or because
 * somebody asked. For one thread.
 *
 * <p>The first one waits for its samples, whatever else is due, unless somebody asked; so does the
 * first after nothing was left to learn from. After a training that failed, the distance to the
 * next doubles, up to {@value #MOST_DOUBLINGS} times, until one succeeds: what cannot work must not
 * fill the log. While nobody serves, and nobody is tried out, one is followed by another, even
 * where nothing says when. One that was cut off, as by a restart, is due again at once, a few
 * times.
 */
public final class RetrainSchedule {
  private static final int MOST_DOUBLINGS = 6;

  /** How often in a row a training is begun again that was cut off. */
  public static final int MOST_CUT_OFF = 3;

  /**
   * What is written of the last training, by bit: that it runs, and that it is to be begun again.
   * Former builds wrote the first for the second, too, and 2 where what it made was rejected.
   */
  private static final int RUNNING = 1;

  private static final int AGAIN = 4;

  private final Settings settings;
  private boolean anyStarted;
  private long startedMs;
  private long startedEventMs;
  private long startedSamples;
  private boolean drift;
  private int failures;
  private boolean running;
  private boolean cutOff;

  /** Samples that had come before those for which the first training waits. */
  private long firstFrom;

  /**
   * What starts a training.
   *
   * @param every time between two; empty for never
   * @param eventEvery event time between two; empty for never
   * @param everySamples samples between two; 0 for never
   * @param onDrift whether drift starts one
   * @param firstSamples samples that must have come before the first, and be there
   */
  public record Settings(
      Optional<Duration> every,
      Optional<Duration> eventEvery,
      int everySamples,
      boolean onDrift,
      int firstSamples) {

    /** Whether nothing says when, but for drift. */
    private boolean isEmpty() {
      return every.isEmpty() && eventEvery.isEmpty() && everySamples == 0;
    }
  }

  /** Why a training starts. */
  public enum Reason {
    FIRST,
    CLOCK,
    EVENT_TIME,
    SAMPLES,
    DRIFT,
    COMMAND,
    /** The one before was cut off, or given up. */
    AGAIN
  }

  public RetrainSchedule(Settings settings) {
    this.settings = settings;
  }

  /** Notes that errors have grown. */
  public void drifted() {
    drift = settings.onDrift && anyStarted;
  }

  /**
   * Notes that another model serves: of it nothing is known to have grown. Where nothing but drift
   * starts a training, it stays: nothing else would learn what the stream is now.
   */
  public void promoted() {
    drift = drift && settings.isEmpty();
  }

  /**
   * Notes that of what came nothing is left to learn from: what comes now is as the first that ever
   * came.
   *
   * @param samples number of samples that have ever come, all of which are gone
   */
  public void beginAnew(long samples) {
    anyStarted = false;
    drift = false;
    failures = 0;
    cutOff = false;
    firstFrom = samples;
  }

  /**
   * Notes that of what came not all is left to learn from. Only the first training waits for more.
   *
   * @param samples number of samples that have come and are gone
   */
  public void missing(long samples) {
    if (!anyStarted) {
      firstFrom = samples;
    }
  }

  /**
   * Whether a training is due.
   *
   * @param nowMs the clock, epoch milliseconds
   * @param eventMs event time of the newest sample, epoch milliseconds
   * @param samples number of samples that have ever come
   * @param unserved whether nobody serves, and nobody is tried out who might
   * @return why, or empty if none is due
   */
  public Optional<Reason> due(long nowMs, long eventMs, long samples, boolean unserved) {
    if (cutOff && samples > 0) {
      return Optional.of(Reason.AGAIN);
    }
    long factor = 1L << Math.min(failures, MOST_DOUBLINGS);
    long since = samples - startedSamples;
    if (!anyStarted || (failures > 0 && startedSamples - firstFrom < settings.firstSamples)) {
      long wanted = settings.firstSamples * (anyStarted ? factor : 1);
      return samples - firstFrom >= wanted ? Optional.of(Reason.FIRST) : Optional.empty();
    }
    if (since == 0) {
      return Optional.empty(); // Nothing new could be learnt.
    }
    if (drift && failures == 0) {
      return Optional.of(Reason.DRIFT);
    }
    if (settings.everySamples > 0 && since >= settings.everySamples * factor) {
      return Optional.of(Reason.SAMPLES);
    }
    if (isPast(settings.every, nowMs - startedMs, factor)) {
      return Optional.of(Reason.CLOCK);
    }
    if (isPast(settings.eventEvery, eventMs - startedEventMs, factor)) {
      return Optional.of(Reason.EVENT_TIME);
    }
    // Without any schedule, what led to nothing that serves is still tried again: nobody whose
    // errors could grow would ask for it.
    return (failures > 0 || (unserved && settings.isEmpty()))
            && since >= settings.firstSamples * factor
        ? Optional.of(Reason.SAMPLES)
        : Optional.empty();
  }

  /** A clock that was set back by so much does not come back to where it was for as long. */
  private static boolean isPast(Optional<Duration> every, long passedMs, long factor) {
    return every.isPresent() && Math.abs(passedMs) >= every.get().toMillis() * factor;
  }

  /** Notes that a training starts now; see {@link #due} for the numbers. */
  public void started(long nowMs, long eventMs, long samples) {
    anyStarted = true;
    startedMs = nowMs;
    startedEventMs = eventMs;
    startedSamples = samples;
    drift = false;
    running = true;
    cutOff = false;
  }

  /** Notes how the last training ended. */
  public void ended(boolean succeeded) {
    failures = succeeded ? 0 : failures + 1;
    running = false;
  }

  /** Notes that the last training was given up, since it began with what is no longer wanted. */
  public void givenUp() {
    running = false;
    cutOff = true;
  }

  /** Notes that the training that was cut off is not to be begun again before the next is due. */
  public void leave() {
    cutOff = false;
  }

  /** Bytes that {@link #write} writes. */
  public static final int BYTES = 3 + 3 * Long.BYTES + Integer.BYTES;

  /** Writes the state, big-endian. */
  public void write(ByteBuffer bytes) {
    bytes.put((byte) (anyStarted ? 1 : 0)).put((byte) (drift ? 1 : 0));
    bytes.put((byte) ((running ? RUNNING : 0) | (cutOff ? AGAIN : 0)));
    bytes.putLong(startedMs).putLong(startedEventMs).putLong(startedSamples).putInt(failures);
  }

  /** Goes on with what {@link #write} wrote; a training that was running then was cut off. */
  public void read(ByteBuffer bytes) {
    anyStarted = bytes.get() != 0;
    drift = bytes.get() != 0;
    byte last = bytes.get();
    boolean wasRunning = (last & RUNNING) != 0;
    startedMs = bytes.getLong();
    startedEventMs = bytes.getLong();
    startedSamples = bytes.getLong();
    failures = bytes.getInt();
    cutOff = (last & AGAIN) != 0 || (wasRunning && failures < MOST_CUT_OFF);
    failures += wasRunning ? 1 : 0;
    running = false;
  }

  /** Bytes that {@link #writeFirst} writes. */
  public static final int FIRST_BYTES = Long.BYTES;

  /** Writes for which samples the first training waits, big-endian. */
  public void writeFirst(ByteBuffer bytes) {
    bytes.putLong(firstFrom);
  }

  /** Goes on with what {@link #writeFirst} wrote; without it the first waits for all that came. */
  public void readFirst(ByteBuffer bytes) {
    firstFrom = bytes.getLong();
  }
}
