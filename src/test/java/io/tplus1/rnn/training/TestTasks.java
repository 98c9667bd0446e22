package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.Strategy;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Settings, samples and errors for tests of training. */
public final class TestTasks {
  public static final Trainer.Listener SILENT = (epoch, epochs, training, validation) -> {};

  private TestTasks() {}

  /** Settings that differ from small, quick ones where a test says so. */
  public static Settings settings() {
    return new Settings();
  }

  /** A builder, because a record of so many settings says nothing at the place of use. */
  public static final class Settings {
    private TrainingSettings.Cell cell = TrainingSettings.Cell.SIMPLE_RNN;
    private List<Integer> hidden = List.of(8);
    private boolean decoder;
    private Strategy strategy = Strategy.DIRECT;
    private int embedding = 8;
    private TrainingSettings.Loss loss = TrainingSettings.Loss.MSE;
    private TrainingSettings.Optimizer optimizer = TrainingSettings.Optimizer.ADAM;
    private double learningRate = 0.01;
    private int batch = 50;
    private int epochs = 10;
    private double l2;
    private double clipNorm;
    private int patience;
    private long seed = 7;

    public Settings cell(TrainingSettings.Cell value) {
      cell = value;
      return this;
    }

    public Settings hidden(Integer... value) {
      hidden = List.of(value);
      return this;
    }

    public Settings decoder() {
      decoder = true;
      return this;
    }

    public Settings recursive() {
      strategy = Strategy.RECURSIVE;
      return this;
    }

    public Settings embedding(int value) {
      embedding = value;
      return this;
    }

    public Settings loss(TrainingSettings.Loss value) {
      loss = value;
      return this;
    }

    public Settings rmsProp(double rate) {
      optimizer = TrainingSettings.Optimizer.RMSPROP;
      learningRate = rate;
      return this;
    }

    public Settings learningRate(double value) {
      learningRate = value;
      return this;
    }

    public Settings batch(int value) {
      batch = value;
      return this;
    }

    public Settings epochs(int value) {
      epochs = value;
      return this;
    }

    public Settings l2(double value) {
      l2 = value;
      return this;
    }

    public Settings clipNorm(double value) {
      clipNorm = value;
      return this;
    }

    public Settings patience(int value) {
      patience = value;
      return this;
    }

    public Settings seed(long value) {
      seed = value;
      return this;
    }

    public TrainingSettings build() {
      return new TrainingSettings(
          cell,
          hidden,
          decoder,
          strategy,
          embedding,
          loss,
          optimizer,
          learningRate,
          batch,
          epochs,
          l2,
          clipNorm,
          patience,
          seed,
          1,
          1);
    }
  }

  /** The untrained network of some settings. */
  public static Network network(
      FeatureSchema schema, int steps, int horizon, TrainingSettings settings) {
    return new NetworkPlan(Tasks.of(schema, steps, horizon), settings).network(0);
  }

  /** What a row of a made-up series holds. */
  @FunctionalInterface
  public interface Law {
    float[] at(int row);
  }

  /** Every full window of one series of {@code rows} vectors, in time order. */
  public static List<TrainingSample> samples(Trainer.Task task, int rows, Law law) {
    FeatureVector[] vectors = new FeatureVector[rows];
    for (int t = 0; t < rows; t++) {
      vectors[t] = new FeatureVector(t * 1000L, law.at(t));
    }
    List<TrainingSample> samples = new ArrayList<>();
    for (int end = task.steps(); end + task.horizon() <= rows; end++) {
      samples.add(
          new TrainingSample(
              "series",
              FeatureWindow.of(Arrays.copyOfRange(vectors, end - task.steps(), end)),
              FeatureWindow.of(Arrays.copyOfRange(vectors, end, end + task.horizon())),
              1));
    }
    return samples;
  }

  /** Forecasts, one row a sample. */
  public static float[][] forecasts(Forecaster forecaster, List<TrainingSample> samples) {
    Forecaster.Session session = forecaster.newSession();
    float[][] outputs = new float[samples.size()][forecaster.outputLength()];
    for (int i = 0; i < outputs.length; i++) {
      session.forecast(samples.get(i).window(), outputs[i]);
    }
    return outputs;
  }

  /** Mean squared error over all horizons of schemas whose features are numbers and targets. */
  public static double mse(Forecaster forecaster, List<TrainingSample> samples) {
    float[][] outputs = forecasts(forecaster, samples);
    int features = forecaster.schema().size();
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      for (int h = 0; h < forecaster.horizon(); h++) {
        for (int f = 0; f < features; f++) {
          double error =
              (double) outputs[i][h * features + f] - samples.get(i).following().value(h, f);
          sum += error * error;
        }
      }
    }
    return sum / outputs.length / forecaster.horizon() / features;
  }
}
