package io.tplus1.config;

import io.tplus1.score.DriftSettings;
import io.tplus1.train.Gate;
import io.tplus1.train.RetrainSchedule;
import java.time.Duration;

/**
 * How the side topology learns, and when a challenger becomes the champion.
 *
 * @param mode off, light refreshes, or whole trainings
 * @param schedule what starts a training
 * @param drift when errors that grow are drift
 * @param refresh what a refresh learns from, and for how long
 * @param buffer samples that are kept
 * @param warm whether a whole training begins with the champion's weights
 * @param limits of one training
 * @param gate when a challenger wins
 * @param probationScores matured scores of a new champion before it is judged
 * @param keep artifacts that stay
 */
public record RetrainSettings(
    Mode mode,
    RetrainSchedule.Settings schedule,
    DriftSettings drift,
    Refresh refresh,
    Buffer buffer,
    boolean warm,
    Limits limits,
    Gate.Settings gate,
    int probationScores,
    Keep keep) {

  private static final int MOST_SNAPSHOTS = 8;

  /** How the side topology learns. */
  public enum Mode {
    OFF,
    REFRESH,
    RETRAIN
  }

  /**
   * Light refreshes.
   *
   * @param firstSteps steps of the first
   * @param steps steps of every later one
   * @param recent newest samples of which half of a batch is drawn
   */
  public record Refresh(int firstSteps, int steps, int recent) {}

  /**
   * Samples that are kept.
   *
   * @param newest the newest
   * @param reservoir older ones, even over series
   */
  public record Buffer(int newest, int reservoir) {}

  /**
   * What one training may take.
   *
   * @param cpuShare part of one core, 0 to 1
   * @param time longest training
   * @param memoryBytes largest estimate of its heap and the buffer's
   */
  public record Limits(double cpuShare, Duration time, long memoryBytes) {}

  /**
   * Artifacts that stay beside the champion.
   *
   * @param former champions to which one can go back
   * @param othersFor for how long others stay before they are deleted
   */
  public record Keep(int former, Duration othersFor) {}

  /** Whether networks are trained at all. */
  public boolean trains() {
    return mode != Mode.OFF;
  }

  /** Whether one is refreshed all the time. */
  public boolean refreshes() {
    return mode == Mode.REFRESH;
  }

  /**
   * Networks of a line that wait to be judged: so many that one of them does not know the answers
   * yet.
   *
   * @param horizon steps that a sample's answer is long
   */
  public int snapshots(int horizon) {
    if (!refreshes()) {
      return 1;
    }
    int every = Math.max(1, schedule.everySamples());
    return Math.min(MOST_SNAPSHOTS, 2 + (horizon - 1 + every - 1) / every);
  }
}
