package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import java.util.Arrays;
import java.util.List;

/**
 * The mean of an ensemble's forecasts, value by value: of numbers in raw units, and of
 * probabilities. Immutable; a session belongs to one thread.
 */
final class MeanForecaster implements Forecaster {
  private final List<Forecaster> members;

  /**
   * @param members of one artifact, at least one
   */
  MeanForecaster(List<Forecaster> members) {
    this.members = List.copyOf(members);
  }

  @Override
  public String modelHash() {
    return members.get(0).modelHash();
  }

  @Override
  public FeatureSchema schema() {
    return members.get(0).schema();
  }

  @Override
  public int steps() {
    return members.get(0).steps();
  }

  @Override
  public int fewestSteps() {
    return members.get(0).fewestSteps();
  }

  @Override
  public int horizon() {
    return members.get(0).horizon();
  }

  @Override
  public String kernel() {
    return members.get(0).kernel();
  }

  @Override
  public Session newSession() {
    List<Session> sessions = members.stream().map(Forecaster::newSession).toList();
    float[] one = new float[outputLength()];
    double[] sums = new double[one.length];
    return (FeatureWindow window, float[] output) -> {
      Arrays.fill(sums, 0);
      for (Session session : sessions) {
        session.forecast(window, one);
        for (int i = 0; i < one.length; i++) {
          sums[i] += one[i];
        }
      }
      for (int i = 0; i < one.length; i++) {
        output[i] = (float) (sums[i] / sessions.size());
      }
    };
  }
}
