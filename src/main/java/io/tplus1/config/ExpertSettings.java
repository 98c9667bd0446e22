package io.tplus1.config;

import java.util.List;

/**
 * Which experts forecast, and how they are mixed.
 *
 * @param experts names in order, of {@link #ALL}; {@code rnn} alone means the network's forecast as
 *     it is
 * @param mixExponent p: weights are proportional to 1 / MSE^p
 * @param mixDecay what an error's weight is multiplied with at each newer one
 * @param seasons seasons in steps, shortest first; may be empty
 * @param linearLags lags of a feature on itself
 * @param jointLags lags of all features on each
 * @param seriesLags lags of the linear expert of each series
 * @param markovOrders numbers of preceding symbols
 * @param forgetting λ of the running sums, per row
 * @param ridge weight of the squared coefficients, relative to the mean diagonal
 * @param levels whether the linear experts read the last values too
 * @param scaleSteps newest steps whose mean change is the linear experts' unit; 0 for raw units
 * @param huber mean errors beyond which a row weighs less; 0 for off
 * @param linearEvery samples between two solutions of the linear part
 * @param coverage part of the actuals that the intervals are to hold; 0 for no intervals
 */
public record ExpertSettings(
    List<String> experts,
    double mixExponent,
    double mixDecay,
    List<Integer> seasons,
    int linearLags,
    int jointLags,
    int seriesLags,
    List<Integer> markovOrders,
    double forgetting,
    double ridge,
    boolean levels,
    int scaleSteps,
    double huber,
    int linearEvery,
    double coverage) {

  /** Every expert there is, in the order in which forecasts, weights and traces list them. */
  public static final List<String> ALL =
      List.of("last", "seasonal", "linear", "joint", "series", "markov", "rnn");

  public ExpertSettings {
    experts = List.copyOf(experts);
    seasons = List.copyOf(seasons);
    markovOrders = List.copyOf(markovOrders);
  }

  public boolean has(String expert) {
    return experts.contains(expert);
  }

  /** Whether the forecast is more than the network's own. */
  public boolean isMix() {
    return !experts.equals(List.of("rnn"));
  }

  /** The experts whose forecasts of t+1 are kept beside each vector, in their order. */
  public List<String> traced() {
    return experts.stream().filter(List.of("linear", "joint", "series")::contains).toList();
  }
}
