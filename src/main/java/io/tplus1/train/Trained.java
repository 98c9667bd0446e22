package io.tplus1.train;

import io.tplus1.model.Forecaster;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import java.util.Map;
import java.util.Optional;

/**
 * What a training made.
 *
 * @param artifact the model
 * @param bytes the artifact as bytes, owned by this record
 * @param forecaster the model, loaded
 * @param line what goes on learning; empty where each training stands for itself
 * @param learntTo sequence number of the newest sample that was learnt
 * @param sound whether it forecasts the newest samples, which it has learnt, about as well as the
 *     snapshot before it or better; if not, something went astray. Always where each training
 *     stands for itself
 * @param figures losses, steps and times, by name
 */
public record Trained(
    ModelArtifact artifact,
    byte[] bytes,
    Forecaster forecaster,
    Optional<Line> line,
    long learntTo,
    boolean sound,
    Map<String, Double> figures) {

  public Trained {
    figures = Map.copyOf(figures);
  }

  /**
   * Networks that go on learning.
   *
   * @param learner at the state, for the next training
   * @param state weights and optimiser of the same moment
   */
  public record Line(Learner learner, byte[] state) {}
}
