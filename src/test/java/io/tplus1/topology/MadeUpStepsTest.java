package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.topology.notice.ShortHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@code gap.fill} makes up a step before each vector, the log says so, once. */
class MadeUpStepsTest {
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private static List<String> said(String interval, Consumer<ForecastTestHarness> pushing) {
    Map<String, String> settings =
        TestSettings.with(
            Map.of("features", "x", "time.max.ahead", "off", "window.steps", "8"),
            "gap.fill",
            "last",
            "step.interval",
            interval);
    try (LogCapture log = LogCapture.of(ShortHistory.class);
        var harness = new ForecastTestHarness(settings)) {
      pushing.accept(harness);
      return log.messages();
    }
  }

  private static void push(ForecastTestHarness harness, Instant start, Duration step, int vectors) {
    for (int i = 0; i < vectors; i++) {
      harness.push("sensor", start.plus(step.multipliedBy(i)), i);
    }
  }

  /** With an interval that is set, or that the window showed before vectors came half as often. */
  @ParameterizedTest
  @ValueSource(strings = {"1s", ""})
  void look_stepsShorterThanVectorsLieApart_saysItOnce(String interval) {
    assertThat(
            said(
                interval,
                harness -> {
                  push(harness, START, Duration.ofSeconds(1), 10);
                  push(harness, START.plusSeconds(11), Duration.ofSeconds(2), 200);
                }))
        .singleElement()
        .asString()
        .startsWith("Of t+1 of series sensor nothing is scored or learnt")
        .contains(
            "each of its last 32 came behind a step",
            "the newest 2s after",
            "step.interval, " + (interval.isEmpty() ? "not set" : interval));
  }

  /** Each of many series has one, and none of them another. */
  @Test
  void look_outageOfManySeries_saysNothing() {
    assertThat(
            said(
                "1s",
                harness -> {
                  for (int second = 0; second < 20; second++) {
                    for (int i = 0; i < 100 && second != 10; i++) {
                      harness.push("s" + i, START.plusSeconds(second), i);
                    }
                  }
                }))
        .isEmpty();
  }

  /** Whichever series was followed first, of a pace that is right. */
  @Test
  void look_oneSeriesOfAnotherPace_isFound() {
    assertThat(
            said(
                "1s",
                harness -> {
                  for (int second = 0; second < 200; second++) {
                    if (second != 1) {
                      harness.push("right", START.plusSeconds(second), second);
                    }
                    if (second % 2 == 0) {
                      harness.push("half", START.plusSeconds(second), second);
                    }
                  }
                }))
        .singleElement()
        .asString()
        .contains("series half ");
  }

  /** Two vectors that lie one step apart are scored and learnt from. */
  @Test
  void look_oneStepThatCameAmongManyThatDidNot_saysNothing() {
    assertThat(
            said(
                "1s",
                harness -> {
                  for (int i = 0; i < 8; i++) {
                    push(harness, START.plusSeconds(i * 63L), Duration.ofSeconds(2), 32);
                  }
                }))
        .isEmpty();
  }
}
