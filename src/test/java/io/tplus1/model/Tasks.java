package io.tplus1.model;

import io.tplus1.feature.FeatureSchema;
import java.util.Optional;

/** Tasks of which a test says what matters to it. */
public final class Tasks {
  private Tasks() {}

  /** Vectors in, vectors out. */
  public static Trainer.Task of(FeatureSchema schema, int steps, int horizon) {
    return new Trainer.Task(schema, steps, horizon, Optional.empty());
  }
}
