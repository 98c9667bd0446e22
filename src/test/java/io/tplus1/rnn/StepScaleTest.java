package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.StepInputs;
import io.tplus1.model.StepInputs.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The unit of what a network reads of a step, at the ends of what can be set. */
class StepScaleTest {
  /** So the training's unit alone is asked for. */
  @Test
  void scale_priorOfAsManyStepsAsCanBeSet_isTheTrainings() {
    StepInputs inputs =
        new StepInputs(
            List.of(Column.DIFFERENCE),
            List.of(),
            List.of(),
            3,
            48,
            Integer.MAX_VALUE,
            0.1f,
            3,
            true,
            8,
            List.of(StepInputs.Base.LAST));
    StepEncoder encoder =
        new StepEncoder(
            FeatureSchema.ofNumbers("x"),
            inputs,
            List.of(2f),
            Scaling.identity(1),
            Scaling.identity(1));

    FeatureWindow window =
        FeatureWindow.of(
            new FeatureVector(0, new float[] {0}),
            new FeatureVector(1, new float[] {9}),
            new FeatureVector(2, new float[] {18}));

    assertThat(encoder.scale(window, 0)).isCloseTo(2.2f, within(1e-5f));
  }
}
