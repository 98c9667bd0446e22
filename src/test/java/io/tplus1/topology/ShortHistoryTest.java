package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.topology.notice.ShortHistory;
import io.tplus1.topology.rows.RowKeeping;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series whose vectors lie too far apart for what is kept of them are told of, once. */
class ShortHistoryTest {
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private static List<String> said(Consumer<ForecastTestHarness> pushing, String... more) {
    Map<String, String> settings = settings(more);
    return lines(
        () -> {
          try (var harness = new ForecastTestHarness(settings)) {
            pushing.accept(harness);
          }
        });
  }

  private static Map<String, String> settings(String... more) {
    return TestSettings.with(
        Map.of("features", "x", "time.max.ahead", "off", "window.store", "memory"), more);
  }

  private static List<String> lines(Runnable work) {
    try (LogCapture log = LogCapture.of(ShortHistory.class)) {
      work.run();
      return log.messages();
    }
  }

  /** As when partitions come back after they were another instance's. */
  @ParameterizedTest
  @CsvSource({
    "1, 24, 24, is not forecast",
    "9, 24, 24, begins anew with each vector",
    "1, 30, 5, never fills"
  })
  void look_severalTasksOfOneTopology_saysItOfOne(
      int days, String steps, String minimum, String what) {
    Configuration configuration =
        new Configuration(settings("window.steps", steps, "history.minimum", minimum));
    FeatureSchema schema = configuration.schema();
    Topology topology =
        ForecastTopology.build(
            ForecastPlan.of(configuration, schema),
            configuration.registry(schema),
            Clock.fixed(START, ZoneOffset.UTC),
            new ForecastCounters(ForecastListener.NONE),
            RowKeeping.WITH_TASKS);

    assertThat(
            lines(
                () -> {
                  for (int task = 0; task < 3; task++) {
                    drive(topology, "sensor-" + task, Duration.ofDays(days));
                  }
                }))
        .singleElement()
        .asString()
        .contains("sensor-0", what);
  }

  /** Each driver has a task of its own. */
  private static void drive(Topology topology, String key, Duration step) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "short");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    try (TopologyTestDriver driver = new TopologyTestDriver(topology, properties, START)) {
      TestInputTopic<byte[], byte[]> features =
          driver.createInputTopic("features", new ByteArraySerializer(), new ByteArraySerializer());
      for (int i = 0; i < 40; i++) {
        features.pipeInput(
            key.getBytes(UTF_8),
            "{\"features\":[%d]}".formatted(i).getBytes(UTF_8),
            START.plus(step.multipliedBy(i)));
      }
    }
  }

  private static Consumer<ForecastTestHarness> vectors(Duration step, int vectors) {
    return harness -> push(harness, START, step, vectors);
  }

  private static void push(ForecastTestHarness harness, Instant start, Duration step, int vectors) {
    for (int i = 0; i < vectors; i++) {
      harness.push("sensor", start.plus(step.multipliedBy(i)), i);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1d, 8", "3, 3d, 3", "7, 7d, 2", "8, 8d, 1"})
  void look_daysInAWindowOfAWeek_saysWhatToDoOnce(int days, String step, int most) {
    assertThat(said(vectors(Duration.ofDays(days), 40)))
        .singleElement()
        .asString()
        .startsWith("Series sensor is not forecast: it speaks every " + step + ", so at most ")
        .contains(most + " vectors lie in window.max.age", "history.minimum asks for 24");
  }

  /** Nothing is known of it any more when it speaks again. */
  @ParameterizedTest
  @CsvSource({"9, 24, 24, 9d", "30, 24, 24, 30d", "9, 2, 1, 9d"})
  void lookAtNew_silentLongerThanTheRetention_saysWhatToDoOnce(
      int days, int steps, int minimum, String step) {
    assertThat(
            said(
                vectors(Duration.ofDays(days), 40),
                "window.steps",
                Integer.toString(steps),
                "history.minimum",
                Integer.toString(minimum)))
        .singleElement()
        .asString()
        .startsWith("Series sensor begins anew with each vector")
        .contains(
            "came " + step + " after the one before",
            "window.retention, 8d",
            "Raise window.max.age");
  }

  @Test
  void lookAtNew_moreSeriesThanAreLookedAt_saysItOfOne() {
    assertThat(
            said(
                harness -> {
                  for (int i = 0; i < 6; i++) {
                    for (int one = 0; one < 70; one++) {
                      harness.push("sensor-" + one, START.plus(Duration.ofDays(9L * i)), i);
                    }
                  }
                }))
        .singleElement()
        .asString()
        .startsWith("Series sensor-0 begins anew");
  }

  @ParameterizedTest
  @CsvSource({"24, 24", "2, 2", "1, 1"})
  void lookAtNew_visitsOfTwoVectors_saysNothing(String steps, String minimum) {
    assertThat(
            said(
                harness -> {
                  for (int part = 0; part < 12; part++) {
                    push(harness, START.plus(Duration.ofDays(20L * part)), Duration.ofHours(1), 2);
                  }
                },
                "window.steps",
                steps,
                "history.minimum",
                minimum))
        .isEmpty();
  }

  @Test
  void look_stepIntervalThatIsNotKept_saysWhatVectorsShow() {
    assertThat(said(vectors(Duration.ofDays(3), 40), "step.interval", "1h"))
        .singleElement()
        .asString()
        .contains("it speaks every 3d");
  }

  @Test
  void look_hours_saysNothing() {
    assertThat(said(vectors(Duration.ofHours(1), 40))).isEmpty();
  }

  @Test
  void look_hoursAroundSilences_saysNothing() {
    assertThat(
            said(
                harness -> {
                  for (int part = 0; part < 8; part++) {
                    Instant start = START.plus(Duration.ofDays(10L * part));
                    push(harness, start, Duration.ofHours(1), 30);
                  }
                }))
        .isEmpty();
  }

  @Test
  void look_windowThatBeginsAnewWithEachVector_saysWhyOnce() {
    assertThat(said(vectors(Duration.ofHours(1), 40), "gap.fill", "last", "step.interval", "1m"))
        .singleElement()
        .asString()
        .startsWith("Series sensor is not forecast: its window began anew 4 times")
        .contains("came 1h after the one before", "step.interval, 1m");
  }

  @ParameterizedTest
  @CsvSource({"1, 30, 5, 1d, 8", "4, 3, 2, 4d, 2", "8, 3, 1, 8d, 1"})
  void lookForFull_ageCutsEveryWindow_saysThatNoneFillsOnce(
      int days, int steps, int minimum, String step, int most) {
    assertThat(
            said(
                vectors(Duration.ofDays(days), 40),
                "window.steps",
                Integer.toString(steps),
                "history.minimum",
                Integer.toString(minimum)))
        .singleElement()
        .asString()
        .startsWith("The window of series sensor never fills: it speaks every " + step)
        .contains("at most " + most + " vectors lie in", "7d, and window.steps is " + steps);
  }

  @Test
  void lookAhead_stepIntervalSaysThatNoWindowFills_saysSoAtTheStartAlone() {
    assertThat(
            said(
                vectors(Duration.ofDays(1), 40),
                "window.steps",
                "30",
                "history.minimum",
                "5",
                "step.interval",
                "1d"))
        .singleElement()
        .asString()
        .startsWith("No window will fill: of vectors that come every 1d (step.interval), at most");
  }

  @Test
  void lookForFull_hoursAroundSilences_saysNothing() {
    assertThat(
            said(
                harness -> {
                  for (int part = 0; part < 8; part++) {
                    Instant start = START.plus(Duration.ofDays(6L * part));
                    push(harness, start, Duration.ofHours(1), 30);
                  }
                },
                "history.minimum",
                "1"))
        .isEmpty();
  }

  @Test
  void lookBack_windowAndHorizonLongerThanHeld_saysWhatToDoOnce() {
    assertThat(
            said(
                vectors(Duration.ofHours(1), 200),
                "retrain.mode",
                "refresh",
                "window.steps",
                "168",
                "forecast.horizon",
                "24"))
        .singleElement()
        .asString()
        .startsWith("Nothing is learnt from series sensor: it speaks every 1h, so 168 vectors")
        .contains(
            "span 191h",
            "held for 7d",
            "set window.retention to 9d, with which a running application restores its stores");
  }

  @Test
  void lookBack_horizonBeyondRetention_saysWhatToDoOnce() {
    assertThat(
            said(
                vectors(Duration.ofDays(1), 40),
                "retrain.mode",
                "refresh",
                "window.steps",
                "4",
                "forecast.horizon",
                "14"))
        .singleElement()
        .asString()
        .startsWith("Nothing is learnt from series sensor: it speaks every 1d, so 4 vectors")
        .contains("the 14 that follow them span 17d", "set window.retention to 22d");
  }

  @Test
  void lookBack_horizonBeyondRetentionAndNothingLearns_saysWhatIsNeverScoredOnce() {
    assertThat(said(vectors(Duration.ofDays(1), 40), "window.steps", "5", "forecast.horizon", "14"))
        .singleElement()
        .asString()
        .startsWith("Horizons beyond t+8 of series sensor are never scored")
        .contains("speaks every 1d, so its 14 take 14d", "Raise window.retention to 14d");
  }

  /** As of weeks of five days. */
  @Test
  void lookBack_weekendsMakeHorizonsTooLong_saysWhatIsNeverScoredOnce() {
    assertThat(
            said(
                ShortHistoryTest::pushWeeksOfFiveDays,
                "window.steps",
                "22",
                "window.max.age",
                "30d",
                "forecast.horizon",
                "24",
                "step.interval",
                "1d"))
        .singleElement()
        .asString()
        .startsWith("Horizons beyond t+23 of series sensor are never scored");
  }

  @Test
  void lookBack_silenceAsLongAsTheRetention_saysNothing() {
    assertThat(
            said(
                harness -> {
                  push(harness, START, Duration.ofHours(1), 40);
                  push(
                      harness,
                      START.plus(Duration.ofDays(8).plusHours(39)),
                      Duration.ofHours(1),
                      40);
                  assertThat(harness.counters().events(ForecastCounters.Event.EXPIRED))
                      .isPositive();
                },
                "forecast.horizon",
                "14"))
        .isEmpty();
  }

  @Test
  void lookBack_weekendsMakeSamplesTooLong_saysWhatToDoOnce() {
    assertThat(
            said(
                ShortHistoryTest::pushWeeksOfFiveDays,
                "retrain.mode",
                "refresh",
                "window.steps",
                "22",
                "window.max.age",
                "30d",
                "forecast.horizon",
                "5"))
        .singleElement()
        .asString()
        .startsWith("Nothing is learnt from series sensor: it speaks every PT3");
  }

  private static void pushWeeksOfFiveDays(ForecastTestHarness harness) {
    for (int i = 0; i < 60; i++) {
      harness.push("sensor", START.plus(Duration.ofDays(i / 5 * 7L + i % 5)), i);
    }
  }

  @Test
  void lookBack_retentionAsItSays_samplesAreMade() {
    assertThat(
            said(
                harness -> {
                  push(harness, START, Duration.ofHours(1), 200);
                  assertThat(harness.counters().events(ForecastCounters.Event.SAMPLED))
                      .isEqualTo(200 - 168 - 24 + 1);
                },
                "retrain.mode",
                "refresh",
                "window.steps",
                "168",
                "forecast.horizon",
                "24",
                "window.retention",
                "216h"))
        .isEmpty();
  }
}
