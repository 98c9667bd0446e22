package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.catalogue.ModelFile;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainCommandTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void train_waves_artifactLoadsForecastsAndErrorsAreReported() throws Exception {
    Path data = waves();
    Path model = directory.resolve("deep").resolve("model.zip");

    assertThat(execute("--data", data.toString(), "--out", model.toString()))
        .as(err.toString())
        .isZero();

    assertThat(out.toString())
        .contains(data + ": 400 vectors of [a, b]")
        .contains("Saved " + model)
        .contains("Forecasts of the last 60 samples, watched and not learnt from:")
        .containsPattern("(?m)^ +RMSE +tplus1 +persistence +ratio$")
        .containsPattern("(?m)^ +a +\\d+\\.\\d{4} +\\d+\\.\\d{4} +\\d+\\.\\d{4}$")
        .contains("over 60 forecasts of 1 step");
    assertThat(err.toString()).contains("epoch 1/3  loss ", "epoch 3/3  loss ");
    ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(model));
    assertThat(out.toString()).contains("model " + artifact.hash());
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
            execute(
                "--data",
                waves().toString(),
                "--out",
                model.toString(),
                "--set",
                "forecast.horizon=50"))
        .as(err.toString())
        .isZero();

    Matcher counts =
        Pattern.compile(
                "(?m)^(\\d+) samples, of which (\\d+) are watched$\\R(\\d+) samples between are")
            .matcher(out.toString());
    assertThat(counts.find()).as(out.toString()).isTrue();
    assertThat(counts.group(3)).isEqualTo("49");
  }

  @Test
  void train_until_reportsErrorsOnWhatCameLaterAndNothingLaterIsLearnt() throws Exception {
    Path model = directory.resolve("model.zip");

    assertThat(
            execute(
                "--data", waves().toString(), "--out", model.toString(), "--until", "2020-12-31"))
        .as(err.toString())
        .isZero();

    assertThat(out.toString())
        .contains("Forecasts of what came from 2020-12-31T00:00:00Z on, not learnt from:")
        .contains("over 35 forecasts");
    // A file that ends there makes the same model.
    Path other = directory.resolve("other.zip");
    assertThat(execute("--data", waves(365).toString(), "--out", other.toString())).isZero();
    assertThat(ModelArtifact.read(Files.readAllBytes(model)).hash())
        .isEqualTo(ModelArtifact.read(Files.readAllBytes(other)).hash());
  }

  @Test
  void train_categories_vocabularyIsLearntAndTravelsInTheArtifact() throws Exception {
    StringBuilder csv = new StringBuilder("n,phase\n");
    for (int i = 0; i < 120; i++) {
      csv.append(i % 3).append(',').append(List.of("low", "mid", "top").get(i % 3)).append('\n');
    }
    Path data = Files.writeString(directory.resolve("phases.csv"), csv);
    Path model = directory.resolve("model.zip");

    assertThat(
            execute(
                "--data",
                data.toString(),
                "--out",
                model.toString(),
                "--set",
                "features=n,phase",
                "--set",
                "categories=phase",
                "--set",
                "csv.time="))
        .as(err.toString())
        .isZero();

    assertThat(out.toString()).contains("phase", "accuracy", "log-loss");
    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("low", "mid", "top"))
        .hasSize(1);
  }

  @Test
  void train_untilAndAWordThatComesLater_isNoneOfTheModelsWords() throws Exception {
    StringBuilder csv = new StringBuilder("n,phase\n");
    for (int i = 0; i < 120; i++) {
      csv.append(i % 2).append(',').append(i > 90 ? "late" : i % 2 > 0 ? "on" : "off").append('\n');
    }
    Path data = Files.writeString(directory.resolve("phases.csv"), csv);
    Path model = directory.resolve("model.zip");

    assertThat(
            execute(
                "--data",
                data.toString(),
                "--out",
                model.toString(),
                "--until",
                "1970-01-04",
                "--set",
                "features=n,phase",
                "--set",
                "categories=phase",
                "--set",
                "csv.time="))
        .as(err.toString())
        .isZero();

    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("off", "on"));
  }

  @Test
  void train_keyForgotten_saysThatRowsReplaceOneAnother() throws Exception {
    StringBuilder csv = new StringBuilder("key,t,a,b\n");
    for (int i = 0; i < 60; i++) {
      csv.append("x,%d,%d,1%ny,%d,%d,2%n".formatted(i, i % 5, i, -i % 5));
    }
    Path data = Files.writeString(directory.resolve("two.csv"), csv);
    List<String> options = List.of("--data=" + data, "--out=" + directory.resolve("model.zip"));

    assertThat(execute(both(options, "--set=csv.time.format=steps"))).as(err.toString()).isZero();

    assertThat(err.toString())
        .containsOnlyOnce(data + ": 60 of 120 rows have series and time of another");
  }

  @Test
  void train_wordsOfAnotherCase_areToldOfAndRefusedWhereAllAre() throws Exception {
    StringBuilder csv = new StringBuilder("n,phase\n");
    for (int i = 0; i < 60; i++) {
      csv.append(i % 2).append(i % 2 == 0 ? ",On\n" : ",off\n");
    }
    Path data = Files.writeString(directory.resolve("phases.csv"), csv);
    Path model = directory.resolve("model.zip");
    List<String> more =
        List.of(
            "--data=" + data,
            "--out=" + model,
            "--set=features=n,phase",
            "--set=categories=phase",
            "--set=csv.time=");

    String[] some = both(more, "--set=vocabulary.phase=on,off");
    assertThat(execute(some)).as(err.toString()).isZero();
    assertThat(err.toString())
        .contains("30 of 60 words of 'phase' are not in its vocabulary, such as 'On'");
    Files.delete(model);

    assertThat(execute(both(more, "--set=vocabulary.phase=on,OFF"))).isEqualTo(1);
    assertThat(err.toString())
        .contains("none of the 60 words of 'phase' is in its vocabulary", "'On'");
    assertThat(model).doesNotExist();
  }

  private static String[] both(List<String> options, String more) {
    return Stream.concat(options.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void train_modelFileSet_isWhereTheArtifactGoes() throws Exception {
    Path model = directory.resolve("set.zip");

    assertThat(execute("--data", waves().toString(), "--set", "model.file=" + model)).isZero();

    assertThat(model).isRegularFile();
  }

  @ParameterizedTest
  @CsvSource({
    "1e9, 3 samples hold a value out of all proportion and are left out",
    "1e16, '3 samples are refused, as the stream does, and left out: of the first, finite values up to 1.12589991E15 were expected, found 1.00000003E16'"
  })
  void train_valueThatCannotBeLearnt_itsSamplesAreLeftOut(String value, String told)
      throws Exception {
    Path data = waves();
    String spike = Files.readString(data).replaceFirst("(2020-05-05),[^,]*", "$1," + value);
    Files.writeString(data, spike);

    assertThat(execute("--data", data.toString(), "--out", directory.resolve("m.zip").toString()))
        .as(err.toString())
        .isZero();

    assertThat(out.toString()).contains(told).containsPattern("(?m)^ +a +\\d\\.\\d{4} ");
  }

  @Test
  void train_untilBeforeAllData_namesItAndTheFilesTimes() throws Exception {
    assertThat(execute("--data", waves().toString(), "--until", "2019-01-01")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("--until: nothing comes before 2019-01-01: ")
        .contains("are from 2020-01-01T00:00:00Z to 2021-02-03T00:00:00Z");
  }

  /** Else the figures of what was watched pass for those of what was kept out. */
  @ParameterizedTest
  @CsvSource({"2033-01-01, 1", "2021-02-03, 2"})
  void train_untilAtOrBehindTheEnd_saysThatNoForecastCanBeTried(String until, int horizon)
      throws Exception {
    String model = directory.resolve("model.zip").toString();
    String set = "forecast.horizon=" + horizon;

    assertThat(
            execute("--data", waves().toString(), "--out", model, "--until", until, "--set", set))
        .as(err.toString())
        .isZero();

    assertThat(out.toString())
        .contains(
            "No forecast can be tried on what --until keeps out: no whole sample comes from %sT00:00:00Z on, and the vectors of %s are from 2020-01-01T00:00:00Z to 2021-02-03T00:00:00Z"
                .formatted(until, directory.resolve("waves.csv")))
        .containsPattern("Forecasts of the last \\d+ samples, watched and not learnt from:");
  }

  @Test
  void train_rowsBeforeABrokenOne_areAllThatIsReadAlsoForWords() throws Exception {
    StringBuilder csv = new StringBuilder("n,phase\n");
    for (int i = 0; i < 60; i++) {
      csv.append(i % 2).append(i % 2 > 0 ? ",on\n" : ",off\n");
    }
    Path data = Files.writeString(directory.resolve("phases.csv"), csv.append("1\n"));
    Path model = directory.resolve("model.zip");
    List<String> options =
        List.of(
            "--data=" + data,
            "--out=" + model,
            "--set=features=n,phase",
            "--set=categories=phase",
            "--set=csv.time=");

    assertThat(execute(both(options, "--rows=60"))).as(err.toString()).isZero();
    assertThat(execute(both(options, "--rows=61"))).isEqualTo(1);

    assertThat(err.toString()).contains("line 62: 2 cells were expected");
    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("off", "on"));
  }

  @Test
  void train_noData_saysWhichFileAndEnds2() throws Exception {
    Path none = directory.resolve("none.csv");

    assertThat(execute("--data", none.toString())).isEqualTo(2);
    assertThat(err.toString()).startsWith("--data: there is no file " + none);
  }

  @Test
  void train_untilIsNoTime_saysSoBeforeTraining() throws Exception {
    assertThat(execute("--data", waves().toString(), "--until", "yesterday")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("--until: ISO-8601 was expected, such as 1995-01-01, found yesterday");
    assertThat(out.toString()).doesNotContain("Training");
  }

  @Test
  void train_tooFewVectors_oneSentenceWithRemedy() throws Exception {
    Path data = Files.writeString(directory.resolve("few.csv"), "t,a,b\n2020-01-01,1,2\n");

    assertThat(execute("--data", data.toString())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "tplus1: nothing to learn from: 1 vectors make no window of at least 2 followed by 1;"
                + " give more data, or lower window.steps, history.minimum or forecast.horizon"
                + System.lineSeparator());
  }

  @Test
  void train_windowsOlderThanTheyMayBe_namesTheSettingAndTheSpan() throws Exception {
    assertThat(execute("--data", waves().toString(), "--set", "window.max.age=1h")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("tplus1: nothing to learn from: 400 vectors make no window")
        .contains("2 in a row span 1d or more, and window.max.age is 1h: raise it")
        .hasLineCount(1);
  }

  @Test
  void train_brokenRow_oneSentence() throws Exception {
    Path data = Files.writeString(directory.resolve("bad.csv"), "t,a,b\n2020-01-01,1,x\n");

    assertThat(execute("--data", data.toString())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "tplus1: "
                + data
                + ", line 2, column 'b': a number, or csv.missing was expected, found 'x'"
                + System.lineSeparator());
  }

  @Test
  void train_dataIsFolder_oneSentence() throws Exception {
    assertThat(execute("--data", directory.toString())).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("tplus1: " + directory + " cannot be read: ")
        .hasLineCount(1);
  }

  @Test
  void run_modelOfOtherSchema_oneSentence() throws Exception {
    Path model = directory.resolve("model.zip");
    execute("--data", waves().toString(), "--out", model.toString());
    err.getBuffer().setLength(0);

    int code =
        Main.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute(
                "run",
                "--config",
                config().toString(),
                "--set",
                "features=a,c",
                "--set",
                "http.port=0",
                "--set",
                "model.file=" + model);

    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("tplus1: the model does not fit this stream: features is ")
        .hasLineCount(1);
  }

  private Path waves() throws Exception {
    return waves(400);
  }

  /** Days of two waves, the 1st of January 2020 first. */
  private Path waves(int days) throws Exception {
    StringBuilder csv = new StringBuilder("t,a,b\n");
    for (int i = 0; i < days; i++) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%.4f,%.4f%n",
              LocalDate.of(2020, 1, 1).plusDays(i),
              10 + Math.sin(i * 0.5),
              Math.cos(i * 0.5)));
    }
    return Files.writeString(directory.resolve("waves.csv"), csv);
  }

  private Path config() throws Exception {
    return Files.writeString(
        directory.resolve("waves.properties"),
        """
        features=a,b
        bootstrap.servers=localhost:1
        window.steps=2
        train.hidden=4
        train.epochs=3
        csv.time=t
        """);
  }

  private int execute(String... options) throws Exception {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "train";
    arguments[1] = "--config";
    arguments[2] = config().toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
