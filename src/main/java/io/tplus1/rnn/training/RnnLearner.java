package io.tplus1.rnn.training;

import io.tplus1.model.Learner;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.StepInputs;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.learn.NetworkLearner;
import io.tplus1.rnn.learn.SequenceBatch;
import io.tplus1.rnn.network.Network;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The members of an artifact that go on learning in plain Java. Of one thread at a time.
 *
 * <p>With Adam the rate begins at {@value #FIRST_RATE} times that of the settings and falls on a
 * line to it over the first {@value #FALLING_UPDATES} updates; networks that had learnt before
 * begin with the settings' own.
 */
final class RnnLearner implements Learner {
  static final double FIRST_RATE = 3;
  static final int FALLING_UPDATES = 600;

  private ModelManifest manifest;
  private final TrainingSettings settings;
  private final SampleEncoder encoder;
  private final List<NetworkLearner> members;
  private final SequenceBatch batch;
  private long learntBefore;
  private LinearForecaster linear;

  /**
   * @param manifest what the artifacts will say, but for what is learnt from now on
   * @param members take batches of {@code settings.batch()} samples
   * @param learntBefore updates that count as done already
   */
  RnnLearner(
      ModelManifest manifest,
      TrainingSettings settings,
      SampleEncoder encoder,
      List<NetworkLearner> members,
      long learntBefore) {
    this.manifest = manifest;
    this.settings = settings;
    this.encoder = encoder;
    this.members = List.copyOf(members);
    this.learntBefore = learntBefore;
    this.batch =
        new SequenceBatch(encoder.batch(settings.batch()), encoder.inputs(), encoder.outputs());
  }

  @Override
  public int members() {
    return members.size();
  }

  @Override
  public void base(LinearForecaster expert) {
    RnnArtifacts.requireSameTask(manifest, expert);
    linear = expert;
  }

  /** To whose forecasts a member's outputs are added; null for the last value. */
  private LinearForecaster base(int member) {
    if (manifest.stepInputs().map(inputs -> inputs.base(member)).orElse(StepInputs.Base.LAST)
        == StepInputs.Base.LAST) {
      return null;
    }
    if (linear == null) {
      throw new IllegalStateException(
          "the network's outputs are added to the forecasts of a linear expert, and there is none yet");
    }
    return linear;
  }

  @Override
  public Step step(List<List<TrainingSample>> batches) {
    return step(batches, 1);
  }

  /**
   * As {@link #step(List)}, at a part of the rate.
   *
   * @param part above 0
   */
  Step step(List<List<TrainingSample>> batches, double part) {
    if (batches.size() != members.size()) {
      throw new IllegalArgumentException(
          "a step needs a batch for each of %d members, found %d"
              .formatted(members.size(), batches.size()));
    }
    double sum = 0;
    int counted = 0;
    int leftOut = 0;
    for (int i = 0; i < batches.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("the training was interrupted");
      }
      NetworkLearner member = members.get(i);
      fill(batches.get(i), base(i), SampleEncoder.Loss.TRAINING);
      if (!batch.hasWeight()) {
        continue; // As where nothing moves in any sample of it.
      }
      double loss = member.step(batch, part * rate(member.updates() + learntBefore));
      if (Double.isNaN(loss)) {
        leftOut++;
      } else {
        sum += loss;
        counted++;
      }
    }
    return new Step(counted == 0 ? Double.NaN : sum / counted, leftOut);
  }

  /** The rate of an update that so many came before. */
  private double rate(long updates) {
    if (settings.optimizer() != TrainingSettings.Optimizer.ADAM || updates >= FALLING_UPDATES) {
      return settings.learningRate();
    }
    double done = (double) updates / FALLING_UPDATES;
    return settings.learningRate() * (FIRST_RATE - (FIRST_RATE - 1) * done);
  }

  /**
   * Mean loss of forecasts from the samples' windows, over members; scaled units. Batches in which
   * nothing moves count for nothing. Learns nothing.
   *
   * @return NaN without a batch that counts
   */
  double loss(List<TrainingSample> samples) {
    double sum = 0;
    long counted = 0;
    for (int from = 0; from < samples.size(); from += settings.batch()) {
      List<TrainingSample> some =
          samples.subList(from, Math.min(samples.size(), from + settings.batch()));
      for (int i = 0; i < members.size(); i++) {
        fill(some, base(i), SampleEncoder.Loss.FORECAST);
        if (batch.hasWeight()) {
          sum += members.get(i).loss(batch) * some.size();
          counted += some.size();
        }
      }
    }
    return counted == 0 ? Double.NaN : sum / counted;
  }

  /** Whether {@link #loss} tells anything of these samples, whatever the weights are. */
  boolean hasLoss(List<TrainingSample> samples) {
    for (int from = 0; from < samples.size(); from += settings.batch()) {
      fill(
          samples.subList(from, Math.min(samples.size(), from + settings.batch())),
          base(0),
          SampleEncoder.Loss.FORECAST);
      if (batch.hasWeight()) {
        return true;
      }
    }
    return false;
  }

  private void fill(List<TrainingSample> samples, LinearForecaster base, SampleEncoder.Loss loss) {
    if (samples.isEmpty() || samples.size() > settings.batch()) {
      throw new IllegalArgumentException(
          "a batch has 1 to %d samples (train.batch), found %d"
              .formatted(settings.batch(), samples.size()));
    }
    for (TrainingSample sample : samples) {
      if (!encoder.fits(sample.window(), sample.following())) {
        throw new IllegalArgumentException(
            "a sample of series '%s' has a window of %d values a vector, followed by %d vectors: %d values and %d vectors are needed"
                .formatted(
                    sample.series(),
                    sample.window().features(),
                    sample.following().steps(),
                    manifest.schema().size(),
                    manifest.horizon()));
      }
    }
    encoder.encode(samples, base, batch, loss);
  }

  @Override
  public long seed() {
    return manifest.provenance().seed();
  }

  @Override
  public ModelArtifact artifact(Provenance provenance) {
    ModelManifest now = manifest(provenance);
    ModelArtifact artifact =
        RnnArtifacts.writeLight(
            now,
            members,
            manifest.stepInputs().filter(StepInputs::needsLinear).map(inputs -> linear));
    manifest = now; // What is learnt next is learnt beside this.
    return artifact;
  }

  /**
   * What an artifact of now says of itself.
   *
   * @param provenance of what was learnt since the start
   */
  ModelManifest manifest(Provenance provenance) {
    return manifest.withProvenance(
        provenance
            .withVersion("learner", members.get(0).arithmetic())
            .since(manifest.provenance()));
  }

  /**
   * The members as they are now.
   *
   * @throws IllegalArgumentException if a weight is not finite
   */
  List<Network> networks() {
    return members.stream().map(NetworkLearner::network).toList();
  }

  @Override
  public byte[] state() {
    return LearnerState.write(learntBefore, members.stream().map(NetworkLearner::state).toList());
  }

  /**
   * Goes on from a state.
   *
   * @throws IllegalArgumentException if it is no state of such members; they may then be of several
   *     states, and are to be thrown away
   */
  void restore(byte[] state) {
    LearnerState read = LearnerState.read(state, members.size());
    for (int i = 0; i < members.size(); i++) {
      members.get(i).restore(read.members().get(i));
    }
    learntBefore = read.learntBefore();
  }
}
