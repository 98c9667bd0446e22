package io.tplus1.topology.retrain;

import io.tplus1.model.Learning;
import java.util.Optional;

/**
 * The heap that samples and a training may take, {@code retrain.memory.limit}, and what they would
 * by a rough estimate: what is kept, what a training copies of it, and what its learners take.
 *
 * @param plan what is kept, and how it is trained
 * @param networks says what learners take
 */
record TrainingRoom(RetrainPlan plan, Learning networks) {

  /**
   * Why a training could not begin: where the samples are too many.
   *
   * @param bytes of all samples
   */
  Optional<String> tooLarge(long bytes) {
    long needed;
    try {
      needed = beside() + copies() * bytes;
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage()); // Settings that no network fits: it would say so, too.
    }
    long limit = limit();
    return needed <= limit
        ? Optional.empty()
        : Optional.of(
            "the samples and a training would need about %d bytes, retrain.memory.limit is %d: raise it, or lower window.steps, train.batch, train.hidden, train.members or train.inputs.steps"
                .formatted(needed, limit));
  }

  /** Why no training could begin, however few samples of whole windows are kept. */
  Optional<String> never() {
    return tooLarge(plan.wholeSampleBytes());
  }

  /** Why fewer samples of whole windows are kept than the settings say; empty if all are. */
  Optional<String> fewer() {
    long asked = asked();
    long fit = (limit() - beside()) / (copies() * plan.wholeSampleBytes());
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
    return !plan.retrain.trains() || never().isPresent()
        ? limit()
        : (limit() - beside()) / copies();
  }

  /** Bytes that samples of whole windows and a training of them come to at most. */
  long most() {
    if (!plan.retrain.trains()) {
      return Math.min(limit(), plan.newestSamples() * plan.wholeSampleBytes());
    }
    long samples = asked() * plan.wholeSampleBytes();
    return Math.min(limit(), never().isPresent() ? samples : beside() + copies() * samples);
  }

  private long asked() {
    return (long) plan.retrain.buffer().newest() + plan.retrain.buffer().reservoir();
  }

  private long limit() {
    return plan.retrain.limits().memoryBytes();
  }

  /** Bytes that a training needs however few samples there are. */
  private long beside() {
    long learners = networks.learnerBytes(plan.task, plan.training);
    return plan.retrain.refreshes()
        ? 4 * plan.wholeSampleBytes() * plan.training.batch() * plan.training.members() + learners
        : learners;
  }

  /**
   * How often samples may be there: those that are kept, those that a training still holds when the
   * buffer has others, and what a whole training copies.
   */
  private long copies() {
    return plan.retrain.refreshes() ? 2 : 3;
  }
}
