package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.START;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.Topology;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training may take. */
class TrainingMemoryTopologyTest {
  private static final int WIDE = 321;
  private static final int STEPS = 24;

  /** A batch is 24 steps × 50 samples × 321 sequences × 322 columns. */
  private static final Map<String, String> SHARED =
      Map.of(
          "features",
          IntStream.range(0, WIDE).mapToObj(i -> "x" + i).collect(Collectors.joining(",")),
          "window.steps",
          Integer.toString(STEPS),
          "window.store",
          "memory",
          "train.inputs",
          "difference,identity",
          "train.optimizer",
          "adam",
          "retrain.mode",
          "refresh",
          "retrain.first.samples",
          "2",
          "retrain.buffer",
          "10");

  @TempDir Path directory;

  private static TrainingSample sample(int at) {
    Random random = new Random(at);
    float[] values = new float[(STEPS + 1) * WIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    long[] times = new long[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      times[i] = START.toEpochMilli() + 1_000L * (at + i);
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, WIDE, 0, STEPS),
        FeatureWindow.over(values, times, WIDE, STEPS, 1),
        1);
  }

  /** A champion that is there learns on as it is, and forecasts need no training. */
  @Test
  void addTo_networkThatNoArtifactHolds_isBuiltAndWarnedOf() {
    // 2,100 units × (322 columns + 2,100 + 1), and a dense layer of 2,101, 4 bytes each.
    assertThat(warnings(with(SHARED, "train.hidden=2100", "retrain.memory.limit=2000000000")))
        .containsExactly(
            "Model default: new networks, as train.* describes them, would have 20361604 bytes of weights alone, at most 16777216 are sent: lower train.hidden, or train.members; only networks that are there can learn on");
  }

  @Test
  void addTo_fullBufferBeyondTheLimit_isWarnedOf() {
    Map<String, String> narrow =
        with(SHARED, "features=a", "retrain.memory.limit=1000000", "retrain.buffer=10");
    assertThat(warnings(narrow)).isEmpty();
    // Of a window of 24 vectors of one number and the one after it, each sample takes 700 bytes.
    assertThat(warnings(with(narrow, "retrain.buffer=2000")))
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith(
            "Model default: with whole windows fewer samples are kept than retrain.buffer and retrain.reservoir say: ")
        .contains("retrain.memory.limit is 1000000: raise it, or lower retrain.buffer");
  }

  @Test
  void addTo_batchBeyondTheLimit_isWarnedThatNothingIsTrained() {
    assertThat(warnings(with(SHARED, "retrain.memory.limit=100000000")))
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("Model default: no training begins: ")
        .contains("train.members")
        .doesNotContain("retrain.buffer");
  }

  /** Of some 700 bytes each, next to a batch of 200 such copies. */
  @ParameterizedTest
  @ValueSource(strings = {"refresh", "retrain"})
  void sample_moreThanFitTheLimit_trainingsGoOnWithFewer(String mode) {
    Map<String, String> narrow =
        with(
            SHARED,
            "features=a",
            "train.inputs=difference",
            "train.hidden=2",
            "train.epochs=1",
            "retrain.mode=" + mode,
            "retrain.memory.limit=1000000",
            "retrain.every.samples=0",
            "retrain.on.drift=false",
            "retrain.first.samples=100000",
            "retrain.buffer=4000");
    try (RetrainDriver retrain = new RetrainDriver(narrow)) {
      for (int i = 0; i < 3_000; i++) {
        retrain.sample(narrow(i));
      }
      RetrainCounters.Buffer held = retrain.counters().buffer();
      assertThat(held.samples()).isBetween(50, 1_400);
      assertThat(held.bytes()).isLessThanOrEqualTo(1_000_000);
      assertThat(held.limit()).as("room of whole windows").isBetween(held.samples(), 1_400);

      retrain.command(ModelCommand.Kind.RETRAIN, null);

      assertThat(retrain.events()).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
    }
  }

  @Test
  void init_lowerLimit_fewerSamplesAreKeptAndTrainingsGoOn() {
    Map<String, String> ample =
        with(
            SHARED,
            "features=a",
            "train.inputs=difference",
            "train.hidden=2",
            "retrain.memory.limit=10000000",
            "retrain.every.samples=0",
            "retrain.on.drift=false",
            "retrain.first.samples=100000",
            "retrain.buffer=2000");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), ample, Runnable::run)) {
      for (int i = 0; i < 2_000; i++) {
        rig.sample(narrow(i));
      }
      assertThat(rig.kept()).isEqualTo(2_000);

      rig.restart(with(ample, "retrain.memory.limit=1000000"));
      rig.sample(narrow(2_000));

      assertThat(rig.kept()).isBetween(50, 1_400);
      rig.command("now", ModelCommand.Kind.RETRAIN);
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
    }
  }

  @Test
  void addTo_nothingIsTrained_warnsOfNothing() {
    assertThat(warnings(with(SHARED, "train.hidden=2100", "retrain.mode=off"))).isEmpty();
  }

  /** What is said as the topology is made. */
  private static List<String> warnings(Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    RetrainPlan plan = RetrainPlan.of(configuration, configuration.schema(), Optional.empty());
    try (LogCapture log = LogCapture.of(RetrainTopology.class)) {
      RetrainTopology.addTo(new Topology(), plan, tools());
      return log.messages();
    }
  }

  private static RetrainTools tools() {
    return new RetrainTools(
        new RnnLearning(),
        new RnnTrainer(),
        new RnnModelLoader(),
        Runnable::run,
        () -> 0L,
        nanos -> {},
        new RetrainCounters());
  }

  @Test
  void fewer_asManySamplesAsCanBeAskedFor_areCountedWithoutOverflow() {
    Map<String, String> most =
        with(
            SHARED,
            "features=a",
            "retrain.buffer=" + Integer.MAX_VALUE,
            "retrain.reservoir=" + Integer.MAX_VALUE);
    Configuration configuration = new Configuration(most);

    assertThat(
            new TrainingRoom(
                    RetrainPlan.of(configuration, configuration.schema(), Optional.empty()),
                    new RnnLearning(),
                    Optional.empty())
                .fewer())
        .isPresent();
  }

  /** Networks that a training begins with count where one begins with them, and only there. */
  @Test
  void most_networksThatAreThere_countIfLearningGoesOnFromThem() {
    RetrainPlan large = plan("train.hidden=96", "retrain.mode=retrain");
    ModelArtifact there =
        new RnnLearning()
            .start(large.task, large.training, List.of(narrow(0), narrow(1)))
            .artifact(new Provenance("train", 0, 1, 2, 1, Map.of(), Map.of()));

    RetrainPlan anew = plan("train.hidden=4", "retrain.mode=retrain", "retrain.warm=false");
    assertThat(most(anew, Optional.of(there))).isEqualTo(most(anew, Optional.empty()));
    for (String mode : List.of("retrain.mode=retrain", "retrain.mode=refresh")) {
      RetrainPlan goesOn = plan("train.hidden=4", mode);
      assertThat(most(goesOn, Optional.of(there))).isGreaterThan(most(goesOn, Optional.empty()));
    }
  }

  /** A batch refers to samples that are there, and is itself counted among the learners'. */
  @ParameterizedTest
  @ValueSource(strings = {"refresh", "retrain"})
  void most_largeBatchOfSeveralMembers_isOfSamplesTwiceAndOfLearners(String mode) {
    RetrainPlan plan =
        plan(
            "features="
                + IntStream.range(0, 100).mapToObj(i -> "x" + i).collect(Collectors.joining(",")),
            "train.inputs=difference",
            "train.shared=false",
            "window.steps=168",
            "forecast.horizon=24",
            "train.batch=64",
            "train.members=4",
            "retrain.buffer=100",
            "retrain.reservoir=0",
            "retrain.mode=" + mode);

    assertThat(most(plan, Optional.empty()))
        .isEqualTo(
            new RnnLearning().learnerBytes(plan.task, plan.training, Optional.empty())
                + 2 * 100 * plan.wholeSampleBytes());
  }

  /** What begins with other networks is no way to make those that are there smaller. */
  @Test
  void tooLarge_networksThatAreThere_namesWhatChangesThem() {
    RetrainPlan large = plan("train.hidden=600", "retrain.mode=retrain");
    ModelArtifact there =
        new RnnLearning()
            .start(large.task, large.training, List.of(narrow(0), narrow(1)))
            .artifact(new Provenance("train", 0, 1, 2, 1, Map.of(), Map.of()));
    String small = "train.hidden=4";
    String limit = "retrain.memory.limit=5000000";

    assertThat(never(plan(small, limit, "retrain.mode=refresh"), there))
        .contains("another model.name", "model.file")
        .doesNotContain("lower train.hidden");
    assertThat(never(plan(small, limit, "retrain.mode=retrain"), there))
        .contains("retrain.warm=false");
    RetrainPlan both = plan("train.hidden=600", limit);
    assertThat(never(both, there)).contains("lower window.steps, train.batch, train.hidden");
  }

  private static String never(RetrainPlan plan, ModelArtifact there) {
    return new TrainingRoom(plan, new RnnLearning(), Optional.of(there)).never().orElseThrow();
  }

  /** Nobody is asked what learners take where none is made, as ND4J might have to be started. */
  @Test
  void most_nothingIsTrained_isOfTheNewestSamplesAlone() {
    RetrainPlan plan = plan("retrain.mode=off", "train.hidden=2100");

    assertThat(most(plan, Optional.empty()))
        .isEqualTo(plan.newestSamples() * plan.wholeSampleBytes());
  }

  private static RetrainPlan plan(String... settings) {
    Map<String, String> all =
        with(with(SHARED, "features=a", "retrain.memory.limit=2000000000"), settings);
    Configuration configuration = new Configuration(all);
    return RetrainPlan.of(configuration, configuration.schema(), Optional.empty());
  }

  private static long most(RetrainPlan plan, Optional<ModelArtifact> goesOn) {
    return new TrainingRoom(plan, new RnnLearning(), goesOn).most();
  }

  /** On the stream thread, where an exception would stop the instance and its forecasts. */
  @Test
  void tooLarge_settingsThatNoNetworkFits_trainingFailsAndSaysWhy() {
    Map<String, String> nothing =
        with(
            SHARED,
            "features=a",
            "train.inputs=identity",
            "train.shared=false",
            "retrain.memory.limit=2000000000");
    try (RetrainDriver retrain = new RetrainDriver(nothing)) {
      retrain.sample(narrow(0));
      retrain.sample(narrow(1));

      ModelEvent event = retrain.events().get(0);
      assertThat(event.kind()).isEqualTo(Kind.FAILED);
      assertThat(event.reason()).contains("nothing to read");
    }
  }

  private static TrainingSample narrow(int at) {
    float[] values = new float[STEPS + 1];
    long[] times = new long[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      times[i] = START.toEpochMilli() + 1_000L * (at + i);
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, 1, 0, STEPS),
        FeatureWindow.over(values, times, 1, STEPS, 1),
        1);
  }

  @Test
  void tooLarge_manyTargetsOfASharedNetwork_isRefusedBeforeItBegins() {
    try (RetrainDriver retrain =
        new RetrainDriver(with(SHARED, "retrain.memory.limit=100000000"))) {
      retrain.sample(sample(0));
      retrain.sample(sample(1));

      ModelEvent event = retrain.events().get(0);
      assertThat(event.kind()).isEqualTo(Kind.FAILED);
      assertThat(event.reason()).contains("retrain.memory.limit is 100000000");
    }
  }
}
