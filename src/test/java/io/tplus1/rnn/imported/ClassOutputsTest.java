package io.tplus1.rnn.imported;

import static io.tplus1.rnn.keras.KerasFiles.matrix;
import static io.tplus1.rnn.keras.KerasFiles.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.model.WarmStartException;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.keras.KerasFiles;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import io.tplus1.rnn.training.TestTasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What networks that were trained elsewhere say of classes, published as probabilities. */
class ClassOutputsTest {
  private static final Offset<Float> NEAR = within(1e-6f);

  @TempDir Path folder;

  private static FeatureSchema classes(String... words) {
    return new FeatureSchema(
        List.of(Feature.number("x"), Feature.category("c", List.of(words))),
        List.of(0),
        List.of(1));
  }

  /** Whatever it reads, the units of its SimpleRNN are tanh(.5) and 0. */
  private Path file(int units, String activation, float[][] kernel, float[] bias) {
    return KerasFiles.write(
        folder.resolve("m.h5"),
        "2.2.4",
        sequential(
            "SimpleRNN{'name':'r','batch_input_shape':[null,3,1],'units':2,'activation':'tanh'}",
            "Dense{'name':'d','units':%d,'activation':'%s'}".formatted(units, activation)),
        Map.of(
            "r", new Object[] {matrix(1, 2), matrix(2, 2), new float[] {.5f, 0}},
            "d", new Object[] {kernel, bias}));
  }

  private Path file(int units, String activation) {
    return file(units, activation, matrix(2, units), new float[units]);
  }

  private static ModelArtifact read(Path file, FeatureSchema schema, int horizon, Golden golden)
      throws Exception {
    return ImportedArtifacts.read(
        file,
        Optional.of(new ImportedArtifacts.Fit(schema, 3, horizon, 3)),
        Optional.ofNullable(golden));
  }

  private static Golden golden(double output, boolean raw) {
    return new Golden(
        "g", new float[][][] {{{1}, {2}, {3}}}, new float[][] {{(float) output}}, raw);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void read_oneSigmoidOfTwoWords_isTheProbabilityOfTheSecond(boolean raw) throws Exception {
    Path file = file(1, "sigmoid", new float[][] {{2}, {7}}, new float[] {.25f});
    double p = 1 / (1 + Math.exp(-2 * Math.tanh(.5) - .25));

    ModelArtifact two = read(file, classes("no", "yes"), 1, golden(p, raw));
    ModelArtifact one = read(file, classes("yes"), 1, golden(p, raw));

    assertThat(Verdict.of(two).golden()).isTrue();
    assertThat(Verdict.of(one).golden()).isTrue();
    assertThat(forecast(two)).containsExactly(new float[] {0, (float) (1 - p), (float) p}, NEAR);
    assertThat(forecast(one)).containsExactly(new float[] {(float) (1 - p), (float) p}, NEAR);
    assertThat(Verdict.of(read(file, classes("no", "yes"), 1, golden(1 - p, raw))).golden())
        .isFalse();
  }

  /** As the words' probabilities, or as predictions hold them. */
  @Test
  void read_rawOutputsOfASigmoidHaveAColumnForEachWord_areHeldAgainst() throws Exception {
    Path file = file(1, "sigmoid", new float[][] {{2}, {7}}, new float[] {.25f});
    float p = (float) (1 / (1 + Math.exp(-2 * Math.tanh(.5) - .25)));

    for (float[] output : List.of(new float[] {1 - p, p}, new float[] {0, 1 - p, p})) {
      Golden golden = rawGolden(output);
      assertThat(Verdict.of(read(file, classes("no", "yes"), 1, golden)).golden()).isTrue();
    }
    assertThat(
            Verdict.of(read(file, classes("yes"), 1, rawGolden(new float[] {1 - p, p}))).golden())
        .isTrue();
    assertThat(
            Verdict.of(read(file, classes("no", "yes"), 1, rawGolden(new float[] {p, 1 - p})))
                .golden())
        .isFalse();
  }

  private static Golden rawGolden(float... output) {
    return new Golden("g", new float[][][] {{{1}, {2}, {3}}}, new float[][] {output}, true);
  }

  private static float[] forecast(ModelArtifact artifact) throws Exception {
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    float[] output = new float[forecaster.outputLength()];
    FeatureVector[] vectors = new FeatureVector[3];
    for (int t = 0; t < 3; t++) {
      vectors[t] = new FeatureVector(t, new float[] {t + 1, 0});
    }
    forecaster.newSession().forecast(FeatureWindow.of(vectors), output);
    return output;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sigmoid", "relu", "tanh"})
  void read_valuesThatAreNoProbabilities_isRefused(String activation) throws Exception {
    Path file = file(4, activation);
    FeatureSchema numbers =
        new FeatureSchema(
            FeatureSchema.ofNumbers("x", "a", "b", "c", "d").features(),
            List.of(0),
            List.of(1, 2, 3, 4));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file, classes("a", "b", "c", "d"), 1, null))
        .withMessageContaining("ends in " + activation + ", which gives no probabilities")
        .withMessageContaining("make each class a number of its own");
    assertThat(read(file, numbers, 1, null)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "linear"})
  void read_probabilitiesOrLogits_areServed(String activation) throws Exception {
    Path file = file(4, activation, matrix(2, 4), new float[] {0, 0, 0, (float) Math.log(2)});

    assertThat(forecast(read(file, classes("a", "b", "c", "d"), 1, null)))
        .containsExactly(new float[] {0, .2f, .2f, .2f, .4f}, NEAR);
  }

  @Test
  void read_softmaxOverAllHorizons_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file(6, "softmax"), classes("a", "b"), 2, null))
        .withMessageContaining("ends in softmax over 6 values");
  }

  @Test
  void read_aSigmoidForEachHorizon_isRefusedWithTheSameNetworkInLogits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file(2, "sigmoid"), classes("a", "b"), 2, null))
        .withMessageContaining("Dense(4) without activation");
  }

  @Test
  void read_oneLogitOfOneWord_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file(1, "linear"), classes("a"), 1, null))
        .withMessageContaining("would always have the probability 1")
        .withMessageContaining("or a sigmoid");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file(2, "linear"), classes("a"), 2, null))
        .withMessageContaining("give it a second one for every other word")
        .withMessageNotContaining("sigmoid");
  }

  @Test
  void read_oneLogitOfTwoWords_isRefusedWithTheSigmoid() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file(1, "linear"), classes("a", "b"), 1, null))
        .withMessageContaining("build it with these weights and activation='sigmoid'");
  }

  @Test
  void read_softmaxOfTheLastRecurrentLayer_isServed() throws Exception {
    Path file =
        KerasFiles.write(
            folder.resolve("m.h5"),
            "2.2.4",
            sequential(
                "SimpleRNN{'name':'r','batch_input_shape':[null,3,1],'units':2,'activation':'softmax'}"),
            Map.of(
                "r",
                new Object[] {matrix(1, 2), matrix(2, 2), new float[] {(float) Math.log(3), 0}}));

    assertThat(forecast(read(file, classes("a", "b"), 1, null)))
        .containsExactly(new float[] {0, .75f, .25f}, NEAR);
  }

  @Test
  void told_oneSigmoid_saysWhoseProbabilityItIs() throws Exception {
    Path file = file(1, "sigmoid", new float[][] {{2}, {7}}, new float[] {.25f});

    assertThat(told(file, classes("no", "yes")))
        .contains("its one probability is that of 'yes' of 'c', and the rest that of 'no'");
    assertThat(told(file, classes("yes"))).contains("and the rest that of every other word");
    assertThat(
            told(file(2, "softmax", new float[][] {{1, 2}, {7, 7}}, new float[2]), classes("yes")))
        .doesNotContain("one probability");
  }

  @Test
  void told_columnsOfClasses_saysWhichWordEachIsOf() throws Exception {
    assertThat(
            told(file(2, "softmax", new float[][] {{1, 2}, {7, 7}}, new float[2]), classes("yes")))
        .contains("; its 2 columns of 'c' are every unknown word, then \"yes\"; ");
    assertThat(told(file(4, "linear"), classes("a", "\n", ",", " ")))
        .contains("; its 4 columns of 'c' are \"a\", \"\\n\", \",\", \" \"; ");

    String[] many = IntStream.rangeClosed(1, 13).mapToObj(i -> "w" + i).toArray(String[]::new);
    assertThat(told(file(14, "softmax"), classes(many)))
        .contains("; its 14 columns of 'c' are every unknown word, then \"w1\", \"w2\", ")
        .contains(", \"w12\", …; ");
  }

  private static String told(Path file, FeatureSchema schema) throws Exception {
    return ImportedWords.of(
        file, read(file, schema, 1, null), Optional.of(new ImportedArtifacts.Fit(schema, 3, 1, 3)));
  }

  static Stream<List<Layer>> logits() {
    Layer.Dense dense =
        new Layer.Dense(3, ActivationFunction.LINEAR, new float[24], new float[] {-1, -2, -3});
    Layer dropout = new Layer.Dropout(0.1);
    Layer linear = new Layer.Activation(ActivationFunction.LINEAR);
    return Stream.of(
        List.of(dropout, dense), List.of(dropout, dense, linear), List.of(dense, dropout, linear));
  }

  @ParameterizedTest
  @MethodSource("logits")
  void train_warmFromLogitsThatDl4jTrains_goesOnFromThem(List<Layer> end) throws Exception {
    FeatureSchema schema = classes("a", "b");
    TrainingSettings settings = TestTasks.settings().epochs(1).learningRate(1e-6).build();
    List<Layer> layers =
        new ArrayList<>(TestTasks.network(schema, 3, 1, settings).layers().subList(0, 1));
    layers.addAll(end);
    Network network = new Network(1, 3, layers);
    ModelArtifact warm =
        RawNetworks.artifact(network, schema, 3, 1, StepTasks.PROVENANCE, List.of());
    Trainer.Task task = Tasks.of(schema, 3, 1);

    ModelArtifact trained =
        new RnnTrainer()
            .train(
                task,
                settings,
                TestTasks.samples(task, 20, t -> new float[] {t, 1 + t % 2}),
                List.of(),
                TestTasks.SILENT,
                Optional.of(warm));

    assertThat(forecast(trained)).containsExactly(forecast(warm), within(1e-4f));
  }

  /** An artifact of a release that took them. */
  @Test
  void train_warmFromValuesThatAreNoProbabilities_isNoWarmStart() throws Exception {
    FeatureSchema schema = classes("a", "b");
    TrainingSettings settings = TestTasks.settings().epochs(1).build();
    Network planned = TestTasks.network(schema, 3, 1, settings);
    List<Layer> layers = new ArrayList<>(planned.layers());
    Layer.Dense end = (Layer.Dense) layers.remove(layers.size() - 1);
    layers.add(new Layer.Dense(3, ActivationFunction.SIGMOID, end.kernel(), end.bias()));
    Network network = new Network(planned.inputs(), 3, layers);
    ModelArtifact warm =
        RawNetworks.artifact(network, schema, 3, 1, StepTasks.PROVENANCE, List.of());
    Trainer.Task task = Tasks.of(schema, 3, 1);

    assertThat(new RnnModelLoader().load(warm).outputLength()).isEqualTo(3);
    assertThatExceptionOfType(WarmStartException.class)
        .isThrownBy(
            () ->
                new RnnTrainer()
                    .train(
                        task,
                        settings,
                        TestTasks.samples(task, 20, t -> new float[] {t, 1 + t % 2}),
                        List.of(),
                        TestTasks.SILENT,
                        Optional.of(warm)))
        .withMessageContaining("ends in sigmoid");
  }
}
