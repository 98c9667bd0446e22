package io.tplus1.rnn.training;

import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import java.util.List;
import java.util.Map;

/** What a model says of the training that it comes from. */
final class TrainProvenance {
  private TrainProvenance() {}

  /**
   * Of what is learnt now, whatever it began with.
   *
   * @param training the samples that it has learnt from
   * @param figures of the training, by name
   */
  static Provenance of(
      TrainingSettings settings, List<TrainingSample> training, Map<String, Double> figures) {
    long from = Long.MAX_VALUE;
    long to = Long.MIN_VALUE;
    for (TrainingSample sample : training) {
      from = Math.min(from, sample.window().timeMs(0));
      to = Math.max(to, sample.following().lastTimeMs());
    }
    return new Provenance(
        "train",
        from,
        to,
        training.size(),
        settings.seed(),
        Map.of("dl4j", Dl4jNetwork.version()),
        figures);
  }
}
