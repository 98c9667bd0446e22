package io.tplus1.train;

import java.util.Map;

/**
 * The gate of a challenger that is one artifact, and begins anew with the next. For one thread.
 *
 * <p>It is promoted once it is below the others by more than chance ({@link PairedEvidence}), and
 * given up if it is clearly worse, which fewer than {@value PairedEvidence#FEWEST} event times do
 * not tell. Its patience is over after {@value #PATIENCE} times the samples asked for, at as many
 * event times at least, or H if there are more steps, however many series there are. Then a mean
 * that is below and a little evidence ({@value #LEANING}) are enough, or it is given up. Were the
 * first moment enough at which the mean is below, half of those that are 10 % worse would win. All
 * its errors count alike: of many series, means that fade would be of the last hour alone.
 */
public final class ChallengerGate extends Gate {
  /** Figure: the weaker of both tests, below 0 where the challenger is better. */
  private static final String EVIDENCE = "gateEvidence";

  /** Evidence that is enough in the end: twice as likely as not, it is the better one. */
  private static final double LEANING = 0.5;

  private final int horizon;

  /**
   * @param horizon H, steps that a sample's forecast covers
   */
  public ChallengerGate(Settings settings, int horizon) {
    super(settings);
    this.horizon = horizon;
  }

  @Override
  double decay() {
    return 1;
  }

  @Override
  void weigh(long timeMs, long stepMs, double besidePersistence, double besideIncumbent) {
    againstPersistence.add(timeMs, stepMs, besidePersistence);
    if (hasIncumbent()) {
      againstIncumbent.add(timeMs, stepMs, besideIncumbent);
    }
  }

  @Override
  Decision judge() {
    boolean patient = !isOutOfSamples() || againstPersistence.clusters() < patientTimes();
    boolean telling = againstPersistence.clusters() >= fewestTimes();
    if ((rescues() && telling)
        || (isAhead() && evidence() < -(patient ? PairedEvidence.LIMIT : leaning()))) {
      return Decision.PROMOTE;
    }
    return !patient || (telling && isClearlyWorseThanBest()) ? Decision.REJECT : Decision.WAIT;
  }

  /** Event times that it is given: of fewer than H, evidence is little at most. */
  private int patientTimes() {
    return Math.min(PairedEvidence.MOST / 2, Math.max(fewestTimes(), horizon));
  }

  /** Evidence that is enough in the end: {@link #LEANING}, or half of what there can be at most. */
  private double leaning() {
    return Math.min(LEANING, .5 * Math.sqrt(patientTimes() / (double) horizon));
  }

  /** Of both tests the weaker. */
  private double evidence() {
    double persistent = againstPersistence.evidence(horizon);
    return hasIncumbent() ? Math.max(persistent, againstIncumbent.evidence(horizon)) : persistent;
  }

  /** With how sure it is. */
  @Override
  public Map<String, Double> figures() {
    Map<String, Double> figures = super.figures();
    if (count() > 0) {
      figures.put(EVIDENCE, evidence());
    }
    return figures;
  }
}
