package io.tplus1.train;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelLoader;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.model.WarmStartException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole training: epochs over everything that is kept. Runs on a training thread.
 *
 * <p>With patience the last part is held out and watched. Without, nothing would be decided by it,
 * and the newest samples say most about what comes: the gate judges by later ones anyway.
 *
 * <p>Warm, it begins with the champion's weights, if the champion is of the same task and can be
 * trained; else afresh. Where it watches, and no epoch was better than the champion's weights, the
 * outcome is the champion itself: one with the same weights would only wait for a chance to replace
 * it.
 *
 * @param task what the network maps to what
 * @param settings how it learns
 * @param validation part of the samples that is held out where it watches
 * @param samples what is learnt from
 * @param seed of the weights and shuffles of this training
 * @param warm bytes of the artifact to begin with, owned by this record; null to begin afresh
 * @param trainer trains
 * @param loader makes a forecaster of the outcome
 * @param recent how many of the newest samples tell which inputs it reads cut
 * @param cutInputs tells of those: the champion's unit may be of long ago
 */
public record WholeRun(
    Trainer.Task task,
    TrainingSettings settings,
    double validation,
    SampleBuffer.Snapshot samples,
    long seed,
    byte[] warm,
    Trainer trainer,
    ModelLoader loader,
    int recent,
    CutInputs cutInputs)
    implements TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(WholeRun.class);

  @Override
  public Trained run(Throttle throttle) throws TrainingFailedException {
    List<TrainingSample> inTime =
        samples.samples().stream()
            .sorted(Comparator.comparingLong(sample -> sample.window().lastTimeMs()))
            .toList();
    List<TrainingSample> kept = Outliers.without(inTime, task.schema());
    int leftOut = inTime.size() - kept.size();
    if (leftOut > 0) {
      LOG.info("{} samples hold a value out of all proportion and are not learnt from", leftOut);
    }
    TrainingSamples.HoldOut parts =
        TrainingSamples.holdOut(kept, settings.patience() > 0 ? validation : 0);
    try {
      ModelArtifact trained = train(parts, new Held(throttle));
      Map<String, Double> figures = new TreeMap<>(trained.manifest().provenance().figures());
      boolean better = figures.getOrDefault(Trainer.EPOCHS, 1.0) > 0;
      ModelArtifact artifact = better ? trained : ModelArtifact.read(warm);
      byte[] bytes = artifact.toBytes();
      Forecaster forecaster = loader.load(artifact);
      figures.put("trainedSamples", (double) trained.manifest().provenance().samples());
      if (leftOut > 0) {
        figures.put("samplesLeftOut", (double) leftOut);
      }
      cutInputs.look(artifact.manifest(), samples.newest(recent), figures);
      figures.put("seconds", throttle.elapsed().toMillis() / 1000.0);
      return new Trained(
          artifact, bytes, forecaster, Optional.empty(), samples.lastSequence(), true, figures);
    } catch (CancellationException e) {
      throw e; // It did not fail.
    } catch (InvalidArtifactException | IllegalArgumentException | IllegalStateException e) {
      throw new TrainingFailedException(e);
    }
  }

  private ModelArtifact train(TrainingSamples.HoldOut parts, Held listener)
      throws InvalidArtifactException {
    try {
      return train(parts, listener, warmStart());
    } catch (WarmStartException e) {
      LOG.warn(
          "Training begins with new networks, as the settings train.* describe them: {}",
          e.getMessage());
      return train(parts, listener, Optional.empty());
    }
  }

  private ModelArtifact train(
      TrainingSamples.HoldOut parts, Held listener, Optional<ModelArtifact> start) {
    return trainer.train(
        task, settings.withSeed(seed), parts.training(), parts.validation(), listener, start);
  }

  /** Holds a training back after each batch, and after what validates an epoch. */
  private record Held(Throttle throttle) implements Trainer.Listener {
    @Override
    public void epochDone(int epoch, int epochs, double trainingLoss, double validationLoss) {
      throttle.step();
    }

    @Override
    public void batchDone() {
      throttle.step();
    }
  }

  /** The champion, which the trainer refuses where a training of this task cannot begin with it. */
  private Optional<ModelArtifact> warmStart() throws InvalidArtifactException {
    return warm == null ? Optional.empty() : Optional.of(ModelArtifact.read(warm));
  }
}
