package io.tplus1.train;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * A light refresh: a few steps on batches drawn half from the newest samples, half from all. Runs
 * on a training thread.
 *
 * @param source gives the networks that go on learning
 * @param linear what is added to from now on, where the networks' outputs are added to a linear
 *     expert's forecasts
 * @param settings batch size, and the learning rate that a failure tells of
 * @param steps updates of every network
 * @param recent how many samples are the newest
 * @param samples what is learnt from
 * @param learnt number of samples that these networks will have learnt from
 * @param seed of the draws of this refresh
 * @param loader makes a forecaster of the outcome
 * @param before the snapshot before; null if there is none
 * @param checked number of the newest samples on which both are compared
 * @param cutInputs tells of inputs that are read cut
 */
public record RefreshRun(
    LearnerSource source,
    Optional<LinearForecaster> linear,
    TrainingSettings settings,
    int steps,
    int recent,
    SampleBuffer.Snapshot samples,
    long learnt,
    long seed,
    ModelLoader loader,
    Forecaster before,
    int checked,
    CutInputs cutInputs)
    implements TrainingRun {

  /** Part by which the error on samples that were just learnt may have grown. */
  private static final double MOST_GROWTH = 0.1;

  /** Newest samples that tell what changes are usual. */
  private static final int USUAL = 100;

  @Override
  public Trained run(Throttle throttle) throws TrainingFailedException {
    try {
      Learner learner = source.get();
      linear.ifPresent(learner::base);
      Map<String, Double> figures = learn(learner, throttle);
      double seconds = throttle.elapsed().toMillis() / 1000.0;
      // Without the time: the same training must give the same artifact.
      ModelArtifact artifact = learner.artifact(provenance(learner.seed(), figures));
      figures.put("seconds", seconds);
      byte[] bytes = artifact.toBytes();
      Forecaster forecaster = loader.load(artifact);
      boolean sound = isSound(forecaster, figures);
      cutInputs.look(artifact.manifest(), samples.newest(recent), figures);
      return new Trained(
          artifact,
          bytes,
          forecaster,
          Optional.of(new Trained.Line(learner, learner.state())),
          samples.lastSequence(),
          sound,
          figures);
    } catch (CancellationException e) {
      throw e; // It did not fail.
    } catch (InvalidArtifactException | IllegalArgumentException | IllegalStateException e) {
      throw new TrainingFailedException(e);
    }
  }

  private Map<String, Double> learn(Learner learner, Throttle throttle)
      throws TrainingFailedException {
    SplittableRandom random = new SplittableRandom(seed);
    double sum = 0;
    int counted = 0;
    int leftOut = 0;
    int withoutLoss = 0;
    for (int step = 0; step < steps; step++) {
      List<List<TrainingSample>> batches = new ArrayList<>(learner.members());
      for (int member = 0; member < learner.members(); member++) {
        batches.add(samples.draw(settings.batch(), recent, random));
      }
      Learner.Step done = learner.step(batches);
      leftOut += done.leftOut() > 0 ? 1 : 0;
      if (!Double.isNaN(done.loss())) {
        sum += done.loss();
        counted++;
      } else if (done.leftOut() == 0) {
        withoutLoss++;
      }
      throttle.step();
    }
    if (counted == 0 && leftOut > 0) {
      throw new TrainingFailedException(
          "none of %d updates was finite: lower train.learning.rate (%s) or set train.clip.norm"
              .formatted(leftOut, settings.learningRate()));
    }
    Map<String, Double> figures = new TreeMap<>();
    figures.put("steps", (double) steps);
    figures.put("stepsLeftOut", (double) leftOut);
    if (counted > 0) {
      figures.put("trainingLoss", sum / counted);
    }
    if (withoutLoss > 0) {
      figures.put("stepsWithoutLoss", (double) withoutLoss);
    }
    return figures;
  }

  private Provenance provenance(long seedOfWeights, Map<String, Double> figures) {
    return new Provenance(
        "refresh",
        Artifacts.firstMs(samples.samples()),
        Artifacts.lastMs(samples.samples()),
        learnt,
        seedOfWeights,
        Map.of(),
        figures);
  }

  private boolean isSound(Forecaster forecaster, Map<String, Double> figures) {
    UsualChanges usual = UsualChanges.bySeries(forecaster.schema());
    samples.newest(Math.max(checked, USUAL)).forEach(usual::add);
    RelativeError errors = RelativeError.of(forecaster.schema(), usual);
    // Where one would read padding, others forecast in the stream.
    List<TrainingSample> asked =
        samples.newest(checked).stream()
            .filter(sample -> forecaster.isAskedWith(sample.window()))
            .filter(sample -> before == null || before.isAskedWith(sample.window()))
            .toList();
    double now = Artifacts.error(forecaster, asked, errors);
    figures.put("newestError", now);
    if (before == null) {
      return true;
    }
    double then = Artifacts.error(before, asked, errors);
    figures.put("newestErrorBefore", then);
    // NaN where nothing moves: then nothing speaks against it.
    return !(now > (1 + MOST_GROWTH) * then);
  }
}
