package io.tplus1.topology.state;

import io.tplus1.expert.LastErrors;
import io.tplus1.expert.SeasonFinder;
import io.tplus1.expert.SeriesLinear;
import io.tplus1.expert.Stacked;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.MeanChanges;

/**
 * What was learnt of one series. Every part is null where the settings do not ask for it.
 *
 * @param changes how much targets usually change
 * @param mix which experts to trust
 * @param intervals how far actuals lie from forecasts
 * @param linear the series' own linear expert
 * @param season what finds its season
 * @param stacked what is stacked on the other experts; null too where all series learn it together
 * @param lastErrors by how much the mix of those missed the series' newest vector
 */
public record Learnt(
    MeanChanges changes,
    ExpertMix mix,
    ConformalInterval intervals,
    SeriesLinear linear,
    SeasonFinder season,
    Stacked stacked,
    LastErrors lastErrors) {
  /** The season that was found, in steps; 0 for none. */
  public int foundSeason() {
    return season == null ? 0 : season.season();
  }
}
