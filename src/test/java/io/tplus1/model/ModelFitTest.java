package io.tplus1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelFitTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");

  private static ModelFit fit(String... traced) {
    return new ModelFit(SCHEMA, 3, 2, List.of(traced));
  }

  private static ModelManifest manifest(
      FeatureSchema schema, int steps, int horizon, Optional<StepInputs> inputs) {
    return new ModelManifest(
        schema,
        steps,
        horizon,
        Strategy.DIRECT,
        Scaling.identity(1),
        Scaling.identity(1),
        new Provenance("test", 5, 9, 3, 1, Map.of(), Map.of()),
        inputs,
        inputs.isPresent() ? List.of(1f) : List.of(),
        1,
        ModelManifest.UNCUT,
        ModelManifest.DEVIATIONS);
  }

  /** What a network says of itself that reads what experts forecast. */
  static ModelManifest reading(String... traced) {
    StepInputs inputs =
        new StepInputs(
            List.of(StepInputs.Column.DIFFERENCE, StepInputs.Column.EXPERT),
            List.of(),
            List.of(traced),
            3,
            2,
            0,
            StepInputs.TRAINING_PART,
            1,
            true,
            8,
            List.of(StepInputs.Base.LAST));
    return manifest(SCHEMA, 3, 2, Optional.of(inputs));
  }

  @Test
  void misfit_manifestOfAnotherShape_saysWhatDiffers() {
    assertThat(fit().misfit(manifest(SCHEMA, 3, 2, Optional.empty()))).isEmpty();
    assertThat(fit().misfit(manifest(SCHEMA, 4, 2, Optional.empty())).orElseThrow())
        .startsWith(
            "the model does not fit this stream: window.steps is 3 here and 4 in the model;");
    assertThat(fit().misfit(manifest(SCHEMA, 3, 1, Optional.empty())).orElseThrow())
        .contains("forecast.horizon is 2 here and 1 in the model");
    FeatureSchema other = FeatureSchema.ofNumbers("y");
    assertThat(fit().misfit(manifest(other, 3, 2, Optional.empty())).orElseThrow())
        .contains("features is [x] here and [y] in the model");
  }

  @Test
  void misfit_anotherVocabulary_saysWhichWordDiffers() {
    ModelFit words = new ModelFit(statuses("storm", "hurricane"), 3, 2, List.of());

    assertThat(words.misfit(manifest(statuses("storm"), 3, 2, Optional.empty())).orElseThrow())
        .startsWith(
            "the model does not fit this stream: 'status' has 2 words here and 1 in the model; the first that differs, number 2, is 'hurricane' here and absent in the model;");
  }

  private static FeatureSchema statuses(String... words) {
    return FeatureSchema.of(List.of(Feature.category("status", List.of(words))));
  }

  /** Their forecasts stand side by side in a row: one would be taken for the other. */
  @Test
  void misfit_networkThatReadsOtherExperts_isToldWithTheirNames() {
    assertThat(fit("linear", "joint").misfit(reading("linear"))).isEmpty();
    assertThat(fit("linear").misfit(reading("linear"))).isEmpty();
    for (ModelFit other : List.of(fit("joint"), fit())) {
      assertThat(other.misfit(reading("linear")).orElseThrow())
          .contains("reads what the experts [linear] forecast");
    }
  }

  @Test
  void rowWidth_tracedExperts_haveAColumnForEachTarget() {
    FeatureSchema three = FeatureSchema.ofNumbers("x", "y", "z");

    assertThat(new ModelFit(three, 3, 2, List.of()).rowWidth()).isEqualTo(3);
    assertThat(new ModelFit(three, 3, 2, List.of("linear", "joint")).rowWidth()).isEqualTo(9);
  }
}
