package io.tplus1.rnn.training;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What learning takes room for, and what it says of what was learnt. */
class LearnerRoomTest {
  private static final Trainer.Task TASK = StepTasks.task(120, 2, true);
  private static final List<TrainingSample> SAMPLES = samples(TASK, 200, StepTasks::wave);

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final RnnLearning learning = new RnnLearning();

  private static TrainingSettings settings(int units, int batch, int members) {
    return new TrainingSettings(
        TrainingSettings.Cell.LSTM,
        List.of(units),
        false,
        Strategy.DIRECT,
        4,
        TrainingSettings.Loss.HUBER,
        TrainingSettings.Optimizer.ADAM,
        3e-3,
        batch,
        1,
        0,
        1,
        0,
        7,
        1,
        members);
  }

  /** Whatever the settings say of new ones. */
  @Test
  void learnerBytes_networksThatGoOn_coverWhatIsAllocated() throws InvalidArtifactException {
    ModelArtifact artifact =
        learning.start(TASK, settings(64, 32, 4), SAMPLES).artifact(StepTasks.PROVENANCE);
    TrainingSettings small = settings(4, 32, 1);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Learner learner = learning.resume(TASK, small, artifact, null, SAMPLES);
    double allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

    assertThat(learner.members()).isEqualTo(4);
    for (TrainingSettings settings : List.of(small, settings(100_000, 32, 1))) {
      assertThat((double) learning.learnerBytes(TASK, settings, Optional.of(artifact)))
          .isBetween(0.7 * allocated, 1.2 * allocated);
    }
  }

  @Test
  void learnerBytes_longWindowsAndSeveralMembers_coverWhatIsAllocated() {
    TrainingSettings settings = settings(64, 32, 4);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Learner learner = learning.start(TASK, settings, SAMPLES);
    double allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

    assertThat(learner.members()).isEqualTo(4);
    assertThat((double) learning.learnerBytes(TASK, settings, Optional.empty()))
        .isBetween(0.7 * allocated, 1.2 * allocated);
  }

  /** Such settings hold of new networks, which no artifact could hold; others go on. */
  @Test
  void resume_settingsOfLayersThatNoArtifactHolds_goesOn() throws InvalidArtifactException {
    ModelArtifact artifact =
        learning.start(TASK, settings(8, 32, 1), SAMPLES).artifact(StepTasks.PROVENANCE);
    TrainingSettings huge = settings(100_000, 32, 1);

    Learner resumed = learning.resume(TASK, huge, artifact, null, SAMPLES);

    assertThat(resumed.artifact(StepTasks.PROVENANCE)).isEqualTo(artifact);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learning.start(TASK, huge, SAMPLES))
        .withMessageContaining("lower train.hidden");
  }

  @Test
  void train_batchOfMoreThanThereAre_takesRoomForThese() {
    ModelArtifact artifact = train(Integer.MAX_VALUE);

    assertThat(artifact).isEqualTo(train(SAMPLES.size()));
  }

  private static ModelArtifact train(int batch) {
    return new RnnTrainer()
        .train(TASK, settings(4, batch, 1), SAMPLES, List.of(), SILENT, Optional.empty());
  }

  /** Where the samples of one refresh are no longer kept at the next. */
  @Test
  void artifact_afterOthers_saysTheTimesOfAllThatWasLearnt() throws InvalidArtifactException {
    TrainingSettings settings = settings(4, 32, 1);
    Learner learner = learning.start(TASK, settings, SAMPLES);
    assertTimes(learner.artifact(learnt(500, 1000)), 500, 1000);
    ModelArtifact last = learner.artifact(learnt(2000, 3000));
    assertTimes(last, 500, 3000);

    Learner resumed = learning.resume(TASK, settings, last, null, SAMPLES);

    assertTimes(resumed.artifact(learnt(600, 700)), 500, 3000);
  }

  private static Provenance learnt(long fromMs, long toMs) {
    return new Provenance("refresh", fromMs, toMs, 10, 3, Map.of(), Map.of());
  }

  private static void assertTimes(ModelArtifact artifact, long fromMs, long toMs) {
    assertThat(artifact.manifest().provenance())
        .extracting(Provenance::fromMs, Provenance::toMs)
        .containsExactly(fromMs, toMs);
  }
}
