package io.tplus1.train;

import static io.tplus1.train.RetrainSchedule.Reason.CLOCK;
import static io.tplus1.train.RetrainSchedule.Reason.DRIFT;
import static io.tplus1.train.RetrainSchedule.Reason.EVENT_TIME;
import static io.tplus1.train.RetrainSchedule.Reason.FIRST;
import static io.tplus1.train.RetrainSchedule.Reason.SAMPLES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RetrainScheduleTest {
  private static final Optional<Duration> NEVER = Optional.empty();

  private static RetrainSchedule.Settings settings(
      Optional<Duration> every, Optional<Duration> eventEvery, int samples) {
    return new RetrainSchedule.Settings(every, eventEvery, samples, true, 100);
  }

  private static RetrainSchedule started(RetrainSchedule.Settings settings) {
    RetrainSchedule schedule = new RetrainSchedule(settings);
    schedule.started(1_000, 5_000, 100);
    schedule.ended(true);
    return schedule;
  }

  @Test
  void due_first_waitsForItsSamples() {
    RetrainSchedule schedule =
        new RetrainSchedule(settings(Optional.of(Duration.ofMillis(1)), NEVER, 1));
    schedule.drifted();

    assertThat(schedule.due(1_000_000, 0, 99, false)).isEmpty();
    assertThat(schedule.due(0, 0, 100, false)).contains(FIRST);
  }

  @Test
  void due_samples_afterSoMany() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));

    assertThat(schedule.due(1_000_000, 1_000_000, 123, false)).isEmpty();
    assertThat(schedule.due(1_000, 5_000, 124, false)).contains(SAMPLES);
  }

  @Test
  void due_clock_afterItsTimeIfAnythingCame() {
    RetrainSchedule schedule = started(settings(Optional.of(Duration.ofSeconds(10)), NEVER, 0));

    assertThat(schedule.due(10_999, 0, 101, false)).isEmpty();
    assertThat(schedule.due(11_000, 0, 101, false)).contains(CLOCK);
    assertThat(schedule.due(11_000, 0, 100, false)).isEmpty();
  }

  @Test
  void due_clockSetBackByMoreThanItsTime_isDue() {
    RetrainSchedule schedule =
        new RetrainSchedule(settings(Optional.of(Duration.ofHours(1)), NEVER, 0));
    schedule.started(Duration.ofDays(10).toMillis(), 0, 100);
    schedule.ended(true);

    assertThat(schedule.due(Duration.ofDays(10).toMillis() - 1, 0, 101, false)).isEmpty();
    assertThat(schedule.due(0, 0, 101, false)).contains(CLOCK);
    assertThat(schedule.due(0, 0, 100, false)).isEmpty();
  }

  @Test
  void due_eventTime_afterItsTime() {
    RetrainSchedule schedule = started(settings(NEVER, Optional.of(Duration.ofSeconds(10)), 0));

    assertThat(schedule.due(1_000_000, 14_999, 101, false)).isEmpty();
    assertThat(schedule.due(1_000, 15_000, 101, false)).contains(EVENT_TIME);
  }

  @Test
  void due_drift_once() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 0));
    assertThat(schedule.due(2_000, 6_000, 101, false)).isEmpty();
    schedule.drifted();
    assertThat(schedule.due(2_000, 6_000, 101, false)).contains(DRIFT);

    schedule.started(2_000, 6_000, 101);
    schedule.ended(true);

    assertThat(schedule.due(3_000, 7_000, 102, false)).isEmpty();
  }

  @Test
  void due_nobodyServes_isTriedAgainWithoutASchedule() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 0));

    assertThat(schedule.due(2_000, 6_000, 1_000, false)).isEmpty();
    assertThat(schedule.due(2_000, 6_000, 199, true)).isEmpty();
    assertThat(schedule.due(2_000, 6_000, 200, true)).contains(SAMPLES);
  }

  @Test
  void due_nobodyServesAndAScheduleSaysWhen_waitsForIt() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 500));

    assertThat(schedule.due(2_000, 6_000, 599, true)).isEmpty();
    assertThat(schedule.due(2_000, 6_000, 600, true)).contains(SAMPLES);
  }

  @Test
  void beginAnew_whateverWasDue_waitsForItsSamplesAsTheFirst() {
    RetrainSchedule schedule = started(settings(Optional.of(Duration.ofMillis(1)), NEVER, 1));
    schedule.drifted();
    schedule.started(0, 0, 300);
    schedule.givenUp();

    schedule.beginAnew(310);

    RetrainSchedule again = reread(schedule);
    assertThat(again.due(1_000_000, 0, 409, true)).isEmpty();
    assertThat(again.due(1_000_000, 0, 410, true)).contains(FIRST);
    again.started(1_000_000, 0, 410);
    again.ended(true);
    assertThat(again.due(2_000_000, 0, 434, true)).contains(SAMPLES);
  }

  /** Those that are gone teach nothing; a schedule that has begun needs no first samples. */
  @Test
  void missing_beforeTheFirst_waitsForOthers() {
    RetrainSchedule schedule = new RetrainSchedule(settings(NEVER, NEVER, 10));
    schedule.missing(1_000);
    assertThat(schedule.due(0, 0, 1_099, true)).isEmpty();
    assertThat(schedule.due(0, 0, 1_100, true)).contains(FIRST);

    schedule.started(0, 0, 1_100);
    schedule.ended(true);
    schedule.missing(1_105);
    assertThat(schedule.due(0, 0, 1_110, false)).contains(SAMPLES);
  }

  @Test
  void due_driftSwitchedOff_never() {
    RetrainSchedule schedule = started(new RetrainSchedule.Settings(NEVER, NEVER, 0, false, 100));
    schedule.drifted();

    assertThat(schedule.due(2_000, 6_000, 101, false)).isEmpty();
  }

  @Test
  void due_afterFailures_laterAndLaterUntilOneSucceeds() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 10));
    schedule.ended(false);
    assertThat(schedule.due(0, 0, 119, false)).isEmpty();
    assertThat(schedule.due(0, 0, 120, false)).contains(SAMPLES);
    schedule.started(0, 0, 120);
    schedule.ended(false);
    assertThat(schedule.due(0, 0, 159, false)).isEmpty();
    assertThat(schedule.due(0, 0, 160, false)).contains(SAMPLES);
    schedule.started(0, 0, 160);
    schedule.ended(true);

    assertThat(schedule.due(0, 0, 170, false)).contains(SAMPLES);
  }

  @Test
  void due_withoutAnySchedule_aFailureIsTriedAgain() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 0));
    schedule.ended(false);

    assertThat(schedule.due(0, 0, 299, false)).isEmpty();
    assertThat(schedule.due(0, 0, 300, false)).contains(SAMPLES);
  }

  @Test
  void read_whatWasWritten_goesOn() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    schedule.drifted();
    ByteBuffer bytes = ByteBuffer.allocate(RetrainSchedule.BYTES);
    schedule.write(bytes);

    RetrainSchedule again = new RetrainSchedule(settings(NEVER, NEVER, 24));
    again.read(bytes.flip());

    assertThat(again.due(0, 0, 101, false)).contains(DRIFT);
    assertThat(again.due(0, 0, 100, false)).isEmpty();
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void read_whileOneWasRunning_dueAgainAFewTimes() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    for (int restart = 0; restart < 3; restart++) {
      schedule.started(0, 0, 110);
      schedule = reread(schedule);
      assertThat(schedule.due(0, 0, 110, false)).contains(RetrainSchedule.Reason.AGAIN);
    }
    schedule.started(0, 0, 110);
    schedule = reread(schedule);
    assertThat(schedule.due(0, 0, 110, false)).isEmpty();
  }

  /**
   * As where retrain.mode is off for some starts, or whoever would begin it waits for something.
   */
  @Test
  void read_cutOffAndNoneBegunSince_countsOnce() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    schedule.started(0, 0, 110);
    for (int restart = 0; restart < 5; restart++) {
      schedule = reread(schedule);
      assertThat(schedule.due(0, 0, 110, false)).contains(RetrainSchedule.Reason.AGAIN);
    }

    schedule.started(0, 0, 110);
    schedule.ended(false);

    assertThat(schedule.due(0, 0, 110 + 4 * 24 - 1, false)).isEmpty();
    assertThat(schedule.due(0, 0, 110 + 4 * 24, false)).contains(SAMPLES);
  }

  /** Nothing went wrong with it. */
  @Test
  void read_givenUpAndNoneBegunSince_isBegunAgainAndCountsNothing() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    schedule.started(0, 0, 110);
    schedule.givenUp();
    schedule = reread(schedule);
    assertThat(schedule.due(0, 0, 110, false)).contains(RetrainSchedule.Reason.AGAIN);

    schedule.leave();

    assertThat(reread(schedule).due(0, 0, 134, false)).contains(SAMPLES);
  }

  private static RetrainSchedule reread(RetrainSchedule schedule) {
    ByteBuffer bytes = ByteBuffer.allocate(RetrainSchedule.BYTES + RetrainSchedule.FIRST_BYTES);
    schedule.write(bytes);
    schedule.writeFirst(bytes);
    RetrainSchedule again = new RetrainSchedule(settings(NEVER, NEVER, 24));
    again.read(bytes.flip());
    again.readFirst(bytes);
    return again;
  }

  @Test
  void due_promotedAfterADrift_driftStaysWithoutASchedule() {
    RetrainSchedule scheduled = started(settings(NEVER, NEVER, 500));
    scheduled.drifted();
    scheduled.promoted();
    assertThat(scheduled.due(2_000, 6_000, 101, false)).isEmpty();

    RetrainSchedule alone = started(settings(NEVER, NEVER, 0));
    alone.drifted();
    alone.promoted();
    assertThat(alone.due(2_000, 6_000, 101, false)).contains(DRIFT);
  }
}
