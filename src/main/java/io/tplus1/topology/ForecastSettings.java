package io.tplus1.topology;

import io.tplus1.config.Configuration;
import io.tplus1.config.ExpertSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.RetrainSettings;
import io.tplus1.config.SampleSettings;
import io.tplus1.config.WindowSettings;
import java.time.Duration;

/**
 * How one application forecasts, and what it passes on for learning.
 *
 * @param windows how vectors form windows
 * @param experts what forecasts
 * @param hygiene what happens where time or values have holes
 * @param samples how many training samples are emitted
 * @param learning whether training samples and model scores are emitted at all
 * @param modelName their key
 */
record ForecastSettings(
    WindowSettings windows,
    ExpertSettings experts,
    HygieneSettings hygiene,
    SampleSettings samples,
    boolean learning,
    String modelName) {

  /** What the configuration asks for. */
  static ForecastSettings of(Configuration configuration) {
    ExpertSettings experts = configuration.experts();
    return new ForecastSettings(
        configuration.windows(),
        experts,
        configuration.hygiene(),
        configuration.samples(),
        configuration.retrain().mode() != RetrainSettings.Mode.OFF
            || experts.has("linear")
            || experts.has("joint"),
        configuration.modelName());
  }

  /** Most vectors that are held on the heap: a window, and what follows it while samples wait. */
  int ringSteps() {
    return windows.steps() + (learning ? windows.horizon() : 0);
  }

  /**
   * How far back from a series' newest vector the heap reaches. A window ends there at {@code
   * window.max.age}; the window of a sample is as old as its horizon is long, and finds as much as
   * the store is sure to hold, whenever it is read.
   */
  Duration ringDepth() {
    return learning ? windows.retention().minus(windows.maxLateness()) : windows.maxAge();
  }
}
