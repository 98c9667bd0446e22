package io.tplus1.topology;

import io.tplus1.config.Expert;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.SampleSchema;
import io.tplus1.serde.Score;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.SeriesOnHeap;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forwards what a task makes to the sinks: predictions, scores, training samples and sums of errors
 * by model. Owned by one stream thread.
 */
final class Emitter {
  private final ProcessorContext<Object, Object> context;
  private final String modelName;
  private final SampleSchema sampleSchema;
  private final ForecastListener listener;
  private final Sampling sampling;
  private final ErrorMeter meter;

  Emitter(
      ProcessorContext<Object, Object> context,
      ForecastLayout layout,
      ForecastCounters counters,
      Sampling sampling,
      ErrorMeter meter) {
    this.context = context;
    this.modelName = layout.settings().modelName();
    this.sampleSchema = new SampleSchema(layout.schema(), Expert.names(layout.rows().traced()));
    this.listener = counters.listener();
    this.sampling = sampling;
    this.meter = meter;
  }

  void prediction(Prediction prediction) {
    context.forward(
        new Record<>(prediction.key(), prediction, prediction.timeMs()), ForecastNodes.PREDICTIONS);
    listener.forecast(context.taskId().partition(), prediction);
  }

  void score(Score score) {
    context.forward(new Record<>(score.key(), score, score.timeMs()), ForecastNodes.SCORES);
    listener.scored(context.taskId().partition(), score);
  }

  /** The samples that a series' vector completed, once it is in the ring. */
  void samples(SeriesOnHeap.Entry entry) {
    long timeMs = entry.state().lastTimeMs();
    for (TrainingSample sample : sampling.take(entry, context.currentSystemTimeMs())) {
      context.forward(
          new Record<>(modelName, sample, timeMs, sampleSchema.headers()),
          ForecastNodes.TRAINING_SAMPLES);
    }
  }

  /** The sums of errors, if they are due before their period is over. */
  void modelScoresIfDue() {
    long nowMs = context.currentSystemTimeMs();
    if (meter.isDue(nowMs)) {
      modelScores(nowMs);
    }
  }

  /** The sums of errors since the last ones, if there are any. */
  void modelScores(long nowMs) {
    ModelScores scores = meter.take(context.taskId().toString(), nowMs);
    if (scores != null) {
      context.forward(
          new Record<>(
              modelName, scores, Math.max(0, scores.toMs()), sampleSchema.headersOfScores()),
          ForecastNodes.MODEL_SCORES);
    }
  }
}
