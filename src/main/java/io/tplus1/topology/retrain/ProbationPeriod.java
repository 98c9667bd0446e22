package io.tplus1.topology.retrain;

import io.tplus1.train.Contest;
import io.tplus1.train.Entrant;
import java.util.ArrayList;

/**
 * When probation begins and ends, on the heap and in what is kept: who is on it, and against whom.
 * For the stream thread.
 */
final class ProbationPeriod {
  private static final int MOST_ON_PROBATION = 1_000;

  private final Contest contest;
  private final RetrainProgress progress;

  ProbationPeriod(Contest contest, RetrainProgress progress) {
    this.contest = contest;
    this.progress = progress;
  }

  /**
   * Goes on after a start.
   *
   * @param former the champion before; null if there is none, or it takes no part
   * @param kept whether its artifact is kept, so that it may take part again
   */
  void goOn(Entrant former, boolean kept) {
    if (former == null && !kept && !progress.former.isEmpty()) {
      stop(); // There is nothing to compare with, nor to go back to.
    } else {
      contest.former(former);
    }
  }

  /**
   * Whether it is not to be judged: the one to go back to is kept, and takes no part under these
   * settings, which may be a slip.
   */
  boolean waits() {
    return !progress.former.isEmpty() && contest.former() == null;
  }

  /** Begins, of a new champion against the one that still serves. */
  void start() {
    Entrant former = contest.champion();
    progress.probation.start(former != null);
    contest.former(former);
    progress.former = former == null ? "" : former.hash();
    progress.onProbation = new ArrayList<>();
  }

  /** While it lasts, a new champion is on it as well. */
  void serves(String hash) {
    if (progress.probation.isRunning() && progress.onProbation.size() < MOST_ON_PROBATION) {
      progress.onProbation.add(hash);
    }
  }

  /** Ends it. */
  void stop() {
    progress.probation.stop();
    contest.former(null);
    progress.former = "";
    progress.onProbation = new ArrayList<>();
  }
}
