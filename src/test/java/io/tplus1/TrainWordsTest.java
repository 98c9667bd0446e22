package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.catalogue.ModelFile;
import io.tplus1.model.ModelArtifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where {@code tplus1 train} has the words of categories from. */
final class TrainWordsTest {
  @TempDir Path directory;
  private TrainRuns train;

  @BeforeEach
  void open() {
    train = new TrainRuns(directory);
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
            train.execute(
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
        .as(train.err())
        .isZero();

    assertThat(train.out()).contains("phase", "accuracy", "log-loss");
    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("low", "mid", "top"))
        .hasSize(1);
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

    assertThat(train.execute(more, "--set=vocabulary.phase=on,off")).as(train.err()).isZero();
    assertThat(train.err())
        .contains("30 of 60 words of 'phase' are not in its vocabulary, such as 'On'");
    Files.delete(model);

    assertThat(train.execute(more, "--set=vocabulary.phase=on,OFF")).isEqualTo(1);
    assertThat(train.err())
        .contains("none of the 60 words of 'phase' is in its vocabulary", "'On'");
    assertThat(model).doesNotExist();
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

    assertThat(train.execute(options, "--rows=60")).as(train.err()).isZero();
    assertThat(train.execute(options, "--rows=61")).isEqualTo(1);

    assertThat(train.err()).contains("line 62: 2 cells were expected");
    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("off", "on"));
  }

  /** As this application itself writes it, and whoever exports what it wrote. */
  @Test
  void train_cellsThatNameTheUnknownWord_areUnknownWords() throws Exception {
    StringBuilder csv = new StringBuilder("n,phase\n");
    for (int i = 0; i < 60; i++) {
      csv.append(i % 2).append(i == 7 ? ",<unknown>\n" : i % 2 > 0 ? ",on\n" : ",off\n");
    }
    Path data = Files.writeString(directory.resolve("phases.csv"), csv);
    Path model = directory.resolve("model.zip");
    List<String> options =
        List.of("--data=" + data, "--out=" + model, "--set=features=n,phase", "--set=csv.time=");

    assertThat(train.execute(options, "--set=categories=phase")).as(train.err()).isZero();

    assertThat(train.err())
        .contains("1 of 60 words of 'phase' are not in its vocabulary, such as '<unknown>'");
    assertThat(ModelFile.vocabularies(ModelArtifact.read(Files.readAllBytes(model))))
        .containsEntry("phase", List.of("off", "on"));
  }
}
