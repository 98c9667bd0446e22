package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.score.MeanChanges;
import io.tplus1.train.Probation;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMeterTest {
  private static final float NAN = Float.NaN;

  private final ErrorMeter meter = new ErrorMeter(FeatureSchema.ofNumbers("x"));

  /** A word, and behind it a number. */
  private final ErrorMeter words =
      new ErrorMeter(
          FeatureSchema.of(List.of(Feature.category("c", List.of("u", "v")), Feature.number("x"))));

  /** A random walk; the network foresees half of what it does next. */
  @ParameterizedTest
  @CsvSource({"10,200", "30,200", "30,2000"})
  void error_youngSeriesAndHalfOfPersistencesError_sumsNeverTurnOver(int rows, int scores) {
    Random random = new Random(20261126);
    for (int run = 0; run < 200; run++) {
      double network = 0;
      double persistence = 0;
      int counted = 0;
      while (counted < scores) {
        MeanChanges changes = new MeanChanges(1);
        float[] before = {0};
        for (int row = 1; row < rows; row++) {
          float foreseen = (float) (before[0] + random.nextGaussian());
          float[] now = {(float) (foreseen + random.nextGaussian())};
          double its = meter.error(changes, now, new float[] {foreseen}, 0);
          if (!Double.isNaN(its)) {
            network += its;
            persistence += meter.persistence(changes, now, before);
            counted++;
          }
          changes.update(before, now);
          before = now;
        }
      }
      assertThat(network).isLessThan(persistence);
    }
  }

  /** One sensor of many is stuck: what the network misses it by must not outweigh all others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 1_000, 10_000})
  void error_seriesThatStandsStill_isHeldAgainstItsFormerChanges(int still) {
    Random random = new Random(20261127);
    MeanChanges changes = new MeanChanges(1);
    float[] before = {0};
    for (int row = 0; row < 200; row++) {
      float[] now = {(float) (before[0] + random.nextGaussian())};
      changes.update(before, now);
      before = now;
    }
    for (int row = 0; row < still; row++) {
      changes.update(before, before);
    }

    assertThat(meter.error(changes, before, new float[] {before[0] + .03f}, 0)).isLessThan(.01);
    assertThat(meter.persistence(changes, before, before)).isZero();
  }

  /** What a broken reading leaves of the unit must not blind a probation that begins long after. */
  @ParameterizedTest
  @CsvSource({"-9999,0", "-9999,100", "-9999,300", "1e9,0", "1e9,100", "1e9,300", "1e9,600"})
  void error_sentinelBeforeAProbation_championFarWorseThanTheLastValueGoes(
      float sentinel, int rows) {
    OnProbation series = new OnProbation();
    series.goOn(500);
    series.say(sentinel);
    series.goOn(rows);

    assertThat(series.verdict(3, Integer.MAX_VALUE, 0))
        .isEqualTo(Probation.Verdict.WORSE_THAN_PERSISTENCE);
    assertThat(series.probation.figures().get("livePersistence")).isBetween(.5, 10.);
  }

  /** The last value errs by it twice, a network that cuts its inputs once. */
  @ParameterizedTest
  @ValueSource(floats = {-9_999, 1e9f})
  void error_sentinelWithinAProbation_championFarWorseThanTheLastValueGoes(float sentinel) {
    OnProbation series = new OnProbation();
    series.goOn(500);

    assertThat(series.verdict(3, 20, sentinel)).isEqualTo(Probation.Verdict.WORSE_THAN_PERSISTENCE);
  }

  @Test
  void error_sentinelBeforeAndWithinAProbation_championThatIsBetterPasses() {
    OnProbation series = new OnProbation();
    series.goOn(500);
    series.say(-9_999);

    assertThat(series.verdict(.7f, 20, -9_999)).isEqualTo(Probation.Verdict.PASSED);
  }

  /** In so many changes of 2, the word stays. */
  private static MeanChanges changesOfTwo(int count) {
    MeanChanges changes = new MeanChanges(2);
    for (int i = 0; i < count; i++) {
      changes.update(new float[] {1, 4 + 2 * (i % 2)}, new float[] {1, 6 - 2 * (i % 2)});
    }
    return changes;
  }

  /** Half of .25² + (.75 − 1)², and the square of 4 / 2. */
  @Test
  void error_wordBesideANumber_isTheMeanOfHalfItsBrierScoreAndOfTheNumbersError() {
    MeanChanges changes = changesOfTwo(6);
    float[] forecast = {0, .25f, .75f, 14};

    assertThat(words.error(changes, new float[] {2, 10}, forecast, 0)).isEqualTo(2.03125);
    assertThat(words.error(changes, new float[] {NAN, 10}, forecast, 0)).isEqualTo(4);
    assertThat(words.error(changes, new float[] {2, NAN}, forecast, 0)).isEqualTo(.0625);
    assertThat(words.error(changes, new float[] {NAN, NAN}, forecast, 0)).isNaN();
    assertThat(words.error(changes, new float[] {1, NAN}, forecast, 0)).isEqualTo(.5625);
  }

  @Test
  void error_horizonBehindAnother_isOfItsOwnValues() {
    float[] forecast = {9, 9, 9, 9, 0, .25f, .75f, 14};

    assertThat(words.error(changesOfTwo(6), new float[] {2, 10}, forecast, 4)).isEqualTo(2.03125);
  }

  /** The last word was wrong or right, and the square of 2 / 2. */
  @Test
  void persistence_wordBesideANumber_isTheMeanOfBoth() {
    MeanChanges changes = changesOfTwo(6);

    assertThat(words.persistence(changes, new float[] {2, 10}, new float[] {1, 8})).isEqualTo(1);
    assertThat(words.persistence(changes, new float[] {2, 10}, new float[] {2, 8})).isEqualTo(.5);
    assertThat(words.persistence(changes, new float[] {2, 10}, new float[] {1, 12})).isEqualTo(1);
    assertThat(words.persistence(changes, new float[] {2, 14}, new float[] {1, 8})).isEqualTo(5);
    assertThat(words.persistence(changes, new float[] {NAN, 14}, new float[] {1, 8})).isEqualTo(9);
    assertThat(words.persistence(changes, new float[] {NAN, NAN}, new float[] {1, 8})).isNaN();
  }

  @Test
  void error_numberThatHasChangedFourTimes_isOfTheWordAlone() {
    MeanChanges changes = changesOfTwo(4);

    assertThat(words.error(changes, new float[] {2, 10}, new float[] {0, .25f, .75f, 14}, 0))
        .isEqualTo(.0625);
    assertThat(words.persistence(changes, new float[] {2, 10}, new float[] {1, 8})).isEqualTo(1);
    assertThat(words.persistence(changes, new float[] {2, 10}, new float[] {2, 8})).isZero();
  }

  /** A series whose level walks by steps of size 1, and a champion's probation on it. */
  private final class OnProbation {
    private static final int HOUR_MS = 3_600_000;

    private final MeanChanges changes = new MeanChanges(1);
    private final Probation probation = new Probation(200, 1);
    private final Random random = new Random(20261128);
    private float level = 20;
    private float[] before = {level};

    void goOn(int rows) {
      for (int row = 0; row < rows; row++) {
        level += (float) random.nextGaussian();
        say(level);
      }
    }

    void say(float value) {
      float[] now = {value};
      changes.update(before, now);
      before = now;
    }

    /**
     * How it ends.
     *
     * @param miss how far the champion's forecasts lie from the next level, whatever was said
     * @param at the row that says the sentinel
     */
    Probation.Verdict verdict(float miss, int at, float sentinel) {
      probation.start(false);
      probation.sample(0, HOUR_MS, 1, 1, 1, 1);
      Probation.Verdict verdict = Probation.Verdict.OPEN;
      for (int row = 1; verdict == Probation.Verdict.OPEN && row < 1_000; row++) {
        level += (float) random.nextGaussian();
        float[] now = {row == at ? sentinel : level};
        float[] forecast = {level + miss * (float) random.nextGaussian()};
        double error = meter.error(changes, now, forecast, 0);
        double persistence = meter.persistence(changes, now, before);
        probation.live((long) row * HOUR_MS, 1, error, persistence);
        say(now[0]);
        verdict = probation.verdict();
      }
      return verdict;
    }
  }
}
