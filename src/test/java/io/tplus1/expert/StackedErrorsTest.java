package io.tplus1.expert;

import static io.tplus1.expert.NaiveStacked.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link Stacked} where errors of the mix are wild, tiny, or always 0. */
class StackedErrorsTest {
  private static final FeatureSchema SCHEMA = NaiveStacked.SCHEMA;
  private static final int WIDTH = NaiveStacked.WIDTH;

  /** Of a target that the mix always hits, what an expert says beside it is noise. */
  @Test
  void forecast_targetThatNeverErrs_doesNotLeadOthersAstray() {
    StackedShape shape = new StackedShape(SCHEMA, 2, List.of(0), 10, 0.998, 0.5);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    Random random = new Random(7);
    double mix = 0;
    double own = 0;
    for (int series = 0; series < 200; series++) {
      Stacked stacked = new Stacked(shape);
      LastErrors last = new LastErrors(shape);
      for (int t = 0; t < 30; t++) {
        float a = (float) random.nextGaussian();
        float noise = 1e-3f * (float) random.nextGaussian();
        float[][] forecasts = {said(0, 5), said((float) random.nextGaussian() / 10, 5 + noise)};
        float[] out = new float[WIDTH];
        if (stacked.forecast(workspace, forecasts, said(0, 5), last, out)) {
          mix += a * a;
          own += (out[0] - a) * (out[0] - a);
        }
        stacked.learn(workspace, 0, new float[] {a, 0, 5}, forecasts, said(0, 5), last);
      }
      // Another network is off by what nobody has seen.
      float[] out = new float[WIDTH];
      float[][] off = {said(0, 5), said(0, 5.3f)};
      last.clear();
      assertThat(stacked.forecast(workspace, off, said(0, 5), last, out)).isTrue();
      assertThat(out[0]).isBetween(-3f, 3f);
    }

    assertThat(own).isLessThan(1.2 * mix);
  }

  /** Errors whose squares are no floats teach nothing of their target, and do not hide others. */
  @Test
  void learn_targetInTinyUnits_leavesTheOthers() {
    StackedShape shape = new StackedShape(SCHEMA, 1, List.of(0), 1, 1, 0.5);
    Stacked stacked = new Stacked(shape);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    LastErrors last = new LastErrors(shape);
    Random random = new Random(8);
    float[] out = new float[WIDTH];
    for (int t = 0; t < 300; t++) {
      float a = (float) random.nextGaussian();
      float b = 1e-24f * (float) random.nextGaussian();
      stacked.forecast(workspace, new float[][] {said(a, b)}, said(0, 0), last, out);
      if (t > 200) {
        assertThat(out[0]).isCloseTo(a, within(.3f));
      }
      stacked.learn(
          workspace, 0, new float[] {a, 0, b}, new float[][] {said(a, b)}, said(0, 0), last);
    }
  }

  /** The mean over targets by which rows are weighed is that over those that have erred. */
  @Test
  void learn_targetThatNeverErrs_weighsRowsAsWithoutIt() {
    FeatureSchema x = FeatureSchema.ofNumbers("x");
    StackedShape one = new StackedShape(x, 1, List.of(0), 1, 0.99, 0.5);
    StackedShape two = new StackedShape(SCHEMA, 1, List.of(0), 1, 0.99, 0.5);
    Stacked alone = new Stacked(one);
    Stacked beside = new Stacked(two);
    StackedWorkspace ofOne = new StackedWorkspace(one);
    StackedWorkspace ofTwo = new StackedWorkspace(two);
    LastErrors lastOne = new LastErrors(one);
    LastErrors lastTwo = new LastErrors(two);
    Random random = new Random(10);
    for (int t = 0; t < 100; t++) {
      float said = (float) random.nextGaussian();
      float a = t % 4 == 0 ? 5 * said : said;
      alone.learn(ofOne, 0, new float[] {a}, new float[][] {{said}}, new float[1], lastOne);
      beside.learn(
          ofTwo, 0, new float[] {a, 0, 7}, new float[][] {said(said, 7)}, said(0, 7), lastTwo);
    }
    float[] expected = new float[1];
    float[] found = new float[WIDTH];

    alone.forecast(ofOne, new float[][] {{1}}, new float[1], lastOne, expected);
    beside.forecast(ofTwo, new float[][] {said(1, 7)}, said(0, 7), lastTwo, found);

    assertThat(found[0]).isEqualTo(expected[0]);
  }

  /** One wild error is no new usual size, so that what was learnt goes on. */
  @Test
  void learn_oneWildError_isForgottenWithinDozensOfRows() {
    assertThat(shareOfTheMix(500, 1, 551, 700)).isLessThan(.1);
  }

  /** The first error has nothing to be measured by, but fades when small ones follow. */
  @Test
  void learn_wildFirstError_isForgottenWithinDozensOfRows() {
    assertThat(shareOfTheMix(0, 0, 101, 200)).isLessThan(.1);
  }

  /**
   * The squared error relative to that of the mix, which always says 0 where an expert knows.
   *
   * @param wild the row of which the expert does not know, and which is far off
   * @param third what the other target comes to
   * @param from first row that counts
   * @param rows how many there are
   */
  private static double shareOfTheMix(int wild, float third, int from, int rows) {
    StackedShape shape = new StackedShape(SCHEMA, 1, List.of(0), 10, 0.998, 0.5);
    Stacked stacked = new Stacked(shape);
    StackedWorkspace workspace = new StackedWorkspace(shape);
    LastErrors last = new LastErrors(shape);
    Random random = new Random(9);
    double mix = 0;
    double own = 0;
    float[] out = new float[WIDTH];
    for (int t = 0; t < rows; t++) {
      float a = t == wild ? 1e4f : (float) random.nextGaussian();
      float[][] expert = {said(t == wild ? 0 : a, 0)};
      if (t >= from) {
        stacked.forecast(workspace, expert, said(0, 0), last, out);
        mix += a * a;
        own += (out[0] - a) * (out[0] - a);
      }
      stacked.learn(workspace, 0, new float[] {a, 0, third}, expert, said(0, 0), last);
    }
    return own / mix;
  }
}
