package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private final Pauses pauses = new Pauses();

  private void made(long... timesMs) {
    for (long timeMs : timesMs) {
      pauses.step(timeMs, true);
    }
  }

  /** Forecasts in each step for a minute. */
  private void busyFrom(long fromMs) {
    for (int i = 0; i < 12; i++) {
      made(fromMs + i * History.STEP_MS);
    }
  }

  private ObjectNode told() {
    return pauses.putTo(Json.object());
  }

  private long usual() {
    return told().path("usualPause").asLong(-1);
  }

  @Test
  void putTo_noForecastYet_tellsNothing() {
    pauses.step(5_000, false);

    assertThat(told()).isEmpty();
  }

  @Test
  void putTo_forecastsInFewSteps_onlyTheNewestIsTold() {
    made(5_000, 10_000);
    pauses.step(15_000, false);

    assertThat(told().get("lastForecast").asLong()).isEqualTo(10_000);
    assertThat(told().has("usualPause")).isFalse();
  }

  /** A step is told of again while it goes on. */
  @Test
  void step_oneStepToldOften_isOneOfThem() {
    for (int i = 0; i < 20; i++) {
      made(5_000);
    }

    assertThat(told().has("usualPause")).isFalse();
  }

  @Test
  void putTo_busyStream_hasNoPause() {
    busyFrom(0);

    assertThat(usual()).isZero();
  }

  /** However long it is silent: what was seen of it does not leave it. */
  @Test
  void putTo_busyStreamThatIsSilentForLong_stillHasNone() {
    busyFrom(0);
    for (long timeMs = HOUR; timeMs < 3 * DAY; timeMs += HOUR) {
      pauses.step(timeMs, false);
    }

    assertThat(told().get("lastForecast").asLong()).isEqualTo(11 * History.STEP_MS);
    assertThat(usual()).isZero();
  }

  @Test
  void putTo_pauseOfLessThanAnHour_isUsualForAnHour() {
    busyFrom(0);
    busyFrom(25 * MINUTE);
    assertThat(usual()).isBetween(24 * MINUTE, 25 * MINUTE);

    for (long minute = 26; minute < 90; minute++) {
      busyFrom(minute * MINUTE);
    }
    assertThat(usual()).isZero();
  }

  /** One may have been a failure; two are how the stream is. */
  @Test
  void putTo_pausesOfADay_areUsualFromTheSecondOn() {
    busyFrom(0);
    busyFrom(DAY);
    assertThat(usual()).isZero();

    busyFrom(2 * DAY);
    assertThat(usual()).isBetween(DAY - HOUR, DAY);
  }

  /** Of a busy stream nothing else would push them out. */
  @Test
  void putTo_outagesOfLongAgo_areForgotten() {
    busyFrom(0);
    busyFrom(3 * HOUR);
    busyFrom(6 * HOUR);
    assertThat(usual()).isGreaterThan(2 * HOUR);

    for (long minute = 0; minute < 30 * 60; minute++) {
      busyFrom(7 * HOUR + minute * MINUTE);
    }
    assertThat(usual()).isZero();
  }

  /** One forecast each five minutes for eight hours a day. */
  @Test
  void putTo_nightsAmongManyShortPauses_areUsual() {
    for (long day = 0; day < 3; day++) {
      for (long minute = 0; minute <= 8 * 60; minute += 5) {
        made(day * DAY + minute * MINUTE);
      }
    }

    assertThat(usual()).isEqualTo(16 * HOUR);
  }

  @Test
  void step_clockSetBack_goesByWhatComesNow() {
    made(HOUR);
    pauses.step(5_000, false);
    made(10_000);

    assertThat(told().get("lastForecast").asLong()).isEqualTo(10_000);
  }

  @Test
  void putMerged_severalInstances_newestForecastAndShortestPause() {
    ObjectNode one = Json.object().put("lastForecast", 10).put("usualPause", DAY);
    ObjectNode other = Json.object().put("lastForecast", 20).put("usualPause", 0);
    ObjectNode silent = Json.object();

    ObjectNode merged = Pauses.putMerged(Json.object(), List.of(one, silent, other));

    assertThat(merged.get("lastForecast").asLong()).isEqualTo(20);
    assertThat(merged.get("usualPause").asLong()).isZero();
    assertThat(Pauses.putMerged(Json.object(), List.of(silent))).isEmpty();
  }

  /** It gave its partitions away, and knows no more how fast the stream is. */
  @Test
  void putMerged_instanceThatForecastsNoMore_doesNotSayThePause() {
    ObjectNode former = Json.object().put("lastForecast", 0).put("usualPause", 0);
    ObjectNode now = Json.object().put("lastForecast", HOUR).put("usualPause", 15 * MINUTE);

    ObjectNode merged = Pauses.putMerged(Json.object(), List.of(former, now));

    assertThat(merged.get("usualPause").asLong()).isEqualTo(15 * MINUTE);
  }
}
