package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When series that fell silent are looked for, and how many at once. */
class SilentSeriesTest {
  private static final int SERIES = 40;
  private static final long START_MS = 10_000;

  /** Beyond the rig's retention. */
  private static final long SILENT_MS = 3_000;

  @TempDir File directory;
  private final SeriesRoom room = new SeriesRoom(SERIES, 1);
  private SeriesRig rig;
  private Housekeeping housekeeping;

  @BeforeEach
  void speak() {
    rig = new SeriesRig(directory, SERIES, room);
    for (int timeMs = 1; timeMs <= 2; timeMs++) {
      rig.speakAll(SERIES, timeMs);
    }
    housekeeping = new Housekeeping(rig.series);
    run(START_MS);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void run(long nowMs) {
    housekeeping.run(nowMs, 2);
  }

  private long dropped() {
    return rig.dropped;
  }

  @Test
  void drop_seriesAreSilent_passBeginsASecondAfterTheTaskAndGoesOnAFewAtATime() {
    for (long ms = 20; ms < 1_000; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
      assertThat(dropped()).isZero();
    }

    housekeeping.run(START_MS + 1_000, SILENT_MS);
    assertThat(dropped()).isEqualTo(20);

    housekeeping.run(START_MS + 1_020, SILENT_MS);
    assertThat(dropped()).isEqualTo(SERIES);
  }

  /** The first pass is done, and found nobody silent. */
  @Test
  void drop_eventTimeRunsOnFast_nextPassIsASecondAfterTheLast() {
    for (long ms = 20; ms <= 1_020; ms += 20) {
      run(START_MS + ms);
    }
    for (long ms = 1_040; ms < 2_000; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
      assertThat(dropped()).isZero();
    }

    housekeeping.run(START_MS + 2_020, SILENT_MS);
    housekeeping.run(START_MS + 2_040, SILENT_MS);

    assertThat(dropped()).isEqualTo(SERIES);
  }

  @Test
  void drop_statesWereWrittenManyTimes_eachSeriesIsCountedOnce() {
    for (int timeMs = 3; timeMs <= 100; timeMs++) {
      rig.speakAll(SERIES, timeMs);
      rig.series.unsaved().saveAll();
    }

    run(START_MS + 1_000);
    rig.speaks("s", 100);
    rig.speaks("t", 100);
    run(START_MS + 1_020);
    rig.speaks("u", 100);
    rig.series.drop("s1", rig.states.get("s1"));

    assertThat(rig.kept()).isEqualTo(SERIES + 2);
  }

  @Test
  void drop_storeWasThereBefore_countsWhatItHolds() {
    rig.close();
    rig = new SeriesRig(directory, SERIES, room);
    housekeeping = new Housekeeping(rig.series);
    assertThat(rig.kept()).isZero();

    for (long ms = 0; ms <= 1_000; ms += 20) {
      run(START_MS + ms);
    }
    assertThat(rig.kept()).as("half of the pass").isEqualTo(20);
    run(START_MS + 1_020);
    run(START_MS + 2_020);

    assertThat(rig.kept()).isEqualTo(SERIES);
    rig.series.close();
    assertThat(rig.kept()).isZero();
  }

  /** While event time stands still, nobody falls silent. */
  @Test
  void drop_passIsOver_nextBeginsOnceATwentiethOfTheRetentionHasPassed() {
    long stillKept = 2 + rig.series.retentionMs();
    long next = stillKept + rig.series.retentionMs() / 20;
    housekeeping.run(START_MS + 1_000, stillKept);
    housekeeping.run(START_MS + 1_050, stillKept);

    housekeeping.run(START_MS + 100_000, next - 1);
    assertThat(dropped()).isZero();

    housekeeping.run(START_MS + 100_050, next);
    assertThat(dropped()).isEqualTo(SERIES);
  }

  @Test
  void drop_manySeriesAndEventTimeStandsStill_eachIsLookedAtOnce(@TempDir File other) {
    rig.close();
    int many = 20_000;
    rig = new SeriesRig(other, many);
    for (int i = 0; i < many; i++) {
      rig.speaks("m" + i, 2);
    }
    housekeeping = new Housekeeping(rig.series);

    for (long ms = 0; ms <= 60_000; ms += 20) {
      run(START_MS + ms);
    }

    assertThat(rig.passed).isEqualTo(many);
    assertThat(rig.kept()).isEqualTo(many);
  }

  /** Two seconds of a process of so many tasks, of which one has series, and counts them. */
  private void countBesideOthers(File other, int tasks, int many) {
    rig.close();
    rig = new SeriesRig(other, SERIES, SeriesRig.roomOf(tasks));
    rig.speakAll(many, 2);
    housekeeping = new Housekeeping(rig.series);
    for (long ms = 0; ms <= 1_020; ms += 20) {
      run(START_MS + ms);
    }
    assertThat(rig.kept()).as("at the full pace").isEqualTo(many);
    run(START_MS + 2_000);
  }

  /** Four tasks together look at one series for each millisecond. */
  @Test
  void drop_processHasOtherTasks_theyShareWhatIsDueOnceSeriesAreCounted(@TempDir File other) {
    countBesideOthers(other, 4, SERIES);

    long later = 2 + rig.series.retentionMs() / 20;
    for (long ms = 2_020; ms <= 2_060; ms += 20) {
      housekeeping.run(START_MS + ms, later);
    }
    assertThat(rig.passed).isEqualTo(SERIES + 15);

    for (long ms = 2_080; ms <= 2_160; ms += 20) {
      housekeeping.run(START_MS + ms, later);
    }
    assertThat(rig.passed).isEqualTo(2 * SERIES);
    assertThat(dropped()).isZero();
  }

  /** Else more keys that live shortly might come to a process of many tasks than it drops. */
  @ParameterizedTest
  @ValueSource(ints = {4, 100})
  void drop_processHasOtherTasksAndManyAreSilent_eachThatFindsThemGoesOnAtItsOwnPace(
      int tasks, @TempDir File other) {
    countBesideOthers(other, tasks, SERIES);
    for (int i = 0; i < SERIES; i += 2) {
      rig.speaks("s" + i, SILENT_MS);
    }
    rig.series.unsaved().saveAll();

    long begunAnew = dropped();
    long ms = 2_020;
    for (; dropped() == begunAnew; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }
    int before = rig.passed;
    housekeeping.run(START_MS + ms, SILENT_MS);

    assertThat(rig.passed - before).isEqualTo(20);
  }

  /** As where keys come and go all the time: they are found by the pass that is shared. */
  @Test
  void drop_processHasOtherTasksAndFewAreSilent_theyShareWhatIsDue(@TempDir File other) {
    countBesideOthers(other, 2, SERIES);
    for (int i = 0; i < SERIES; i++) {
      if (i % 10 != 3) {
        rig.speaks("s" + i, SILENT_MS);
      }
    }
    rig.series.unsaved().saveAll();

    for (long ms = 2_020; ms <= 2_060; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(rig.passed).isEqualTo(SERIES + 30);
  }

  /** With more tasks than milliseconds pass from one portion to the next. */
  @Test
  void drop_processHasMoreTasksThanMilliseconds_passGoesOnAllTheSame(@TempDir File other) {
    countBesideOthers(other, 30, 2);

    for (long ms = 2_020; ms <= 2_080; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(dropped()).isEqualTo(2);
  }

  @Test
  void drop_statesAreLarge_looksAtFewerOfThem(@TempDir File other) {
    speakFarAhead(other, true);

    for (long ms = 0; ms < 3_000; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(dropped() * rig.mostBytes).as("in two seconds").isBetween(7L << 20, 8L << 20);
  }

  /** As those of series that never speak for long; else more may come than are dropped. */
  @Test
  void drop_statesAreSmallThoughTheyMayComeToBeLarge_looksAtNoFewerOfThem(@TempDir File other) {
    speakFarAhead(other, false);

    for (long ms = 0; ms <= 1_060; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(dropped()).isEqualTo(SERIES);
  }

  /** Each part of a pass lists all keys there. */
  @Test
  void drop_moreSeriesInMemoryThanOnePartOfAPass_nextPartIsASecondLater(@TempDir File other) {
    rig.close();
    rig = SeriesRig.inMemory(other, 1_200);
    rig.speakAll(1_200, 1);
    rig.series.unsaved().saveAll();
    housekeeping = new Housekeeping(rig.series);

    for (long ms = 0; ms < 2_000; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
      assertThat(dropped()).isEqualTo(ms < 1_000 ? 0 : 1_000);
    }
    housekeeping.run(START_MS + 2_000, SILENT_MS);

    assertThat(dropped()).isEqualTo(1_200);
  }

  private void speakFarAhead(File other, boolean forecastsWait) {
    rig.close();
    rig = SeriesRig.ofLongHorizon(other, SERIES);
    for (int i = 0; i < SERIES; i++) {
      rig.speaks("s" + i, 1);
      if (forecastsWait) {
        rig.speaksWithForecasts("s" + i, 2);
      } else {
        rig.speaks("s" + i, 2);
      }
    }
    if (forecastsWait) {
      rig.series.unsaved().saveAll();
    }
    housekeeping = new Housekeeping(rig.series);
  }
}
