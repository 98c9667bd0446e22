package io.tplus1.ops;

import static java.lang.Float.NaN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Predictions;
import io.tplus1.serde.Receipt;
import io.tplus1.serde.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveSeriesTest {
  private final LiveSeries series =
      new LiveSeries(FeatureSchema.ofNumbers("a", "b"), 32, Duration.ofSeconds(1));

  /** A forecast of two features. */
  static Prediction prediction(String key, long timeMs) {
    return Predictions.plain(
        key, timeMs, ForecastStatus.OK, "m", new long[] {timeMs + 1}, new float[] {1, 2});
  }

  /** A score whose errors are {@code error}, where persistence's are 1. */
  static Score scored(String key, long timeMs, float error) {
    float[] actual = {10, 20};
    float[] forecast = {10 + error, 20 - error};
    float[] last = {11, 19};
    float[] halfWidths = {2, Float.NaN};
    return scored(key, timeMs, actual, forecast, last, halfWidths);
  }

  private void forecast(String key, long timeMs) {
    forecast(0, key, timeMs);
  }

  private void forecast(int partition, String key, long timeMs) {
    series.forecast(partition, prediction(key, timeMs));
    series.cameTo(partition, timeMs);
  }

  private void score(String key, long timeMs, float error) {
    series.scored(0, scored(key, timeMs, error));
  }

  /** As those of horizons that were answered, in a state that came from its store. */
  @Test
  void likeliest_valuesThatAreNone_isNoWord() {
    LiveSeries words =
        new LiveSeries(
            FeatureSchema.of(
                List.of(Feature.category("status", List.of("u", "v")), Feature.number("x"))),
            32,
            Duration.ofSeconds(1));

    assertThat(words.likeliest(new float[] {.1f, .2f, .7f, 5})).containsExactly(2, 5);
    assertThat(words.likeliest(new float[] {.7f, .2f, .1f, NaN})).containsExactly(0, NaN);
    assertThat(words.likeliest(new float[] {NaN, NaN, NaN, 5})).containsExactly(NaN, 5);
  }

  @Test
  void worst_seriesThatStandsStill_isJudgedByItsSize() {
    forecast("still", 1);
    forecast("bad", 1);
    forecast("nothing", 1);
    forecast("something", 1);
    for (int i = 0; i < 20; i++) {
      still("still", i, 10, 10.00001f);
      still("bad", i, 10, 100);
      still("nothing", i, 0, 1e-7f);
      still("something", i, 0, 5);
    }

    assertThat(series.relative("still")).isLessThan(.1);
    assertThat(series.relative("bad")).isCloseTo(900, within(1e-3));
    assertThat(series.relative("nothing")).isLessThan(.2);
    assertThat(series.relative("something")).isEqualTo(1_000);
  }

  @Test
  void relative_oneTargetStandsStill_isThatOfThoseThatChange() {
    LiveSeries four =
        new LiveSeries(FeatureSchema.ofNumbers("a", "b", "c", "d"), 32, Duration.ofSeconds(1));
    for (int i = 0; i < 60; i++) {
      float[] actual = {i, -i, 5 * i, 30};
      float[] forecast = {i + .7f, -i + .7f, 5 * i + 3.5f, i == 0 ? 32 : 30};
      float[] last = {i - 1, -i + 1, 5 * i - 5, 30};
      four.scored(0, scored("s", i, actual, forecast, last, new float[0]));
    }

    assertThat(four.relative("s")).isCloseTo(.7, within(.01));
  }

  @Test
  void relative_targetStoodStillForLong_countsNoMore() {
    for (int i = 0; i < 300; i++) {
      boolean changed = i < 100;
      float[] actual = {i, changed ? i : 100};
      float[] forecast = {i + .7f, changed ? i + .7f : 100.1f};
      float[] last = {i - 1, changed ? i - 1 : 100};
      series.scored(0, scored("s", i, actual, forecast, last, new float[0]));
    }

    assertThat(series.relative("s")).isCloseTo(.7, within(.01));
  }

  @Test
  void relative_seriesFarFromZero_isHeldAgainstItsChanges() {
    float[] none = new float[0];
    for (int i = 0; i < 20; i++) {
      float[] actual = {40_001, 293.01f};
      float[] forecast = {40_004, 293.04f};
      series.scored(0, scored("s", i, actual, forecast, new float[] {40_000, 293}, none));
    }

    assertThat(series.relative("s")).isCloseTo(3, within(.01));
  }

  private void still(String key, long timeMs, float value, float forecast) {
    float[] actual = {value, value};
    series.scored(
        0, scored(key, timeMs, actual, new float[] {forecast, forecast}, actual, new float[0]));
  }

  private static Score scored(
      String key, long timeMs, float[] actual, float[] forecast, float[] last, float[] halfWidths) {
    return new Score(
        key,
        timeMs,
        timeMs - 1,
        1,
        ForecastStatus.OK,
        "m",
        actual,
        forecast,
        last,
        halfWidths,
        new float[0][]);
  }

  @Test
  void find_moreScoresThanAreKept_newestInOrder() {
    int all = LiveEntry.POINTS + 17;
    forecast("s", 1);
    for (int i = 0; i < all; i++) {
      score("s", i, i);
    }

    List<LiveEntry.Point> points = series.find("s").orElseThrow().points();
    assertThat(points).hasSize(LiveEntry.POINTS);
    for (int i = 0; i < points.size(); i++) {
      int at = all - LiveEntry.POINTS + i;
      assertThat(points.get(i).timeMs()).isEqualTo(at);
      assertThat(points.get(i).actual()).containsExactly(10, 20);
      assertThat(points.get(i).forecast()).containsExactly(10 + at, 20 - at);
      assertThat(points.get(i).halfWidths()).containsExactly(2, Float.NaN);
    }
  }

  @Test
  void relative_errorsTwiceThoseOfPersistence_two() {
    for (int i = 0; i < 5; i++) {
      assertThat(series.relative("s")).isNaN();
      score("s", i, 2);
    }

    assertThat(series.relative("s")).isCloseTo(2, within(1e-9));
    assertThat(series.relative("absent")).isNaN();
  }

  @Test
  void worst_moreSeriesThanFit_thoseThatLeftKeepTheirPlace() {
    for (int i = 0; i < 10; i++) {
      score("bad", i, 3);
    }
    for (int n = 0; n < 200; n++) {
      for (int i = 0; i < 6; i++) {
        score("good-" + n, i, 0.5f);
      }
    }

    assertThat(series.size()).isLessThanOrEqualTo(32);
    assertThat(series.find("bad")).isEmpty();
    List<LiveSeries.Ranked> worst = series.worst(3, key -> true);
    assertThat(worst).hasSize(3);
    assertThat(worst.get(0).key()).isEqualTo("bad");
    assertThat(worst.get(0).relative()).isCloseTo(3, within(1e-6));
    assertThat(worst.get(1).relative()).isCloseTo(0.5, within(1e-6));
    // It speaks again, and goes on where it was.
    score("bad", 11, 3);
    assertThat(series.worst(1, key -> true).get(0).scores()).isEqualTo(11);
  }

  @Test
  void worst_badSeriesThatFellSilent_leaveTheirPlacesToOthers() {
    for (int n = 0; n < 2_000; n++) {
      for (int i = 0; i < 6; i++) {
        score("old-" + n, i, 9);
      }
    }
    forecast("clock", 100_000);
    for (int n = 0; n < 2_000; n++) {
      for (int i = 0; i < 6; i++) {
        score("new-" + n, 100_000 + i, 3);
      }
    }

    List<LiveSeries.Ranked> worst = series.worst(600, key -> true);

    assertThat(worst).hasSizeGreaterThanOrEqualTo(LiveSeries.WORST);
    assertThat(worst).allMatch(one -> one.key().startsWith("new-"));
    assertThat(series.worst(1, key -> key.endsWith("7")).get(0).key()).endsWith("7");
  }

  /** Whatever shards they lie in: they have forecasts again, and no scores yet. */
  @Test
  void worst_seriesThatSpeakAfterALongRest_areListed() {
    LiveSeries roomy =
        new LiveSeries(FeatureSchema.ofNumbers("a", "b"), 1_024, Duration.ofSeconds(1));
    for (int n = 0; n < 64; n++) {
      for (int i = 0; i < 5; i++) {
        roomy.scored(0, scored("s" + n, i, 3));
      }
    }
    roomy.cameTo(0, 2_000);
    assertThat(roomy.worst(100, key -> true)).isEmpty();

    for (int n = 0; n < 64; n++) {
      roomy.forecast(0, prediction("s" + n, 2_000));
    }

    assertThat(roomy.worst(100, key -> true)).hasSize(64);
  }

  /** As by a script that goes through all. */
  @Test
  void find_seriesThatWereRead_leaveBeforeThoseThatSpokeLater() {
    List<String> keys = ofOneShard();
    forecast(keys.get(0), 1);
    forecast(keys.get(1), 2);

    assertThat(series.relative(keys.get(0))).isNaN();
    assertThat(series.find(keys.get(0))).isPresent();
    forecast(keys.get(2), 3);

    assertThat(series.find(keys.get(0))).isEmpty();
    assertThat(series.find(keys.get(1))).isPresent();
  }

  /** Three, of which two have room at a time. */
  private static List<String> ofOneShard() {
    List<String> keys = new ArrayList<>(List.of("s0"));
    for (int i = 1; keys.size() < 3; i++) {
      LiveSeries one = new LiveSeries(FeatureSchema.ofNumbers("a"), 16, Duration.ofSeconds(1));
      one.forecast(0, prediction("s0", 1));
      one.forecast(0, prediction("s" + i, 1));
      if (one.find("s0").isEmpty()) {
        keys.add("s" + i);
      }
    }
    return keys;
  }

  @Test
  void latest_silentLongerThanRetention_notListed() {
    forecast("old", 0);
    forecast("new", 900);
    assertThat(series.latest(5, key -> true))
        .extracting(LiveSeries.Ranked::key)
        .containsExactly("new", "old");
    assertThat(series.size()).isEqualTo(2);

    forecast("newest", 1_500);

    assertThat(series.latest(5, key -> true))
        .extracting(LiveSeries.Ranked::key)
        .containsExactly("newest", "new");
    assertThat(series.size()).isEqualTo(2);

    // Of a series too young for a forecast: stores drop by it, too.
    series.cameTo(0, 2_000);

    assertThat(series.latest(5, key -> true))
        .extracting(LiveSeries.Ranked::key)
        .containsExactly("newest");
  }

  /** As while one is read a backlog ahead of another, or has a vector of a wrong year. */
  @Test
  void latest_otherPartitionFarAhead_seriesIsListed() {
    forecast(1, "behind", 1_000);
    for (int i = 0; i < 6; i++) {
      series.scored(1, scored("behind", 1_000 + i, 3));
    }

    forecast(0, "ahead", 4_000_000_000_000L);

    assertThat(series.latest(5, key -> true))
        .extracting(LiveSeries.Ranked::key)
        .containsExactly("ahead", "behind");
    assertThat(series.worst(5, key -> true))
        .extracting(LiveSeries.Ranked::key)
        .containsExactly("behind");
    assertThat(series.size()).isEqualTo(2);
  }

  @Test
  void size_partitionThatMovedAway_isWithoutItsSeries() {
    series.tookUp(1);
    forecast(1, "a", 1_000);
    series.tookUp(1); // on another thread

    series.letGo(1);
    assertThat(series.size()).isEqualTo(1);
    series.letGo(1);
    assertThat(series.size()).isZero();
    assertThat(series.latest(5, key -> true)).isEmpty();
    series.tookUp(1);
    assertThat(series.size()).isEqualTo(1);
  }

  @Test
  void worst_otherPartitionFarAhead_seriesThatLeftKeepsItsPlace() {
    for (int i = 0; i < 6; i++) {
      series.scored(1, scored("bad", 1_000 + i, 3));
    }
    for (int n = 0; n < 200; n++) {
      series.forecast(1, prediction("other-" + n, 1_000));
    }
    assertThat(series.find("bad")).isEmpty();

    forecast(0, "ahead", 4_000_000_000_000L);

    assertThat(series.worst(5, key -> true))
        .extracting(LiveSeries.Ranked::key)
        .containsExactly("bad");
    series.cameTo(1, 3_000);
    assertThat(series.worst(5, key -> true)).isEmpty();
  }

  @Test
  void find_forecastHasAReceipt_isWithoutIt() {
    Prediction made = prediction("a", 1);
    Receipt receipt =
        new Receipt(
            "plain-1",
            new Receipt.Window(0, 2, "hash", 0, 0, 1),
            List.of(),
            new float[0][][],
            Map.of(),
            Map.of(),
            new byte[0]);
    series.forecast(
        0,
        new Prediction(
            made.key(),
            made.timeMs(),
            made.status(),
            made.model(),
            made.targetTimesMs(),
            made.values(),
            made.lower(),
            made.upper(),
            Optional.of(receipt)));

    assertThat(series.find("a").orElseThrow().latest()).isEqualTo(made);
  }
}
