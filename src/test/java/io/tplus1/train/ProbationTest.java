package io.tplus1.train;

import static io.tplus1.train.Probation.Verdict.OPEN;
import static io.tplus1.train.Probation.Verdict.PASSED;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_FORMER;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_PERSISTENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbationTest {

  private static Probation started(boolean withFormer) {
    Probation probation = new Probation(50, 1);
    probation.sample(0, 1, 1, Double.NaN, Double.NaN, 1);
    probation.start(withFormer);
    return probation;
  }

  private static void samples(Probation probation, int count, double champion, double former) {
    for (int i = 0; i < count; i++) {
      probation.sample(i, 1, 1, champion, former, 1);
    }
  }

  /** One score at each event time, of which persistence's error is 1. */
  private static void live(Probation probation, int from, int to, double network) {
    for (int time = from; time < to; time++) {
      probation.live(time, 1, network, 1);
    }
  }

  @Test
  void verdict_clearlyWorseThanFormer_afterItsScores() {
    Probation probation = started(true);
    samples(probation, 49, 2, 1);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    samples(probation, 1, 2, 1);

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_FORMER);
    assertThat(probation.figures())
        .containsEntry("probationChampion", 2.0)
        .containsEntry("probationFormer", 1.0)
        .containsEntry("probationSamples", 50.0);
  }

  @Test
  void verdict_liveWorseThanPersistenceButFormerWorseStill_stays() {
    Probation probation = started(true);
    samples(probation, 50, .5, 1);

    probation.live(0, 50, 60, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_liveWorseThanPersistence_afterItsScores() {
    Probation probation = started(false);
    live(probation, 0, 49, 1.2);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(49, 1, 1, 1);

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
    assertThat(probation.figures()).containsEntry("liveScores", 50.0);
  }

  /** Sums of so few scores differ by a few percent if both are equally good. */
  @Test
  void verdict_liveWorseThanPersistenceByWhatChanceGives_stays() {
    Probation probation = started(false);

    probation.live(0, 50, 51, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_aLittleBetterThanPersistence_seldomRolledBack() {
    Random random = new Random(20261126);
    int rolledBack = 0;
    for (int trial = 0; trial < 1_000; trial++) {
      Probation probation = new Probation(200, 1);
      probation.sample(0, 1, 1, Double.NaN, Double.NaN, 1);
      probation.start(false);
      for (int i = 0; i < 200; i++) {
        double change = random.nextGaussian();
        double rest = change + 0.25 * random.nextGaussian();
        // In the mean 0.92 × (1 + 1/16) = 0.98 of the last value's.
        probation.live(i, 1, 0.92 * rest * rest, change * change);
      }
      rolledBack += probation.verdict() == WORSE_THAN_PERSISTENCE ? 1 : 0;
    }

    assertThat(rolledBack).isLessThan(40);
  }

  /** As of a status that stays: the last value is never wrong, and nobody is quite as sure. */
  @Test
  void verdict_hardlyAnythingChanges_tinyErrorsMeanNothing() {
    Probation probation = started(false);

    probation.live(0, 50, .02, 0);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  /** Live scores come for every forecast, samples thinned: a rescue from worse must not go back. */
  @Test
  void verdict_liveWorseThanPersistence_waitsForTheComparisonWithTheFormer() {
    Probation probation = started(true);
    samples(probation, 10, 1.3, 3);
    probation.live(0, 500, 650, 500);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    samples(probation, 40, 1.3, 3);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_liveWorseThanPersistenceAndNothingToCompare_isToldByLiveScoresAlone() {
    Probation probation = started(true);
    live(probation, 0, 199, 1.5);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(199, 1, 2, 1);

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  @Test
  void verdict_alwaysALittleWorseThanFormer_passes() {
    Probation probation = started(true);
    probation.live(0, 50, 40, 50);
    samples(probation, 50, 1.04, 1);
    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_betterThanBoth_passes() {
    Probation probation = started(true);
    samples(probation, 60, .9, 1);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(0, 50, 40, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_noLiveScoresEverCome_passesInTheEnd() {
    Probation probation = started(true);
    samples(probation, 200, .9, 1);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_noFormer_persistenceAloneCounts() {
    Probation probation = started(false);
    samples(probation, 100, 2, 1);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(0, 50, 40, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_equallyGood_seldomRolledBack() {
    Random random = new Random(20261124);
    int rolledBack = 0;
    for (int trial = 0; trial < 1_000; trial++) {
      Probation probation = started(true);
      for (int i = 0; i < 50; i++) {
        probation.sample(
            i, 1, 1, Math.abs(random.nextGaussian()), Math.abs(random.nextGaussian()), 1);
      }
      rolledBack += probation.verdict() == WORSE_THAN_FORMER ? 1 : 0;
    }

    // Normal law: 23 of 1,000 expected, five standard deviations above are 47.
    assertThat(rolledBack).isBetween(3, 47);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, .1", "50, 0", "50, .1", "200, 0", "200, .1"})
  void verdict_manySeriesThatMoveTogether_seldomWrong(int series, double common) {
    assertThat(rolledBack(series, 1, common)).isBetween(1, 50);
    assertThat(rolledBack(series, 1.3, common)).isGreaterThan(900);
  }

  /** How many of 1,000 champions are rolled back whose error is so often the former's. */
  private static int rolledBack(int series, double ratio, double common) {
    int rolledBack = 0;
    for (int trial = 0; trial < 1_000; trial++) {
      PairedErrors errors = new PairedErrors(trial, series, ratio, common);
      Probation probation = new Probation(200, 1);
      probation.start(true);
      probation.live(0, 200, 100, 150);
      while (probation.verdict() == OPEN) {
        long timeMs = errors.timeMs();
        double[] pair = errors.independent();
        probation.sample(timeMs, 1, 1, pair[0], pair[1], 1);
      }
      rolledBack += probation.verdict() == WORSE_THAN_FORMER ? 1 : 0;
    }
    return rolledBack;
  }

  private static void instants(Probation probation, int from, int to, double champion) {
    for (int time = from; time < to; time++) {
      for (int series = 0; series < 200; series++) {
        probation.sample(time, 1, 1, champion, 1, 1);
      }
    }
  }

  /** As where one storm moves all series: there is one thing to judge by, however many they are. */
  @Test
  void verdict_allSeriesAtFewEventTimes_neitherPassesNorFails() {
    Probation worse = started(true);
    worse.live(0, 800, 40, 50);
    instants(worse, 0, 9, 2);
    assertThat(worse.verdict()).isEqualTo(OPEN);
    instants(worse, 9, 10, 2);
    assertThat(worse.verdict()).isEqualTo(WORSE_THAN_FORMER);

    Probation better = started(true);
    better.live(0, 800, 40, 50);
    instants(better, 0, 9, .9);
    assertThat(better.verdict()).isEqualTo(OPEN);
    instants(better, 9, 10, .9);
    assertThat(better.verdict()).isEqualTo(PASSED);
  }

  /** At each event time a restart, as of daily data on a machine that is off at night. */
  @Test
  void read_restartAtEachEventTime_neitherPassesAtOnceNorHangs() {
    Probation probation = started(true);
    probation.live(0, 800, 40, 50);
    int times = 0;
    while (probation.verdict() == OPEN && times < 100) {
      instants(probation, times, times + 1, 1);
      times++;
      probation = restarted(probation);
    }

    assertThat(times).isEqualTo(10);
    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  /** A former release did not count event times: nothing passes by that. */
  @Test
  void read_ofAReleaseThatDidNotCountEventTimes_countsFromThere() {
    Probation probation = started(true);
    probation.live(0, 800, 40, 50);
    instants(probation, 0, 20, 1);
    ByteBuffer bytes = ByteBuffer.allocate(Probation.BYTES);
    probation.write(bytes);

    Probation again = new Probation(50, 1);
    again.read(bytes.flip());
    assertThat(again.verdict()).isEqualTo(OPEN);
    instants(again, 20, 30, 1);

    assertThat(again.verdict()).isEqualTo(PASSED);
  }

  /** With H of 48 it takes many event times to decide. */
  @Test
  void readEvidence_manyEventTimes_stillDecides() {
    Probation probation = new Probation(50, 48);
    probation.start(true);
    probation.live(0, 49, 40, 50);
    instants(probation, 0, 250, 1.1);
    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_FORMER);

    assertThat(restarted(probation, 48).verdict()).isEqualTo(WORSE_THAN_FORMER);
  }

  private static Probation restarted(Probation probation) {
    return restarted(probation, 1);
  }

  private static Probation restarted(Probation probation, int horizon) {
    ByteBuffer bytes = ByteBuffer.allocate(Probation.BYTES + Probation.EVIDENCE_BYTES);
    probation.write(bytes);
    probation.writeEvidence(bytes);
    bytes.flip();
    Probation again = new Probation(50, horizon);
    again.read(bytes);
    again.readEvidence(bytes);
    return again;
  }

  @Test
  void verdict_notRunning_open() {
    Probation probation = new Probation(1, 1);
    probation.sample(1, 1, 1, 5, 1, 1);
    probation.live(0, 5, 5, 1);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.start(true);
    probation.sample(1, 1, 1, 5, 1, 1);
    probation.stop();

    assertThat(probation.verdict()).isEqualTo(OPEN);
    assertThat(probation.figures()).containsEntry("probationSamples", 0.0);
  }

  @Test
  void sample_nothingToCompare_countsNothing() {
    Probation probation = started(true);
    probation.sample(1, 1, 1, Double.NaN, 1, 1);
    probation.live(0, 3, Double.NaN, 1);

    assertThat(probation.figures())
        .containsEntry("probationSamples", 0.0)
        .containsEntry("liveScores", 0.0);
  }

  @Test
  void read_whatWasWritten_goesOn() {
    Probation probation = started(true);
    samples(probation, 49, 2, 1);
    probation.live(0, 7, 1, 2);
    ByteBuffer bytes =
        ByteBuffer.allocate(Probation.BYTES + Probation.EVIDENCE_BYTES + Probation.LIVE_BYTES);
    probation.write(bytes);
    probation.writeEvidence(bytes);
    probation.writeLive(bytes);

    Probation again = new Probation(50, 1);
    again.read(bytes.flip());
    again.readEvidence(bytes);
    again.readLive(bytes);
    assertThat(again.figures()).isEqualTo(probation.figures());
    samples(again, 1, 2, 1);

    assertThat(again.verdict()).isEqualTo(WORSE_THAN_FORMER);
    assertThat(bytes.hasRemaining()).isFalse();
  }
}
