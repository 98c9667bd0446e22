package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Score;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBoardTest {
  private static final int HORIZONS = 24;
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a");

  private static final ChampionWatch.Seen NOBODY = new ChampionWatch.Seen(null, 0, 0);

  private final ErrorBoard board = new ErrorBoard(SCHEMA);

  /** What one vector settles: a forecast for each horizon, of as many models in turn. */
  private void settle(int vector, int models) {
    for (int horizon = HORIZONS; horizon >= 1; horizon--) {
      board.add(BoardScores.of("m" + Math.floorMod(vector - horizon, models), horizon));
    }
  }

  @Test
  void add_moreModelsThanAreNamed_everyScoreCounts() {
    settle(0, 9);
    for (int vector = 1; vector < 1_000; vector++) {
      settle(vector, 9);
    }

    assertThat(board.total().count()).isEqualTo(1_000 * HORIZONS);
    assertThat(board.total().squared(0)).isEqualTo(1_000 * HORIZONS);
    assertThat(board.byModel()).hasSize(ErrorBoard.MOST_MODELS + 1).containsKey(ErrorBoard.OLDER);
  }

  @Test
  void add_targetThatComesSeldom_fifthErrorIsItsUsualOne() {
    ErrorBoard two = new ErrorBoard(FeatureSchema.ofNumbers("a", "b"));
    for (int i = 0; i < 999; i++) {
      two.add(score(new float[] {1, Float.NaN}, new float[] {2, 2}, new float[] {2, Float.NaN}));
    }
    Score both = score(new float[] {1, 3}, new float[] {2, 5}, new float[] {2, 1});
    for (int i = 0; i < 4; i++) {
      two.add(both);
    }
    double before = two.total().error();

    two.add(both);

    assertThat(two.total().error() - before).isEqualTo(1);
  }

  @Test
  void scrape_targetThatComesSeldom_itsErrorsHaveACountOfTheirOwn() {
    FeatureSchema schema = FeatureSchema.ofNumbers("a", "b");
    ErrorBoard two = new ErrorBoard(schema);
    for (int i = 0; i < 3; i++) {
      two.add(score(new float[] {1, Float.NaN}, new float[] {2, 2}, new float[] {2, 1}));
    }
    two.add(score(new float[] {1, 3}, new float[] {2, 5}, new float[] {2, 1}));
    two.add(score(new float[] {1, 3}, new float[] {2, 5}, new float[] {2, Float.NaN}));

    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      ErrorMeters errors = meters.bindErrors(two, schema, true);
      errors.refresh(NOBODY);

      assertThat(scrape(meters))
          .contains("tplus1_scores_total{model=\"m\"} 5.0")
          .contains("tplus1_feature_scores_total{feature=\"a\",model=\"m\"} 5.0")
          .contains("tplus1_feature_scores_total{feature=\"b\",model=\"m\"} 1.0")
          .contains("tplus1_squared_error_total{feature=\"b\",model=\"m\"} 4.0");
    }
  }

  /**
   * The number's squared errors are 1, those of the last value and so its unit 4, from the fifth
   * change on.
   */
  @Test
  void scrape_numberBehindACategory_errorsAndIntervalsAreInRowsOfTheirOwn() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v")), Feature.number("a")));
    ErrorBoard two = new ErrorBoard(schema);
    for (float half : new float[] {1.5f, 1.5f, 1.5f, 1.5f, .5f, Float.NaN}) {
      two.add(
          new Score(
              "s",
              1,
              0,
              1,
              ForecastStatus.OK,
              "m",
              new float[] {1, 2},
              new float[] {0, .75f, .25f, 3},
              new float[] {1, 0},
              new float[] {Float.NaN, half},
              new float[0][]));
    }

    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      meters.bindErrors(two, schema, true).refresh(new ChampionWatch.Seen(null, 0, 0));
      System.gc(); // Rows are there as long as their registry is.

      assertThat(scrape(meters))
          .contains("tplus1_relative_error_total{model=\"m\"} 0.5")
          .contains("tplus1_relative_persistence_error_total{model=\"m\"} 2.0")
          .contains("tplus1_interval_values_total{model=\"m\"} 5.0")
          .contains("tplus1_interval_covered_total{model=\"m\"} 4.0")
          .contains("tplus1_squared_error_total{feature=\"a\",model=\"m\"} 6.0")
          .contains("tplus1_squared_persistence_error_total{feature=\"a\",model=\"m\"} 24.0")
          .contains("tplus1_squared_error_total{feature=\"c\",model=\"m\"} 0.0");
    }
  }

  private static String scrape(Meters meters) {
    return new String(meters.scrape(new Call("/metrics", Map.of(), new byte[0])).body(), UTF_8);
  }

  @Test
  void add_targetThatStandsStillBesideOneThatChanges_hidesNothingOfTheOther() {
    ErrorBoard two = new ErrorBoard(FeatureSchema.ofNumbers("a", "b"));
    for (int i = 0; i < 1_000; i++) {
      two.add(score(new float[] {1, 1}, new float[] {1.5f, 1.5f}, new float[] {2, 2}));
    }
    ErrorBoard.Sums day = two.total();

    for (int i = 0; i < 20_000; i++) {
      two.add(score(new float[] {1, 1}, new float[] {1.5f, 1.01f}, new float[] {2, 1}));
    }

    assertThat(
            (two.total().error() - day.error()) / (two.total().persistence() - day.persistence()))
        .isBetween(.24, .26);
  }

  @Test
  void add_wordThatStaysBesideNumberThatChanges_missesHaveABound() {
    ErrorBoard two =
        new ErrorBoard(
            FeatureSchema.of(
                List.of(Feature.number("a"), Feature.category("b", List.of("x", "y")))));
    float[] miss = {1.5f, .1f, .3f, .6f};
    for (int i = 0; i < 1_000; i++) {
      two.add(score(new float[] {1, 0}, miss, new float[] {2, 1}));
    }
    double before = two.total().error();

    for (int i = 0; i < 20_000; i++) {
      two.add(score(new float[] {1, 0}, miss, new float[] {2, 0}));
    }

    assertThat((two.total().error() - before) / 20_000).isLessThan(51);
  }

  @Test
  void add_targetThatSeldomMoves_keepsItsUnit() {
    ErrorBoard one = new ErrorBoard(SCHEMA);
    for (int i = 0; i < 10; i++) {
      move(one, 5_000);
    }
    double before = one.total().error();

    move(one, 5_000);

    // A quarter where it moves, and a hundredth where it does not.
    assertThat(one.total().error() - before).isCloseTo(.25 + 49.99, within(.1));
  }

  /** A float of 123,456.7 has steps of 1/128: a meter that gains 0.1 makes twelve at a time. */
  @ParameterizedTest
  @CsvSource({
    "123456.7, .1",
    "116.39, 5e-5",
    "100000, .05",
    "-100000, .05",
    "1e-4, 1e-8",
    "0, 1e-9"
  })
  void add_numberThatChangesLittleBesideItsSize_errorsCount(float from, float change) {
    for (int i = 0; i < 5; i++) {
      float last = from + i * change;
      float actual = from + (i + 1) * change;
      board.add(score(new float[] {actual}, new float[] {last}, new float[] {last}));
    }

    assertThat(board.total().persistence()).isPositive();
    assertThat(board.total().error()).isEqualTo(board.total().persistence());
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-7f, 1.5f, -116.39f, 123456.7f, 16777216})
  void add_numberThatIsRoundedThisWayAndThat_standsStill(float value) {
    float[] up = {value + 2 * Math.ulp(value)};
    for (int i = 0; i < 10; i++) {
      board.add(score(new float[] {value}, new float[] {value + 1}, up));
      board.add(score(up, new float[] {value + 1}, new float[] {value}));
    }

    assertThat(board.total().persistenceSquared(0)).isPositive();
    assertThat(board.total().persistence()).isZero();
    assertThat(board.total().error()).isZero();
  }

  /** As a sensor that is stuck once its usual change is known: the last value was right. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void add_rowsThatRoundingAloneMoves_addNothingToPersistence(int steps) {
    for (int i = 0; i < 10; i++) {
      float last = 1013 + i % 2 * .1f;
      float actual = 1013.1f - i % 2 * .1f;
      board.add(score(new float[] {actual}, new float[] {last}, new float[] {last}));
    }
    ErrorBoard.Sums before = board.total();
    float value = 1013.25f;
    float up = value + steps * Math.ulp(value);

    for (int i = 0; i < 1_000; i++) {
      board.add(score(new float[] {up}, new float[] {value + .005f}, new float[] {value}));
      board.add(score(new float[] {value}, new float[] {value + .005f}, new float[] {up}));
    }

    assertThat(before.persistence()).isPositive();
    assertThat(board.total().persistence()).isEqualTo(before.persistence());
    assertThat(board.total().error()).isGreaterThan(before.error());
    assertThat(board.total().persistenceSquared(0)).isGreaterThan(before.persistenceSquared(0));
  }

  /** As a counter beyond 2^23: most of its changes are roundings. */
  @Test
  void add_lastValueAsForecastWhereFewStepsOfAFloatAreUsual_isAsGoodAsItself() {
    SplittableRandom random = new SplittableRandom(20261130);
    float last = 1e7f;
    for (int i = 0; i < 1_000; i++) {
      double which = random.nextDouble();
      float actual = last + (which < .55 ? 0 : which < .85 ? 1 : which < .95 ? 2 : 3);
      board.add(score(new float[] {actual}, new float[] {last}, new float[] {last}));
      last = actual;
    }

    assertThat(board.total().persistence()).isPositive();
    assertThat(board.total().error()).isEqualTo(board.total().persistence());
  }

  private static void move(ErrorBoard board, int scores) {
    board.add(score(new float[] {1}, new float[] {1.5f}, new float[] {2}));
    for (int i = 1; i < scores; i++) {
      board.add(score(new float[] {1}, new float[] {1.1f}, new float[] {1}));
    }
  }

  @Test
  void add_firstChangeIsTiny_countsNotAsTheUsualOne() {
    board.add(score(new float[] {1}, new float[] {2}, new float[] {1.001f}));
    for (int i = 0; i < 100; i++) {
      board.add(score(new float[] {1}, new float[] {2}, new float[] {2}));
    }

    assertThat(board.total().count()).isEqualTo(101);
    assertThat(board.total().squared(0)).isEqualTo(101);
    assertThat(board.total().error() / board.total().persistence()).isBetween(.99, 1.01);
  }

  private static Score score(float[] actual, float[] forecast, float[] last) {
    return new Score(
        "s", 1, 0, 1, ForecastStatus.OK, "m", actual, forecast, last, new float[0], new float[0][]);
  }
}
