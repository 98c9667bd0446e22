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

  /** No second lets much more than twice the rate pass, the first of a flood included. */
  @Property(tries = 100, seed = "20261124")
  void weight_anyStream_staysWithinTwiceTheRate(
      @ForAll @DoubleRange(min = 0.1, max = 200) double rate,
      @ForAll @IntRange(min = 1, max = 20_000) int first,
      @ForAll @IntRange(min = 1, max = 20_000) int later) {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(rate));
    for (int second = 0; second < 5; second++) {
      int passed = 0;
      int count = second == 0 ? first : later;
      for (int i = 0; i < count; i++) {
        passed += budget.weight("s" + i % 17, i / 17, 1_000L * second + 5) > 0 ? 1 : 0;
      }
      assertThat(passed).isLessThanOrEqualTo((int) Math.ceil(2 * rate) + 16);
    }
  }

  /** A steady stream is thinned to the rate, and those that pass stand for the others. */
  @Test
  void weight_steadyStream_meetsTheRateAndWeighsWhatWasLeftOut() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(50));
    double passed = 0;
    double weights = 0;
    int count = 0;
    for (int second = 1; second <= 40; second++) {
      for (int i = 0; i < 2_000; i++) {
        double weight = budget.weight("s" + i % 100, second * 100L + i / 100, second * 1_000L);
        passed += second > 1 && weight > 0 ? 1 : 0;
        weights += second > 1 ? weight : 0;
        count += second > 1 ? 1 : 0;
      }
    }

    assertThat(passed / 39).isCloseTo(50, within(2.5));
    assertThat(weights / count).isCloseTo(1, within(.05));
  }

  @Test
  void weight_streamBelowTheRate_passesWhole() {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(50));
    for (int i = 0; i < 10_000; i++) {
      assertThat(budget.weight("k", i, i * 25L)).isEqualTo(1);
    }
  }

  /** The same records give the same samples, whatever the order within a second. */
  @Test
  void weight_otherOrder_letsTheSamePassOnceTheRateIsKnown() {
    assertThat(passing(1)).isEqualTo(passing(-1)).hasSizeBetween(20, 90);
  }

  private static Set<Integer> passing(int direction) {
    SampleBudget budget = new SampleBudget(OptionalDouble.of(100));
    for (int i = 0; i < 2_000; i++) {
      budget.weight("k", i, 1_000);
    }
    Set<Integer> passing = new HashSet<>();
    for (int n = 0; n < 1_000; n++) {
      int i = direction > 0 ? n : 999 - n;
      if (budget.weight("k", 10_000 + i, 2_000) > 0) {
        passing.add(i);
      }
    }
    return passing;
  }
}
