package io.tplus1.train;

import io.tplus1.model.LastValue;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Forecasts each sample with the models that are compared, before anything learns from it. For one
 * thread.
 *
 * <p>A model is tested only on samples whose answer it does not know in part: with H steps, samples
 * that came up to H − 1 before in its series tell some of the steps that follow. So a few snapshots
 * stay here, and of them the newest that is clean forecasts for the line.
 */
public final class Contest {
  private final UsualChanges usual;
  private final RelativeError errors;
  private final LastValue persistence;
  private final float[] lastValues;
  private final int most;
  private final ArrayDeque<Entrant> entrants = new ArrayDeque<>();

  /** Of how many samples since the newest came each of them knew nothing. */
  private final Map<Entrant, Integer> clean = new HashMap<>();

  private int judged;
  private Entrant champion;
  private Entrant former;

  /**
   * The errors of one sample; NaN where there is no model, none that is clean, or nothing to judge.
   *
   * @param tested whose error the first is; null if there is none
   * @param challenger of the newest clean snapshot
   * @param incumbent of what it is held against
   * @param persistence of the last value
   * @param champion of the newest model that serves or has served and is clean
   * @param successor the same, if that one came after the former champion; with several steps and
   *     series what is clean may be older, and says nothing of who is on probation
   * @param former of the champion that probation compares with, if it is clean
   * @param moved of the last value if it is sure of its words, too: 0 where no target changed
   */
  public record Errors(
      Entrant tested,
      double challenger,
      double incumbent,
      double persistence,
      double champion,
      double successor,
      double former,
      double moved) {}

  /**
   * @param task shapes of samples and models
   * @param most snapshots that stay, at least 1
   * @param usual of the samples so far; learns from those that are judged
   */
  public Contest(Trainer.Task task, int most, UsualChanges usual) {
    this.usual = usual;
    this.errors = RelativeError.of(task.schema(), usual);
    this.persistence = new LastValue(task.schema(), task.steps(), task.horizon());
    this.lastValues = new float[persistence.outputLength()];
    this.most = most;
  }

  /**
   * Lets a new snapshot take part. Of those before it the oldest goes once the next one is clean
   * for most samples; until then the newest of them does, so that one becomes old enough, however
   * many series take turns.
   */
  public void enter(Entrant entrant) {
    if (entrants.size() == most) {
      Entrant oldest = entrants.removeLast();
      Entrant next = entrants.peekLast();
      if (next == null || 2 * clean.getOrDefault(next, 0) > judged) {
        oldest.forgetAgainst();
      } else {
        entrants.removeFirst().forgetAgainst();
        entrants.addLast(oldest);
      }
    }
    entrants.addFirst(entrant);
    clean.clear();
    judged = 0;
  }

  /** Lets no snapshot take part any longer. */
  public void clear() {
    entrants.forEach(Entrant::forgetAgainst);
    entrants.clear();
    clean.clear();
    judged = 0;
  }

  /** The newest snapshot; null if there is none. */
  public Entrant newest() {
    return entrants.peekFirst();
  }

  /** Notes who serves; null for nobody. */
  public void serve(Entrant entrant) {
    champion = entrant;
    if (entrant != null) {
      entrant.serve();
    }
  }

  /** Who serves; null for nobody. */
  public Entrant champion() {
    return champion;
  }

  /** The former champion that probation compares with; null for none, or if it takes no part. */
  public Entrant former() {
    return former;
  }

  /** Sets the former champion that probation compares with; null for none. */
  public void former(Entrant entrant) {
    former = entrant;
  }

  /**
   * Forecasts a sample with everybody.
   *
   * @param sample one that nobody has learnt from
   * @param tellsFrom from which sequence number on samples tell part of the answer; see {@link
   *     SampleBuffer#tellsFrom}
   */
  public Errors judge(TrainingSample sample, long tellsFrom) {
    persistence.forecast(sample.window(), lastValues);
    judged++;
    Entrant tested = null;
    Entrant serves = isClean(champion, tellsFrom) ? champion : null;
    Iterator<Entrant> newestFirst = entrants.iterator();
    while (newestFirst.hasNext()) {
      Entrant entrant = newestFirst.next();
      if (isClean(entrant, tellsFrom)) {
        clean.merge(entrant, 1, Integer::sum);
        tested = tested == null ? entrant : tested;
        serves = serves == null && entrant.served() ? entrant : serves;
      }
    }
    double last = errors.ofLastValue(sample, lastValues);
    double served = error(serves, sample);
    Errors judged =
        new Errors(
            tested,
            error(tested, sample),
            tested == null ? Double.NaN : error(tested.against(), sample),
            last,
            served,
            isSuccessor(serves) ? served : Double.NaN,
            isClean(former, tellsFrom) ? error(former, sample) : Double.NaN,
            errors.judgesWords() ? errors.of(sample, lastValues) : last);
    usual.add(sample);
    return judged;
  }

  /** A command may have made an older model the champion. */
  private boolean isSuccessor(Entrant served) {
    return served != null
        && (served == champion || former == null || served.learntTo() > former.learntTo());
  }

  private static boolean isClean(Entrant entrant, long tellsFrom) {
    return entrant != null && entrant.learntTo() < tellsFrom;
  }

  private double error(Entrant entrant, TrainingSample sample) {
    if (entrant == null) {
      return Double.NaN;
    }
    return entrant.isAsked(sample)
        ? entrant.error(sample, errors)
        : errors.ofLastValue(sample, lastValues); // What is served if nothing else is.
  }
}
