package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.Score;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.junit.jupiter.api.Test;

/** What is scraped of errors while champions change. */
class ErrorMetersTest {
  private static final int SCORES = 10;
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a");
  private static final ChampionWatch.Seen NOBODY = new ChampionWatch.Seen(null, 0, 0);

  private final ErrorBoard board = new ErrorBoard(SCHEMA);

  /**
   * One vector's: the forecast is wrong by 1, as the last value is by 2, and its interval holds.
   */
  private static Score score(String model) {
    return new Score(
        "s",
        1,
        0,
        1,
        ForecastStatus.OK,
        model,
        new float[] {2},
        new float[] {3},
        new float[] {0},
        new float[] {4},
        new float[0][]);
  }

  /** Rows of a model go when it goes, so that of a sum over them what it had scored would go. */
  @Test
  void scrape_moreChampionsThanAreNamed_allHaveEveryScore() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      ErrorMeters errors = meters.bindErrors(board, SCHEMA, true);
      for (int model = 0; model < 3 * ErrorBoard.MOST_MODELS; model++) {
        for (int i = 0; i < SCORES; i++) {
          board.add(score("m" + model));
        }
        errors.refresh(NOBODY);

        double all = (model + 1) * SCORES;
        assertThat(meters.registry().scrape())
            .contains("\ntplus1_all_scores_total " + all + "\n")
            .contains("\ntplus1_all_interval_values_total " + all + "\n")
            .contains("\ntplus1_all_interval_covered_total " + all + "\n")
            .contains("\ntplus1_all_feature_scores_total{feature=\"a\"} " + all + "\n")
            .contains("\ntplus1_all_squared_error_total{feature=\"a\"} " + all + "\n")
            .contains(
                "\ntplus1_all_squared_persistence_error_total{feature=\"a\"} " + 4 * all + "\n");
      }
    }
  }

  /** Else {@code increase} misses the burst that comes before the next scrape. */
  @Test
  void scrape_nothingScoredYet_allAreThereAt0() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      ErrorMeters errors = meters.bindErrors(board, SCHEMA, false);
      errors.refresh(NOBODY);

      assertThat(meters.registry().scrape())
          .contains("\ntplus1_all_scores_total 0.0\n")
          .contains("\ntplus1_all_relative_error_total 0.0\n")
          .contains("\ntplus1_all_relative_persistence_error_total 0.0\n")
          .contains("\ntplus1_all_squared_error_total{feature=\"a\"} 0.0\n")
          .doesNotContain("\ntplus1_scores_total");
    }
  }
}
