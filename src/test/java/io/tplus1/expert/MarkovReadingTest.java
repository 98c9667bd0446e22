package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How numbers beside the symbols tell contexts apart. */
class MarkovReadingTest {
  private static final FeatureSchema NUMBER_AND_SYMBOL =
      FeatureSchema.of(List.of(Feature.number("n"), Feature.category("s", List.of("a", "b"))));

  @Test
  void learn_readings_tellContextsApart() {
    Markov markov =
        new Markov(
            NUMBER_AND_SYMBOL,
            1,
            List.of(
                new SymbolContext(0, List.of(new SymbolContext.Reading(0, 5f, false))),
                new SymbolContext(0, List.of(new SymbolContext.Reading(0, 0.5f, true)))),
            false,
            1);
    MarkovTest.MapStore store = new MarkovTest.MapStore();
    for (int i = 0; i < 50; i++) {
      markov.learn(window(-1f, 1, -3f, 1), 1, store);
      markov.learn(window(7f, 1, 8f, 1), 2, store);
    }
    float[][] out = new float[markov.experts()][NUMBER_AND_SYMBOL.feature(1).width()];

    markov.forecast(window(-4.9f, 1, -4.9f, 1), store, out, new float[0][]);
    assertThat(out[1][1]).isGreaterThan(0.9f);
    markov.forecast(window(9.99f, 1, 9.99f, 1), store, out, new float[0][]);
    assertThat(out[1][2]).isGreaterThan(0.9f);
    markov.forecast(window(100f, 1, 101f, 1), store, out, new float[0][]);
    assertThat(out[1]).isEqualTo(out[0]);
    assertThat(out[2][2]).isGreaterThan(0.9f);
    markov.forecast(window(Float.NaN, 1, Float.NaN, 1), store, out, new float[0][]);
    assertThat(out[0][1] + out[0][2] + out[0][0]).isCloseTo(1f, within(1e-5f));
  }

  /** Whether windows are one context, by a reading of the number. */
  private static boolean readsAlike(float width, boolean change, FeatureWindow... windows) {
    SymbolContext context =
        new SymbolContext(0, List.of(new SymbolContext.Reading(0, width, change)));
    Markov markov = new Markov(NUMBER_AND_SYMBOL, 1, List.of(context), false, 1);
    MarkovTest.MapStore store = new MarkovTest.MapStore();
    for (FeatureWindow window : windows) {
      markov.learn(window, 1, store);
    }
    return store.size() == 2; // One beside that of all.
  }

  /** Of floats .5 is less than five times .1, and .7 than seven times. */
  @ParameterizedTest
  @CsvSource({".1, 10", ".01, 100", ".3, 10", "5, 10", ".5, 10"})
  void learn_numbersOnTheBordersOfBins_areInTheBinThatBeginsThere(String width, int bins) {
    BigDecimal wide = new BigDecimal(width);
    for (int bin = -bins; bin < bins; bin++) {
      FeatureWindow border = number(wide.multiply(BigDecimal.valueOf(bin)));
      FeatureWindow inside = number(wide.multiply(BigDecimal.valueOf(bin + .99)));
      FeatureWindow next = number(wide.multiply(BigDecimal.valueOf(bin + 1)));

      assertThat(readsAlike(wide.floatValue(), false, border, inside)).as("%d", bin).isTrue();
      assertThat(readsAlike(wide.floatValue(), false, inside, next)).as("%d", bin).isFalse();
    }
  }

  /** Counters and volumes: whole numbers have no rounding, and quarters none up to millions. */
  @Test
  void learn_numbersOfMillionsOfWidths_areReadAsTheyAre() {
    assertThat(readsAlike(1, false, number("3000000"), number("3000000.75"))).isTrue();
    assertThat(readsAlike(1, false, number("3000000.75"), number("3000001"))).isFalse();
    FeatureWindow still = window(5_000_000f, 1, 5_000_000f, 1);
    assertThat(readsAlike(1, true, still, window(5_000_000f, 1, 5_000_001f, 1))).isTrue();
    assertThat(readsAlike(1, true, still, window(5_000_000f, 1, 5_000_002f, 1))).isFalse();
  }

  private static FeatureWindow number(String last) {
    return number(new BigDecimal(last));
  }

  private static FeatureWindow number(BigDecimal last) {
    return window(0, 1, last.floatValue(), 1);
  }

  /** The differences of floats are .1000004 and .0999985. */
  @Test
  void learn_changesOfTheWidthInDecimals_areNoneHoweverFloatsRound() {
    FeatureWindow none = window(20, 1, 20, 1);

    assertThat(readsAlike(.1f, true, none, window(20f, 1, 20.1f, 1))).isTrue();
    assertThat(readsAlike(.1f, true, none, window(20.2f, 1, 20.3f, 1))).isTrue();
    assertThat(readsAlike(.1f, true, none, window(20.1f, 1, 20f, 1))).isTrue();
    assertThat(readsAlike(.1f, true, none, window(20f, 1, 20.11f, 1))).isFalse();
    assertThat(readsAlike(.1f, true, none, window(20.11f, 1, 20f, 1))).isFalse();
    assertThat(readsAlike(.5f, true, none, window(20f, 1, 20.5f, 1))).isTrue();
  }

  @Test
  void learn_anyChangeAtAll_isOne() {
    FeatureWindow none = window(20, 1, 20, 1);

    assertThat(readsAlike(Float.MIN_VALUE, true, none, window(20f, 1, Math.nextUp(20f), 1)))
        .isFalse();
    assertThat(readsAlike(Float.MIN_VALUE, true, none, window(3f, 1, 3f, 1))).isTrue();
  }

  private static FeatureWindow window(float before, int symbolBefore, float last, int symbol) {
    return FeatureWindow.of(
        new FeatureVector(0, new float[] {before, symbolBefore}),
        new FeatureVector(1, new float[] {last, symbol}));
  }
}
