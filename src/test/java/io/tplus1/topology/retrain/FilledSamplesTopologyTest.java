package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.STEPS;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.Learning;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.training.RnnLearning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples on the wire say in the last column of their windows' rows what was filled. */
class FilledSamplesTopologyTest {

  @ParameterizedTest
  @CsvSource({"gap.fill=linear, '[1, 2]'", "missing.fill=last, '[1, 2]'", "gap.fill=off, '[]'"})
  void process_rowsMadeUp_areLearntWithoutTheirSteps(String fill, String without) {
    List<TrainingSample> learnt = new ArrayList<>();
    Map<String, String> settings = with(REFRESH, "step.interval=1s", fill);
    try (RetrainDriver retrain =
        new RetrainDriver(settings, tools -> recording(tools, learnt), RetrainDriver::plan)) {
      for (int i = 0; i < 60; i++) {
        retrain.sample(marked(retrain.next(SLOW), 2));
      }
    }

    assertThat(learnt)
        .hasSizeGreaterThan(20)
        .allSatisfy(
            sample ->
                assertThat(sample.withoutLoss().stream().boxed().toList().toString())
                    .isEqualTo(without));
  }

  /** The same, its third row made up. */
  private static TrainingSample marked(TrainingSample sample, int row) {
    float[] rows = new float[2 * STEPS];
    long[] times = new long[STEPS];
    for (int s = 0; s < STEPS; s++) {
      rows[2 * s] = sample.window().value(s, 0);
      rows[2 * s + 1] = s == row ? 2 : 0;
      times[s] = sample.window().timeMs(s);
    }
    return new TrainingSample(
        sample.series(), FeatureWindow.over(rows, times, 2, 0, STEPS), sample.following(), 1);
  }

  private static RetrainTools recording(RetrainTools tools, List<TrainingSample> learnt) {
    return new RetrainTools(
        new Recording(learnt),
        tools.trainer(),
        tools.loader(),
        tools.executor(),
        tools.nanoClock(),
        tools.sleeper(),
        tools.counters());
  }

  /** Keeps what learning begins with. */
  private record Recording(List<TrainingSample> learnt) implements Learning {
    private static final RnnLearning NETWORKS = new RnnLearning();

    @Override
    public Learner start(
        Trainer.Task task, TrainingSettings settings, List<TrainingSample> samples) {
      learnt.addAll(samples);
      return NETWORKS.start(task, settings, samples);
    }

    @Override
    public Learner resume(
        Trainer.Task task,
        TrainingSettings settings,
        ModelArtifact artifact,
        byte[] state,
        List<TrainingSample> samples)
        throws InvalidArtifactException {
      return NETWORKS.resume(task, settings, artifact, state, samples);
    }

    @Override
    public Optional<String> refusal(Trainer.Task task, ModelArtifact artifact) {
      return NETWORKS.refusal(task, artifact);
    }

    @Override
    public long weightBytes(Trainer.Task task, TrainingSettings settings) {
      return NETWORKS.weightBytes(task, settings);
    }

    @Override
    public long learnerBytes(
        Trainer.Task task, TrainingSettings settings, Optional<ModelArtifact> goesOn) {
      return NETWORKS.learnerBytes(task, settings, goesOn);
    }
  }
}
