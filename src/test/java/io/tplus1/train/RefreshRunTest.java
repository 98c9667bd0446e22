package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.LogCapture;
import io.tplus1.model.Forecaster;
import io.tplus1.model.Learner;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.TestTasks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A light refresh from beginning to end. */
class RefreshRunTest {
  private static final int STEPS = 8;
  private static final TrainingSettings SETTINGS = TestTasks.settings().batch(16).build();

  /** The scale is that of the window alone. */
  private static final Trainer.Task TASK =
      new Trainer.Task(
          Samples.SCHEMA,
          6,
          1,
          Optional.of(
              new StepInputs(
                  List.of(StepInputs.Column.DIFFERENCE),
                  List.of(),
                  List.of(),
                  4,
                  4,
                  0,
                  0,
                  1,
                  true,
                  8,
                  List.of(StepInputs.Base.LAST))));

  private static final Trainer.Task VECTORS =
      new Trainer.Task(Samples.SCHEMA, 6, 1, Optional.empty());

  private static final List<TrainingSample> WAVES =
      TestTasks.samples(TASK, 60, t -> new float[] {(float) Math.sin(t)});

  private final CutInputs cutInputs = new CutInputs("m");

  private Trained run(LearnerSource source, List<TrainingSample> samples)
      throws TrainingFailedException {
    return run(source, samples, null);
  }

  private Trained run(LearnerSource source, List<TrainingSample> samples, Forecaster before)
      throws TrainingFailedException {
    RefreshRun run =
        new RefreshRun(
            source,
            Optional.empty(),
            SETTINGS,
            STEPS,
            20,
            new SampleBuffer.Snapshot(samples, 1, samples.size()),
            samples.size(),
            7,
            new RnnModelLoader(),
            before,
            10,
            cutInputs);
    return run.run(new Throttle(1, Duration.ofMinutes(5), System::nanoTime, nanos -> {}));
  }

  @Test
  void run_samplesThatMove_saysTheirLoss() throws Exception {
    Trained trained = run(() -> new RnnLearning().start(TASK, SETTINGS, WAVES), WAVES);

    assertThat(trained.figures())
        .containsEntry("steps", (double) STEPS)
        .containsEntry("stepsLeftOut", 0.0)
        .doesNotContainKey("stepsWithoutLoss");
    assertThat(trained.figures().get("trainingLoss")).isPositive();
  }

  /** Each update gives the same. */
  private record Fixed(Learner learner, Step step) implements Learner {
    @Override
    public long seed() {
      return learner.seed();
    }

    @Override
    public int members() {
      return learner.members();
    }

    @Override
    public void base(LinearForecaster linear) {
      learner.base(linear);
    }

    @Override
    public Step step(List<List<TrainingSample>> batches) {
      return step;
    }

    @Override
    public ModelArtifact artifact(Provenance provenance) {
      return learner.artifact(provenance);
    }

    @Override
    public byte[] state() {
      return learner.state();
    }
  }

  private static Learner giving(double loss, int leftOut) {
    return new Fixed(
        new RnnLearning().start(TASK, SETTINGS, WAVES), new Learner.Step(loss, leftOut));
  }

  /** Else it would be measured by its forecasts of padding, and whatever was learnt seem sound. */
  @Test
  void run_modelBeforeIsNotAskedWithShortWindows_bothAreMeasuredOnOthers() throws Exception {
    Forecaster whole =
        Samples.model("m", 1, 6, (window, out) -> out[0] = window.steps() < 6 ? 1e6f : 0);
    List<TrainingSample> mixed =
        IntStream.range(0, WAVES.size())
            .mapToObj(i -> i % 2 == 0 ? WAVES.get(i) : shorter(WAVES.get(i)))
            .toList();
    LearnerSource source = () -> new RnnLearning().start(TASK, SETTINGS, WAVES);

    assertThat(run(source, mixed, whole).figures().get("newestErrorBefore")).isBetween(0.1, 10.0);
    assertThat(run(source, mixed.stream().map(RefreshRunTest::shorter).toList(), whole).figures())
        .containsEntry("newestError", Double.NaN)
        .containsEntry("newestErrorBefore", Double.NaN);
  }

  private static TrainingSample shorter(TrainingSample sample) {
    return new TrainingSample(
        sample.series(),
        sample.window().part(sample.window().steps() - 5, 5),
        sample.following(),
        sample.weight());
  }

  @Test
  void run_oneMemberIsNeverFinite_theOthersGoOn() throws Exception {
    Trained trained = run(() -> giving(.5, 1), WAVES);

    assertThat(trained.figures())
        .containsEntry("steps", (double) STEPS)
        .containsEntry("stepsLeftOut", (double) STEPS)
        .containsEntry("trainingLoss", .5)
        .doesNotContainKey("stepsWithoutLoss");
  }

  @Test
  void run_noMemberIsFinite_fails() {
    assertThatExceptionOfType(TrainingFailedException.class)
        .isThrownBy(() -> run(() -> giving(Double.NaN, 2), WAVES))
        .withMessageContaining("none of 8 updates was finite");
  }

  /** As of a calm night of many devices that fills the buffer: nothing is perfect by that. */
  @Test
  void run_nothingMoves_saysThatThereWasNoLoss() throws Exception {
    List<TrainingSample> still = TestTasks.samples(TASK, 60, t -> new float[] {1});
    Trained trained = run(() -> new RnnLearning().start(TASK, SETTINGS, still), still);

    assertThat(trained.figures())
        .containsEntry("steps", (double) STEPS)
        .containsEntry("stepsLeftOut", 0.0)
        .containsEntry("stepsWithoutLoss", (double) STEPS)
        .doesNotContainKey("trainingLoss");
  }

  /** As of a feature that had stood still in the samples that set its unit. */
  @Test
  void run_inputsBeyondTheirLimit_saysWhichAndHowMany() throws Exception {
    List<TrainingSample> leaving = plain(t -> t < 40 ? Math.sin(t) : 1_000);
    List<TrainingSample> gone = plain(t -> 1_000);
    try (LogCapture log = LogCapture.of(CutInputs.class)) {
      assertThat(refreshed(plain(t -> Math.sin(t))).figures()).doesNotContainKey("inputsCut");
      assertThat(log.messages()).isEmpty();

      assertThat(refreshed(leaving).figures()).containsEntry("inputsCut", 19 / 20.0);
      assertThat(log.messages())
          .singleElement()
          .asString()
          .startsWith("Model m: 'x' lies more than 64 times its unit")
          .contains("in 95 % of the newest 20 samples");

      assertThat(refreshed(gone).figures()).containsEntry("inputsCut", 1.0);
      assertThat(log.messages()).as("it was told").hasSize(1);

      List<TrainingSample> wider = plain(t -> 2 * Math.sin(t));
      run(() -> new RnnLearning().start(VECTORS, SETTINGS, wider), gone);
      assertThat(log.messages()).as("networks that began anew have another unit").hasSize(2);
    }
  }

  /** As after an upgrade: it may be long beyond its limit. */
  @Test
  void run_allInputsBeyondTheirLimit_saysSoAtTheFirstRefresh() throws Exception {
    try (LogCapture log = LogCapture.of(CutInputs.class)) {
      refreshed(plain(t -> 1_000));

      assertThat(log.messages()).hasSize(1);
    }
  }

  /** Goes on from networks whose unit is that of {@link #WAVES}. */
  private Trained refreshed(List<TrainingSample> samples) throws Exception {
    return run(() -> new RnnLearning().start(VECTORS, SETTINGS, WAVES), samples);
  }

  private static List<TrainingSample> plain(DoubleUnaryOperator law) {
    return TestTasks.samples(VECTORS, 60, t -> new float[] {(float) law.applyAsDouble(t)});
  }
}
