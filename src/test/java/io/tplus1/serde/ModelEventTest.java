package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelEventTest {
  private static final Map<String, Double> TOOK = Map.of(ModelEvent.SECONDS, 1.5);

  private static boolean isRepeated(
      ModelEvent.Kind kind, String command, Map<String, Double> figures) {
    return new ModelEvent(
            kind,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(command),
            "because",
            figures)
        .isRepeated();
  }

  @Test
  void isRepeated_answerToAnotherCommand_saysSo() {
    assertThat(isRepeated(ModelEvent.Kind.TRAINED, "second", Map.of())).isTrue();
    assertThat(isRepeated(ModelEvent.Kind.FAILED, "second", Map.of())).isTrue();
    assertThat(isRepeated(ModelEvent.Kind.FAILED, "first", TOOK)).isFalse();
    assertThat(isRepeated(ModelEvent.Kind.PINNED, "other", Map.of())).isFalse();
  }

  /** Former releases gave no figures with a failure. */
  @Test
  void isRepeated_nobodyAsked_isTheOnlyOne() {
    assertThat(isRepeated(ModelEvent.Kind.FAILED, null, Map.of())).isFalse();
  }
}
