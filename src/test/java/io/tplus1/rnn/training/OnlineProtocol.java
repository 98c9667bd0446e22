package io.tplus1.rnn.training;

import io.tplus1.expert.LinearModel;
import io.tplus1.expert.LinearShape;
import io.tplus1.expert.LinearShapes;
import io.tplus1.expert.LinearSums;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.Provenance;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Column;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.tool.RecordedData;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * ETTh1 by the protocol of FSNet: rows [0, 2880) fit the z-scores, and every row is forecast before
 * anything learns from it. The learner starts at one row and takes a few steps every 24 rows, half
 * of each batch from windows that ended in the last two weeks and half from the last 4,000.
 *
 * <p>The linear expert's forecasts stand behind the features in every row, as in the stream.
 */
final class OnlineProtocol {
  static final FeatureSchema SCHEMA =
      FeatureSchema.ofNumbers("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT");

  private static final int FEATURES = 7;
  private static final int TRAIN_ROWS = 2880;
  private static final int WINDOW = 216;
  private static final int LINEAR_LAGS = 168;
  private static final int EVERY = 24;
  private static final int RECENT = 336;
  private static final int BUFFER = 4000;

  private final int rows;
  private final float[] values;
  private final long[] times;

  OnlineProtocol(int rows) throws IOException {
    this.rows = rows;
    values = new float[rows * 2 * FEATURES];
    times = new long[rows];
    List<String> lines = Files.readAllLines(RecordedData.file("ETTh1.csv"));
    Scaling.Fitter fitter = new Scaling.Fitter(FEATURES);
    float[] row = new float[FEATURES];
    for (int t = 0; t < rows; t++) {
      String[] cells = lines.get(t + 1).split(",", -1);
      times[t] =
          LocalDateTime.parse(cells[0].replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
      for (int f = 0; f < FEATURES; f++) {
        row[f] = Float.parseFloat(cells[f + 1]);
        values[t * 2 * FEATURES + f] = row[f];
        values[t * 2 * FEATURES + FEATURES + f] = Float.NaN;
      }
      if (t < TRAIN_ROWS) {
        fitter.add(row);
      }
    }
    Scaling scaling = fitter.fit();
    for (int t = 0; t < rows; t++) {
      for (int f = 0; f < FEATURES; f++) {
        int at = t * 2 * FEATURES + f;
        values[at] = scaling.scale(f, values[at]);
      }
    }
  }

  /** The recipe's settings, with a smaller batch and more L2. */
  static TrainingSettings settings(int members) {
    return new TrainingSettings(
        TrainingSettings.Cell.LSTM,
        List.of(32),
        false,
        io.tplus1.model.Strategy.DIRECT,
        8,
        TrainingSettings.Loss.HUBER,
        TrainingSettings.Optimizer.ADAM,
        1e-3,
        16,
        1,
        3e-3,
        1,
        0,
        1,
        1,
        members);
  }

  static Trainer.Task task() {
    return new Trainer.Task(
        SCHEMA,
        WINDOW,
        1,
        Optional.of(
            new StepInputs(
                List.of(
                    Column.DIFFERENCE,
                    Column.LEVEL,
                    Column.LAG,
                    Column.EXPERT,
                    Column.CALENDAR,
                    Column.IDENTITY),
                List.of(24),
                List.of("linear"),
                48,
                48,
                0,
                StepInputs.TRAINING_PART,
                13,
                true,
                8,
                List.of(StepInputs.Base.LAST))));
  }

  /** Squared errors of the network, the linear expert and persistence, by row and in z units. */
  record Errors(double[] network, double[] linear, double[] persistence, long steps) {
    static double mean(double[] errors, int from, int to) {
      double sum = 0;
      for (int t = from; t < to; t++) {
        sum += errors[t] / FEATURES;
      }
      return sum / (to - from);
    }
  }

  /**
   * Runs over the rows.
   *
   * @param start row before which the first learning is done
   */
  Errors run(Trainer.Task task, TrainingSettings settings, int start, int firstSteps, int steps)
      throws InvalidArtifactException {
    linear();
    double[] network = new double[rows];
    double[] linear = new double[rows];
    double[] persistence = new double[rows];
    RnnLearning learning = new RnnLearning();
    Random random = new Random(settings.seed());
    List<TrainingSample> past = new ArrayList<>();
    for (int end = WINDOW; end < start; end++) {
      past.add(sample(end));
    }
    Learner learner = learning.start(task, settings, past);
    learn(learner, start, firstSteps, settings, random);
    long taken = firstSteps;
    Forecaster.Session session = load(learner);
    float[] forecast = new float[FEATURES];
    for (int t = start; t < rows; t++) {
      session.forecast(window(t), forecast);
      for (int f = 0; f < FEATURES; f++) {
        double actual = values[t * 2 * FEATURES + f];
        int before = (t - 1) * 2 * FEATURES + f;
        network[t] += square(forecast[f] - actual);
        linear[t] += square(values[before + FEATURES] - actual);
        persistence[t] += square(values[before] - actual);
      }
      if ((t + 1 - start) % EVERY == 0) {
        learn(learner, t + 1, steps, settings, random);
        taken += steps;
        session = load(learner);
      }
    }
    return new Errors(network, linear, persistence, taken);
  }

  private static double square(double error) {
    return error * error;
  }

  private static Forecaster.Session load(Learner learner) throws InvalidArtifactException {
    Provenance provenance = new Provenance("refresh", 0, 0, 0, 0, Map.of(), Map.of());
    return new RnnModelLoader().load(learner.artifact(provenance)).newSession();
  }

  /** Steps on windows whose following row is older than row {@code now}. */
  private void learn(
      Learner learner, int now, int steps, TrainingSettings settings, Random random) {
    for (int step = 0; step < steps; step++) {
      List<List<TrainingSample>> batches = new ArrayList<>();
      for (int member = 0; member < learner.members(); member++) {
        List<TrainingSample> batch = new ArrayList<>();
        for (int i = 0; i < settings.batch(); i++) {
          int reach = Math.min(i < settings.batch() / 2 ? RECENT : BUFFER, now - WINDOW);
          batch.add(sample(now - 1 - random.nextInt(reach)));
        }
        batches.add(batch);
      }
      learner.step(batches);
    }
  }

  /** The window before row {@code end}, and that row. */
  private TrainingSample sample(int end) {
    return new TrainingSample(
        "ETTh1", window(end), FeatureWindow.over(values, times, 2 * FEATURES, end, 1), 1);
  }

  private FeatureWindow window(int end) {
    return FeatureWindow.over(values, times, 2 * FEATURES, end - WINDOW, WINDOW);
  }

  /** Writes the linear expert's forecast of the next row into every row, test then train. */
  private void linear() {
    LinearShape shape = LinearShapes.own(SCHEMA, LinearShapes.lags(LINEAR_LAGS), 1, 0.01, 1);
    LinearSums sums = new LinearSums(shape);
    Optional<LinearModel> model = Optional.empty();
    float[] forecast = new float[FEATURES];
    for (int t = WINDOW; t < rows; t++) {
      if (model.isPresent()) {
        model.get().forecast(window(t), forecast);
        System.arraycopy(forecast, 0, values, (t - 1) * 2 * FEATURES + FEATURES, FEATURES);
      }
      sums.add(window(t), FeatureWindow.over(values, times, 2 * FEATURES, t, 1), 1);
      if (t % EVERY == 0 && t > 2 * WINDOW) {
        model = sums.solve();
      }
    }
  }

  int rows() {
    return rows;
  }
}
