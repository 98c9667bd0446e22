package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.catalogue.ModelFile;
import io.tplus1.model.ModelArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code train --until} learns, and tries afterwards. */
final class TrainUntilTest {
  @TempDir Path directory;
  private TrainRuns train;

  @BeforeEach
  void open() {
    train = new TrainRuns(directory);
  }

  @Test
  void train_until_reportsErrorsOnWhatCameLaterAndNothingLaterIsLearnt() throws Exception {
    Path model = directory.resolve("model.zip");

    assertThat(
            train.execute(
                "--data",
                train.waves().toString(),
                "--out",
                model.toString(),
                "--until",
                "2020-12-31"))
        .as(train.err())
        .isZero();

    assertThat(train.out())
        .contains("Forecasts of what came from 2020-12-31T00:00:00Z on, not learnt from:")
        .contains("over 35 forecasts");
    // A file that ends there makes the same model.
    Path other = directory.resolve("other.zip");
    assertThat(train.execute("--data", train.waves(365).toString(), "--out", other.toString()))
        .isZero();
    assertThat(ModelArtifact.read(Files.readAllBytes(model)).hash())
        .isEqualTo(ModelArtifact.read(Files.readAllBytes(other)).hash());
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
            train.execute(
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
        .as(train.err())
        .isZero();

    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("off", "on"));
  }

  @Test
  void train_untilBeforeAllData_namesItAndTheFilesTimes() throws Exception {
    assertThat(train.execute("--data", train.waves().toString(), "--until", "2019-01-01"))
        .isEqualTo(2);

    assertThat(train.err())
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
            train.execute(
                "--data", train.waves().toString(), "--out", model, "--until", until, "--set", set))
        .as(train.err())
        .isZero();

    assertThat(train.out())
        .contains(
            "No forecast can be tried on what --until keeps out: no whole sample comes from %sT00:00:00Z on, and the vectors of %s are from 2020-01-01T00:00:00Z to 2021-02-03T00:00:00Z"
                .formatted(until, directory.resolve("waves.csv")))
        .containsPattern("Forecasts of the last \\d+ samples, watched and not learnt from:");
  }

  @Test
  void train_untilIsNoTime_saysSoBeforeTraining() throws Exception {
    assertThat(train.execute("--data", train.waves().toString(), "--until", "yesterday"))
        .isEqualTo(2);
    assertThat(train.err())
        .startsWith("--until: ISO-8601 was expected, such as 1995-01-01, found yesterday");
    assertThat(train.out()).doesNotContain("Training");
  }

  /** Both miss it, once or twice, whatever the network has learnt. */
  @ParameterizedTest
  @CsvSource({"1e9, 3", "1e16, 3", "12, 0"})
  void train_untilAndLaterAValueOutOfAllProportion_isToldBesideTheErrors(String value, int samples)
      throws Exception {
    Path data = train.waves();
    String spike = Files.readString(data).replaceFirst("(2021-01-15),[^,]*", "$1," + value);
    Files.writeString(data, spike);
    String model = directory.resolve("model.zip").toString();

    assertThat(train.execute("--data", data.toString(), "--out", model, "--until", "2020-12-31"))
        .as(train.err())
        .isZero();

    if (samples > 0) {
      assertThat(train.out())
          .contains(
              "%d of these samples hold a value out of all proportion, which this training would have left out"
                  .formatted(samples));
    } else {
      assertThat(train.out()).doesNotContain("out of all proportion");
    }
  }

  /** A code in every fifth row is in each sample of six, so that none is left out. */
  @Test
  void train_untilAndEachSampleHoldsACode_nothingIsToldOfWhatWouldBeLeftOut() throws Exception {
    Path data = train.waves();
    List<String> lines = new ArrayList<>(Files.readAllLines(data));
    for (int i = 1; i < lines.size(); i += 5) {
      lines.set(i, lines.get(i).replaceFirst(",[^,]*", ",-99999"));
    }
    Files.write(data, lines);
    String model = directory.resolve("model.zip").toString();

    String[] options = {
      "--data", data.toString(), "--out", model, "--until", "2020-12-31", "--set", "window.steps=5"
    };
    assertThat(train.execute(options)).as(train.err()).isZero();

    assertThat(train.out()).doesNotContain("out of all proportion");
  }
}
