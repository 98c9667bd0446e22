package io.tplus1.topology.retrain;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.serde.ModelEvent;
import io.tplus1.train.Throttle;
import io.tplus1.train.Trained;
import io.tplus1.train.TrainingFailedException;
import io.tplus1.train.TrainingRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training on another thread, as the stream thread sees it.
 *
 * <p>The training has everything that it needs, and nobody else touches that until it has ended, or
 * ever again if it is given up.
 */
final class RunningTraining {
  private static final Logger LOG = LoggerFactory.getLogger(RunningTraining.class);

  /** For what a training is waiting for, up to ten seconds of a thread, and for its last step. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Attempt attempt;
  private final FutureTask<Trained> task;
  private final boolean goesOn;
  private final long beginning;

  /**
   * What a training is for, whether it begins or not.
   *
   * @param why what an event says of it
   * @param commands ids of the commands that it answers
   * @param sinceNanos when it was to begin, by the clock of trainings
   */
  record Attempt(String why, List<String> commands, long sinceNanos) {
    Attempt {
      commands = List.copyOf(commands);
    }

    /** What it took, if it gave no model. */
    Map<String, Double> spent(long nowNanos) {
      return Map.of(ModelEvent.SECONDS, (nowNanos - sinceNanos) / 1e9);
    }
  }

  /** How a training ended: with a model, or why without. */
  record Outcome(Trained trained, String failure, boolean broken) {}

  private RunningTraining(
      Attempt attempt, FutureTask<Trained> task, boolean goesOn, long beginning) {
    this.attempt = attempt;
    this.task = task;
    this.goesOn = goesOn;
    this.beginning = beginning;
  }

  /**
   * Starts a training; with an executor that runs it on this thread, it has ended on return.
   *
   * @param goesOn whether it begins with what a line kept
   * @param beginning how often the line that it goes on with has begun ({@link
   *     LearningLine#beginnings})
   */
  static RunningTraining start(
      Attempt attempt,
      TrainingRun run,
      Supplier<Throttle> throttle,
      Executor executor,
      boolean goesOn,
      long beginning) {
    FutureTask<Trained> task = new FutureTask<>(() -> run.run(throttle.get()));
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.cancel(false);
    }
    return new RunningTraining(attempt, task, goesOn, beginning);
  }

  Attempt attempt() {
    return attempt;
  }

  /** Whether it has not looked at its own clock for long, or never began. */
  boolean isOverdue(long nowNanos, Duration limit) {
    return nowNanos - attempt.sinceNanos() > TimeUnit.NANOSECONDS.convert(limit.plus(GRACE));
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Whether it began with what a line kept. */
  boolean goesOn() {
    return goesOn;
  }

  /**
   * How often the line that it goes on with had begun; if it has since, its end would undo that.
   */
  long beginning() {
    return beginning;
  }

  /** How it ended; to be asked once it has. */
  Outcome outcome() {
    try {
      return new Outcome(task.get(), null, false);
    } catch (CancellationException e) {
      return failed("it was given up", false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("it was interrupted", false);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TrainingFailedException failure) {
        // What a newer release has written is whole, and that release goes on with it.
        return failed(
            failure.getMessage(),
            failure.getCause() instanceof InvalidArtifactException invalid
                && !invalid.isOfNewerFormat());
      }
      if (cause instanceof CancellationException) {
        return failed("it was interrupted", false);
      }
      LOG.warn("A training ended with what should not happen", cause);
      return failed(cause.toString(), false);
    }
  }

  private static Outcome failed(String why, boolean broken) {
    return new Outcome(null, why, broken);
  }

  /** Gives it up: its thread is interrupted, its outcome will never be asked for. */
  void giveUp() {
    task.cancel(true);
  }
}
