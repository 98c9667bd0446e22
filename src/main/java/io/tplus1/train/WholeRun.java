package io.tplus1.train;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.Learning;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.Provenance;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A whole training: epochs over everything that is kept, the last part held out and watched. Runs
 * on a training thread.
 *
 * <p>Fresh, it is the trainer's. Warm, it begins with the champion's weights and a fresh optimiser:
 * epochs of shuffled batches; of the weights after each epoch, the best on the part held out are
 * kept, and {@code train.patience} epochs without a better one end it.
 *
 * @param task what the network maps to what
 * @param settings how it learns
 * @param validation part of the samples that is held out
 * @param samples what is learnt from
 * @param seed of the weights and shuffles of this training
 * @param warm bytes of the artifact to begin with, owned by this record; null to begin afresh
 * @param learning goes on from an artifact
 * @param trainer trains afresh
 * @param loader makes a forecaster of the outcome
 */
public record WholeRun(
    Trainer.Task task,
    TrainingSettings settings,
    double validation,
    SampleBuffer.Snapshot samples,
    long seed,
    byte[] warm,
    Learning learning,
    Trainer trainer,
    ModelLoader loader)
    implements TrainingRun {

  @Override
  public Trained run(Throttle throttle) throws TrainingFailedException {
    List<TrainingSample> inTime =
        samples.samples().stream()
            .sorted(Comparator.comparingLong(sample -> sample.window().lastTimeMs()))
            .toList();
    TrainingSamples.HoldOut parts =
        TrainingSamples.holdOut(Outliers.without(inTime, task.schema()), validation);
    Map<String, Double> figures = new TreeMap<>();
    try {
      ModelArtifact artifact = warm == null ? fresh(parts, throttle) : warm(parts, throttle);
      byte[] bytes = Artifacts.bytes(artifact);
      Forecaster forecaster = loader.load(artifact);
      figures.putAll(artifact.manifest().provenance().figures());
      figures.put("trainedSamples", (double) parts.training().size());
      figures.put("seconds", throttle.elapsed().toMillis() / 1000.0);
      return new Trained(
          artifact, bytes, forecaster, Optional.empty(), samples.lastSequence(), true, figures);
    } catch (InvalidArtifactException | IllegalArgumentException | IllegalStateException e) {
      throw new TrainingFailedException(e.getMessage(), e);
    }
  }

  private ModelArtifact fresh(TrainingSamples.HoldOut parts, Throttle throttle) {
    return trainer.train(
        task,
        settings.withSeed(seed),
        parts.training(),
        parts.validation(),
        (epoch, epochs, trainingLoss, validationLoss) -> throttle.step());
  }

  private ModelArtifact warm(TrainingSamples.HoldOut parts, Throttle throttle)
      throws InvalidArtifactException {
    ModelArtifact first = ModelArtifact.read(warm);
    Learner learner = learning.resume(task, settings, first, null);
    RelativeError errors = RelativeError.of(task.schema());
    SplittableRandom random = new SplittableRandom(seed);
    List<TrainingSample> order = new ArrayList<>(parts.training());
    ModelArtifact best = null;
    double bestError = Double.POSITIVE_INFINITY;
    int bestEpoch = 0;
    int epoch = 0;
    boolean watching = !parts.validation().isEmpty();
    boolean patient = true;
    while (epoch < settings.epochs() && patient) {
      epoch++;
      double loss = epoch(learner, order, random, throttle);
      boolean last = epoch == settings.epochs();
      if (!watching && !last) {
        continue;
      }
      ModelArtifact now = learner.artifact(provenance(first, parts.training(), epoch, loss));
      double error = watching ? Artifacts.error(loader.load(now), parts.validation(), errors) : 0;
      if (best == null || error < bestError) {
        best = now;
        bestError = error;
        bestEpoch = epoch;
      }
      patient = settings.patience() == 0 || epoch - bestEpoch < settings.patience();
    }
    return best;
  }

  private double epoch(
      Learner learner, List<TrainingSample> order, SplittableRandom random, Throttle throttle) {
    for (int i = order.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      TrainingSample swapped = order.get(i);
      order.set(i, order.get(other));
      order.set(other, swapped);
    }
    double sum = 0;
    int steps = 0;
    for (int from = 0; from < order.size(); from += settings.batch()) {
      List<TrainingSample> batch =
          order.subList(from, Math.min(order.size(), from + settings.batch()));
      double loss = learner.step(Collections.nCopies(learner.members(), batch));
      if (!Double.isNaN(loss)) {
        sum += loss;
        steps++;
      }
      throttle.step();
    }
    if (steps == 0) {
      throw new IllegalStateException(
          "no update was finite: lower train.learning.rate (%s) or set train.clip.norm"
              .formatted(settings.learningRate()));
    }
    return sum / steps;
  }

  private Provenance provenance(
      ModelArtifact first, List<TrainingSample> training, int epoch, double loss) {
    return new Provenance(
        "retrain",
        Math.min(first.manifest().provenance().fromMs(), Artifacts.firstMs(training)),
        Artifacts.lastMs(training),
        training.size(),
        seed,
        Map.of(),
        Map.of("epochs", (double) epoch, "trainingLoss", loss));
  }
}
