package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.Learner;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnLearning;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.TestTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A light refresh from beginning to end. */
class RefreshRunTest {
  private static final Trainer.Task TASK = Tasks.of(Samples.SCHEMA, 24, 1);
  private static final TrainingSettings SETTINGS =
      TestTasks.settings().hidden(32).rmsProp(.001).build();

  private static Trained run(LearnerSource source, List<TrainingSample> samples, int steps)
      throws Exception {
    RefreshRun run =
        new RefreshRun(
            TASK.schema(),
            source,
            Optional.empty(),
            SETTINGS,
            steps,
            50,
            new SampleBuffer.Snapshot(samples, 1, samples.size()),
            Long.MAX_VALUE,
            samples.size(),
            7,
            new RnnModelLoader(),
            null,
            20);
    return run.run(new Throttle(1, Duration.ofMinutes(5), System::nanoTime, nanos -> {}));
  }

  /** Hourly temperatures: days, and weather that lasts. */
  private static float[] temperatures(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows];
    double weather = 0;
    for (int t = 0; t < rows; t++) {
      weather = .9 * weather + .4 * random.nextGaussian();
      values[t] = (float) (12 + 6 * Math.sin(2 * Math.PI * t / 24) + weather);
    }
    return values;
  }

  private static List<TrainingSample> samples(float[] values) {
    return TestTasks.samples(TASK, values.length, t -> new float[] {values[t]});
  }

  private static double rmse(List<TrainingSample> learnt) throws Exception {
    Trained trained = run(LearnerSource.start(new RnnLearning(), TASK, SETTINGS), learnt, 600);
    return Math.sqrt(TestTasks.mse(trained.forecaster(), samples(temperatures(525, 2))));
  }

  /** A code for no value stretched the scaling, for good, and took hold of the optimiser. */
  @Test
  void run_oneSentinelAmongTemperatures_learnsAboutAsWellAsWithout() throws Exception {
    float[] values = temperatures(525, 1);
    double clean = rmse(samples(values));
    values[300] = -9999;

    assertThat(clean).isLessThan(.7);
    assertThat(rmse(samples(values))).isLessThan(1.1 * clean);
  }

  /** Networks that go on have their scaling; one such sample would still rule their steps. */
  @Test
  void run_sampleOutOfProportion_isInNoBatch() throws Exception {
    float[] values = temperatures(525, 1);
    values[490] = -9999;
    List<List<TrainingSample>> drawn = new ArrayList<>();
    Learner learner = new RnnLearning().start(TASK, SETTINGS, samples(temperatures(100, 1)));

    run(kept -> new Watched(learner, drawn), samples(values), 40);

    assertThat(drawn).hasSize(40).allSatisfy(batch -> assertThat(batch).hasSize(50));
    assertThat(drawn.stream().flatMap(List::stream))
        .noneMatch(sample -> lowest(sample) < -1000)
        .anyMatch(sample -> sample.window().lastTimeMs() > 514_000);
  }

  private static float lowest(TrainingSample sample) {
    float lowest = sample.following().value(0, 0);
    for (int s = 0; s < sample.window().steps(); s++) {
      lowest = Math.min(lowest, sample.window().value(s, 0));
    }
    return lowest;
  }

  /** Notes what it is given. */
  private record Watched(Learner learner, List<List<TrainingSample>> drawn) implements Learner {
    @Override
    public int members() {
      return learner.members();
    }

    @Override
    public void base(LinearForecaster linear) {
      learner.base(linear);
    }

    @Override
    public double step(List<List<TrainingSample>> batches) {
      drawn.addAll(batches);
      return learner.step(batches);
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
}
