package io.tplus1.harness;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.train.RetrainSchedule;
import java.util.ArrayList;
import java.util.List;

/** What settings ask for and a harness does not do, so that a test does not pass by that. */
final class UnusedSettings {
  private UnusedSettings() {}

  /**
   * What is told by a clock that stands still.
   *
   * @param replay whether the records' time counts where learning needs one
   */
  static List<String> byTheClock(Configuration configuration, boolean replay) {
    List<String> told = new ArrayList<>();
    if (configuration.learns() && configuration.samples().perSecond().isPresent()) {
      told.add(
          "samples.rate=%s, and the clock stands still: once a few seconds' worth of samples were taken, nearly none are, and learning comes to a halt. Set samples.rate=all, or call advanceWallClock between vectors"
              .formatted(configuration.samples().perSecond().getAsDouble()));
    }
    RetrainSchedule.Settings schedule = configuration.retrain().schedule();
    if (configuration.retrain().trains()
        && !replay
        && schedule.every().isPresent()
        && schedule.eventEvery().isEmpty()
        && schedule.everySamples() == 0) {
      told.add(
          "retrain.every says when networks are trained again, and the clock stands still: after the first training none is due by it. Set retrain.every.samples, or call advanceWallClock between vectors");
    }
    return told;
  }

  /** Of a network that is to serve; one whose artifact gives a category its words is of use. */
  static List<String> ofNetworks(Configuration configuration) {
    List<Expert> experts = configuration.experts().experts();
    return experts.contains(Expert.RNN) || configuration.needsVocabulary()
        ? List.of()
        : List.of(
            "experts=%s has no rnn: no forecast asks this network. Add rnn to experts, or leave the network out"
                .formatted(String.join(",", Expert.names(experts))));
  }
}
