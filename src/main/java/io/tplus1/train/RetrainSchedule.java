package io.tplus1.train;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * When the next training starts: by the clock, by event time, by samples, on drift, or because
 * somebody asked. For one thread.
 *
 * <p>The first one waits for its samples, whatever else is due, unless somebody asked. After a
 * training that failed, the distance to the next doubles, up to {@value #MOST_DOUBLINGS} times,
 * until one succeeds: what cannot work must not fill the log. One that was rejected while nobody
 * serves is followed by another, even where nothing says when. One that was cut off, as by a
 * restart, is due again at once, a few times.
 */
public final class RetrainSchedule {
  private static final int MOST_DOUBLINGS = 6;

  /** How often in a row a training is begun again that was cut off. */
  public static final int MOST_CUT_OFF = 3;

  /**
   * What is written of the last training, by bit: that it runs, that what it made was rejected, and
   * that it is to be begun again. Former builds wrote the first for the third, too.
   */
  private static final int RUNNING = 1;

  private static final int REJECTED = 2;
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
  private boolean rejected;

  /**
   * What starts a training.
   *
   * @param every time between two; empty for never
   * @param eventEvery event time between two; empty for never
   * @param everySamples samples between two; 0 for never
   * @param onDrift whether drift starts one
   * @param firstSamples samples that must have come before the first
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
   * Whether a training is due.
   *
   * @param nowMs the clock, epoch milliseconds
   * @param eventMs event time of the newest sample, epoch milliseconds
   * @param samples number of samples that have ever come
   * @return why, or empty if none is due
   */
  public Optional<Reason> due(long nowMs, long eventMs, long samples) {
    if (cutOff && samples > 0) {
      return Optional.of(Reason.AGAIN);
    }
    long factor = 1L << Math.min(failures, MOST_DOUBLINGS);
    long since = samples - startedSamples;
    if (!anyStarted || (failures > 0 && startedSamples < settings.firstSamples)) {
      long wanted = settings.firstSamples * (anyStarted ? factor : 1);
      return samples >= wanted ? Optional.of(Reason.FIRST) : Optional.empty();
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
    // Without any schedule, a training that led to nothing is still tried again.
    return (failures > 0 || (rejected && settings.isEmpty()))
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
    rejected = false;
  }

  /** Notes that what the last training made is given up, and that nobody serves. */
  public void rejected() {
    rejected = true;
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
    bytes.put((byte) ((running ? RUNNING : 0) | (rejected ? REJECTED : 0) | (cutOff ? AGAIN : 0)));
    bytes.putLong(startedMs).putLong(startedEventMs).putLong(startedSamples).putInt(failures);
  }

  /** Goes on with what {@link #write} wrote; a training that was running then was cut off. */
  public void read(ByteBuffer bytes) {
    anyStarted = bytes.get() != 0;
    drift = bytes.get() != 0;
    byte last = bytes.get();
    boolean wasRunning = (last & RUNNING) != 0;
    rejected = (last & REJECTED) != 0;
    startedMs = bytes.getLong();
    startedEventMs = bytes.getLong();
    startedSamples = bytes.getLong();
    failures = bytes.getInt();
    cutOff = (last & AGAIN) != 0 || (wasRunning && failures < MOST_CUT_OFF);
    failures += wasRunning ? 1 : 0;
    running = false;
  }
}
