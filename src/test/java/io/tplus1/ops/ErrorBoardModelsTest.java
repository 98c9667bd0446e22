package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.FakeForecaster;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.junit.jupiter.api.Test;

/** Which models have rows of their own, and which are among the older ones. */
class ErrorBoardModelsTest {
  private static final int HORIZONS = 24;
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a");

  private static final ChampionWatch.Seen NOBODY = new ChampionWatch.Seen(null, 0, 0);

  private final ErrorBoard board = new ErrorBoard(SCHEMA);

  @Test
  void add_modelAfterModel_theOneThatServesIsNamed() {
    for (int vector = 0; vector < 1_000; vector++) {
      for (int horizon = HORIZONS; horizon >= 1; horizon--) {
        board.add(BoardScores.of("m" + (vector - horizon) / 3, horizon));
      }
      String serves = "m" + (vector - 1) / 3;
      assertThat(board.byModel().keySet()).last().isEqualTo(serves);
    }
  }

  @Test
  void add_modelServesAgainAfterMany_isNamedWithItsSum() {
    for (int model = 0; model <= ErrorBoard.MOST_MODELS; model++) {
      board.add(BoardScores.of("m" + model, 1));
    }
    assertThat(board.byModel()).doesNotContainKey("m0");

    board.add(BoardScores.of("m0", 2));
    board.add(BoardScores.of("m0", 1));

    assertThat(board.byModel().get("m0").count()).isEqualTo(2);
    assertThat(board.byModel().get(ErrorBoard.OLDER).count()).isEqualTo(1);
  }

  @Test
  void add_manyForecastsOfOneSlowSeries_driveNobodyOut() {
    board.add(BoardScores.of("serves", 1));
    for (int horizon = HORIZONS; horizon > 1; horizon--) {
      board.add(BoardScores.of("m" + horizon, horizon));
    }

    assertThat(board.byModel()).containsKey("serves");
  }

  @Test
  void tick_moreModelsThanAreNamed_pointHoldsEveryScore() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      Happenings happenings =
          new Happenings(SCHEMA, 16, Duration.ofHours(1), meters.registry(), Clock.systemUTC());
      History history = new History(new ForecastCounters(ForecastListener.NONE), happenings);
      for (int horizon = 1; horizon <= HORIZONS; horizon++) {
        happenings.scored(0, BoardScores.of("m" + horizon, horizon));
      }

      history.tick(5_000);

      assertThat(history.json(0).path("points").path(0).path(3).asInt()).isEqualTo(HORIZONS);
    }
  }

  /** Else whoever watches them grow misses the burst in which they come. */
  @Test
  void scrape_championsWithoutScores_rowsAreThereAt0FromTheSwapOn() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      ErrorMeters errors = meters.bindErrors(board, SCHEMA, true);
      errors.refresh(serving("m1"));
      errors.refresh(serving("m2"));

      assertThat(scrape(meters))
          .contains("tplus1_scores_total{model=\"m1\"} 0.0")
          .contains("tplus1_relative_error_total{model=\"m2\"} 0.0")
          .contains("tplus1_squared_error_total{feature=\"a\",model=\"m2\"} 0.0");

      board.add(BoardScores.of("m1", 1));
      errors.refresh(serving("m2"));

      assertThat(scrape(meters))
          .contains("tplus1_scores_total{model=\"m1\"} 1.0")
          .contains("tplus1_scores_total{model=\"m2\"} 0.0");
    }
  }

  private static ChampionWatch.Seen serving(String hash) {
    return new ChampionWatch.Seen(new FakeForecaster(hash, SCHEMA, 1, 1, null), 0, 0);
  }

  @Test
  void expect_modelThatWasDrivenOut_goesOnFromItsSum() {
    for (int model = 0; model <= ErrorBoard.MOST_MODELS; model++) {
      board.add(BoardScores.of("m" + model, 1));
    }

    board.expect("m0");

    assertThat(board.byModel().get("m0").count()).isEqualTo(1);
    assertThat(board.byModel()).hasSize(ErrorBoard.MOST_MODELS).doesNotContainKey("m1");
  }

  @Test
  void expect_modelThatServesAgain_isDrivenOutLast() {
    for (int model = 0; model < ErrorBoard.MOST_MODELS; model++) {
      board.add(BoardScores.of("m" + model, 1));
    }

    board.expect("m0");
    board.expect("m8");

    assertThat(board.byModel()).containsKey("m0").doesNotContainKey("m1");
  }

  @Test
  void scrape_modelThatHasJustLeft_showsItsLastSum() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      ErrorMeters errors = meters.bindErrors(board, SCHEMA, true);
      for (int model = 0; model <= ErrorBoard.MOST_MODELS; model++) {
        if (model == ErrorBoard.MOST_MODELS) {
          errors.refresh(NOBODY);
        }
        board.add(BoardScores.of("m" + model, 1));
      }

      assertThat(scrape(meters))
          .contains("tplus1_scores_total{model=\"m0\"} 1.0")
          .doesNotContainPattern("(?m)^tplus1_(scores|feature|relative|squared|interval).* NaN$");
    }
  }

  private static String scrape(Meters meters) {
    return new String(meters.scrape(new Call("/metrics", Map.of(), new byte[0])).body(), UTF_8);
  }
}
