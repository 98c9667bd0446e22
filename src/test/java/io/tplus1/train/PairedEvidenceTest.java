package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PairedEvidenceTest {

  @Property(tries = 100, seed = "20261127")
  void evidence_anyTimes_asTheDefinitionSays(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 2_000) int span) {
    Random random = new Random(seed);
    PairedEvidence evidence = new PairedEvidence();
    Map<Long, Double> sums = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      long timeMs = (long) random.nextInt(span) - span / 2;
      double d = random.nextGaussian();
      evidence.add(timeMs, 1, d);
      sums.merge(timeMs, d, Double::sum);
    }

    double sum = sums.values().stream().mapToDouble(s -> s).sum();
    double squares = sums.values().stream().mapToDouble(s -> s * s).sum();
    assertThat(evidence.clusters()).isEqualTo(sums.size());
    assertThat(evidence.evidence(3)).isCloseTo(sum / Math.sqrt(3 * squares), within(1e-9));
  }

  @Test
  void evidence_seriesOneAfterAnother_asWhereTheyComeTogether() {
    PairedEvidence together = new PairedEvidence();
    PairedEvidence oneByOne = new PairedEvidence();
    for (int i = 0; i < 1_000 * 20; i++) {
      together.add(3_600_000L * (i / 20), 1, difference(i / 20, i % 20));
      oneByOne.add(3_600_000L * (i % 1_000), 1, difference(i % 1_000, i / 1_000));
    }

    assertThat(oneByOne.clusters()).isEqualTo(together.clusters());
    assertThat(oneByOne.clusters()).isBetween(PairedEvidence.MOST / 2, PairedEvidence.MOST);
    assertThat(oneByOne.evidence(1)).isCloseTo(together.evidence(1), within(1e-9));
    assertThat(oneByOne.sum()).isCloseTo(together.sum(), within(1e-9));
  }

  private static double difference(int time, int series) {
    return new Random(time).nextGaussian() + .1 * new Random(1_000L * series + time).nextDouble();
  }

  /**
   * As of devices that report every hour, each at a second of its own: a storm is one all the same.
   */
  @Test
  void evidence_seriesWithTimesOfTheirOwn_aboutAsWhereTheyComeTogether() {
    PairedEvidence together = new PairedEvidence();
    PairedEvidence apart = new PairedEvidence();
    long hour = 3_600_000;
    for (int i = 0; i < 10 * 200; i++) {
      long timeMs = hour * (i / 200);
      together.add(timeMs, hour, .2 + difference(i / 200, i % 200));
      apart.add(timeMs + 18_000L * (i % 200), hour, .2 + difference(i / 200, i % 200));
    }

    assertThat(together.clusters()).isEqualTo(10);
    assertThat(apart.clusters()).isBetween(10, 20);
    // √200 times as much if each were a cluster, √12 if there were as many as possible.
    assertThat(apart.evidence(1) / together.evidence(1)).isBetween(.9, 1.5);
  }

  /** A hundred report every minute, and one every five hours, which speaks first. */
  @Test
  void clusters_oneSlowSeriesAmongMany_areNotHeldUp() {
    PairedEvidence evidence = new PairedEvidence();
    long minute = 60_000;
    evidence.add(0, 300 * minute, 1);
    for (int t = 0; t < 20; t++) {
      for (int i = 0; i < 100; i++) {
        evidence.add(t * minute, minute, 1);
      }
    }

    assertThat(evidence.clusters()).isEqualTo(20);
  }

  @Test
  void add_stepOfAnyLength_clustersSpanHalfOfItAtLeastAndNeverTwo() {
    for (long stepMs = 1;
        stepMs > 0 && stepMs < Long.MAX_VALUE / 400;
        stepMs = stepMs * 3 / 2 + 1) {
      PairedEvidence evidence = new PairedEvidence();
      for (int i = 0; i < 100; i++) {
        evidence.add(i * stepMs, stepMs, 1);
        evidence.add(i * stepMs + stepMs / 4, stepMs, 1);
        evidence.add(i * stepMs + stepMs / 2, stepMs, 1);
        evidence.add(i * stepMs + 3 * (stepMs / 4), stepMs, 1);
      }
      assertThat(evidence.clusters()).isBetween(100, 200);
    }
  }

  @Test
  void add_timesFarApart_clustersStayBounded() {
    PairedEvidence evidence = new PairedEvidence();
    evidence.add(Long.MIN_VALUE, 1, 1);
    evidence.add(Long.MAX_VALUE, 1, 1);
    for (long i = 0; i < 3_000; i++) {
      evidence.add(i << (i % 50), 1, 1);
      assertThat(evidence.clusters()).isBetween(2, PairedEvidence.MOST);
    }

    assertThat(evidence.sum()).isEqualTo(3_002);
  }

  @Test
  void evidence_nothingOrNoDifference_none() {
    PairedEvidence evidence = new PairedEvidence();
    assertThat(evidence.evidence(1)).isZero();

    evidence.add(1, 1, 0);

    assertThat(evidence.evidence(1)).isZero();
    assertThat(evidence.clusters()).isEqualTo(1);
  }
}
