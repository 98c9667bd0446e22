package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.serde.ModelEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That settings of how much a training may take reach it. */
class ThrottledTrainingTopologyTest {
  /** What passes between two looks at the clock. */
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private final List<Long> sleeps = new ArrayList<>();
  private long nowNanos;

  private long look() {
    return nowNanos += LOOK_NANOS;
  }

  /** A driver whose clock goes on with each look at it, and with each sleep. */
  private RetrainDriver driver(Map<String, String> settings) {
    return new RetrainDriver(
        settings,
        tools ->
            new RetrainTools(
                tools.learning(),
                tools.trainer(),
                tools.loader(),
                tools.executor(),
                this::look,
                nanos -> {
                  sleeps.add(nanos);
                  nowNanos += nanos;
                },
                tools.counters()),
        RetrainDriver::plan);
  }

  @ParameterizedTest
  @CsvSource({"refresh, .5, 20", "refresh, .25, 60", "retrain, .5, 20", "retrain, .25, 60"})
  void cpuShare_partOfACore_firstStepIsFollowedByASleepOfTheRest(
      String mode, String share, long millis) {
    try (RetrainDriver retrain =
        driver(
            RetrainDriver.with(
                RetrainDriver.REFRESH, "retrain.mode=" + mode, "retrain.cpu.share=" + share))) {
      retrain.samples(50, RetrainDriver.SLOW);

      assertThat(retrain.events(ModelEvent.Kind.TRAINED)).isNotEmpty();
    }
    assertThat(sleeps).isNotEmpty();
    assertThat(sleeps.get(0)).isEqualTo(Duration.ofMillis(millis).toNanos());
  }

  @ParameterizedTest
  @CsvSource({"refresh", "retrain"})
  void cpuShare_wholeCore_noSleep(String mode) {
    try (RetrainDriver retrain =
        driver(
            RetrainDriver.with(
                RetrainDriver.REFRESH, "retrain.mode=" + mode, "retrain.cpu.share=1"))) {
      retrain.samples(50, RetrainDriver.SLOW);

      assertThat(retrain.events(ModelEvent.Kind.TRAINED)).isNotEmpty();
    }
    assertThat(sleeps).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"refresh", "retrain"})
  void timeLimit_passes_trainingFailsAndNamesIt(String mode) {
    try (RetrainDriver retrain =
        driver(
            RetrainDriver.with(
                RetrainDriver.REFRESH, "retrain.mode=" + mode, "retrain.time.limit=1s"))) {
      retrain.samples(50, RetrainDriver.SLOW);

      assertThat(retrain.events(ModelEvent.Kind.FAILED))
          .isNotEmpty()
          .allMatch(event -> event.reason().contains("retrain.time.limit, 1 s"));
    }
  }
}
