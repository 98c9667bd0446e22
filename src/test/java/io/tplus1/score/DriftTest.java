package io.tplus1.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftTest {
  private static final DriftSettings SETTINGS = new DriftSettings(.2, 50, 30);
  private static final long STEP_MS = 60_000;

  /**
   * Errors of all series at one event time after the other, at most a third of a step apart and in
   * any order.
   *
   * @return drifts
   */
  private static int drifts(Drift drift, Random random, int series, int from, int to, double law) {
    int drifts = 0;
    for (int time = from; time < to; time++) {
      double common = Math.exp(.2 * random.nextGaussian());
      for (int i = 0; i < series; i++) {
        long timeMs = time * STEP_MS + random.nextInt((int) STEP_MS / 3);
        double error = law * common * Math.abs(random.nextGaussian());
        drifts += drift.add(timeMs, STEP_MS, 1, error) ? 1 : 0;
      }
    }
    return drifts;
  }

  @Test
  void add_manySeriesWithNoiseInCommon_noDrift() {
    assertThat(drifts(new Drift(SETTINGS, 1), new Random(1), 5_000, 0, 400, 1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 300})
  void add_errorsDouble_driftOnce(int series) {
    Drift drift = new Drift(SETTINGS, 1);
    Random random = new Random(2);
    assertThat(drifts(drift, random, series, 0, 500, 1)).isZero();

    assertThat(drifts(drift, random, series, 500, 530, 2)).isZero();
    assertThat(drifts(drift, random, series, 530, 650, 2)).isOne();
  }

  /**
   * Errors of the last value of a random walk, over H steps: each the mean over the horizons of the
   * squared move, as a multiple of what is expected of it.
   *
   * @param wider what the steps of the walk count times
   * @return drifts
   */
  private static int walk(Drift drift, Random random, int horizon, int from, int to, double wider) {
    double[] at = new double[to - from + horizon];
    for (int i = 1; i < at.length; i++) {
      at[i] = at[i - 1] + wider * random.nextGaussian();
    }
    int drifts = 0;
    for (int i = 0; i < to - from; i++) {
      double squares = 0;
      for (int h = 1; h <= horizon; h++) {
        squares += (at[i + h] - at[i]) * (at[i + h] - at[i]);
      }
      double error = squares / (horizon * (horizon + 1) / 2.0);
      drifts += drift.add((from + i) * STEP_MS, STEP_MS, 1, error) ? 1 : 0;
    }
    return drifts;
  }

  /** What moves one of these errors moves as many as the horizon is long. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 12, 24, 48})
  void add_errorsThatShareTheirSteps_hardlyEverADrift(int horizon) {
    Drift drift = new Drift(SETTINGS, horizon);

    assertThat(walk(drift, new Random(7), horizon, 0, 100_000, 1)).isLessThanOrEqualTo(5);
  }

  @Test
  void add_longHorizonAndErrorsDouble_drift() {
    Drift drift = new Drift(SETTINGS, 24);
    Random random = new Random(2);
    assertThat(walk(drift, random, 24, 0, 4_000, 1)).isZero();

    assertThat(walk(drift, random, 24, 4_000, 6_000, Math.sqrt(2))).isOne();
  }

  @Test
  void add_twoSteps_isAsOneStep() {
    Drift one = new Drift(SETTINGS, 1);
    Drift two = new Drift(SETTINGS, 2);
    int drifts = walk(one, new Random(3), 4, 0, 5_000, 3);

    assertThat(walk(two, new Random(3), 4, 0, 5_000, 3)).isEqualTo(drifts);
    assertThat(state(two)).isEqualTo(state(one));
  }

  /** As of a new device, far out of the range that the network knows. */
  @Test
  void add_oneBadSeriesOfMany_isNoDriftAndHidesNone() {
    Drift drift = new Drift(SETTINGS, 1);
    Random random = new Random(5);
    int drifts = 0;
    for (int time = 0; time < 1_000; time++) {
      for (int i = 0; i < 100; i++) {
        double error = (time < 600 ? 1 : 2) * Math.abs(random.nextGaussian());
        drifts +=
            drift.add(time * STEP_MS, STEP_MS, 1, i == 50 && time >= 300 ? 1_000 : error) ? 1 : 0;
      }
      if (time == 599) {
        assertThat(drifts).isZero();
      }
    }

    assertThat(drifts).isOne();
  }

  @Test
  void add_seriesOneAfterAnother_eachTimeCounts() {
    Drift drift = new Drift(new DriftSettings(.2, 5, 1), 1);
    int drifts = 0;
    for (int series = 0; series < 4; series++) {
      for (int time = 0; time < 20; time++) {
        drifts += drift.add(time * STEP_MS, STEP_MS, 1, series < 3 ? 1 : 2) ? 1 : 0;
      }
    }

    assertThat(drifts).isOne();
  }

  /** Errors that were counted since the last drift. */
  private static long counted(Drift drift) {
    ByteBuffer bytes = ByteBuffer.allocate(Drift.BYTES);
    drift.write(bytes);
    return bytes.getLong(0);
  }

  /** As of tasks of which one is behind, or ahead since a clock is wrong. */
  @ParameterizedTest
  @ValueSource(ints = {-3, -200, 1_000_000})
  void add_twoEventTimesByTurns_eachIsOneError(int other) {
    Drift drift = new Drift(SETTINGS, 1);
    for (int time = 0; time < 100; time++) {
      for (int i = 0; i < 50; i++) {
        drift.add(time * STEP_MS, STEP_MS, 1, 1);
        drift.add((time + other) * STEP_MS, STEP_MS, 1, 1);
      }
    }

    // One more where the first sample of all is over at once.
    assertThat(counted(drift)).isBetween(2 * 99L, 2 * 99L + 1);
  }

  /** As of tasks that catch up, each as far behind as it may be. */
  @Test
  void add_eightEventTimesByTurns_eachIsOneError() {
    Drift drift = new Drift(SETTINGS, 1);
    for (int time = 0; time < 100; time++) {
      for (int i = 0; i < 8 * 50; i++) {
        drift.add((time - 200L * (i % 8)) * STEP_MS, STEP_MS, 1, 1);
      }
    }

    assertThat(counted(drift)).isBetween(8 * 99L, 8 * 99L + 8);
  }

  @Test
  void add_slowAndFastSeriesByTurns_eachHasItsEventTimes() {
    Drift drift = new Drift(SETTINGS, 1);
    for (int time = 0; time < 300; time++) {
      for (int i = 0; i < 50; i++) {
        drift.add(time * STEP_MS, STEP_MS, 1, 1);
        drift.add((time - 60) * STEP_MS, 60 * STEP_MS, 1, 1);
      }
    }

    // Of the slow ones two in each of their steps.
    assertThat(counted(drift)).isBetween(299 + 9L, 299 + 11L);
  }

  /**
   * As of clocks that are wrong, or of a device that was silent: none of them holds up the rest.
   */
  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void add_strayEventTimes_theOthersGoOn(int sign) {
    Drift drift = new Drift(SETTINGS, 1);
    for (int time = 0; time < 100; time++) {
      for (int i = 0; i < 50; i++) {
        drift.add(time * STEP_MS, STEP_MS, 1, 1);
      }
      if (time % 10 == 9) {
        drift.add(sign * (1_000L - 3L * time) * STEP_MS, STEP_MS, 1, 1);
      }
    }

    assertThat(counted(drift)).isBetween(99L, 99 + 11L);
  }

  @Test
  void add_sampleThatStandsForMany_weighsAsThey() {
    Drift one = new Drift(SETTINGS, 1);
    Drift many = new Drift(SETTINGS, 1);
    one.add(0, STEP_MS, 3, 1);
    one.add(0, STEP_MS, 1, 5);
    for (double error : new double[] {1, 1, 1, 5}) {
      many.add(0, STEP_MS, 1, error);
    }

    assertThat(unfinished(one)).isEqualTo(unfinished(many));
  }

  @Test
  void add_notFinite_isPassedOver() {
    Drift drift = new Drift(SETTINGS, 1);
    drift.add(0, STEP_MS, 1, 1);
    ByteBuffer before = unfinished(drift);

    drift.add(5 * STEP_MS, STEP_MS, 1, Double.NaN);

    assertThat(unfinished(drift)).isEqualTo(before);
  }

  @Test
  void read_withinAnEventTime_goesOnAsBefore() {
    Drift drift = new Drift(SETTINGS, 1);
    Random random = new Random(3);
    drifts(drift, random, 20, 0, 100, 1);
    ByteBuffer state = ByteBuffer.allocate(Drift.BYTES + Drift.UNFINISHED_BYTES);
    drift.write(state);
    drift.writeUnfinished(state);
    state.flip();

    Drift after = new Drift(SETTINGS, 1);
    after.read(state);
    after.readUnfinished(state);

    assertThat(drifts(after, new Random(4), 20, 100, 200, 4)).isOne();
    assertThat(drifts(drift, new Random(4), 20, 100, 200, 4)).isOne();
    assertThat(unfinished(after)).isEqualTo(unfinished(drift));
  }

  private static ByteBuffer state(Drift drift) {
    ByteBuffer bytes = ByteBuffer.allocate(Drift.BYTES);
    drift.write(bytes);
    return bytes.flip();
  }

  private static ByteBuffer unfinished(Drift drift) {
    ByteBuffer bytes = ByteBuffer.allocate(Drift.UNFINISHED_BYTES);
    drift.writeUnfinished(bytes);
    return bytes.flip();
  }
}
