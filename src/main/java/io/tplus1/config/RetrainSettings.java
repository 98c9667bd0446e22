package io.tplus1.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How the side topology learns, and when a challenger becomes the champion.
 *
 * @param mode off, light refreshes, or whole trainings
 * @param every wall-clock time between two trainings; empty for never
 * @param eventEvery event time between two trainings; empty for never
 * @param everySamples samples between two trainings; 0 for never
 * @param onDrift whether drift of the matured errors starts one
 * @param driftDelta growth of the errors that is no drift, as a part of their mean
 * @param driftThreshold what they must exceed that by, summed in units of their mean
 * @param driftMinimum fewest errors between two drifts
 * @param firstSamples samples that must be there before the first
 * @param firstSteps steps of the first refresh
 * @param steps steps of every later refresh
 * @param recent newest samples of which half of a refresh's batch is drawn
 * @param buffer newest samples that are kept
 * @param reservoir older samples that are kept, even over series
 * @param warm whether a whole training begins with the champion's weights
 * @param cpuShare part of one core that training may use, 0 to 1
 * @param timeLimit longest training
 * @param memoryLimitBytes largest heap estimate of a training
 * @param gateSamples fewest unseen samples before a decision
 * @param gateMargin part by which a challenger must beat the champion and persistence
 * @param gateDecay what an error's weight is multiplied with at each newer sample
 * @param probationScores matured scores of a new champion before it is judged
 * @param keepModels former champions to which one can go back
 * @param keepFor how long other artifacts stay before they are deleted
 */
public record RetrainSettings(
    Mode mode,
    Optional<Duration> every,
    Optional<Duration> eventEvery,
    int everySamples,
    boolean onDrift,
    double driftDelta,
    double driftThreshold,
    int driftMinimum,
    int firstSamples,
    int firstSteps,
    int steps,
    int recent,
    int buffer,
    int reservoir,
    boolean warm,
    double cpuShare,
    Duration timeLimit,
    long memoryLimitBytes,
    int gateSamples,
    double gateMargin,
    double gateDecay,
    int probationScores,
    int keepModels,
    Duration keepFor) {

  /** How the side topology learns. */
  public enum Mode {
    OFF,
    REFRESH,
    RETRAIN
  }

  private static final int MOST_SNAPSHOTS = 8;

  /**
   * Networks of a line that wait to be judged: so many that one of them does not know the answers
   * yet.
   *
   * @param horizon steps that a sample's answer is long
   */
  public int snapshots(int horizon) {
    if (mode != Mode.REFRESH) {
      return 1;
    }
    int every = Math.max(1, everySamples);
    return Math.min(MOST_SNAPSHOTS, 2 + (horizon - 1 + every - 1) / every);
  }
}
