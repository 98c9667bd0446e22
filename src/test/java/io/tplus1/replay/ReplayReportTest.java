package io.tplus1.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.Scaling;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.replay.ReplayReport.Value;
import io.tplus1.replay.ReplayReport.Verdict;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayReportTest {
  private static final String SAME_BITS = "the same kernel must give the same bits";
  private static final float PUBLISHED = 1_000;
  private static final float NEARBY = Math.nextUp(PUBLISHED);

  private static Prediction prediction(String kernel) {
    return prediction(kernel, PUBLISHED);
  }

  private static Prediction prediction(String kernel, float value) {
    Receipt receipt =
        new Receipt(
            kernel,
            new Receipt.Window(0, 1, "hash", 0, 0, 0),
            List.of(),
            new float[0][][],
            Map.of(),
            Map.of(),
            new byte[0]);
    return new Prediction(
        "k",
        0,
        ForecastStatus.OK,
        "model",
        new long[] {1},
        new float[] {value},
        new float[0],
        new float[0],
        Optional.of(receipt));
  }

  /** Published with {@code vector-1}: a value that is the same, and one that may not be. */
  private static ReplayReport report(String kernel, float published, float again, Check... checks) {
    return new ReplayReport(
        prediction("vector-1"),
        prediction(kernel),
        "predictions-0, offset 7",
        100,
        List.of(value(PUBLISHED, PUBLISHED), value(published, again)),
        List.of(checks),
        Map.of());
  }

  private static Value value(float published, float again) {
    return new Value(1, "x", "value", published, again, PUBLISHED);
  }

  private static String text(ReplayReport report) {
    StringWriter text = new StringWriter();
    ReplayPrinter.print(new PrintWriter(text), report);
    return text.toString();
  }

  @Test
  void verdict_sameBits_isTheSame() {
    ReplayReport report = report("vector-1", PUBLISHED, PUBLISHED);

    assertThat(report.verdict()).isEqualTo(Verdict.SAME);
    assertThat(report.largestDifference()).isZero();
    assertThat(text(report)).endsWith("\n  bit for bit the same\n");
  }

  /** Whoever may write predictions chose them. */
  @Test
  void print_controlCharactersInWhatTheReceiptNames_stayInTheirLines() {
    String hostile = "vector-1\r\n  kernel same\u001b[2J\u009b2J\u202e";
    ReplayReport report =
        new ReplayReport(
            prediction(hostile),
            prediction("vector-1"),
            "predictions-0, offset 7",
            100,
            List.of(value(PUBLISHED, PUBLISHED)),
            List.of(new Check("window", Check.Outcome.UNKNOWN, hostile)),
            Map.of("linear", hostile));

    String text = text(report);

    assertThat(text.lines()).hasSameSizeAs(text(withPlainTexts(report)).lines().toList());
    assertThat(text.replace("\n", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    assertThat(text).contains("  kernel         another    vector-1??  kernel same?[2J?2J? then");
  }

  private static ReplayReport withPlainTexts(ReplayReport report) {
    return new ReplayReport(
        prediction("vector-2"),
        report.again(),
        report.where(),
        report.bytes(),
        report.values(),
        List.of(new Check("window", Check.Outcome.UNKNOWN, "as it is")),
        Map.of("linear", "as it is"));
  }

  @Test
  void verdict_nothingThenAndNow_isTheSame() {
    assertThat(report("vector-1", Float.NaN, Float.NaN).verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void verdict_nearbyByTheSameKernel_isDifferent() {
    ReplayReport report = report("vector-1", PUBLISHED, NEARBY);

    assertThat(report.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(text(report)).contains("\n  different (6.1e-08 of the target's size at most): ");
    assertThat(text(report)).endsWith(SAME_BITS + "\n");
  }

  /** Or where there were none, or are none now; and by another kernel, whose values may be off. */
  @ParameterizedTest
  @CsvSource({"300, vector-1, 1000", "NaN, vector-1, 1000", "300, plain-1, 1000.0001"})
  void print_onlyIntervalsDiffer_saysWhatMayHaveMadeThem(float lower, String kernel, float again) {
    Value bound = new Value(1, "x", "lower", PUBLISHED - 500, lower, PUBLISHED);
    String hint = ": only the intervals differ, and interval.coverage may have been another then\n";

    String same = text(report(kernel, value(PUBLISHED, again), bound));
    assertThat(same).contains("\n  different").endsWith(hint);
    assertThat(text(report(kernel, value(PUBLISHED, 2 * PUBLISHED), bound)))
        .doesNotContain("interval");
  }

  @Test
  void print_intervalsAndAValueNearbyByTheSameKernelDiffer_givesNoHintOfIntervals() {
    Value bound = new Value(1, "x", "lower", PUBLISHED - 500, 300, PUBLISHED);

    assertThat(text(report("vector-1", value(PUBLISHED, NEARBY), bound)))
        .doesNotContain("interval");
  }

  private static ReplayReport report(String kernel, Value... values) {
    return new ReplayReport(
        prediction("vector-1"),
        prediction(kernel),
        "predictions-0, offset 7",
        100,
        List.of(values),
        List.of(),
        Map.of());
  }

  @Test
  void verdict_nearbyByAnotherKernel_isClose() {
    ReplayReport report = report("plain-1", PUBLISHED, NEARBY);

    assertThat(report.verdict()).isEqualTo(Verdict.CLOSE);
    assertThat(text(report)).contains("the same within 1e-5, by another kernel or CPU (6.1e-08");
  }

  /** The size is 1,000, so that 0.01 is the most. */
  @ParameterizedTest
  @CsvSource({"1000.0099, CLOSE", "999.9901, CLOSE", "1000.0101, DIFFERENT", "999.9899, DIFFERENT"})
  void verdict_anotherKernel_isCloseUpToTheTolerance(float again, Verdict expected) {
    assertThat(report("plain-1", PUBLISHED, again).verdict()).isEqualTo(expected);
  }

  /** A network's value is rounded at the size of its scaling, whatever little the window holds. */
  @ParameterizedTest
  @CsvSource({"1, CLOSE", "150, CLOSE", "-150, CLOSE", "200, DIFFERENT"})
  void values_windowOfLittleBesideTheScaling_countByTheScaling(int ulps, Verdict expected) {
    Scaling scaling = new Scaling(new float[] {200}, new float[] {300});
    float scaled = -2f / 3;
    Prediction published = prediction("vector-1/16", scaling.unscale(0, scaled));
    Prediction again = prediction("plain-1", scaling.unscale(0, scaled + ulps * Math.ulp(scaled)));
    FeatureSchema schema = FeatureSchema.ofNumbers("x");
    Provenance provenance = new Provenance("test", 0, 0, 0, 0, Map.of(), Map.of());
    ModelManifest network =
        new ModelManifest(schema, 1, 1, Strategy.DIRECT, scaling, scaling, provenance);
    FeatureWindow zeros = FeatureWindow.of(new FeatureVector(0, new float[] {0}));

    assertThat(verdict(schema, zeros, published, again, Optional.of(network))).isEqualTo(expected);
    assertThat(verdict(schema, zeros, published, again, Optional.empty()))
        .isEqualTo(Verdict.DIFFERENT);
  }

  private static Verdict verdict(
      FeatureSchema schema,
      FeatureWindow window,
      Prediction published,
      Prediction again,
      Optional<ModelManifest> network) {
    List<Value> values = ReplayReport.values(schema, window, published, again, network);
    return new ReplayReport(published, again, "", 100, values, List.of(), Map.of()).verdict();
  }

  /** DL4J's sums are OpenBLAS's, whose order is another on another CPU. */
  @Test
  void verdict_nearbyByDl4jThenAndNow_isClose() {
    ReplayReport report =
        new ReplayReport(
            prediction("dl4j"),
            prediction("dl4j"),
            "predictions-0, offset 7",
            100,
            List.of(value(PUBLISHED, NEARBY)),
            List.of(),
            Map.of());

    assertThat(report.verdict()).isEqualTo(Verdict.CLOSE);
    assertThat(text(report)).contains("the same within 1e-5").doesNotContain(SAME_BITS);
  }

  @ParameterizedTest
  @CsvSource({"NaN, 1", "1, NaN"})
  void verdict_somethingOnOneSideOnly_isDifferent(float published, float again) {
    ReplayReport report = report("plain-1", published, again);

    assertThat(report.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(report.largestDifference()).isNaN();
    assertThat(text(report)).endsWith("\n  different\n");
  }

  @Test
  void verdict_checkDiffers_isDifferentThoughEveryValueIsTheSame() {
    Check status = Check.of("status", ForecastStatus.OK, ForecastStatus.GAP_FILLED);
    ReplayReport report = report("vector-1", PUBLISHED, PUBLISHED, status);

    assertThat(report.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(text(report))
        .contains("different  GAP_FILLED, and the receipt has OK")
        .endsWith("\n  different\n");
  }

  @Test
  void verdict_checkThatNobodyCouldMake_provesNothing() {
    Check unknown = new Check("window", Check.Outcome.UNKNOWN, "no offsets are known");
    ReplayReport report = report("vector-1", PUBLISHED, PUBLISHED, unknown);

    assertThat(report.verdict()).isEqualTo(Verdict.SAME);
    assertThat(text(report)).contains("unchecked  no offsets are known");
  }

  @Test
  void print_checkDiffersAndAnotherKernel_asksNoSameBitsOfIt() {
    Check status = Check.of("status", ForecastStatus.OK, ForecastStatus.GAP_FILLED);
    ReplayReport report = report("plain-1", PUBLISHED, NEARBY, status);

    assertThat(report.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(text(report)).contains("\n  different (6.1e-08").doesNotContain(SAME_BITS);
  }
}
