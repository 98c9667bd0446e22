package io.tplus1.topology.retrain;

import io.tplus1.config.RetrainSettings;
import io.tplus1.model.Forecaster;
import io.tplus1.train.Contest;
import io.tplus1.train.Entrant;

/** Who is held against the champion, on the heap and in what is kept. For the stream thread. */
final class Challenge {
  private final Contest contest;
  private final RetrainProgress progress;
  private final boolean single;

  Challenge(RetrainSettings settings, Contest contest, RetrainProgress progress) {
    this.contest = contest;
    this.progress = progress;
    this.single = !settings.refreshes();
  }

  /**
   * Lets the one take part that did before the restart.
   *
   * @param champion hash of the champion; null if there is none
   * @param serving the champion; null also if it cannot be loaded
   * @return null if there is none, or it cannot be loaded
   */
  Entrant load(Entrants entrants, String champion, Entrant serving) {
    if (progress.newest.isEmpty()) {
      return null;
    }
    if (serving != null && progress.against.isEmpty() && !progress.newest.equals(champion)) {
      progress.against = champion; // The newest entered where that could not be loaded.
    }
    Entrant against =
        progress.against.equals(champion) ? serving : entrants.kept(progress.against, null);
    Entrant newest = entrants.kept(progress.newest, against);
    if (newest == null) {
      end(); // What it has won says nothing of another one.
      return null;
    }
    contest.enter(newest);
    progress.gate.hold(against != null);
    return newest;
  }

  /**
   * Holds a model against the champion from now on.
   *
   * @param learntTo as of {@link Entrant}
   */
  Entrant enter(Forecaster forecaster, long learntTo) {
    Entrant champion = contest.champion();
    Entrant entrant = new Entrant(forecaster, learntTo, champion);
    contest.enter(entrant);
    progress.newest = entrant.hash();
    progress.against = champion == null ? "" : champion.hash();
    progress.doubt.clear();
    return entrant;
  }

  /** Nobody is held against the champion any longer. */
  void end() {
    contest.clear();
    progress.gate.reset();
    progress.doubt.clear();
    progress.newest = "";
    progress.against = "";
  }

  /**
   * The champion is another one, and not because the gate said so: a challenger that waits is held
   * against it, from its first sample on. A line begins again anyway.
   */
  void anew() {
    Entrant waiting = contest.newest();
    end();
    if (single && waiting != null && !waiting.hash().equals(contest.champion().hash())) {
      enter(waiting.forecaster(), waiting.learntTo());
    }
  }
}
