package io.tplus1.topology.retrain;

import io.tplus1.model.Learning;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.TrainingSettings;
import java.util.Optional;

/**
 * The heap that samples and a training may take, {@code retrain.memory.limit}, and what they would
 * by a rough estimate: what is kept, what a training still holds of it, and what its learners take.
 */
final class TrainingRoom {
  /** Samples that are kept, and those that a training still holds when the buffer has others. */
  private static final int COPIES = 2;

  private final RetrainPlan plan;

  /** Bytes that a training needs however few samples there are. */
  private final long beside;

  /** Why no network fits the settings; empty if one does. */
  private final Optional<String> impossible;

  /** Whether it is for networks that are there that a training needs so much. */
  private final boolean forThoseThere;

  /**
   * @param plan what is kept, and how it is trained
   * @param networks says what learners take
   * @param goesOn what learning may go on from
   */
  TrainingRoom(RetrainPlan plan, Learning networks, Optional<ModelArtifact> goesOn) {
    this.plan = plan;
    long ofNew = 0;
    long bytes = 0;
    Optional<String> reason = Optional.empty();
    if (plan.retrain.trains()) {
      try {
        ofNew = beside(networks, Optional.empty());
        bytes = goesOn.isEmpty() ? ofNew : beside(networks, goesOn);
      } catch (IllegalArgumentException e) {
        reason = Optional.of(e.getMessage()); // Each training would say so, too.
      }
    }
    this.beside = bytes;
    this.forThoseThere = bytes > ofNew;
    this.impossible = reason;
  }

  private long beside(Learning networks, Optional<ModelArtifact> goesOn) {
    TrainingSettings settings = plan.training;
    if (plan.retrain.refreshes()) {
      return networks.learnerBytes(plan.task, settings, goesOn);
    }
    int batch = (int) Math.min(settings.batch(), asked()); // As the trainer has it.
    Optional<ModelArtifact> warm = goesOn.filter(any -> plan.retrain.warm());
    return networks.learnerBytes(plan.task, settings.withBatch(batch), warm);
  }

  /**
   * Why a training could not begin: where the samples are too many.
   *
   * @param bytes of all samples
   */
  Optional<String> tooLarge(long bytes) {
    long needed = beside + COPIES * bytes;
    return impossible.or(
        () ->
            needed <= limit()
                ? Optional.empty()
                : Optional.of(
                    "the samples and a training would need about %d bytes, retrain.memory.limit is %d: raise it, or %s"
                        .formatted(needed, limit(), orElse())));
  }

  private String orElse() {
    if (!forThoseThere) {
      return "lower window.steps, train.batch, train.hidden, train.members or train.inputs.steps";
    }
    return plan.retrain.refreshes()
        ? "lower window.steps or train.batch, or begin with new networks, which train.hidden and train.members make smaller: set another model.name, and no model.file that holds as large ones"
        : "lower window.steps or train.batch, or begin with new networks, which train.hidden and train.members make smaller: retrain.warm=false";
  }

  /** Why no training could begin, however few samples of whole windows are kept. */
  Optional<String> never() {
    return tooLarge(plan.wholeSampleBytes());
  }

  /** Why fewer samples of whole windows are kept than the settings say; empty if all are. */
  Optional<String> fewer() {
    long asked = asked();
    long fit = (limit() - beside) / (COPIES * plan.wholeSampleBytes());
    return fit >= asked
        ? Optional.empty()
        : Optional.of(
            "about %d of %d fit, retrain.memory.limit is %d: raise it, or lower retrain.buffer or retrain.reservoir"
                .formatted(fit, asked, limit()));
  }

  /**
   * Bytes that the samples may take: of as many as a training can begin with. Where none can,
   * however few whole windows there are, they may take the limit alone.
   */
  long bytes() {
    return !plan.retrain.trains() || never().isPresent() ? limit() : (limit() - beside) / COPIES;
  }

  /** Most samples of whole windows that are kept. */
  long samples() {
    return Math.min(asked(), bytes() / plan.wholeSampleBytes());
  }

  /** Bytes that samples of whole windows and a training of them come to at most. */
  long most() {
    if (!plan.retrain.trains()) {
      return Math.min(limit(), plan.newestSamples() * plan.wholeSampleBytes());
    }
    long samples = asked() * plan.wholeSampleBytes();
    return Math.min(limit(), never().isPresent() ? samples : beside + COPIES * samples);
  }

  private long asked() {
    return (long) plan.newestSamples() + plan.olderSamples();
  }

  private long limit() {
    return plan.retrain.limits().memoryBytes();
  }
}
