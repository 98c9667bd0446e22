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

    assertThat(schedule.due(1_000_000, 0, 99)).isEmpty();
    assertThat(schedule.due(0, 0, 100)).contains(FIRST);
  }

  @Test
  void due_samples_afterSoMany() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));

    assertThat(schedule.due(1_000_000, 1_000_000, 123)).isEmpty();
    assertThat(schedule.due(1_000, 5_000, 124)).contains(SAMPLES);
  }

  @Test
  void due_clock_afterItsTimeIfAnythingCame() {
    RetrainSchedule schedule = started(settings(Optional.of(Duration.ofSeconds(10)), NEVER, 0));

    assertThat(schedule.due(10_999, 0, 101)).isEmpty();
    assertThat(schedule.due(11_000, 0, 101)).contains(CLOCK);
    assertThat(schedule.due(11_000, 0, 100)).isEmpty();
  }

  @Test
  void due_clockSetBackByMoreThanItsTime_isDue() {
    RetrainSchedule schedule =
        new RetrainSchedule(settings(Optional.of(Duration.ofHours(1)), NEVER, 0));
    schedule.started(Duration.ofDays(10).toMillis(), 0, 100);
    schedule.ended(true);

    assertThat(schedule.due(Duration.ofDays(10).toMillis() - 1, 0, 101)).isEmpty();
    assertThat(schedule.due(0, 0, 101)).contains(CLOCK);
    assertThat(schedule.due(0, 0, 100)).isEmpty();
  }

  @Test
  void due_eventTime_afterItsTime() {
    RetrainSchedule schedule = started(settings(NEVER, Optional.of(Duration.ofSeconds(10)), 0));

    assertThat(schedule.due(1_000_000, 14_999, 101)).isEmpty();
    assertThat(schedule.due(1_000, 15_000, 101)).contains(EVENT_TIME);
  }

  @Test
  void due_drift_once() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 0));
    assertThat(schedule.due(2_000, 6_000, 101)).isEmpty();
    schedule.drifted();
    assertThat(schedule.due(2_000, 6_000, 101)).contains(DRIFT);

    schedule.started(2_000, 6_000, 101);
    schedule.ended(true);

    assertThat(schedule.due(3_000, 7_000, 102)).isEmpty();
  }

  @Test
  void due_rejectedWithoutChampion_isTriedAgainWithoutASchedule() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 0));
    assertThat(schedule.due(2_000, 6_000, 1_000)).isEmpty();

    schedule.rejected();
    assertThat(schedule.due(2_000, 6_000, 199)).isEmpty();
    assertThat(schedule.due(2_000, 6_000, 200)).contains(SAMPLES);

    ByteBuffer bytes = ByteBuffer.allocate(RetrainSchedule.BYTES);
    schedule.write(bytes);
    RetrainSchedule again = new RetrainSchedule(settings(NEVER, NEVER, 0));
    again.read(bytes.flip());
    assertThat(again.due(2_000, 6_000, 199)).isEmpty();
    assertThat(again.due(2_000, 6_000, 200)).contains(SAMPLES);
    again.started(2_000, 6_000, 200);
    again.ended(true);
    assertThat(again.due(3_000, 7_000, 1_000)).isEmpty();
  }

  @Test
  void due_driftSwitchedOff_never() {
    RetrainSchedule schedule = started(new RetrainSchedule.Settings(NEVER, NEVER, 0, false, 100));
    schedule.drifted();

    assertThat(schedule.due(2_000, 6_000, 101)).isEmpty();
  }

  @Test
  void due_afterFailures_laterAndLaterUntilOneSucceeds() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 10));
    schedule.ended(false);
    assertThat(schedule.due(0, 0, 119)).isEmpty();
    assertThat(schedule.due(0, 0, 120)).contains(SAMPLES);
    schedule.started(0, 0, 120);
    schedule.ended(false);
    assertThat(schedule.due(0, 0, 159)).isEmpty();
    assertThat(schedule.due(0, 0, 160)).contains(SAMPLES);
    schedule.started(0, 0, 160);
    schedule.ended(true);

    assertThat(schedule.due(0, 0, 170)).contains(SAMPLES);
  }

  @Test
  void due_withoutAnySchedule_aFailureIsTriedAgain() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 0));
    schedule.ended(false);

    assertThat(schedule.due(0, 0, 299)).isEmpty();
    assertThat(schedule.due(0, 0, 300)).contains(SAMPLES);
  }

  @Test
  void read_whatWasWritten_goesOn() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    schedule.drifted();
    ByteBuffer bytes = ByteBuffer.allocate(RetrainSchedule.BYTES);
    schedule.write(bytes);

    RetrainSchedule again = new RetrainSchedule(settings(NEVER, NEVER, 24));
    again.read(bytes.flip());

    assertThat(again.due(0, 0, 101)).contains(DRIFT);
    assertThat(again.due(0, 0, 100)).isEmpty();
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void read_whileOneWasRunning_dueAgainAFewTimes() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    for (int restart = 0; restart < 3; restart++) {
      schedule.started(0, 0, 110);
      schedule = reread(schedule);
      assertThat(schedule.due(0, 0, 110)).contains(RetrainSchedule.Reason.AGAIN);
    }
    schedule.started(0, 0, 110);
    schedule = reread(schedule);
    assertThat(schedule.due(0, 0, 110)).isEmpty();
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
      assertThat(schedule.due(0, 0, 110)).contains(RetrainSchedule.Reason.AGAIN);
    }

    schedule.started(0, 0, 110);
    schedule.ended(false);

    assertThat(schedule.due(0, 0, 110 + 4 * 24 - 1)).isEmpty();
    assertThat(schedule.due(0, 0, 110 + 4 * 24)).contains(SAMPLES);
  }

  /** Nothing went wrong with it. */
  @Test
  void read_givenUpAndNoneBegunSince_isBegunAgainAndCountsNothing() {
    RetrainSchedule schedule = started(settings(NEVER, NEVER, 24));
    schedule.started(0, 0, 110);
    schedule.givenUp();
    schedule = reread(schedule);
    assertThat(schedule.due(0, 0, 110)).contains(RetrainSchedule.Reason.AGAIN);

    schedule.leave();

    assertThat(reread(schedule).due(0, 0, 134)).contains(SAMPLES);
  }

  private static RetrainSchedule reread(RetrainSchedule schedule) {
    ByteBuffer bytes = ByteBuffer.allocate(RetrainSchedule.BYTES);
    schedule.write(bytes);
    RetrainSchedule again = new RetrainSchedule(settings(NEVER, NEVER, 24));
    again.read(bytes.flip());
    return again;
  }

  @Test
  void due_promotedAfterADrift_driftStaysWithoutASchedule() {
    RetrainSchedule scheduled = started(settings(NEVER, NEVER, 500));
    scheduled.drifted();
    scheduled.promoted();
    assertThat(scheduled.due(2_000, 6_000, 101)).isEmpty();

    RetrainSchedule alone = started(settings(NEVER, NEVER, 0));
    alone.drifted();
    alone.promoted();
    assertThat(alone.due(2_000, 6_000, 101)).contains(DRIFT);
  }
}
