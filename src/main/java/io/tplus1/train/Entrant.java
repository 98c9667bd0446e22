package io.tplus1.train;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.TrainingSample;

/**
 * A model that forecasts samples in shadow, and what it has learnt from. For one thread.
 *
 * <p>It forecasts a sample once, however often it is asked.
 */
public final class Entrant {
  private final Forecaster forecaster;
  private final Forecaster.Session session;
  private final long learntTo;
  private Entrant against;
  private final float[] output;
  private boolean served;
  private TrainingSample last;
  private double lastError;

  /**
   * @param forecaster the model
   * @param learntTo sequence number of the newest sample that it learnt from; 0 if it came from
   *     elsewhere
   * @param against the champion at the time when it was made, which it is held against; null if
   *     there was none
   */
  public Entrant(Forecaster forecaster, long learntTo, Entrant against) {
    this.forecaster = forecaster;
    this.session = forecaster.newSession();
    this.learntTo = learntTo;
    this.against = against;
    this.output = new float[forecaster.outputLength()];
  }

  public String hash() {
    return forecaster.modelHash();
  }

  public Forecaster forecaster() {
    return forecaster;
  }

  /** Whether it is asked with windows as short as this one; else others forecast in its place. */
  boolean isAsked(TrainingSample sample) {
    return forecaster.isAskedWith(sample.window());
  }

  /** Sequence number of the newest sample that it learnt from; 0 if it came from elsewhere. */
  public long learntTo() {
    return learntTo;
  }

  /** The champion that it would replace, or has replaced; null if there was none. */
  public Entrant against() {
    return against;
  }

  /** Forgets what it is held against, once it is no longer. */
  void forgetAgainst() {
    against = null;
  }

  /** Whether it serves or has served. */
  public boolean served() {
    return served;
  }

  /** Notes that it becomes the champion. */
  public void serve() {
    served = true;
  }

  /**
   * Its error on a sample.
   *
   * @return {@link RelativeError#MOST} if the model fails; NaN if nothing can be judged
   */
  double error(TrainingSample sample, RelativeError errors) {
    if (!sample.equals(last)) {
      last = sample;
      try {
        lastError =
            ModelGuard.call(
                () -> {
                  session.forecast(sample.window(), output);
                  return errors.of(sample, output);
                });
      } catch (InvalidArtifactException e) {
        // A model that cannot forecast must lose, not stop the task.
        lastError = RelativeError.MOST;
      }
    }
    return lastError;
  }
}
