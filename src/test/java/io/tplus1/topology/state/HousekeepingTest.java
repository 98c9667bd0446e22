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

  private long written() {
    return written(2);
  }

  /** Of how many series the state is stored that their vector of this time made. */
  private long written(long timeMs) {
    return IntStream.range(0, SERIES)
        .filter(i -> rig.states.get("s" + i).lastTimeMs() == timeMs)
        .count();
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
    rig.speakAll(SERIES, 3);

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
    rig.speakAll(SERIES, 3);

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
    int many = CommitPace.MOST + 2_000;
    rig = new SeriesRig(other, many, SeriesRig.roomOf(16));
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
  void run_statesMayComeToBeLarge_writesFewerOfThem(@TempDir File other) {
    rig.close();
    rig = SeriesRig.ofLongHorizon(other, SERIES);
    for (int i = 0; i < SERIES; i++) {
      rig.speaks("s" + i, 1);
      rig.speaks("s" + i, 2);
    }
    housekeeping = new Housekeeping(rig.series);

    for (long ms = 0; ms < 2_000; ms += 20) {
      run(START_MS + ms);
    }

    assertThat(written() * rig.mostBytes).as("in two seconds").isBetween(3L << 20, 4L << 20);
  }
}
