package io.tplus1.topology.retrain;

import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the side topology writes: records of {@code models} and of {@code model-events}. For the
 * stream thread.
 *
 * <p>An artifact and its pointer are written in one call of the processor, hence in one
 * transaction.
 */
final class ModelOutput {
  private static final Logger LOG = LoggerFactory.getLogger(ModelOutput.class);

  private final ProcessorContext<String, Object> context;
  private final String modelName;
  private final RetrainCounters counters;
  private final ModelPointerSerde pointers = new ModelPointerSerde();

  ModelOutput(
      ProcessorContext<String, Object> context, String modelName, RetrainCounters counters) {
    this.context = context;
    this.modelName = modelName;
    this.counters = counters;
  }

  /** Says who serves, its artifact first: what {@code models} had of it may be lost. */
  void champion(ModelPointer pointer, byte[] artifact) {
    model(ModelKeys.artifact(pointer.champion()), artifact);
    model(ModelKeys.champion(modelName), pointers.serializer().serialize("", pointer));
  }

  void deleteArtifact(String hash) {
    model(ModelKeys.artifact(hash), null);
    counters.count(RetrainCounters.Event.ARTIFACT_DELETED);
    LOG.info(
        "Deleting artifact {} of model {} from models: nobody has needed it for models.keep.ms, or 256 MiB of newer ones lie there",
        hash,
        modelName);
  }

  void linear(String expert, byte[] part) {
    model(ModelKeys.linear(modelName, expert), part);
    counters.count(RetrainCounters.Event.LINEAR_PUBLISHED);
  }

  void deleteLinear(String expert) {
    model(ModelKeys.linear(modelName, expert), null);
    LOG.info("Deleting what {} of model {} had learnt from models", expert, modelName);
  }

  private void model(String key, byte[] value) {
    context.forward(new Record<>(key, value, nowMs()), RetrainNodes.MODELS);
  }

  void event(ModelEvent event) {
    counters.event(event.kind());
    LOG.info(
        "Model {}: {} {}{}, {} {}",
        modelName,
        event.kind(),
        event.hash().orElse("(no artifact)"),
        event.command().map(id -> " by command " + id).orElse(""),
        event.reason(),
        event.figures());
    context.forward(new Record<>(modelName, event, nowMs()), RetrainNodes.EVENTS);
  }

  private long nowMs() {
    return Math.max(0, context.currentSystemTimeMs());
  }
}
