package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.OptionalDouble;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleBudgetTest {

  @Test
  void weight_all_letsEveryOnePassForItself() {
    SampleBudget budget = new SampleBudget(OptionalDouble.empty());
    for (int i = 0; i < 100_000; i++) {
      assertThat(budget.weight("k", i, 0)).isEqualTo(1);
    }
  }

  @Test
  void weight_rateZero_letsNonePass() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(0));
    for (int i = 0; i < 1_000; i++) {
      assertThat(budget.weight("k", i, i * 10_000L)).isZero();
    }
  }

  /**
   * Of what comes at once hardly more pass than halve the acceptance for each doubling of it, and
   * in the mean over a longer time no more than the rate.
   */
  @Property(tries = 100, seed = "20261124")
  void weight_anyStream_letsTheRatePassAndAFewBursts(
      @ForAll @DoubleRange(min = 0.1, max = 200) double rate,
      @ForAll @IntRange(min = 1, max = 20_000) int first,
      @ForAll @IntRange(min = 1, max = 20_000) int later) {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(rate));
    double halving = Math.max(16, rate);
    double atOnce =
        Math.max(1, rate) + halving * (1 + Math.log(1 + Math.max(first, later)) / Math.log(2));
    int passed = 0;
    for (int second = 0; second < 5; second++) {
      int count = second == 0 ? first : later;
      for (int i = 0; i < count; i++) {
        passed += budget.weight("s" + i % 17, i / 17, 1_000L * second + 5) > 0 ? 1 : 0;
      }
      assertThat(passed).isLessThanOrEqualTo((int) Math.ceil(rate * second + atOnce));
    }
  }

  /**
   * Devices that report together on the hour, and a backlog: no few samples outweigh all others,
   * and all together stand for what came.
   */
  @ParameterizedTest
  @CsvSource({
    "50, 1000, 300",
    "50, 20000, 550",
    "50, 1000000, 850",
    "0.5, 20000, 200",
    "1000, 1000000, 12000"
  })
  void weight_allAtOnce_noneOutweighsTheOthers(double rate, int count, int most) {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(rate));
    for (int hour = 0; hour < 3; hour++) {
      double weights = 0;
      double squares = 0;
      double largest = 0;
      int passed = 0;
      for (int i = 0; i < count; i++) {
        double weight = budget.weight("meter-" + i, 3_600_000L * hour, 3_600_000L * hour);
        weights += weight;
        squares += weight * weight;
        largest = Math.max(largest, weight);
        passed += weight > 0 ? 1 : 0;
      }

      assertThat(weights / count).isCloseTo(1, within(.5));
      assertThat(weights * weights / squares).as("effective number").isGreaterThan(30);
      assertThat(largest / weights).isLessThan(.06);
      assertThat(passed).isLessThan(most);
    }
  }

  /** A steady stream is thinned to the rate, and those that pass stand for the others. */
  @Test
  void weight_steadyStream_meetsTheRateAndWeighsWhatWasLeftOut() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(50));
    double passed = 0;
    double weights = 0;
    int count = 0;
    for (int second = 1; second <= 90; second++) {
      for (int i = 0; i < 2_000; i++) {
        double weight = budget.weight("s" + i % 100, second * 100L + i / 100, second * 1_000L);
        passed += second > 30 && weight > 0 ? 1 : 0;
        weights += second > 30 ? weight : 0;
        count += second > 30 ? 1 : 0;
      }
    }

    assertThat(passed / 60).isCloseTo(50, within(2.5));
    assertThat(weights / count).isCloseTo(1, within(.05));
  }

  @Test
  void weight_streamBelowTheRate_passesWhole() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(50));
    for (int i = 0; i < 10_000; i++) {
      assertThat(budget.weight("k", i, i * 25L)).isEqualTo(1);
    }
  }

  /** As many as the rate in one moment, and none until the next second. */
  @Test
  void weight_belowTheRateButAllAtOnce_passesWhole() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(50));
    for (int i = 0; i < 10_000; i++) {
      assertThat(budget.weight("k" + i % 50, i, i / 50 * 1_000L)).isEqualTo(1);
    }
  }

  /** Nothing is paid off twice, nor lost for good. */
  @Test
  void weight_clockSetBack_goesOnWithTheRate() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(50));
    int soon = 0;
    int passed = 0;
    for (int second = 0; second < 200; second++) {
      long nowMs = 1_000L * (second < 100 ? second : second - 50);
      for (int i = 0; i < 1_000; i++) {
        boolean passes = budget.weight("s" + i, second, nowMs) > 0;
        soon += passes && second >= 100 && second < 110 ? 1 : 0;
        passed += passes && second >= 130 ? 1 : 0;
      }
    }

    assertThat(soon / 10.).as("just after it was set back").isCloseTo(50, within(10.));
    assertThat(passed / 70.).isCloseTo(50, within(5.));
  }

  /** Mostly the same records pass, whatever their order within a second. */
  @Test
  void weight_otherOrder_letsMostlyTheSamePass() {
    Set<Integer> forwards = passing(1);
    Set<Integer> backwards = passing(-1);
    Set<Integer> both = new HashSet<>(forwards);
    both.retainAll(backwards);

    assertThat(both).hasSizeGreaterThan(forwards.size() * 6 / 10);
    assertThat(backwards.size()).isCloseTo(forwards.size(), within(forwards.size() / 10));
  }

  private static Set<Integer> passing(int direction) {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(100));
    for (int i = 0; i < 20_000; i++) {
      budget.weight("k", i, 1_000);
    }
    Set<Integer> passing = new HashSet<>();
    for (int n = 0; n < 10_000; n++) {
      int i = direction > 0 ? n : 9_999 - n;
      if (budget.weight("k", 100_000 + i, 3_000) > 0) {
        passing.add(i);
      }
    }
    return passing;
  }
}
