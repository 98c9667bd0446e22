package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** What a topic's records do not take is refused before anything starts. */
final class RecordLimitsTest {
  private static ForecastPlan plan(String... settings) {
    Map<String, String> all = TestSettings.with(Map.of(), settings);
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
