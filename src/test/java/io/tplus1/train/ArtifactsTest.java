package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArtifactsTest {

  /** Of which it would read padding: in the stream others forecast there. */
  @Test
  void error_windowsThatAreTooShortForAModel_countNothing() {
    Forecaster last =
        Samples.model("m", 1, 8, (window, out) -> out[0] = window.steps() < 8 ? 1e6f : 3);
    TrainingSample whole = Samples.of("a", 10_000, 1, 0, 1, 2, 1, 2, 1, 2, 1, 2);
    TrainingSample brief = Samples.of("b", 10_000, 1, 0, 1, 2, 1, 2, 1, 2, 1);
    RelativeError errors = RelativeError.of(Samples.SCHEMA, UsualChanges.bySeries(Samples.SCHEMA));

    double error = Artifacts.error(last, List.of(whole), errors);
    assertThat(error).isPositive();
    assertThat(Artifacts.error(last, List.of(whole, brief), errors)).isEqualTo(error);
    assertThat(Artifacts.error(last, List.of(brief), errors)).isNaN();
  }
}
