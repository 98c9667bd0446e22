package io.tplus1.topology.forecast;

import io.tplus1.config.Expert;
import io.tplus1.expert.Stacked;
import io.tplus1.expert.StackedWorkspace;
import io.tplus1.score.ExpertMix;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.Learnt;
import io.tplus1.topology.state.Roster;

/**
 * Lets the expert that stands on all others forecast and learn; does nothing where there is none.
 * Owned by one stream thread.
 *
 * <p>What it learns from is the mix of the others by the weights of the time at which the actual
 * comes, before it changes them; those with which it forecast are gone. At t+1, without a pool,
 * they are the same.
 */
public final class Stacking {
  private final int place;
  private final ExpertMix pool;
  private final Stacked pooled;
  private final StackedWorkspace workspace;
  private final float[] mixed;
  private final float[][] others;
  private final float[][] said;

  /**
   * @param pool the mix of all series of the task; null where nothing is mixed
   * @param pooled what all series of the task have learnt; null where each learns alone
   */
  public Stacking(ForecastLayout layout, ExpertMix pool, Stacked pooled) {
    Roster roster = layout.roster();
    this.place = roster.place(Expert.STACKED);
    this.pool = pool;
    this.pooled = pooled;
    this.workspace = roster.stacked().map(part -> new StackedWorkspace(part.shape())).orElse(null);
    this.mixed = new float[layout.outputLength()];
    this.others = new float[roster.size()][];
    this.said = new float[Math.max(0, place)][];
  }

  /**
   * Adds what it says.
   *
   * @param forecasts of each expert of the roster; null for one that has none
   */
  void forecast(Learnt learnt, float[][] forecasts) {
    Stacked stacked = stacked(learnt);
    if (stacked == null) {
      return;
    }
    readOthers(forecasts);
    learnt.mix().mix(others, mixed, pool);
    float[] own = new float[mixed.length];
    if (stacked.forecast(workspace, said, mixed, learnt.lastErrors(), own)) {
      forecasts[place] = own;
    }
  }

  /**
   * Learns one horizon of one forecast, before the mix learns anything of that vector.
   *
   * @param horizon from 0
   * @param actual {@code float[targets]}; NaN where nothing came
   * @param forecasts of each expert of the roster; null for one that had none
   */
  public void learn(Learnt learnt, int horizon, float[] actual, float[][] forecasts) {
    Stacked stacked = stacked(learnt);
    if (stacked == null) {
      return;
    }
    readOthers(forecasts);
    learnt.mix().mix(horizon, others, mixed, pool);
    stacked.learn(workspace, horizon, actual, said, mixed, learnt.lastErrors());
  }

  /** Notes that nobody had forecast a series' newest vector, or that it did not come. */
  public static void missed(Learnt learnt) {
    if (learnt.lastErrors() != null) {
      learnt.lastErrors().clear();
    }
  }

  private Stacked stacked(Learnt learnt) {
    return pooled == null ? learnt.stacked() : pooled;
  }

  private void readOthers(float[][] forecasts) {
    System.arraycopy(forecasts, 0, others, 0, place);
    System.arraycopy(forecasts, 0, said, 0, place);
  }
}
