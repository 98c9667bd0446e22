package io.tplus1.topology;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A model that keeps copies of the windows it was given and answers with one number throughout. */
final class RecordingForecaster implements Forecaster, Forecaster.Session {
  private final String hash;
  private final FeatureSchema schema;
  private final int steps;
  private final int horizon;
  private final float[] answer;
  private final List<FeatureWindow> windows = new ArrayList<>();

  /**
   * @param answer repeated over the whole output
   */
  RecordingForecaster(String hash, FeatureSchema schema, int steps, int horizon, float... answer) {
    this.hash = hash;
    this.schema = schema;
    this.steps = steps;
    this.horizon = horizon;
    this.answer = answer;
  }

  /** The windows so far, oldest first. */
  List<FeatureWindow> windows() {
    return windows;
  }

  /** The vectors of the newest window. */
  List<FeatureVector> lastWindow() {
    return Arrays.asList(windows.get(windows.size() - 1).toVectors());
  }

  @Override
  public String modelHash() {
    return hash;
  }

  @Override
  public FeatureSchema schema() {
    return schema;
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public int horizon() {
    return horizon;
  }

  @Override
  public String kernel() {
    return "recording";
  }

  @Override
  public Session newSession() {
    return this;
  }

  @Override
  public void forecast(FeatureWindow window, float[] output) {
    windows.add(window.copy());
    for (int i = 0; i < output.length; i++) {
      output[i] = answer[i % answer.length];
    }
  }
}
