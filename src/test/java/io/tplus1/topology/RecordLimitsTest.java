package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.Score;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a topic's records do not take is refused before anything starts. */
final class RecordLimitsTest {
  private static ForecastPlan plan(String... settings) {
    return plan(TestSettings.with(Map.of(), settings));
  }

  private static ForecastPlan plan(Map<String, String> all) {
    Configuration configuration = new Configuration(all);
    return ForecastPlan.of(configuration, configuration.schema());
  }

  private static void assertRefused(String... settings) {
    assertRefused("the state of a series would take up to ", settings);
  }

  private static void assertRefused(String what, String[] settings) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> plan(settings))
        .withMessageContaining(what);
  }

  private static String names(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "sensor%05d".formatted(i))
        .collect(Collectors.joining(","));
  }

  @Test
  void plan_pooledIntervalsOfALongHorizon_refused() {
    assertThatCode(() -> plan("features", "x", "forecast.horizon", "300"))
        .doesNotThrowAnyException();
    assertRefused("features", "x", "forecast.horizon", "300", "interval.pool", "true");
  }

  /** A pool of intervals is one record, with 296 bytes of each target and 8 more. */
  @Test
  void plan_pooledIntervalsOfManyTargets_refusedWithTheRemedy() {
    String[] settings = {"features", names(3_543), "experts", "rnn", "interval.pool", "true"};
    assertRefused(
        "what series learn together of their intervals would take 1048736 bytes, and its changelog takes records of 1048448: set interval.pool=false, or name fewer targets (3543)",
        settings);
    settings[5] = "false";
    assertThatCode(() -> plan(settings)).doesNotThrowAnyException();
    settings[5] = "true";
    settings[1] = names(3_542);
    assertThatCode(() -> plan(settings)).doesNotThrowAnyException();
  }

  @Test
  void plan_anExpertForEachSeason_refused() {
    assertRefused(
        "features", "x",
        "forecast.horizon", "300",
        "experts", "last,seasonal",
        "season.steps", "24,48,168",
        "window.steps", "400");
  }

  /** Nothing but forecasts waits, each with a probability for each word. */
  @Test
  void plan_manyWordsOfACategory_refused() {
    String words = IntStream.range(0, 19).mapToObj(i -> "w" + i).collect(Collectors.joining(","));
    assertRefused(
        "features", "c",
        "categories", "c",
        "vocabulary.c", words,
        "forecast.horizon", "160",
        "interval.coverage", "0");
  }

  @Test
  void plan_linearExpertOfEachSeriesWithManySums_refused() {
    String features =
        IntStream.range(0, 19).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
    assertRefused(
        "features", features,
        "experts", "last,series",
        "series.lags", "1-168",
        "window.steps", "200");
  }

  /** (1,000 + 1) rows of 300 features are 1.21 MB, and each sample would be left out. */
  @ParameterizedTest
  @CsvSource({"retrain.mode, refresh", "retrain.mode, retrain", "experts, 'last,linear'"})
  void plan_samplesThatNoRecordHolds_refusedWhereAnythingLearns(String setting, String value) {
    Map<String, String> long300 =
        Map.of("features", names(300), "targets", "sensor00000", "window.steps", "1000");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> plan(TestSettings.with(long300, setting, value)))
        .withMessageContaining("window.steps: a training sample of 1000 vectors (history.minimum)")
        .withMessageContaining("nothing would ever be learnt");
    assertThatCode(() -> plan(long300)).doesNotThrowAnyException();
    for (Map<String, String> fits :
        List.of(Map.of("window.steps", "800"), Map.of("history.minimum", "2"))) {
      Map<String, String> all = TestSettings.with(long300, setting, value);
      all.putAll(fits);
      assertThatCode(() -> plan(all)).doesNotThrowAnyException();
    }
  }

  /**
   * (1,000 + 1) rows of 130 features, all of them targets: linear experts add their forecasts to
   * those of the window, and the page on settings says how much that is.
   */
  @ParameterizedTest
  @CsvSource({
    "'last,linear,rnn', off, 1048557",
    "'last,linear,joint', off, 1568557",
    "'last,linear,joint', last, 1572557"
  })
  void plan_samplesWithColumnsOfLinearExperts_refusedWithTheBytesOfAll(
      String experts, String fill, long bytes) {
    String[] settings = {
      "features",
      names(130),
      "window.steps",
      "1000",
      "experts",
      experts,
      "joint.lags",
      "1",
      "missing.fill",
      fill
    };
    assertRefused(
        "a training sample of 1000 vectors (history.minimum) and the 1 that follow them has %d bytes or more, and its topic takes 1040396"
            .formatted(bytes),
        settings);
  }

  @Test
  void plan_predictionOfManyTargetsAndHorizons_saysWhatItsTopicMustTake() {
    ForecastPlan plan = plan("features", names(2_000), "forecast.horizon", "8");

    assertThat(plan.largestPrediction()).isBetween(1_000_000, 2_000_000);
    assertThat(plan.largestScore()).isLessThan(500_000);
  }

  @Test
  void plan_predictionLargerThanTheProducerSends_refused() {
    String[] json = {
      "features", names(2_000), "forecast.horizon", "8", "producer.max.request.size", "1100000"
    };
    assertRefused("a prediction may take up to 1", json);
    json[5] = "3000000";
    assertThatCode(() -> plan(json)).doesNotThrowAnyException();
  }

  @Test
  void plan_predictionOfManyTargetsAndHorizons_takenInTheBinaryForm() {
    assertThatCode(
            () ->
                plan(
                    "features",
                    names(2_000),
                    "forecast.horizon",
                    "8",
                    "interval.coverage",
                    "0",
                    "output.format",
                    "binary"))
        .doesNotThrowAnyException();
  }

  @Test
  void plan_scoreOfManyTargets_saysWhatItsTopicMustTake() {
    assertThat(plan("features", names(9_000), "interval.coverage", "0").largestScore())
        .isBetween(1_000_000, 1_500_000);
  }

  /** Any producer may send such: they are finite. */
  @Test
  void plan_scoreOfValuesFarApart_isNoLongerThanWasReckoned() {
    ForecastPlan plan = plan("features", names(100));
    SplittableRandom random = new SplittableRandom(20261129);
    int longest = scoreBytes(plan, Float.MAX_VALUE, -Float.MAX_VALUE, -Float.MAX_VALUE);
    for (int i = 0; i < 5_000; i++) {
      longest = Math.max(longest, scoreBytes(plan, number(random), number(random), number(random)));
    }

    assertThat(longest).isBetween(plan.largestScore() * 9 / 10, plan.largestScore());
  }

  /** Finite; of all sizes, or of the largest. */
  private static float number(SplittableRandom random) {
    int bits = random.nextInt();
    boolean large = random.nextBoolean();
    float value = Float.intBitsToFloat(large ? (bits & 0x80ffffff) | 0x7e000000 : bits);
    return Float.isFinite(value) ? value : Float.MAX_VALUE;
  }

  @Test
  void plan_scoreOfAnyProbability_isNoLongerThanWasReckoned() {
    ForecastPlan plan = plan("features", "c", "categories", "c", "vocabulary.c", "word");
    SplittableRandom random = new SplittableRandom(20261129);
    for (int i = 0; i < 5_000; i++) {
      double even = random.nextDouble();
      float probability = (float) (i % 2 == 0 ? even : Math.exp(-20 * even));

      assertThat(scoreBytes(plan, new float[] {1}, new float[] {0, probability}, new float[1]))
          .as("of %s", probability)
          .isLessThanOrEqualTo(plan.largestScore());
    }
  }

  /** Of characters that take more bytes in JSON than most. */
  @ParameterizedTest
  @ValueSource(strings = {"漢", "\\", "é"})
  void plan_wordOfFewerCharactersAndMoreBytes_isNoLongerThanWasReckoned(String character) {
    String words = "a".repeat(300) + "," + character.repeat(299);
    ForecastPlan plan = plan("features", "c", "categories", "c", "vocabulary.c", words);

    assertThat(scoreBytes(plan, new float[] {2}, new float[] {0, 0, .5f}, new float[1]))
        .isLessThanOrEqualTo(plan.largestScore());
  }

  /** Each target the same. */
  private static int scoreBytes(ForecastPlan plan, float actual, float forecast, float last) {
    float[][] values = new float[3][plan.schema().targets().size()];
    Arrays.fill(values[0], actual);
    Arrays.fill(values[1], forecast);
    Arrays.fill(values[2], last);
    return scoreBytes(plan, values[0], values[1], values[2]);
  }

  /** With the longest key. */
  private static int scoreBytes(ForecastPlan plan, float[] actual, float[] forecast, float[] last) {
    Score score =
        new Score(
            "\u0001".repeat(DecodedRecord.LONGEST_KEY_BYTES),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            1,
            ForecastStatus.MODEL_FAILED,
            "f".repeat(64),
            actual,
            forecast,
            last,
            new float[actual.length],
            new float[0][]);
    return plan.scores().serialize(null, score).length;
  }

  @Test
  void plan_predictionOfManyWords_saysWhatItsTopicMustTake() {
    String[] json = {
      "features", "c", "categories", "c", "vocabulary.c", names(40_000), "interval.coverage", "0"
    };
    assertThat(plan(json).largestPrediction()).isBetween(1_000_000, 1_300_000);
  }

  @Test
  void plan_expertsThatFitNoTarget_refused() {
    String[] settings = {"features", "x", "experts", "markov"};
    assertRefused("none of them fits a target", settings);
  }

  @Test
  void plan_expertWithANameTooLongForTheBinaryForm_refusedByItsSettings() {
    String name = "reading".repeat(8);
    String[] settings = {
      "features",
      "c," + name,
      "categories",
      "c",
      "targets",
      "c",
      "vocabulary.c",
      "a,b",
      "experts",
      "last,markov",
      "markov.contexts",
      "1+" + name + "/5+" + name + "~0",
      "output.format",
      "binary"
    };
    assertRefused("markov.contexts", settings);
  }

  @Test
  void widest_noFloatHasMoreCharacters() {
    assertThat(Float.toString(RecordLimits.WIDEST)).hasSize(15);
    assertThat(Float.toString(RecordLimits.WIDE)).hasSize(15);
    assertThat(Float.toString(RecordLimits.WIDEST - RecordLimits.WIDE)).hasSize(15);
    SplittableRandom random = new SplittableRandom(20261126);
    for (int i = 0; i < 100_000; i++) {
      assertThat(Float.toString(Float.intBitsToFloat(random.nextInt())).length())
          .isLessThanOrEqualTo(15);
    }
  }
}
