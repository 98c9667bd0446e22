package io.tplus1.train;

import java.util.Map;

/**
 * How a challenger that is one artifact is judged; its gate begins anew with the next. Immutable.
 *
 * <p>It is promoted once it is below the others by more than chance ({@link PairedEvidence}), and
 * given up if it is clearly worse, which fewer than {@value PairedEvidence#FEWEST} event times do
 * not tell. Its patience is over after {@value Gate#PATIENCE} times the samples asked for, at as
 * many event times at least, or H if there are more steps, however many series there are. Then a
 * mean that is below and a little evidence ({@value #LEANING}) are enough, or it is given up. Were
 * the first moment enough at which the mean is below, half of those that are 10 % worse would win.
 * All its errors count alike: of many series, means that fade would be of the last hour alone.
 */
public final class ChallengerRule implements Gate.Rule {
  /** Figure: the weaker of both tests, below 0 where the challenger is better. */
  private static final String EVIDENCE = "gateEvidence";

  /** Evidence that is enough in the end: twice as likely as not, it is the better one. */
  private static final double LEANING = 0.5;

  private final int horizon;

  /**
   * @param horizon H, steps that a sample's forecast covers
   */
  public ChallengerRule(int horizon) {
    this.horizon = horizon;
  }

  @Override
  public double decay(Gate.Settings settings) {
    return 1;
  }

  @Override
  public void weigh(
      Gate gate, long timeMs, long stepMs, double besidePersistence, double besideIncumbent) {
    gate.againstPersistence.add(timeMs, stepMs, besidePersistence);
    if (gate.hasIncumbent()) {
      gate.againstIncumbent.add(timeMs, stepMs, besideIncumbent);
    }
  }

  @Override
  public Gate.Decision judge(Gate gate) {
    boolean patient =
        !gate.isOutOfSamples() || gate.againstPersistence.clusters() < patientTimes(gate);
    boolean telling = gate.againstPersistence.clusters() >= gate.fewestTimes();
    if ((gate.rescues() && telling)
        || (gate.isAhead() && evidence(gate) < -(patient ? PairedEvidence.LIMIT : leaning(gate)))) {
      return Gate.Decision.PROMOTE;
    }
    return !patient || (telling && gate.isClearlyWorseThanBest())
        ? Gate.Decision.REJECT
        : Gate.Decision.WAIT;
  }

  /** Event times that it is given: of fewer than H, evidence is little at most. */
  private int patientTimes(Gate gate) {
    return Math.min(PairedEvidence.MOST / 2, Math.max(gate.fewestTimes(), horizon));
  }

  /** Evidence that is enough in the end: {@link #LEANING}, or half of what there can be at most. */
  private double leaning(Gate gate) {
    return Math.min(LEANING, .5 * Math.sqrt(patientTimes(gate) / (double) horizon));
  }

  /** Of both tests the weaker. */
  private double evidence(Gate gate) {
    double persistent = gate.againstPersistence.evidence(horizon);
    return gate.hasIncumbent()
        ? Math.max(persistent, gate.againstIncumbent.evidence(horizon))
        : persistent;
  }

  /** How sure it is. */
  @Override
  public void addTo(Map<String, Double> figures, Gate gate) {
    figures.put(EVIDENCE, evidence(gate));
  }
}
