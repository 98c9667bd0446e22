package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task does for its series beside forecasting, and how much of it at once. */
class HousekeepingTest {
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
      for (int i = 0; i < SERIES; i++) {
        rig.speaks("s" + i, timeMs);
      }
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

  private long written() {
    return written(2);
  }

  /** Of how many series the state is stored that their vector of this time made. */
  private long written(long timeMs) {
    return IntStream.range(0, SERIES)
        .filter(i -> rig.states.get("s" + i).lastTimeMs() == timeMs)
        .count();
  }

  private long dropped() {
    return rig.dropped;
  }

  @Test
  void run_lessThanTwentyMilliseconds_nothing() {
    run(START_MS + 19);

    assertThat(written()).isZero();
  }

  @Test
  void run_everyTwentyMilliseconds_writesTenStates() {
    run(START_MS + 20);
    assertThat(written()).isEqualTo(10);

    run(START_MS + 39);
    assertThat(written()).isEqualTo(10);

    run(START_MS + 40);
    assertThat(written()).isEqualTo(20);
  }

  /** Each would be written once more, to be written again 100 ms later. */
  @Test
  void run_commitsAreFrequent_writesNoneBesides() {
    housekeeping.commits(START_MS + 20);
    housekeeping.commits(START_MS + 120);
    for (int i = 0; i < SERIES; i++) {
      rig.speaks("s" + i, 3);
    }

    run(START_MS + 140);
    run(START_MS + 1_100);
    assertThat(written(3)).isZero();

    run(START_MS + 1_120);
    assertThat(written(3)).as("no commit has come for a second").isEqualTo(10);
  }

  @Test
  void run_commitsAreASecondApart_writesSomeInBetween() {
    housekeeping.commits(START_MS + 20);
    housekeeping.commits(START_MS + 1_020);
    for (int i = 0; i < SERIES; i++) {
      rig.speaks("s" + i, 3);
    }

    run(START_MS + 1_040);

    assertThat(written(3)).isPositive();
  }

  @Test
  void run_commitsAreFarApart_farMoreStatesWaitUntilOneComesNear() {
    rig.close();
    int many = CommitPace.MOST + 2_000;
    rig = new SeriesRig(directory, many);
    speakBehindThreeCommits(many);
    run(START_MS + 60_040);
    assertThat(waiting(many)).as("but for what housekeeping writes").isEqualTo(many - 10);

    run(START_MS + 89_999);
    assertThat(waiting(many)).isBetween(CommitPace.MOST, CommitPace.MOST + 50);

    housekeeping.commits(START_MS + 90_000);
    assertThat(waiting(many)).isZero();
  }

  @Test
  void run_commitsAreFarApartAndTasksAreMany_noMoreStatesWaitThanAtACommit(@TempDir File other) {
    rig.close();
    SeriesRoom shared = new SeriesRoom(Long.MAX_VALUE, 1);
    for (int task = 1; task < 16; task++) {
      shared.join();
    }
    int many = CommitPace.MOST + 2_000;
    rig = new SeriesRig(other, many, shared);
    speakBehindThreeCommits(many);

    assertThat(waiting(many)).isLessThanOrEqualTo(CommitPace.MOST);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 24})
  void run_commitsAreFarApartAndStatesMayComeToBeLarge_noMoreWaitThanFitIntoSixtyFourMebibytes(
      int horizon, @TempDir File other) {
    rig.close();
    rig = SeriesRig.ofHorizon(other, horizon, 8 * CommitPace.MOST);
    int many = (int) ((80L << 20) / rig.mostBytes);
    speakBehindThreeCommits(many);

    assertThat(waiting(many) * rig.mostBytes).isBetween(48L << 20, 64L << 20);
  }

  /** As many series as are told, twice each, shortly after the last of three commits. */
  private void speakBehindThreeCommits(int many) {
    housekeeping = new Housekeeping(rig.series);
    for (long ms = 0; ms <= 60_000; ms += 30_000) {
      run(START_MS + ms);
      housekeeping.commits(START_MS + ms);
    }
    run(START_MS + 60_020);
    for (int i = 0; i < many; i++) {
      rig.speaks("m" + i, 1);
      rig.speaks("m" + i, 2);
    }
  }

  private int waiting(int many) {
    return (int)
        IntStream.range(0, many).filter(i -> rig.states.get("m" + i).lastTimeMs() == 1).count();
  }

  @Test
  void run_clockGoesBack_goesOnFromThere() {
    run(START_MS - 5_000);
    assertThat(written()).isZero();

    run(START_MS - 4_980);
    assertThat(written()).isEqualTo(10);
  }

  @Test
  void run_anotherTaskWantsRoom_halfOfTheSeriesLeaveTheHeapAndAreWritten() {
    room.join();
    for (int held = 0; held < SERIES / 2; held++) {
      room.take(held, 1);
    }

    run(START_MS + 20);

    assertThat(written()).isEqualTo(SERIES / 2);
  }

  @Test
  void run_seriesAreSilent_passBeginsASecondAfterTheTaskAndGoesOnAFewAtATime() {
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
  void run_eventTimeRunsOnFast_nextPassIsASecondAfterTheLast() {
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
  void run_statesWereWrittenManyTimes_eachSeriesIsCountedOnce() {
    for (int timeMs = 3; timeMs <= 100; timeMs++) {
      for (int i = 0; i < SERIES; i++) {
        rig.speaks("s" + i, timeMs);
      }
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
  void run_storeWasThereBefore_countsWhatItHolds() {
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
  void run_passIsOver_nextBeginsOnceATwentiethOfTheRetentionHasPassed() {
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
  void run_manySeriesAndEventTimeStandsStill_eachIsLookedAtOnce(@TempDir File other) {
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

  /** Four tasks together look at one series that stays for each millisecond. */
  @Test
  void run_processHasOtherTasks_theyShareWhatIsDueOnceSeriesAreCounted(@TempDir File other) {
    rig.close();
    SeriesRoom shared = new SeriesRoom(Long.MAX_VALUE, 1);
    for (int task = 1; task < 4; task++) {
      shared.join();
    }
    rig = new SeriesRig(other, SERIES, shared);
    for (int i = 0; i < SERIES; i++) {
      rig.speaks("s" + i, 2);
    }
    housekeeping = new Housekeeping(rig.series);
    for (long ms = 0; ms <= 1_020; ms += 20) {
      run(START_MS + ms);
    }
    assertThat(rig.kept()).as("they are counted at the full pace").isEqualTo(SERIES);

    long later = 2 + rig.series.retentionMs() / 20;
    housekeeping.run(START_MS + 2_000, 2);
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
  @Test
  void run_processHasOtherTasksAndAllAreSilent_eachDropsThemAtItsOwnPace(@TempDir File other) {
    rig.close();
    SeriesRoom shared = new SeriesRoom(Long.MAX_VALUE, 1);
    for (int task = 1; task < 4; task++) {
      shared.join();
    }
    rig = new SeriesRig(other, SERIES, shared);
    for (int i = 0; i < SERIES; i++) {
      rig.speaks("s" + i, 2);
    }
    housekeeping = new Housekeeping(rig.series);
    for (long ms = 0; ms <= 1_020; ms += 20) {
      run(START_MS + ms);
    }

    housekeeping.run(START_MS + 2_000, 2);
    housekeeping.run(START_MS + 2_020, SILENT_MS);
    assertThat(dropped()).isEqualTo(20);

    housekeeping.run(START_MS + 2_040, SILENT_MS);
    assertThat(dropped()).isEqualTo(SERIES);
  }

  /** With more tasks than milliseconds pass from one portion to the next. */
  @Test
  void run_processHasMoreTasksThanMilliseconds_passGoesOnAllTheSame(@TempDir File other) {
    rig.close();
    SeriesRoom shared = new SeriesRoom(Long.MAX_VALUE, 1);
    for (int task = 1; task < 30; task++) {
      shared.join();
    }
    rig = new SeriesRig(other, SERIES, shared);
    rig.speaks("a", 2);
    rig.speaks("b", 2);
    housekeeping = new Housekeeping(rig.series);

    for (long ms = 0; ms <= 2_000; ms += 20) {
      run(START_MS + ms);
    }
    for (long ms = 2_020; ms <= 2_080; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(dropped()).isEqualTo(2);
  }

  @Test
  void run_statesMayComeToBeLarge_writesFewerOfThem(@TempDir File other) {
    speakFarAhead(other, false);

    for (long ms = 0; ms < 2_000; ms += 20) {
      run(START_MS + ms);
    }

    assertThat(written() * rig.mostBytes).as("in two seconds").isBetween(3L << 20, 4L << 20);
  }

  @Test
  void run_statesAreLarge_looksAtFewerOfThem(@TempDir File other) {
    speakFarAhead(other, true);

    for (long ms = 0; ms < 3_000; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(dropped() * rig.mostBytes).as("in two seconds").isBetween(7L << 20, 8L << 20);
  }

  /** As those of series that never speak for long; else more may come than are dropped. */
  @Test
  void run_statesAreSmallThoughTheyMayComeToBeLarge_looksAtNoFewerOfThem(@TempDir File other) {
    speakFarAhead(other, false);

    for (long ms = 0; ms <= 1_060; ms += 20) {
      housekeeping.run(START_MS + ms, SILENT_MS);
    }

    assertThat(dropped()).isEqualTo(SERIES);
  }

  /** Each part of a pass lists all keys there. */
  @Test
  void run_moreSeriesInMemoryThanOnePartOfAPass_nextPartIsASecondLater(@TempDir File other) {
    rig.close();
    rig = SeriesRig.inMemory(other, 1_200);
    for (int i = 0; i < 1_200; i++) {
      rig.speaks("s" + i, 1);
    }
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
