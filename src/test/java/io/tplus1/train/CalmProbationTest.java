package io.tplus1.train;

import static io.tplus1.train.Probation.Verdict.OPEN;
import static io.tplus1.train.Probation.Verdict.WORSE_THAN_PERSISTENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Tasks;
import io.tplus1.model.TrainingSample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A probation of words that stay for long, in a contest. */
final class CalmProbationTest {
  private static final Feature STATUS = Feature.category("status", List.of("u", "v"));
  private static final FeatureSchema ALONE = FeatureSchema.of(List.of(STATUS));
  private static final FeatureSchema BESIDE =
      FeatureSchema.of(List.of(STATUS, Feature.number("x")));
  private static final int SERIES = 20;
  private static final int STEP_MS = 60_000;

  private final Probation probation = new Probation(200, 1);

  /** Of one that is so sure of the word that came last, as was the one before. */
  private Contest contest(FeatureSchema schema, float sure) {
    probation.start(true);
    Contest contest = new Contest(Tasks.of(schema, 3, 1), 2, UsualChanges.bySeries(schema));
    for (String hash : List.of("champion", "former")) {
      Entrant entrant =
          new Entrant(
              Samples.model(
                  hash,
                  schema,
                  1,
                  1,
                  (window, output) -> {
                    int last = (int) window.last(0);
                    output[last] = sure;
                    output[3 - last] = 1 - sure;
                  }),
              0,
              null);
      if (hash.equals("champion")) {
        contest.serve(entrant);
      } else {
        contest.former(entrant);
      }
    }
    return contest;
  }

  /** Samples of all series at one time, and the live scores of it. */
  private void step(Contest contest, int width, int step, int changing, float sure) {
    long lastMs = (long) step * STEP_MS;
    long[] times = {lastMs - 3 * STEP_MS, lastMs - 2 * STEP_MS, lastMs - STEP_MS, lastMs};
    for (int i = 0; i < SERIES; i++) {
      float[] rows = new float[4 * width];
      for (int row = 0; row < 4; row++) {
        rows[row * width] = row == 3 && i < changing ? 2 : 1;
      }
      TrainingSample sample =
          new TrainingSample(
              "s" + i,
              FeatureWindow.over(rows, times, width, 0, 3),
              FeatureWindow.over(rows, times, width, 3, 1),
              1);
      Contest.Errors errors = contest.judge(sample, Long.MAX_VALUE);
      probation.sample(lastMs, STEP_MS, 1, errors.champion(), errors.former(), errors.moved());
    }
    double halfBrier = (SERIES - changing) * (1 - sure) * (1 - sure) + changing * sure * sure;
    probation.live(lastMs, SERIES, halfBrier, changing);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void verdict_noWordChanges_waitsUntilOneDoes(boolean besideNumber) {
    FeatureSchema schema = besideNumber ? BESIDE : ALONE;
    Contest contest = contest(schema, .95f);
    for (int step = 0; step < 30; step++) {
      step(contest, schema.size(), step, 0, .95f);
      assertThat(probation.verdict()).isEqualTo(OPEN);
    }

    assertThat(probation.figures())
        .containsEntry("liveScores", 30.0 * SERIES)
        .containsEntry("liveEventTimes", 0.0);
  }

  @Test
  void verdict_oneWordOfManyChangesAndNetworkDoubtsAll_goesAfterTenEventTimes() {
    Contest contest = contest(ALONE, .6f);
    for (int step = 0; step < 10; step++) {
      assertThat(probation.verdict()).isEqualTo(OPEN);
      step(contest, 1, step, 1, .6f);
    }

    assertThat(probation.verdict()).isEqualTo(WORSE_THAN_PERSISTENCE);
  }
}
