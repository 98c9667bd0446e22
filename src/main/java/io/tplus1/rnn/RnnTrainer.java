package io.tplus1.rnn;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/**
 * Trains networks with DL4J. Stateless and thread-safe; a training runs on the caller's thread and
 * is given up when that is interrupted.
 *
 * <p>The same task, settings and samples give the same artifact: first weights and the order of
 * samples come from the seed, and DL4J computes on one thread.
 */
public final class RnnTrainer implements Trainer {

  @Override
  public ModelArtifact train(
      Task task,
      TrainingSettings settings,
      List<TrainingSample> training,
      List<TrainingSample> validation,
      Listener listener,
      Optional<ModelArtifact> warm) {
    if (training.isEmpty()) {
      throw new IllegalArgumentException("training needs at least one sample, found none");
    }
    FeatureSchema schema = task.schema();
    NetworkPlan plan = new NetworkPlan(task, settings);
    SampleSet.require(schema, plan.horizon(), training);
    SampleSet.require(schema, plan.horizon(), validation);
    Scaling inputs = SampleSet.scaling(schema, schema.inputs(), training);
    Scaling targets = SampleSet.scaling(schema, schema.targets(), training);
    // Made before the training too, because it refuses what does not fit together.
    ModelManifest draft = manifest(task, settings, inputs, targets, training, Map.of());

    Network start = plan.network();
    InputEncoder encoder = new InputEncoder(schema, inputs, plan.ids());
    OutputLayout layout = new OutputLayout(schema, targets, false, true);
    Dl4jNetwork network = Dl4jNetwork.trainable(start, plan.loss(), settings);
    Run run =
        new Run(
            settings,
            plan,
            network,
            start.steps(),
            new SampleSet(training, task.steps(), plan.horizon(), encoder, layout),
            new SampleSet(validation, task.steps(), plan.horizon(), encoder, layout),
            new ForecastLoss(
                schema,
                plan.horizon(),
                settings.loss(),
                new OutputLayout(
                    schema,
                    Scaling.identity(schema.targets().size()),
                    OutputLayout.endsLinearly(start),
                    true)));
    Map<String, Double> figures = run.fit(listener);
    ModelManifest manifest =
        manifest(task, settings, draft.inputScaling(), draft.targetScaling(), training, figures);
    return RnnArtifacts.write(
        manifest,
        List.of(network.toNetwork(task.steps())),
        List.of(Optional.of(network)),
        List.of());
  }

  private static ModelManifest manifest(
      Task task,
      TrainingSettings settings,
      Scaling inputs,
      Scaling targets,
      List<TrainingSample> training,
      Map<String, Double> figures) {
    long from = Long.MAX_VALUE;
    long to = Long.MIN_VALUE;
    for (TrainingSample sample : training) {
      from = Math.min(from, sample.window().timeMs(0));
      to = Math.max(to, sample.following().lastTimeMs());
    }
    return new ModelManifest(
        task.schema(),
        task.steps(),
        task.horizon(),
        settings.strategy(),
        inputs,
        targets,
        new Provenance(
            "train",
            from,
            to,
            training.size(),
            settings.seed(),
            Map.of("dl4j", Dl4jNetwork.version()),
            figures));
  }

  /** One training, epoch by epoch. */
  private record Run(
      TrainingSettings settings,
      NetworkPlan plan,
      Dl4jNetwork network,
      int steps,
      SampleSet training,
      SampleSet validation,
      ForecastLoss loss) {

    /** Trains, and returns the figures of the weights that are kept. */
    Map<String, Double> fit(Listener listener) {
      Random random = new Random(settings.seed());
      int[] order = new int[training.size()];
      Arrays.setAll(order, i -> i);
      boolean watching = settings.patience() > 0 && validation.size() > 0;
      Dl4jNetwork.Snapshot best = null;
      double bestLoss = Double.POSITIVE_INFINITY;
      int bestEpoch = 0;
      double trainingLoss = Double.NaN;
      double validationLoss = Double.NaN;
      int epoch = 0;
      while (epoch < settings.epochs() && !(watching && epoch - bestEpoch >= settings.patience())) {
        epoch++;
        double epochLoss = epoch(order, random);
        double epochValidation = loss.of(network(epoch), steps, validation);
        if (validation.size() > 0 && !Double.isFinite(epochValidation)) {
          throw astray("the loss on validation samples is " + epochValidation);
        }
        listener.epochDone(epoch, settings.epochs(), epochLoss, epochValidation);
        if (!watching || epochValidation < bestLoss) {
          bestLoss = epochValidation;
          bestEpoch = epoch;
          trainingLoss = epochLoss;
          validationLoss = epochValidation;
          best = watching ? network.snapshot() : null;
        }
      }
      if (best != null && bestEpoch < epoch) {
        network.restore(best);
      }
      Map<String, Double> figures = new TreeMap<>();
      figures.put("epochs", (double) bestEpoch);
      figures.put("trainingLoss", trainingLoss);
      if (validation.size() > 0) {
        figures.put("validationLoss", validationLoss);
        figures.put("validationSamples", (double) validation.size());
      }
      return figures;
    }

    private double epoch(int[] order, Random random) {
      shuffle(order, random);
      double sum = 0;
      int batches = 0;
      for (int from = 0; from < order.length; from += settings.batch()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("the training was interrupted");
        }
        SampleSet.Batch batch =
            training.batch(order, from, Math.min(order.length, from + settings.batch()));
        double batchLoss =
            network.fit(
                batch.windows(), batch.lengths(), batch.steps(), batch.labels(), plan.rows());
        if (!Double.isFinite(batchLoss)) {
          throw astray("the loss is " + batchLoss);
        }
        sum += batchLoss;
        batches++;
      }
      return sum / batches;
    }

    /** The weights of now; the plain form refuses weights that are not finite. */
    private Network network(int epoch) {
      try {
        return network.toNetwork(steps);
      } catch (IllegalArgumentException e) {
        throw astray("after epoch " + epoch + " " + e.getMessage());
      }
    }

    private IllegalArgumentException astray(String what) {
      return new IllegalArgumentException(
          "the training went astray: %s; lower the learning rate (%s) or limit the gradient (clip norm %s)"
              .formatted(what, settings.learningRate(), settings.clipNorm()));
    }

    private static void shuffle(int[] order, Random random) {
      for (int i = order.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[other];
        order[other] = swapped;
      }
    }
  }
}
