package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.START;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnLearning;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.RnnTrainer;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

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

  @Test
  void addTo_networkThatNoArtifactHolds_refused() {
    Configuration configuration = new Configuration(with(SHARED, "train.hidden=2100"));
    RetrainTopology.Plan plan = RetrainTopology.Plan.of(configuration, configuration.schema());

    // 4 gates × 2,100 units × (642 columns + 2,100 + 1), and a dense layer of 2,101, 4 bytes each.
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> RetrainTopology.addTo(new Topology(), plan, tools()))
        .withMessageContaining("train.hidden")
        .withMessageContaining("at most 16777216 are sent: lower train.hidden, or train.members");
  }

  private static RetrainTopology.Tools tools() {
    return new RetrainTopology.Tools(
        new RnnLearning(),
        new RnnTrainer(),
        new RnnModelLoader(),
        Runnable::run,
        () -> 0L,
        nanos -> {},
        new RetrainCounters());
  }

  @Test
  void tooLarge_fullBufferBeyondTheLimit_saidBeforeTheFirstSample() {
    Map<String, String> narrow =
        with(SHARED, "features=a", "retrain.memory.limit=1000000", "retrain.buffer=10");
    assertThat(tooLarge(narrow)).isEmpty();
    // Of a window of 24 vectors of one number and the one after it, each sample takes 700 bytes.
    assertThat(tooLarge(with(narrow, "retrain.buffer=2000")))
        .hasValueSatisfying(
            why -> assertThat(why).contains("retrain.memory.limit is 1000000: raise it"));
  }

  private static Optional<String> tooLarge(Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    return RetrainTopology.Plan.of(configuration, configuration.schema())
        .tooLarge(new RnnLearning());
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
