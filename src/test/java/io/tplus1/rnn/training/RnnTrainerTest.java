package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.mse;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LastValue;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RnnTrainerTest {
  static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");

  /** Two waves in units that a network would not learn without scaling. */
  static float[] wave(int t) {
    return new float[] {(float) (1000 + 20 * Math.sin(t * 0.5)), (float) (Math.cos(t * 0.5) - 3)};
  }

  static ModelArtifact train(
      Trainer.Task task, TrainingSettings settings, List<TrainingSample> samples) {
    int border = samples.size() * 85 / 100;
    return new RnnTrainer()
        .train(
            task,
            settings,
            samples.subList(0, border),
            samples.subList(border, samples.size()),
            SILENT);
  }

  @ParameterizedTest
  @EnumSource(TrainingSettings.Cell.class)
  void train_learnableLaw_beatsPersistence(TrainingSettings.Cell cell)
      throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    List<TrainingSample> samples = samples(task, 800, RnnTrainerTest::wave);
    ModelArtifact artifact = train(task, settings().cell(cell).build(), samples);

    Forecaster forecaster = new RnnModelLoader().load(artifact);

    List<TrainingSample> last = samples.subList(700, samples.size());
    assertThat(mse(forecaster, last)).isLessThan(0.1 * mse(new LastValue(TWO, 8, 1), last));
    assertThat(forecaster.kernel()).isNotEqualTo("dl4j");
    assertThat(forecaster.modelHash()).isEqualTo(artifact.hash());
    assertThat(Verdict.of(artifact).ok()).isTrue();
  }

  @Test
  void train_severalHorizons_everyWayBeatsPersistence() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 3);
    List<TrainingSample> samples = samples(task, 800, RnnTrainerTest::wave);
    List<TrainingSample> last = samples.subList(700, samples.size());
    double persistence = mse(new LastValue(TWO, 8, 3), last);
    List<TrainingSettings> ways =
        List.of(
            settings().hidden(12).build(),
            settings().hidden(12).epochs(20).decoder().build(),
            settings().hidden(12).recursive().build());
    for (TrainingSettings way : ways) {
      Forecaster forecaster = new RnnModelLoader().load(train(task, way, samples));
      assertThat(forecaster.horizon()).isEqualTo(3);
      assertThat(mse(forecaster, last)).as("%s", way).isLessThan(0.1 * persistence);
    }
  }

  @Test
  void train_sameSeed_givesTheSameArtifact() {
    Trainer.Task task = Tasks.of(TWO, 6, 2);
    List<TrainingSample> samples = samples(task, 200, RnnTrainerTest::wave);
    TrainingSettings settings =
        settings().cell(TrainingSettings.Cell.LSTM).epochs(2).patience(1).l2(1e-3).build();

    String hash = train(task, settings, samples).hash();

    assertThat(train(task, settings, samples).hash()).isEqualTo(hash);
    assertThat(train(task, settings().epochs(2).seed(8).build(), samples).hash())
        .isNotEqualTo(hash);
  }

  @Test
  void train_penaltyInDl4j_isProvenByItAgain() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 6, 2);
    List<TrainingSample> samples = samples(task, 100, RnnTrainerTest::wave);
    ModelArtifact artifact = train(task, settings().decoder().epochs(1).l2(1e-3).build(), samples);

    ModelArtifact proven = new RnnModelLoader().prove(artifact);

    assertThat(Verdict.of(proven).ok()).isTrue();
    assertThat(new RnnModelLoader().loadOnDl4j(artifact).kernel()).isEqualTo("dl4j");
  }

  @Test
  void train_shortAndLongWindowsTogether_learnsBoth() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    List<TrainingSample> samples = new ArrayList<>();
    for (TrainingSample full : samples(task, 600, RnnTrainerTest::wave)) {
      samples.add(full);
      FeatureVector[] vectors = full.window().toVectors();
      samples.add(
          new TrainingSample(
              "short", FeatureWindow.of(vectors[5], vectors[6], vectors[7]), full.following(), 1));
    }

    List<TrainingSample> last = samples.subList(1000, samples.size());
    double persistence = mse(new LastValue(TWO, 8, 1), last);
    for (TrainingSettings way :
        List.of(
            settings().hidden(12).build(),
            settings().hidden(12).cell(TrainingSettings.Cell.LSTM).decoder().build())) {
      Forecaster forecaster = new RnnModelLoader().load(train(task, way, samples));
      assertThat(mse(forecaster, last)).as("%s", way).isLessThan(0.1 * persistence);
    }
  }

  @Test
  void train_scaling_isFittedOnTheTrainingPartAlone() {
    Trainer.Task task = Tasks.of(FeatureSchema.ofNumbers("a"), 2, 1);
    List<TrainingSample> samples = samples(task, 100, t -> new float[] {t < 50 ? t % 2 : 1e6f});

    ModelArtifact artifact =
        new RnnTrainer()
            .train(
                task,
                settings().epochs(1).build(),
                samples.subList(0, 48),
                samples.subList(48, 90),
                SILENT);

    assertThat(artifact.manifest().inputScaling().shift()[0]).isCloseTo(0.5f, within(0.02f));
    assertThat(artifact.manifest().inputScaling()).isEqualTo(artifact.manifest().targetScaling());
    assertThat(artifact.manifest().provenance().toMs()).isEqualTo(49_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void train_patience_stopsAndKeepsTheBestWeights(boolean decoder) throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(FeatureSchema.ofNumbers("a"), 2, 1);
    // What is learnt is the contrary of what is validated, so the first epoch is the best.
    List<TrainingSample> training = samples(task, 200, t -> new float[] {t % 4 < 2 ? 1 : -1});
    List<TrainingSample> validation = new ArrayList<>();
    for (TrainingSample sample : training) {
      float[] contrary = {-sample.following().value(0, 0)};
      validation.add(
          new TrainingSample(
              "other", sample.window(), FeatureWindow.of(new FeatureVector(1, contrary)), 1));
    }
    List<Double> losses = new ArrayList<>();
    // The learner in plain Java trains the one, DL4J the other.
    TestTasks.Settings way = decoder ? settings().decoder() : settings();

    ModelArtifact artifact =
        new RnnTrainer()
            .train(
                task,
                way.epochs(30).patience(3).build(),
                training,
                validation,
                (epoch, epochs, trainingLoss, validationLoss) -> losses.add(validationLoss));

    double best = losses.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    int bestEpoch = losses.indexOf(best) + 1;
    assertThat(losses).hasSize(bestEpoch + 3);
    assertThat(artifact.manifest().provenance().figures())
        .containsEntry("epochs", (double) bestEpoch)
        .containsEntry("validationLoss", best);
    double unit = artifact.manifest().targetScaling().scale()[0];
    double error = TestTasks.mse(new RnnModelLoader().load(artifact), validation);
    assertThat(error / (unit * unit)).isCloseTo(best, within(1e-5));
    assertThat(losses.get(losses.size() - 1)).isGreaterThan(best + 1e-3);
  }

  @Test
  void train_sampleThatIsNotFinite_isRefused() {
    Trainer.Task task = Tasks.of(TWO, 2, 1);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      List<TrainingSample> samples = samples(task, 20, t -> new float[] {t, t == 10 ? bad : 1});
      assertThatThrownBy(() -> train(task, settings().build(), samples))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "field 'b' must be a finite number, found %s in series 'series' at 10000"
                  .formatted(bad));
    }
  }

  @Test
  void train_goneAstray_saysSo() {
    Trainer.Task task = Tasks.of(TWO, 4, 1);
    List<TrainingSample> samples = samples(task, 200, RnnTrainerTest::wave);
    assertThatThrownBy(() -> train(task, settings().learningRate(1e30).build(), samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the training went astray")
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  void train_interrupted_isGivenUp() {
    Trainer.Task task = Tasks.of(TWO, 4, 1);
    List<TrainingSample> samples = samples(task, 200, RnnTrainerTest::wave);
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> train(task, settings().build(), samples))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void train_nothingToLearnFrom_isRefused() {
    Trainer.Task task = Tasks.of(TWO, 4, 1);
    assertThatThrownBy(() -> train(task, settings().build(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one sample");
    List<TrainingSample> samples = samples(task, 20, RnnTrainerTest::wave);
    assertThatThrownBy(() -> train(Tasks.of(TWO, 4, 2), settings().build(), samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs the 2 vectors that followed");
  }

  @Test
  void train_numbersAndCategories_forecastsBoth() throws InvalidArtifactException {
    FeatureSchema schema =
        FeatureSchema.of(
            List.of(Feature.number("x"), Feature.category("phase", List.of("up", "down"))));
    Trainer.Task task = Tasks.of(schema, 6, 2);
    List<TrainingSample> samples =
        samples(
            task, 900, t -> new float[] {(float) Math.sin(t * 0.5), Math.cos(t * 0.5) > 0 ? 1 : 2});
    for (TrainingSettings way :
        List.of(
            settings().hidden(16).build(), settings().hidden(16).epochs(20).decoder().build())) {
      ModelArtifact artifact = train(task, way, samples);
      Forecaster forecaster = new RnnModelLoader().load(artifact);
      float[][] forecasts = TestTasks.forecasts(forecaster, samples.subList(800, 880));
      int right = 0;
      for (int i = 0; i < forecasts.length; i++) {
        FeatureWindow following = samples.get(800 + i).following();
        for (int h = 0; h < 2; h++) {
          float[] f = forecasts[i];
          int at = h * 4;
          assertThat(f[at]).isCloseTo(following.value(h, 0), within(0.35f));
          assertThat(f[at + 1] + f[at + 2] + f[at + 3]).isCloseTo(1f, within(1e-5f));
          int likeliest = f[at + 2] > f[at + 3] ? 1 : 2;
          right += likeliest == (int) following.value(h, 1) ? 1 : 0;
        }
      }
      assertThat(right).as("%s", way).isGreaterThan(140);
    }
  }

  @Test
  void train_recursiveWithCategories_isRefused() {
    FeatureSchema schema = FeatureSchema.of(List.of(Feature.category("c", List.of("x"))));
    Trainer.Task task = Tasks.of(schema, 2, 3);
    List<TrainingSample> samples = samples(task, 20, t -> new float[] {t % 2});
    assertThatThrownBy(() -> train(task, settings().recursive().build(), samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a recursive model needs numbers");
  }

  @Test
  void train_members_areAveraged() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(TWO, 6, 1);
    List<TrainingSample> samples = samples(task, 300, RnnTrainerTest::wave);
    TrainingSettings s = settings().epochs(12).build();
    TrainingSettings three =
        new TrainingSettings(
            s.cell(),
            s.hidden(),
            false,
            s.strategy(),
            s.embedding(),
            s.loss(),
            s.optimizer(),
            s.learningRate(),
            s.batch(),
            s.epochs(),
            0,
            0,
            0,
            s.seed(),
            1,
            3);
    List<Integer> told = new ArrayList<>();
    AtomicInteger batches = new AtomicInteger();
    Trainer.Listener listener =
        new Trainer.Listener() {
          @Override
          public void epochDone(int epoch, int epochs, double training, double validation) {
            told.add(100 * epoch + epochs);
          }

          @Override
          public void batchDone() {
            batches.incrementAndGet();
          }
        };

    ModelArtifact artifact =
        new RnnTrainer().train(task, three, samples, List.of(), listener, Optional.empty());

    // One course for all members.
    assertThat(told).hasSize(12).startsWith(112, 212).endsWith(1212);
    int ofAnEpoch = (samples.size() + three.batch() - 1) / three.batch();
    assertThat(batches).hasValue(12 * ofAnEpoch);
    assertThat(artifact.manifest().members()).isEqualTo(3);
    Forecaster all = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
    Forecaster first = new RnnModelLoader().load(train(task, s, samples));
    assertThat(TestTasks.forecasts(all, samples)).isNotEqualTo(TestTasks.forecasts(first, samples));
    assertThat(mse(all, samples)).isLessThan(1.2 * mse(first, samples));
  }

  @Test
  void train_huberLoss_isNotTheSquaredOne() throws InvalidArtifactException {
    Trainer.Task task = Tasks.of(FeatureSchema.ofNumbers("a"), 3, 1);
    // One value in ten is far off: the mean follows it, the median does not.
    List<TrainingSample> samples = samples(task, 600, t -> new float[] {t * t % 10 == 4 ? 50 : 0});
    double[] forecasts = new double[2];
    for (TrainingSettings.Loss loss :
        List.of(TrainingSettings.Loss.MSE, TrainingSettings.Loss.HUBER)) {
      TrainingSettings s = settings().loss(loss).hidden(1).epochs(20).build();
      float[][] all =
          TestTasks.forecasts(
              new RnnModelLoader()
                  .load(new RnnTrainer().train(task, s, samples, List.of(), SILENT)),
              samples);
      for (float[] one : all) {
        forecasts[loss == TrainingSettings.Loss.MSE ? 0 : 1] += one[0] / all.length;
      }
    }
    assertThat(forecasts[1]).isLessThan(forecasts[0]);
  }

  /** A file knows nothing of what the experts forecast, and the stream does. */
  @Test
  void train_inputOfExpertsWithoutTheirForecasts_isRefused() {
    StepInputs inputs =
        new StepInputs(
            List.of(StepInputs.Column.DIFFERENCE, StepInputs.Column.EXPERT),
            List.of(),
            List.of("linear"),
            8,
            4,
            0,
            StepInputs.TRAINING_PART,
            1,
            true,
            8,
            List.of(StepInputs.Base.LAST));
    Trainer.Task task = new Trainer.Task(TWO, 8, 1, Optional.of(inputs));
    List<TrainingSample> samples = samples(task, 60, RnnTrainerTest::wave);

    assertThatThrownBy(() -> train(task, settings().build(), samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the experts [linear] forecast");
  }

  /** A few minutes, or hours, would be lost. */
  @Test
  void train_moreWeightsThanAnArtifactHolds_isRefusedBeforeAnyIsMade() {
    Trainer.Task task = Tasks.of(TWO, 8, 1);
    List<TrainingSample> samples = samples(task, 20, RnnTrainerTest::wave);
    TrainingSettings settings = settings().hidden(1_000, 1_000, 1_000).build();

    assertThatThrownBy(() -> train(task, settings, samples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" bytes of weights alone, and an artifact at most 16,777,216")
        .hasMessageContaining("lower train.hidden");
  }
}
