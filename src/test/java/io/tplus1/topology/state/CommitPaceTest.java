package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private static final long START_MS = 1_000_000;
  private final CommitPace pace = new CommitPace();

  private void commits(long... nowMs) {
    for (long ms : nowMs) {
      pace.commits(START_MS + ms);
    }
  }

  private int most(long nowMs) {
    return pace.most(START_MS + nowMs, 1);
  }

  @Test
  void most_nobodyKnowsWhenTheNextCommitIs_isWhatACommitWrites() {
    assertThat(most(0)).isEqualTo(CommitPace.MOST);
    commits(0);
    assertThat(most(1)).isEqualTo(CommitPace.MOST);
    commits(30_000);
    assertThat(most(30_001)).isEqualTo(CommitPace.MOST);
  }

  @Test
  void most_commitIsFar_isFarMore() {
    commits(0, 30_000, 60_000);

    assertThat(most(60_000)).isEqualTo(CommitPace.MOST_BEFORE);
    assertThat(most(87_000)).isEqualTo(CommitPace.MOST_BEFORE);
  }

  @Test
  void most_commitComesNear_fallsToWhatACommitWrites() {
    commits(0, 30_000, 60_000);

    assertThat(most(88_500)).isEqualTo((CommitPace.MOST + CommitPace.MOST_BEFORE) / 2);
    assertThat(most(90_000)).isEqualTo(CommitPace.MOST);
    assertThat(most(95_000)).as("it is late").isEqualTo(CommitPace.MOST);
  }

  @Test
  void most_commitCameEarly_nextIsExpectedAsEarly() {
    commits(0, 30_000, 60_000, 70_000);

    assertThat(most(79_999)).isLessThan(CommitPace.MOST + 200);
    commits(100_000);
    assertThat(most(111_000)).as("once more").isEqualTo(CommitPace.MOST);
    commits(130_000);
    assertThat(most(141_000)).isEqualTo(CommitPace.MOST_BEFORE);
  }

  /** Kafka Streams counts to the next from the last that was due. */
  @Test
  void most_commitCameInBetween_thatOfItsTimeIsExpectedAllTheSame() {
    commits(0, 30_000, 60_000, 78_000);

    assertThat(most(80_000)).isEqualTo(CommitPace.MOST_BEFORE);
    assertThat(most(89_999)).isLessThan(CommitPace.MOST + 200);
  }

  /** Kafka Streams looks for it between portions of records. */
  @Test
  void most_commitsComeALittleBeforeTheirTime_nextIsExpectedInItsTime() {
    commits(0, 30_010, 60_010, 90_000);

    assertThat(most(95_000)).isEqualTo(CommitPace.MOST_BEFORE);
    assertThat(most(119_990)).isLessThan(CommitPace.MOST + 500);
  }

  @Test
  void most_manyTasks_shareWhatMayWaitOfAll() {
    commits(0, 30_000, 60_000);

    assertThat(pace.most(START_MS + 61_000, 2)).isEqualTo(CommitPace.MOST_BEFORE);
    assertThat(pace.most(START_MS + 61_000, 8)).isEqualTo(CommitPace.MOST_OF_ALL / 8);
    assertThat(pace.most(START_MS + 61_000, 100)).isEqualTo(CommitPace.MOST);
  }

  @Test
  void most_commitsAreFrequent_isWhatACommitWrites() {
    commits(0, 100, 200, 300);

    assertThat(most(310)).isEqualTo(CommitPace.MOST);
  }

  @Test
  void areFrequent_twoCommitsWithinASecond_untilTheNextFailsToCome() {
    assertThat(pace.areFrequent(START_MS)).as("nobody knows yet").isFalse();
    commits(0);
    assertThat(pace.areFrequent(START_MS + 1)).as("nobody knows yet").isFalse();

    commits(100);
    assertThat(pace.areFrequent(START_MS + 1_099)).isTrue();
    assertThat(pace.areFrequent(START_MS + 1_100)).isFalse();
    assertThat(pace.areFrequent(START_MS + 99)).as("a clock that was set back").isFalse();

    commits(1_100);
    assertThat(pace.areFrequent(START_MS + 1_101)).as("a second apart").isFalse();
  }

  @Test
  void most_clockGoesBack_isWhatACommitWrites() {
    commits(0, 30_000, 60_000);

    assertThat(most(59_000)).isEqualTo(CommitPace.MOST);
    commits(50_000);
    assertThat(most(50_001)).isEqualTo(CommitPace.MOST);
  }
}
