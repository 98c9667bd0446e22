package io.tplus1.topology.retrain;

import io.tplus1.model.StepInputs;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.SampleSchema;
import io.tplus1.train.SampleCheck;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/** Tells which samples are learnt from: those of the settings of now. Immutable. */
final class SampleFit {
  private final SampleCheck check;
  private final SampleSchema schema;
  private final boolean readsExperts;

  SampleFit(RetrainPlan plan) {
    this.check = new SampleCheck(plan.task.schema(), plan.task.steps(), plan.task.horizon());
    this.schema = new SampleSchema(plan.task.schema(), plan.traced);
    this.readsExperts = readsExperts(plan);
  }

  /** Whether networks read what experts forecast. */
  static boolean readsExperts(RetrainPlan plan) {
    return plan.task.inputs().filter(StepInputs::readsExperts).isPresent();
  }

  /** What a sample's values and shape tell. */
  SampleCheck check() {
    return check;
  }

  /** Why a sample is not learnt from; empty if it is. */
  Optional<String> misfit(TrainingSample sample, Headers headers) {
    return schema.misfit(headers, readsExperts).or(() -> check.misfit(sample));
  }

  /** Whether a sample may be of forecasts with the experts of now: former releases did not say. */
  boolean isOfExperts(Headers headers) {
    return schema.misfit(headers, true).isEmpty();
  }

  /** Whether a record may be of the features and words of now: former releases did not say. */
  boolean isPossible(Headers headers) {
    return schema.misfit(headers, false).isEmpty();
  }

  /** Whether a record, a sample or scores, says that it is of the features and words of now. */
  boolean isSaid(Headers headers) {
    return schema.isSaid(headers);
  }
}
