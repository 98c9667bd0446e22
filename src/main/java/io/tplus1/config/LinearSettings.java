package io.tplus1.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one linear expert reads and learns.
 *
 * @param lags steps before the last value, ascending
 * @param levels whether it reads the last values too
 * @param ridge penalty on a coefficient as a share of its input's variance
 * @param forgetting λ of the running sums, per row
 * @param scaleSteps newest steps whose mean change is the unit; 0 for raw units
 * @param huber mean errors beyond which a row weighs less; 0 for off
 * @param step a step's time where lags reach back in time; empty where they count vectors
 */
public record LinearSettings(
    List<Integer> lags,
    boolean levels,
    double ridge,
    double forgetting,
    int scaleSteps,
    double huber,
    Optional<Duration> step) {
  public LinearSettings {
    lags = List.copyOf(lags);
  }
}
