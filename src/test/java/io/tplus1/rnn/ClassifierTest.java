package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
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
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.TestTasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassifierTest {

  /**
   * The system of the answer: 4 symbols (3 words and the unknown one) into Embedding(4, 10),
   * SimpleRNN(4), Dense(3) with softmax, 128 sequences of length 4, batch 1, one epoch, RMSProp.
   */
  private static final FeatureSchema ANSWER =
      new FeatureSchema(
          List.of(
              Feature.category("symbol", List.of("a", "b", "c")),
              Feature.category("class", List.of("x", "y"))),
          List.of(0),
          List.of(1));

  private static final Trainer.Task TASK = Tasks.of(ANSWER, 4, 1);

  private static final TrainingSettings AS_ANSWERED =
      settings().hidden(4).embedding(10).batch(1).epochs(1).rmsProp(0.001).build();

  /** Sequences of symbols, each with a class as its target. */
  private static List<TrainingSample> sequences() {
    Random random = new Random(1);
    List<TrainingSample> samples = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      FeatureVector[] vectors = new FeatureVector[4];
      for (int t = 0; t < 4; t++) {
        vectors[t] = new FeatureVector(t, new float[] {random.nextInt(4), 0});
      }
      int id = (int) vectors[3].values()[0] % 3;
      samples.add(
          new TrainingSample(
              "sequence " + i,
              FeatureWindow.of(vectors),
              FeatureWindow.of(new FeatureVector(4, new float[] {0, id})),
              1));
    }
    return samples;
  }

  @Test
  void train_theAnswersSystem_hasItsLayersAndPutsOutProbabilities()
      throws InvalidArtifactException {
    ModelArtifact artifact =
        new RnnTrainer().train(TASK, AS_ANSWERED, sequences(), List.of(), SILENT);

    Network network =
        NetworkCodec.read(
            artifact.entry(NetworkCodec.ARCHITECTURE), artifact.entry(NetworkCodec.WEIGHTS));
    assertThat(network.layers())
        .hasExactlyElementsOfTypes(Layer.Embedding.class, Layer.SimpleRnn.class, Layer.Dense.class);
    assertThat(network.parameters()).isEqualTo(4 * 10 + (10 * 4 + 4 * 4 + 4) + (4 * 3 + 3));
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    for (float[] probabilities : TestTasks.forecasts(forecaster, sequences())) {
      assertThat(probabilities).hasSize(3);
      assertThat(probabilities[0] + probabilities[1] + probabilities[2])
          .isCloseTo(1f, within(1e-5f));
    }
    assertThat(Verdict.of(artifact).ok()).isTrue();
  }

  /** Which is for numbers, and which DL4J does not have. */
  @Test
  void train_huberLoss_learnsTheSameProbabilities() throws InvalidArtifactException {
    TrainingSettings huber =
        settings()
            .hidden(4)
            .embedding(10)
            .batch(1)
            .epochs(1)
            .rmsProp(0.001)
            .loss(TrainingSettings.Loss.HUBER)
            .build();
    List<float[][]> forecasts = new ArrayList<>();
    for (TrainingSettings each : List.of(AS_ANSWERED, huber)) {
      ModelArtifact artifact = new RnnTrainer().train(TASK, each, sequences(), List.of(), SILENT);
      forecasts.add(TestTasks.forecasts(new RnnModelLoader().load(artifact), sequences()));
    }
    assertThat(forecasts.get(1)).isDeepEqualTo(forecasts.get(0));
  }

  /** Of which the learner would hold outputs, slopes and targets on the heap. */
  @Test
  void train_batchOfVeryManyWords_isLeftToDl4j() throws InvalidArtifactException {
    List<String> words = IntStream.range(0, 200_000).mapToObj(i -> "w" + i).toList();
    Trainer.Task task = Tasks.of(FeatureSchema.of(List.of(Feature.category("word", words))), 40, 1);
    TrainingSettings settings =
        settings()
            .hidden(4)
            .embedding(2)
            .batch(100)
            .epochs(1)
            .loss(TrainingSettings.Loss.HUBER)
            .build();
    List<TrainingSample> samples = samples(task, 150, t -> new float[] {t});

    ModelArtifact artifact = new RnnTrainer().train(task, settings, samples, List.of(), SILENT);

    List<Layer> layers =
        NetworkCodec.read(
                artifact.entry(NetworkCodec.ARCHITECTURE), artifact.entry(NetworkCodec.WEIGHTS))
            .layers();
    assertThat(layers.get(layers.size() - 1))
        .isInstanceOfSatisfying(
            Layer.Dense.class,
            dense -> assertThat(dense.activation()).isEqualTo(ActivationFunction.SOFTMAX));
  }

  @Test
  void train_targetThatIsNoCategory_isRefused() {
    for (float bad : new float[] {-1, 3, 1.5f, Float.NaN}) {
      TrainingSample good = sequences().get(0);
      TrainingSample sample =
          new TrainingSample(
              "s", good.window(), FeatureWindow.of(new FeatureVector(4, new float[] {0, bad})), 1);
      assertThatThrownBy(
              () -> new RnnTrainer().train(TASK, AS_ANSWERED, List.of(sample), List.of(), SILENT))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "field 'class' must be one category, an id of 0 to 2, found %s in series 's' at 4"
                  .formatted(bad));
    }
  }

  @Test
  void train_symbolsWithAPattern_learnsTheNextOnes() throws InvalidArtifactException {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("symbol", List.of("a", "b", "c"))));
    for (int horizon : new int[] {1, 2}) {
      Trainer.Task task = Tasks.of(schema, 5, horizon);
      // a b c b a b c b …: after b, what came before it decides.
      List<TrainingSample> samples = samples(task, 600, t -> new float[] {1 + Math.abs(t % 4 - 2)});
      Forecaster forecaster =
          new RnnModelLoader()
              .load(
                  new RnnTrainer()
                      .train(
                          task,
                          settings().hidden(12).build(),
                          samples.subList(0, 500),
                          samples.subList(500, 560),
                          SILENT));
      float[][] forecasts = TestTasks.forecasts(forecaster, samples.subList(560, 590));
      for (int i = 0; i < forecasts.length; i++) {
        for (int h = 0; h < horizon; h++) {
          int next = (int) samples.get(560 + i).following().value(h, 0);
          assertThat(forecasts[i][4 * h + next]).isGreaterThan(0.9f);
        }
      }
    }
  }

  @Test
  void forecast_idOutsideTheVocabulary_countsAsUnknown() throws InvalidArtifactException {
    Forecaster.Session session =
        new RnnModelLoader()
            .load(new RnnTrainer().train(TASK, AS_ANSWERED, sequences(), List.of(), SILENT))
            .newSession();
    float[] unknown = new float[3];
    float[] outside = new float[3];
    session.forecast(FeatureWindow.of(new FeatureVector(0, new float[] {0, 0})), unknown);
    for (float id : new float[] {-1, 99, Float.NaN}) {
      session.forecast(FeatureWindow.of(new FeatureVector(0, new float[] {id, 0})), outside);
      assertThat(outside).isEqualTo(unknown);
    }
  }
}
