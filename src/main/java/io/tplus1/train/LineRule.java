package io.tplus1.train;

/**
 * How a line is judged that is learnt on all the time: each refresh replaces the snapshot before
 * it, and each sample is forecast by the newest snapshot that has not learnt from it, against the
 * model that served, or would serve, without that snapshot. Immutable.
 *
 * <p>The gate judges the line: its errors go on when a snapshot is replaced, and when one is
 * promoted, and older ones fade. While the line wins, its snapshots are promoted; one that waits
 * can win later. One that is clearly worse of late is given up; where there is no champion yet,
 * only if it is worse all in all as well, at as many event times. So calm hours end no line that
 * has been ahead, as one may be whose snapshot is in doubt; one that never was goes in the first of
 * them. Were it to be worse by a quarter all in all, more lines that are a little worse than
 * persistence would stay until they win by chance.
 */
public final class LineRule implements Gate.Rule {
  @Override
  public double decay(Gate.Settings settings) {
    return settings.decay();
  }

  /** Where there is a champion, the means that fade tell enough. */
  @Override
  public void weigh(
      Gate gate, long timeMs, long stepMs, double besidePersistence, double besideIncumbent) {
    if (!gate.hasIncumbent()) {
      gate.againstPersistence.add(timeMs, stepMs, besidePersistence);
    }
  }

  /**
   * A line that is about as good as the champion only waits, as long as that may take; with no
   * champion, until its errors are larger by a quarter for as long as they take to fade.
   */
  @Override
  public Gate.Decision judge(Gate gate) {
    if (gate.rescues() || gate.isAhead()) {
      return Gate.Decision.PROMOTE;
    }
    boolean worse =
        gate.isClearlyWorseThanServed() && (gate.hasIncumbent() || isWorseAllInAll(gate));
    return gate.isOutOfSamples() && worse ? Gate.Decision.REJECT : Gate.Decision.WAIT;
  }

  /** Whether persistence is better not only of late, as in one hour in which many stand still. */
  private static boolean isWorseAllInAll(Gate gate) {
    return gate.againstPersistence.clusters() >= gate.fewestTimes()
        && gate.againstPersistence.sum() > 0;
  }
}
