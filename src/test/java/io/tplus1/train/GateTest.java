package io.tplus1.train;

import static io.tplus1.train.Gate.Decision.PROMOTE;
import static io.tplus1.train.Gate.Decision.REJECT;
import static io.tplus1.train.Gate.Decision.WAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GateTest {
  private static final double NONE = Double.NaN;

  private enum Kind {
    CHALLENGER,
    LINE
  }

  private static Gate gate(Kind kind, double margin) {
    Gate.Settings settings = new Gate.Settings(10, margin, .99);
    return kind == Kind.LINE
        ? new Gate(settings, new LineRule())
        : new Gate(settings, new ChallengerRule(1));
  }

  private static void add(Gate gate, int times, double challenger, double champion, double last) {
    for (int i = 0; i < times; i++) {
      gate.add(gate.count(), 1, 1, challenger, champion, last);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void decide_betterThanBoth_promotesOnceThereAreEnoughSamples(Kind kind) {
    Gate gate = gate(kind, 0);
    add(gate, 9, .5, .6, .7);
    assertThat(gate.decide()).isEqualTo(WAIT);

    add(gate, 1, .5, .6, .7);

    assertThat(gate.decide()).isEqualTo(PROMOTE);
    assertThat(gate.figures()).containsEntry("gateSamples", 10.0);
    assertThat(gate.figures().get("gateChampion")).isCloseTo(.6, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void decide_withinTheMargin_doesNotPromote(Kind kind) {
    Gate gate = gate(kind, .1);
    add(gate, 10, .55, .6, .7);
    assertThat(gate.decide()).isEqualTo(WAIT);

    Gate ahead = gate(kind, .1);
    add(ahead, 10, .53, .6, .7);
    assertThat(ahead.decide()).isEqualTo(PROMOTE);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void decide_worseThanPersistence_doesNotPromote(Kind kind) {
    Gate gate = gate(kind, 0);
    add(gate, 10, .5, .6, .45);

    assertThat(gate.decide()).isEqualTo(WAIT);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void decide_championWorseThanPersistence_isReplacedByWhatIsClearlyBetter(Kind kind) {
    Gate gate = gate(kind, 0);
    add(gate, 10, .7, .9, .6);
    assertThat(gate.decide()).isEqualTo(WAIT);

    Gate clear = gate(kind, 0);
    add(clear, 10, .65, .9, .6);
    assertThat(clear.decide()).isEqualTo(PROMOTE);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void decide_noChampion_persistenceAloneIsToBeBeaten(Kind kind) {
    Gate gate = gate(kind, 0);
    add(gate, 10, .5, NONE, .6);

    assertThat(gate.decide()).isEqualTo(PROMOTE);
    assertThat(gate.figures()).doesNotContainKey("gateChampion");
  }

  /** Of both tests the weaker: it is what decides. */
  @Test
  void figures_challenger_tellHowSureItIs() {
    Gate gate = gate(Kind.CHALLENGER, 0);
    add(gate, 16, .5, NONE, .6);
    assertThat(gate.figures().get("gateEvidence")).isCloseTo(-4, within(1e-9));

    Gate champion = gate(Kind.CHALLENGER, 0);
    add(champion, 12, .5, .6, .7);
    add(champion, 4, .5, .4, .7);
    assertThat(champion.figures().get("gateEvidence")).isCloseTo(-2, within(1e-9));
    assertThat(gate(Kind.LINE, 0).figures()).doesNotContainKey("gateEvidence");
  }

  @Test
  void merit_byWhatItWins_saysNoMoreThanThat() {
    Gate first = gate(Kind.LINE, 0);
    add(first, 10, .5, NONE, .6);
    assertThat(first.merit()).isEqualTo("beat persistence");

    Gate both = gate(Kind.LINE, 0);
    add(both, 10, .5, .55, .6);
    assertThat(both.merit()).isEqualTo("beat the champion and persistence");

    Gate rescue = gate(Kind.LINE, 0);
    add(rescue, 10, 300, 501, 1.03);
    assertThat(rescue.decide()).isEqualTo(PROMOTE);
    assertThat(rescue.merit())
        .isEqualTo(
            "is clearly better than the champion, which is worse than persistence (501.00 against"
                + " 1.03),");
  }

  @Test
  void add_firstChampion_beginsAnew() {
    Gate gate = gate(Kind.LINE, 0);
    add(gate, 30, .5, NONE, .6);
    add(gate, 1, .5, .55, .6);

    assertThat(gate.count()).isEqualTo(1);
    assertThat(gate.decide()).isEqualTo(WAIT);
  }

  /** Of series of two speeds: what the slow ones are tested with is older, and has no champion. */
  @Test
  void add_snapshotsOfBeforeTheFirstChampionByTurns_goesOnCounting() {
    Gate gate = gate(Kind.LINE, 0);
    for (int i = 0; i < 60; i++) {
      gate.add(i, 1, 1, .5, i % 2 == 0 ? 1 : NONE, 2);
    }

    assertThat(gate.count()).isEqualTo(30);
    assertThat(gate.decide()).isEqualTo(PROMOTE);
    assertThat(gate.figures().get("gateChampion")).isCloseTo(1, within(1e-12));
  }

  /** As after a restart that could not load it. */
  @Test
  void hold_championGone_persistenceAloneIsToBeBeaten() {
    Gate gate = gate(Kind.LINE, 0);
    add(gate, 30, .5, .4, .6);

    gate.hold(false);
    add(gate, 10, .5, NONE, .6);

    assertThat(gate.count()).isEqualTo(10);
    assertThat(gate.decide()).isEqualTo(PROMOTE);
  }

  @Test
  void decide_challengerThatNeverWins_isGivenUpInTime() {
    Gate gate = gate(Kind.CHALLENGER, 0);
    add(gate, 39, .6, .6, .7);
    assertThat(gate.decide()).isEqualTo(WAIT);

    add(gate, 1, .6, .6, .7);

    assertThat(gate.decide()).isEqualTo(REJECT);
  }

  @Test
  void decide_challengerThatIsClearlyWorse_isGivenUpAtOnce() {
    Gate gate = gate(Kind.CHALLENGER, 0);
    add(gate, 10, .8, .6, .7);

    assertThat(gate.decide()).isEqualTo(REJECT);
  }

  @Test
  void decide_lineAsGoodAsTheChampion_waitsForEver() {
    Gate gate = gate(Kind.LINE, 0);
    add(gate, 1_000, .6, .6, .7);
    assertThat(gate.decide()).isEqualTo(WAIT);

    add(gate, 1_000, .8, .6, .7);
    assertThat(gate.decide()).isEqualTo(REJECT);
  }

  @Test
  void decide_olderErrorsFade_newOnesCount() {
    Gate gate = new Gate(new Gate.Settings(10, 0, .9), new LineRule());
    add(gate, 100, .9, .6, 2);
    assertThat(gate.decide()).isEqualTo(REJECT);

    add(gate, 30, .5, .6, 2);

    assertThat(gate.decide()).isEqualTo(PROMOTE);
  }

  /** The last one falls into a night in which all series stand still. */
  @Test
  void decide_betterChallengerOfManySeries_winsAtAnyHour() {
    Gate gate = new Gate(new Gate.Settings(24, 0, .99), new ChallengerRule(1));
    for (int i = 0; i < 10 * 1_000; i++) {
      boolean day = i < 9 * 1_000;
      gate.add(i / 1_000, 1, 1, day ? .54 : .002, day ? .6 : .002, day ? 1 : 0);
    }

    assertThat(gate.decide()).isEqualTo(PROMOTE);
    assertThat(gate.figures().get("gatePersistence")).isCloseTo(.9, within(1e-9));
  }

  @Test
  void add_weights_countAsManySamples() {
    Gate gate = new Gate(new Gate.Settings(2, 0, 1), new LineRule());
    gate.add(1, 1, 3, 1, 2, 4);
    gate.add(2, 1, 1, 5, 6, 8);

    assertThat(gate.figures())
        .containsEntry("gateChallenger", 2.0)
        .containsEntry("gateChampion", 3.0)
        .containsEntry("gatePersistence", 5.0);
  }

  @Test
  void add_nothingToJudge_countsNothing() {
    Gate gate = gate(Kind.LINE, 0);
    gate.add(1, 1, 1, NONE, .5, .5);
    gate.add(1, 1, 1, .5, .5, NONE);

    assertThat(gate.count()).isZero();
  }

  /** Below by what may be chance: half a chance more of a mean that is below is no reason. */
  @Test
  void decide_belowByWhatChanceGives_waitsUntilPatienceIsOver() {
    Gate gate = gate(Kind.CHALLENGER, 0);
    for (int i = 0; i < 39; i++) {
      gate.add(i, 1, 1, i % 2 == 0 ? .1 : 1, .6, .7);
      assertThat(gate.decide()).isEqualTo(WAIT);
    }

    gate.add(39, 1, 1, .1, .6, .7);

    assertThat(gate.decide()).isEqualTo(PROMOTE);
  }

  /** A line is judged as long as it learns, so that its refreshes need not be sure. */
  @Test
  void decide_lineBelowByWhatChanceGives_promotes() {
    Gate gate = gate(Kind.LINE, 0);
    for (int i = 0; i < 11; i++) {
      gate.add(i, 1, 1, i % 2 == 0 ? .1 : 1, .6, .7);
    }

    assertThat(gate.decide()).isEqualTo(PROMOTE);
  }

  /** Many series at a few event times are as much chance as a few samples. */
  @Test
  void decide_manySeriesAtOneTime_waitsForOtherTimes() {
    Gate gate = gate(Kind.CHALLENGER, 0);
    for (int i = 0; i < 9 * 50; i++) {
      gate.add(i / 50, 1, 1, i / 50 % 2 == 0 ? .5 : .7, .6, .7);
      assertThat(gate.decide()).isEqualTo(WAIT);
    }

    gate.add(9, 1, 1, .7, .6, .7);

    assertThat(gate.decide()).isEqualTo(REJECT);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, .1", "50, 0", "50, .1"})
  void decide_challengersThatAreWorseOrBetterInTruth_seldomWrong(int series, double common) {
    assertThat(promoted(series, 1.1, common)).isLessThan(50);
    assertThat(promoted(series, 1, common)).isBetween(50, 200);
    assertThat(promoted(series, .9, common)).isGreaterThan(400);
  }

  /** How many of 500 challengers are promoted whose error is so often the champion's. */
  private static int promoted(int series, double ratio, double common) {
    int promoted = 0;
    for (int trial = 0; trial < 500; trial++) {
      PairedErrors errors = new PairedErrors(trial, series, ratio, common);
      Gate gate = new Gate(new Gate.Settings(24, 0, .99), new ChallengerRule(1));
      Gate.Decision decision = WAIT;
      while (decision == WAIT) {
        long timeMs = errors.timeMs();
        double[] pair = errors.squares();
        gate.add(timeMs, 1, 1, pair[0], pair[1], 2);
        decision = gate.decide();
      }
      promoted += decision == PROMOTE ? 1 : 0;
    }
    return promoted;
  }

  /** Errors of H steps, of which each sample shares H − 1 with the next of its series. */
  @ParameterizedTest
  @ValueSource(ints = {4, 24, 48, 200})
  void decide_manySeriesAndSteps_seldomWrong(int horizon) {
    int worse = 0;
    int better = 0;
    for (int trial = 0; trial < 60; trial++) {
      worse += decided(trial, horizon, 1.1) == PROMOTE ? 1 : 0;
      better += decided(trial, horizon, .9) == PROMOTE ? 1 : 0;
    }

    assertThat(worse).isLessThan(6);
    assertThat(better).isGreaterThan(48);
  }

  private static Gate.Decision decided(long seed, int horizon, double ratio) {
    int series = 50;
    PairedErrors errors = new PairedErrors(seed, series, ratio, 0);
    Gate gate = new Gate(new Gate.Settings(24, 0, .99), new ChallengerRule(horizon));
    double[][][] steps = new double[series][horizon][2];
    double[][] sums = new double[series][2];
    for (int time = -horizon; ; time++) {
      for (int i = 0; i < series; i++) {
        double[] step = errors.squares();
        double[] old = steps[i][Math.floorMod(time, horizon)];
        for (int j = 0; j < 2; j++) {
          sums[i][j] += step[j] - old[j];
        }
        steps[i][Math.floorMod(time, horizon)] = step;
        if (time >= 0) {
          gate.add(time, 1, 1, sums[i][0] / horizon, sums[i][1] / horizon, 2);
          if (gate.decide() != WAIT) {
            return gate.decide();
          }
        }
      }
    }
  }

  /** A storm over all series at once is no verdict yet. */
  @Test
  void decide_challengerFarOffAtOneEventTime_waitsForOtherTimes() {
    Gate worse = gate(Kind.CHALLENGER, 0);
    Gate rescue = gate(Kind.CHALLENGER, 0);
    for (int i = 0; i < 9 * 50; i++) {
      worse.add(i / 50, 1, 1, 2, .6, .7);
      rescue.add(i / 50, 1, 1, .8, 2, .7);
      assertThat(worse.decide()).isEqualTo(WAIT);
      assertThat(rescue.decide()).isEqualTo(WAIT);
    }

    worse.add(9, 1, 1, 2, .6, .7);
    rescue.add(9, 1, 1, .8, 2, .7);

    assertThat(worse.decide()).isEqualTo(REJECT);
    assertThat(rescue.decide()).isEqualTo(PROMOTE);
  }

  @Property(tries = 100, seed = "20261124")
  void add_anyErrors_asTheDefinitionSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
    Random random = new Random(seed);
    Gate gate = new Gate(new Gate.Settings(5, .05, .9), new ChallengerRule(1));
    double[] sums = new double[4];
    double[] differences = new double[4];
    double[] squares = new double[4];
    for (int i = 0; i < n; i++) {
      double weight = 1 + random.nextInt(4);
      double[] errors = {1, random.nextDouble(), random.nextDouble(), random.nextDouble()};
      gate.add(i, 1, weight, errors[1], errors[2], errors[3]);
      for (int j = 0; j < 4; j++) {
        sums[j] += weight * errors[j];
        double d = weight * (errors[1] - .95 * errors[j]);
        differences[j] += d;
        squares[j] += d * d;
      }
    }

    assertThat(gate.figures().get("gateChallenger")).isCloseTo(sums[1] / sums[0], within(1e-9));
    boolean rescues = sums[2] > sums[3] && sums[1] < .75 * sums[2];
    boolean ahead = sums[1] < .95 * Math.min(sums[2], sums[3]);
    double enough = n < 20 ? -2 : -.5;
    boolean evident =
        differences[2] < enough * Math.sqrt(squares[2])
            && differences[3] < enough * Math.sqrt(squares[3]);
    assertThat(gate.decide() == PROMOTE).isEqualTo(n >= 5 && (rescues || (ahead && evident)));
  }

  @Test
  void settings_outOfRange_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Gate.Settings(0, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Gate.Settings(1, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Gate.Settings(1, 0, 0));
  }
}
