package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainCommandTest {
  @TempDir Path directory;
  private TrainRuns train;

  @BeforeEach
  void open() {
    train = new TrainRuns(directory);
  }

  @Test
  void train_waves_artifactLoadsForecastsAndErrorsAreReported() throws Exception {
    Path data = train.waves();
    Path model = directory.resolve("deep").resolve("model.zip");

    assertThat(train.execute("--data", data.toString(), "--out", model.toString()))
        .as(train.err())
        .isZero();

    assertThat(train.out())
        .contains(data + ": 400 vectors of [a, b]")
        .contains("Saved " + model)
        .contains("Forecasts of the last 60 samples, watched and not learnt from:")
        .containsPattern("(?m)^ +RMSE +tplus1 +persistence +ratio$")
        .containsPattern("(?m)^ +a +\\d+\\.\\d{4} +\\d+\\.\\d{4} +\\d+\\.\\d{4}$")
        .contains("over 60 forecasts of 1 step");
    assertThat(train.err()).contains("epoch 1/3  loss ", "epoch 3/3  loss ");
    ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(model));
    assertThat(train.out()).contains("model " + artifact.hash());
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    assertThat(forecaster.schema()).isEqualTo(FeatureSchema.ofNumbers("a", "b"));
    float[] forecast = new float[forecaster.outputLength()];
    forecaster
        .newSession()
        .forecast(
            FeatureWindow.of(
                new FeatureVector(0, new float[] {10, 1}),
                new FeatureVector(1, new float[] {10, 1})),
            forecast);
    assertThat(forecast).hasSize(2).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
    // Whole or not at all: nothing else is left beside it.
    try (var files = Files.list(model.getParent())) {
      assertThat(files).containsExactly(model);
    }
  }

  /** What comes to fewer than the rows gave has its reason told. */
  @Test
  void train_longHorizon_tellsOfTheSamplesBetween() throws Exception {
    Path model = directory.resolve("model.zip");

    assertThat(
            train.execute(
                "--data",
                train.waves().toString(),
                "--out",
                model.toString(),
                "--set",
                "forecast.horizon=50"))
        .as(train.err())
        .isZero();

    Matcher counts =
        Pattern.compile(
                "(?m)^(\\d+) samples, of which (\\d+) are watched$\\R(\\d+) samples between are")
            .matcher(train.out());
    assertThat(counts.find()).as(train.out()).isTrue();
    assertThat(counts.group(3)).isEqualTo("49");
  }

  @Test
  void train_keyForgotten_saysThatRowsReplaceOneAnother() throws Exception {
    StringBuilder csv = new StringBuilder("key,t,a,b\n");
    for (int i = 0; i < 60; i++) {
      csv.append("x,%d,%d,1%ny,%d,%d,2%n".formatted(i, i % 5, i, -i % 5));
    }
    Path data = Files.writeString(directory.resolve("two.csv"), csv);
    List<String> options = List.of("--data=" + data, "--out=" + directory.resolve("model.zip"));

    assertThat(train.execute(options, "--set=csv.time.format=steps")).as(train.err()).isZero();

    assertThat(train.err())
        .containsOnlyOnce(data + ": 60 of 120 rows have series and time of another");
  }

  @Test
  void train_modelFileSet_isWhereTheArtifactGoes() throws Exception {
    Path model = directory.resolve("set.zip");

    assertThat(train.execute("--data", train.waves().toString(), "--set", "model.file=" + model))
        .isZero();

    assertThat(model).isRegularFile();
  }

  @ParameterizedTest
  @CsvSource({
    "1e9, 3 samples hold a value out of all proportion and are left out",
    "1e16, '3 samples are refused, as the stream does, and left out: of the first, finite values up to 1.12589991E15 were expected, found 1.00000003E16'"
  })
  void train_valueThatCannotBeLearnt_itsSamplesAreLeftOut(String value, String told)
      throws Exception {
    Path data = train.waves();
    String spike = Files.readString(data).replaceFirst("(2020-05-05),[^,]*", "$1," + value);
    Files.writeString(data, spike);

    assertThat(
            train.execute(
                "--data", data.toString(), "--out", directory.resolve("m.zip").toString()))
        .as(train.err())
        .isZero();

    assertThat(train.out()).contains(told).containsPattern("(?m)^ +a +\\d\\.\\d{4} ");
  }

  @Test
  void train_noData_saysWhichFileAndEnds2() throws Exception {
    Path none = directory.resolve("none.csv");

    assertThat(train.execute("--data", none.toString())).isEqualTo(2);
    assertThat(train.err()).startsWith("--data: there is no file " + none);
  }

  @Test
  void train_tooFewVectors_oneSentenceWithRemedy() throws Exception {
    Path data = Files.writeString(directory.resolve("few.csv"), "t,a,b\n2020-01-01,1,2\n");

    assertThat(train.execute("--data", data.toString())).isEqualTo(1);
    assertThat(train.err())
        .isEqualTo(
            "tplus1: nothing to learn from: 1 vectors make no window of at least 2 followed by 1;"
                + " give more data, or lower window.steps, history.minimum or forecast.horizon"
                + System.lineSeparator());
  }

  @Test
  void train_windowsOlderThanTheyMayBe_namesTheSettingAndTheSpan() throws Exception {
    assertThat(train.execute("--data", train.waves().toString(), "--set", "window.max.age=1h"))
        .isEqualTo(1);
    assertThat(train.err())
        .startsWith("tplus1: nothing to learn from: 400 vectors make no window")
        .contains("2 in a row span 1d or more, and window.max.age is 1h: raise it")
        .hasLineCount(1);
  }

  @Test
  void train_brokenRow_oneSentence() throws Exception {
    Path data = Files.writeString(directory.resolve("bad.csv"), "t,a,b\n2020-01-01,1,x\n");

    assertThat(train.execute("--data", data.toString())).isEqualTo(1);
    assertThat(train.err())
        .isEqualTo(
            "tplus1: "
                + data
                + ", line 2, column 'b': a number, or csv.missing was expected, found 'x'"
                + System.lineSeparator());
  }

  @Test
  void train_dataIsFolder_oneSentence() throws Exception {
    assertThat(train.execute("--data", directory.toString())).isEqualTo(1);
    assertThat(train.err())
        .startsWith("tplus1: " + directory + " cannot be read: ")
        .hasLineCount(1);
  }

  @Test
  void run_modelOfOtherSchema_oneSentence() throws Exception {
    Path model = directory.resolve("model.zip");
    train.execute("--data", train.waves().toString(), "--out", model.toString());

    int code =
        train.run(
            "run",
            "--config",
            train.config().toString(),
            "--set",
            "features=a,c",
            "--set",
            "http.port=0",
            "--set",
            "model.file=" + model);

    assertThat(code).isEqualTo(1);
    assertThat(train.err())
        .startsWith("tplus1: the model does not fit this stream: features is ")
        .hasLineCount(1);
  }
}
