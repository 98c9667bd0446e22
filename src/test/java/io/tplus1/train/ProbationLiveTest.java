package io.tplus1.train;

import static io.tplus1.train.Probation.Verdict.OPEN;
import static io.tplus1.train.Probation.Verdict.PASSED;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_FORMER;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_PERSISTENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Live errors of many series, whose event times count, not they. */
class ProbationLiveTest {
  private static final int SERIES = 200;
  private static final int HOUR_MS = 3_600_000;
  private static final long MINUTE_MS = 60_000;

  private static Probation started(int horizon) {
    Probation probation = new Probation(SERIES, horizon);
    probation.start(true);
    return probation;
  }

  /** One event time: samples of all series, and their live scores. */
  private static void hour(
      Probation probation, int hour, double champion, double former, double persistence) {
    long timeMs = (long) hour * HOUR_MS;
    for (int i = 0; i < SERIES; i++) {
      probation.sample(timeMs, HOUR_MS, 1, champion, former, persistence);
    }
    probation.live(timeMs, SERIES, SERIES * champion, SERIES * persistence);
  }

  /** As of shops that are closed: the last value is never wrong, a network is by a little. */
  @ParameterizedTest
  @ValueSource(doubles = {.002, .02})
  void verdict_promotedWhileAllSeriesStandStill_waitsForTheDay(double miss) {
    Probation probation = started(1);
    int hour = 0;
    for (; hour < 60; hour++) {
      hour(probation, hour, miss, miss, 0);
      assertThat(probation.verdict()).isEqualTo(OPEN);
    }
    assertThat(probation.figures()).containsEntry("liveEventTimes", 0.0);
    for (; hour < 63; hour++) {
      hour(probation, hour, .54, .6, 1);
    }

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  /** It would serve all weekend, and for good where nothing moves again. */
  @Test
  void verdict_farWorseThanFormerWhereNothingMoves_goesBack() {
    Probation probation = started(1);
    for (int hour = 0; hour < 10; hour++) {
      hour(probation, hour, 5, .01, 0);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_FORMER);
  }

  @Test
  void verdict_worseThanPersistenceAfterAWeekend_goesAfterTenEventTimesThatMove() {
    Probation probation = started(1);
    int hour = 0;
    for (; hour < 60; hour++) {
      hour(probation, hour, .002, .002, 0);
    }
    for (; hour < 70; hour++) {
      assertThat(probation.verdict()).isEqualTo(OPEN);
      hour(probation, hour, 1.5, 1.5, 1);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  @Test
  void verdict_worseThanPersistenceAndNoBetterThanFormer_goesAfterTenEventTimes() {
    Probation probation = started(1);
    for (int hour = 0; hour < 10; hour++) {
      assertThat(probation.verdict()).isEqualTo(OPEN);
      hour(probation, hour, 1.5, 1.5, 1);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  /** With so many steps the paired test says nothing yet, but the former is far worse. */
  @Test
  void verdict_worseThanPersistence_goesBackToNothingFarWorse() {
    Probation probation = started(48);
    Probation alike = started(48);
    for (int hour = 0; hour < 10; hour++) {
      hour(probation, hour, 1.5, 2.2, 1);
      hour(alike, hour, 1.5, 1.8, 1);
    }

    assertThat(probation.verdict()).isEqualTo(PASSED);
    assertThat(alike.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  /** Without a sample nobody knows the step, and each second is no event time of its own. */
  @Test
  void live_beforeTheFirstSample_isOfNoEventTime() {
    Probation probation = started(48);
    for (int second = 0; second < 30; second++) {
      probation.live(second * 1_000L, SERIES, 300, 200);
    }
    probation.sample(0, HOUR_MS, 1, Double.NaN, Double.NaN, 1);
    for (int hour = 0; hour < 10; hour++) {
      assertThat(probation.verdict()).isEqualTo(OPEN);
      probation.live((long) hour * HOUR_MS, SERIES, 300, 200);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  /** Of two tasks, one of which is behind, and both of which tell each hour many times. */
  @Test
  void live_anyOrderAndManyRecordsOfOneEventTime_eachEventTimeCountsOnce() {
    Probation probation = started(48);
    probation.sample(0, HOUR_MS, 1, Double.NaN, Double.NaN, 1);
    for (int i = 0; i < 90; i++) {
      int hour = i % 2 == 0 ? 8 - i / 2 % 5 : i / 2 % 4;
      probation.live((long) hour * HOUR_MS, 100, 150, 100);
      assertThat(probation.verdict()).isEqualTo(OPEN);
    }

    probation.live(9L * HOUR_MS, 1, 2, 1);

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  /** As of devices that report every hour, each at another second. */
  @Test
  void live_seriesEachAtTheirOwnTimes_eventTimesSpanHalfAStep() {
    Probation probation = started(1);
    probation.sample(0, HOUR_MS, 1, Double.NaN, Double.NaN, 1);
    int minute = 0;
    for (; minute < 4 * 60; minute++) {
      probation.live(minute * 60_000L, SERIES, 300, 200);
      assertThat(probation.verdict()).isEqualTo(OPEN);
    }
    for (; minute < 10 * 60; minute++) {
      probation.live(minute * 60_000L, SERIES, 300, 200);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  /** As of ten devices by the minute beside some by the hour. */
  @Test
  void verdict_slowSeriesSpeaksFirst_isFoundByTheStepOfMostSamples() {
    Probation probation = started(1);
    for (int i = 0; i < 20; i++) {
      probation.sample(-i, i % 4 == 0 ? HOUR_MS : MINUTE_MS, 1, Double.NaN, Double.NaN, 1);
    }
    probation.sample(0, HOUR_MS, 1, 1.5, 1.5, 1);

    for (int minute = 0; minute < 10; minute++) {
      assertThat(probation.verdict()).isEqualTo(OPEN);
      for (int i = 0; i < 10; i++) {
        probation.sample(minute * MINUTE_MS, MINUTE_MS, 1, 1.5, 1.5, 1);
      }
      probation.live(minute * MINUTE_MS, SERIES, 300, 200);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  /** As of a replay, which is faster than the clock by which records are due. */
  @Test
  void verdict_oneRecordOfManyEventTimes_samplesCountThem() {
    Probation probation = started(1);
    probation.live(10, 10 * SERIES, 3_000, 2_000);
    for (int time = 0; time < 10; time++) {
      assertThat(probation.verdict()).isEqualTo(OPEN);
      for (int i = 0; i < SERIES; i++) {
        probation.sample(time, 1, 1, 1.5, 1.5, 1);
      }
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  @Test
  void readLive_withinAnEventTime_oneIsCountedTooMuchAtMost() {
    Probation probation = started(48);
    probation.sample(0, HOUR_MS, 1, Double.NaN, Double.NaN, 1);
    for (int hour = 0; hour < 8; hour++) {
      probation.live((long) hour * HOUR_MS, SERIES, 300, 200);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Probation.BYTES + Probation.LIVE_BYTES);
    probation.write(bytes);
    probation.writeLive(bytes);
    assertThat(bytes.hasRemaining()).isFalse();

    Probation again = new Probation(SERIES, 48);
    again.read(bytes.flip());
    again.readLive(bytes);
    for (int second = 0; second < 30; second++) {
      again.live(7L * HOUR_MS + second * 1_000L, SERIES, 300, 200);
    }
    assertThat(again.verdict()).isEqualTo(OPEN);
    again.live(9L * HOUR_MS, SERIES, 300, 200);

    assertThat(again.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }
}
