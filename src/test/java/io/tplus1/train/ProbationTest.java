package io.tplus1.train;

import static io.tplus1.train.Probation.Verdict.OPEN;
import static io.tplus1.train.Probation.Verdict.PASSED;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_FORMER;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_PERSISTENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ProbationTest {

  private static Probation started(boolean withFormer) {
    Probation probation = new Probation(50, 1);
    probation.start(withFormer);
    return probation;
  }

  private static void samples(Probation probation, int count, double champion, double former) {
    for (int i = 0; i < count; i++) {
      probation.sample(1, champion, former);
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

    probation.live(50, 60, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_liveWorseThanPersistence_afterItsScores() {
    Probation probation = started(false);
    probation.live(49, 60, 50);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(1, 1, 1);

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
    assertThat(probation.figures()).containsEntry("liveScores", 50.0);
  }

  /** Sums of so few scores differ by a few percent if both are equally good. */
  @Test
  void verdict_liveWorseThanPersistenceByWhatChanceGives_stays() {
    Probation probation = started(false);

    probation.live(50, 51, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_aLittleBetterThanPersistence_seldomRolledBack() {
    Random random = new Random(20261126);
    int rolledBack = 0;
    for (int trial = 0; trial < 1_000; trial++) {
      Probation probation = new Probation(200, 1);
      probation.start(false);
      for (int i = 0; i < 200; i++) {
        double change = random.nextGaussian();
        double rest = change + 0.25 * random.nextGaussian();
        // In the mean 0.92 × (1 + 1/16) = 0.98 of the last value's.
        probation.live(1, 0.92 * rest * rest, change * change);
      }
      rolledBack += probation.verdict() == WORSE_THAN_PERSISTENCE ? 1 : 0;
    }

    assertThat(rolledBack).isLessThan(40);
  }

  /** As of a status that stays: the last value is never wrong, and nobody is quite as sure. */
  @Test
  void verdict_hardlyAnythingChanges_tinyErrorsMeanNothing() {
    Probation probation = started(false);

    probation.live(50, .02, 0);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  /** Live scores come for every forecast, samples thinned: a rescue from worse must not go back. */
  @Test
  void verdict_liveWorseThanPersistence_waitsForTheComparisonWithTheFormer() {
    Probation probation = started(true);
    samples(probation, 10, 1.3, 3);
    probation.live(500, 650, 500);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    samples(probation, 40, 1.3, 3);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_liveWorseThanPersistenceAndNothingToCompare_isToldByLiveScoresAlone() {
    Probation probation = started(true);
    probation.live(199, 300, 199);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(1, 2, 1);

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }

  @Test
  void verdict_alwaysALittleWorseThanFormer_passes() {
    Probation probation = started(true);
    probation.live(50, 40, 50);
    samples(probation, 50, 1.04, 1);
    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_betterThanBoth_passes() {
    Probation probation = started(true);
    samples(probation, 60, .9, 1);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.live(50, 40, 50);

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

    probation.live(50, 40, 50);

    assertThat(probation.verdict()).isEqualTo(PASSED);
  }

  @Test
  void verdict_equallyGood_seldomRolledBack() {
    Random random = new Random(20261124);
    int rolledBack = 0;
    for (int trial = 0; trial < 1_000; trial++) {
      Probation probation = started(true);
      for (int i = 0; i < 50; i++) {
        probation.sample(1, Math.abs(random.nextGaussian()), Math.abs(random.nextGaussian()));
      }
      rolledBack += probation.verdict() == WORSE_THAN_FORMER ? 1 : 0;
    }

    // Normal law: 23 of 1,000 expected, five standard deviations above are 47.
    assertThat(rolledBack).isBetween(3, 47);
  }

  @Test
  void verdict_notRunning_open() {
    Probation probation = new Probation(1, 1);
    probation.sample(1, 5, 1);
    probation.live(5, 5, 1);
    assertThat(probation.verdict()).isEqualTo(OPEN);

    probation.start(true);
    probation.sample(1, 5, 1);
    probation.stop();

    assertThat(probation.verdict()).isEqualTo(OPEN);
    assertThat(probation.figures()).containsEntry("probationSamples", 0.0);
  }

  @Test
  void sample_nothingToCompare_countsNothing() {
    Probation probation = started(true);
    probation.sample(1, Double.NaN, 1);
    probation.live(3, Double.NaN, 1);

    assertThat(probation.figures())
        .containsEntry("probationSamples", 0.0)
        .containsEntry("liveScores", 0.0);
  }

  @Test
  void read_whatWasWritten_goesOn() {
    Probation probation = started(true);
    samples(probation, 49, 2, 1);
    probation.live(7, 1, 2);
    ByteBuffer bytes = ByteBuffer.allocate(Probation.BYTES);
    probation.write(bytes);

    Probation again = new Probation(50, 1);
    again.read(bytes.flip());
    assertThat(again.figures()).isEqualTo(probation.figures());
    samples(again, 1, 2, 1);

    assertThat(again.verdict()).isEqualTo(WORSE_THAN_FORMER);
    assertThat(bytes.hasRemaining()).isFalse();
  }
}
