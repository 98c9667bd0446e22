package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.WindowRing;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkovTest {
  private static final FeatureSchema SYMBOLS =
      FeatureSchema.of(List.of(Feature.category("s", List.of("a", "b", "c"))));

  private static final float[][] NONE = new float[0][];

  /** A store in a map. */
  static final class MapStore implements ContextCounts {
    private final Map<ByteBuffer, byte[]> values = new HashMap<>();
    private int reads;

    @Override
    public byte[] get(byte[] key) {
      reads++;
      return values.get(ByteBuffer.wrap(key));
    }

    @Override
    public void put(byte[] key, byte[] value) {
      values.put(ByteBuffer.wrap(key.clone()), value);
    }

    int size() {
      return values.size();
    }

    Map<String, String> inHex() {
      Map<String, String> hex = new TreeMap<>();
      values.forEach(
          (key, value) -> {
            byte[] bytes = new byte[key.remaining()];
            key.duplicate().get(bytes);
            hex.put(HexFormat.of().formatHex(bytes), HexFormat.of().formatHex(value));
          });
      return hex;
    }
  }

  /** The last k symbols alone. */
  static SymbolContext symbols(int k) {
    return new SymbolContext(k, List.of());
  }

  private static Markov orders(boolean continuation, int... orders) {
    return ordersUpTo(3, continuation, orders);
  }

  private static Markov ordersUpTo(int horizon, boolean continuation, int... orders) {
    List<SymbolContext> contexts = Arrays.stream(orders).mapToObj(MarkovTest::symbols).toList();
    return new Markov(SYMBOLS, 0, contexts, continuation, horizon);
  }

  private static float[][] learnt(Markov markov, MapStore store, int... symbols) {
    WindowRing ring = new WindowRing(8, 1, Long.MAX_VALUE);
    for (int i = 0; i < symbols.length; i++) {
      if (i > 0) {
        markov.learn(ring.window(), symbols[i], store);
      }
      ring.append(i, new float[] {symbols[i]});
    }
    float[][] out = new float[markov.experts()][SYMBOLS.feature(0).width()];
    markov.forecast(ring.window(), store, out, NONE);
    return out;
  }

  /** Keys and values of a kept store must stay what they are. */
  @Test
  void learn_knownSymbols_storeHasTheLayoutOfVersionOne() {
    Markov markov =
        new Markov(
            SYMBOLS,
            0,
            List.of(
                symbols(1),
                new SymbolContext(2, List.of(new SymbolContext.Reading(0, 0.5f, true)))),
            false,
            2);
    MapStore store = new MapStore();

    learnt(markov, store, 1, 2, 1, 2, 3);

    assertThat(store.inHex())
        .containsExactly(
            entry("01000000010001", "0202"),
            entry("01000000010002", "01010301"),
            entry("0100000101000100000000", "0201"),
            entry("010000010200010002ffffffff", "0201"),
            entry("01000001020002000100000001", "01010301"),
            entry("010000ff", "0101020203010504"));
  }

  @Test
  void toBytes_manyOfASymbol_takesAsManyBytesAsItNeeds() {
    SymbolCounts counts = new SymbolCounts(200);
    counts.load(HexFormat.of().parseHex("0005" + "c701" + "ac02"));

    assertThat(counts.count(0)).isEqualTo(5);
    assertThat(counts.count(199)).isEqualTo(300);
    assertThat(HexFormat.of().formatHex(counts.toBytes())).isEqualTo("0005" + "c701" + "ac02");
  }

  /** Golden values by an independent implementation with numpy. */
  @Test
  void forecast_knownSymbols_isAsNumpySays() {
    int[] symbols = {1, 2, 1, 2, 3, 1, 2, 1, 1, 2, 3, 3, 1, 2};

    assertThat(learnt(orders(false, 1, 2), new MapStore(), symbols))
        .satisfies(
            out -> {
              close(out[0], 0.058824f, 0.352941f, 0.352941f, 0.235294f);
              close(out[1], 0.029412f, 0.426471f, 0.176471f, 0.367647f);
              close(out[2], 0.014706f, 0.463235f, 0.088235f, 0.433824f);
            });
    assertThat(learnt(orders(true, 1, 2), new MapStore(), symbols))
        .satisfies(
            out -> {
              close(out[0], 0.091837f, 0.367347f, 0.265306f, 0.27551f);
              close(out[1], 0.068878f, 0.40051f, 0.19898f, 0.331633f);
              close(out[2], 0.034439f, 0.450255f, 0.099490f, 0.415816f);
            });
  }

  @Test
  void forecast_beyondTheNext_isThePowerOfWhatContextZeroSaysOfOneStep() {
    Markov markov = orders(false, 1, 2);
    MapStore store = new MapStore();
    learnt(markov, store, 1, 2, 1, 2, 3, 1, 2, 1, 1, 2, 3, 3, 1, 2);
    float[][] step = new float[4][];
    for (int s = 0; s < step.length; s++) {
      step[s] = learnt(markov, store, s)[0];
    }

    float[][] beyond = new float[3][4];
    int reads = store.reads;
    markov.forecast(
        FeatureWindow.of(new FeatureVector(0, new float[] {2})), store, new float[3][4], beyond);
    assertThat(store.reads - reads).isEqualTo(markov.experts());

    float[] expected = step[2];
    for (float[] found : beyond) {
      float[] next = new float[4];
      for (int from = 0; from < 4; from++) {
        for (int to = 0; to < 4; to++) {
          next[to] += expected[from] * step[from][to];
        }
      }
      close(found, next);
      expected = next;
    }
  }

  /** What is drawn anew may be the last symbol again, which is no repetition. */
  @ParameterizedTest
  @CsvSource({"0, .5", "0, .9", ".8, .7"})
  void forecast_symbolsThatAreRepeatedOrDrawn_isHardlyWorseThanTheirLaw(
      double repeated, double first) {
    Random random = new Random(1);
    Markov markov = orders(false, 1);
    MapStore store = new MapStore();
    WindowRing ring = new WindowRing(2, 1, Long.MAX_VALUE);
    float[][] out = new float[markov.experts()][4];
    float[][][] sent = new float[5_000][2][4];
    int[] symbols = new int[sent.length];
    double[] nats = new double[2];
    double[] least = new double[2];
    for (int t = 0; t < symbols.length; t++) {
      boolean again = t > 0 && random.nextDouble() < repeated;
      symbols[t] = again ? symbols[t - 1] : random.nextDouble() < first ? 1 : 2;
      for (int h = 1; h <= 2 && t >= h; h++) {
        double stays = Math.pow(repeated, h);
        double drawn = (1 - stays) * (symbols[t] == 1 ? first : 1 - first);
        least[h - 1] -= Math.log(drawn + (symbols[t] == symbols[t - h] ? stays : 0));
        nats[h - 1] -= Math.log(sent[t - h][h - 1][symbols[t]]);
      }
      if (t > 0) {
        markov.learn(ring.window(), symbols[t], store);
      }
      ring.append(t, new float[] {symbols[t]});
      markov.forecast(ring.window(), store, out, new float[][] {sent[t][1]});
      sent[t][0] = out[0].clone();
    }

    for (int h = 0; h < 2; h++) {
      assertThat(nats[h] / symbols.length).isCloseTo(least[h] / symbols.length, within(.01));
    }
  }

  /** Of text, where shorter contexts count only what is new, and so hardly any repetition. */
  @Test
  void forecast_textBeyondTheNext_isNearlyAsGoodAsItsLaw() {
    Random random = new Random(1);
    Markov markov = ordersUpTo(2, true, 1, 2, 3);
    MapStore store = new MapStore();
    WindowRing ring = new WindowRing(4, 1, Long.MAX_VALUE);
    float[][] out = new float[markov.experts()][4];
    float[][] sent = new float[4_000][4];
    int symbol = 1;
    double nats = 0;
    double least = 0;
    for (int t = 0; t < sent.length; t++) {
      symbol = random.nextDouble() < .95 ? symbol : 1 + (symbol + random.nextInt(2)) % 3;
      if (t > 0) {
        markov.learn(ring.window(), symbol, store);
      }
      if (t > 1) {
        double same = .95 * .95 + .05 * .05 / 2;
        float before = ring.window().value(ring.window().steps() - 2, 0);
        least -= Math.log(symbol == before ? same : (1 - same) / 2);
        nats -= Math.log(sent[t - 2][symbol]);
      }
      ring.append(t, new float[] {symbol});
      markov.forecast(ring.window(), store, out, new float[][] {sent[t]});
    }

    assertThat(nats / sent.length).isCloseTo(least / sent.length, within(.01));
  }

  /** The counts of all symbols are beside those that t+1 falls back on, and no part of them. */
  @Test
  void forecast_textOfSeveralHorizons_isThatOfOneAtTheNext() {
    int[] symbols = {1, 2, 1, 2, 3, 1, 2, 1, 1, 2, 3, 3, 1, 2};
    MapStore one = new MapStore();

    float[][] alone = learnt(ordersUpTo(1, true, 1, 2, 3), one, symbols);

    assertThat(learnt(ordersUpTo(3, true, 1, 2, 3), new MapStore(), symbols)).isDeepEqualTo(alone);
    assertThat(one.inHex()).containsKey("010000ff").doesNotContainKey("010000fe");
  }

  /** As a store of earlier releases, or of one step ahead: beyond t+1 it says what it said. */
  @Test
  void forecast_textWithoutCountsOfAllSymbols_goesByThoseThatAreThere() {
    MapStore store = new MapStore();
    learnt(ordersUpTo(1, true, 1, 2, 3), store, 1, 2, 1, 2, 3, 1, 2, 1, 1, 2, 3, 3, 1, 2);
    FeatureWindow window = FeatureWindow.of(new FeatureVector(0, new float[] {2}));
    float[][] counted = new float[1][4];
    float[][] found = new float[1][4];
    ordersUpTo(2, false, 1, 2, 3).forecast(window, store, new float[4][4], counted);

    Markov markov = ordersUpTo(2, true, 1, 2, 3);
    markov.forecast(window, store, new float[4][4], found);
    assertThat(found).isDeepEqualTo(counted);

    markov.learn(window, 2, store);
    markov.forecast(window, store, new float[4][4], found);
    assertThat(found[0][2]).isGreaterThan(counted[0][2]);
  }

  private static void close(float[] found, float... expected) {
    assertThat(found).containsExactly(expected, within(1e-6f));
  }

  @Property(tries = 100, seed = "20261124")
  void forecast_anySymbols_areProbabilitiesAndNeverZero(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 3) Integer> symbols,
      @ForAll boolean continuation) {
    int[] all = new int[symbols.size() + 1];
    for (int i = 0; i < symbols.size(); i++) {
      all[i + 1] = symbols.get(i);
    }
    for (float[] row : learnt(orders(continuation, 1, 2, 3, 5), new MapStore(), all)) {
      float sum = 0;
      for (float p : row) {
        assertThat(p).isGreaterThan(0f);
        sum += p;
      }
      assertThat(sum).isCloseTo(1f, within(1e-5f));
    }
  }

  @Test
  void forecast_sequenceThatRepeats_isNearlySureAtOrderTwo() {
    int[] symbols = new int[400];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = new int[] {1, 1, 2, 3}[i % 4];
    }

    float[][] out = learnt(orders(false, 1, 2), new MapStore(), symbols);

    assertThat(out[2][1]).isGreaterThan(0.98f);
  }

  @Test
  void learn_idOutOfTheVocabulary_countsAsUnknown() {
    MapStore store = new MapStore();
    Markov markov = orders(false, 1);
    FeatureWindow window = FeatureWindow.of(new FeatureVector(0, new float[] {Float.NaN}));
    for (int i = 0; i < 20; i++) {
      markov.learn(window, 99f, store);
    }
    float[][] out = new float[2][4];

    markov.forecast(FeatureWindow.of(new FeatureVector(0, new float[] {0})), store, out, NONE);

    assertThat(out[1][0]).isGreaterThan(0.9f);
  }

  @Test
  void learn_oneRecord_putsOnePerContextAndOneForAll() {
    MapStore store = new MapStore();

    orders(false, 1, 2, 3).learn(FeatureWindow.of(new FeatureVector(0, new float[] {1})), 2, store);

    assertThat(store.size()).isEqualTo(4);
  }

  @Test
  void counts_manyOfOneSymbol_areHalvedBeforeTheyOverflow() {
    SymbolCounts counts = new SymbolCounts(3);
    counts.add(2);
    for (int i = 0; i < 100_000; i++) {
      counts.add(1);
    }
    SymbolCounts read = new SymbolCounts(3);
    read.load(counts.toBytes());

    assertThat(read.count(1)).isEqualTo(counts.count(1)).isBetween(32_768, 65_536);
    assertThat(read.count(2)).isEqualTo(1);
    assertThat(read.count(0)).isZero();
  }

  @Test
  void counts_tornOrOfAnotherVocabulary_areRefused() {
    SymbolCounts counts = new SymbolCounts(3);

    for (byte[] torn :
        List.of(new byte[] {3, 1}, new byte[] {1}, new byte[] {1, -1}, new byte[] {1, 0})) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> counts.load(torn))
          .withMessageContaining("torn");
    }
  }

  @Test
  void constructor_targetThatIsANumber_isRefused() {
    FeatureSchema number = FeatureSchema.ofNumbers("n");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Markov(number, 0, List.of(symbols(1)), false, 1))
        .withMessageContaining("a category of [n], found column 0");
  }
}
