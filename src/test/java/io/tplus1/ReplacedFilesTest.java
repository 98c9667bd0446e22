package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.keras.KerasSamples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands that write leave alone, whatever they are asked to put in its place. */
final class ReplacedFilesTest {
  private static final String DATA =
      """
      t,a,b
      2020-01-01,1,1
      2020-01-02,2,1
      2020-01-03,3,1
      2020-01-04,4,1
      """;

  private static final String SETTINGS =
      """
      features=a,b
      window.steps=2
      train.hidden=4
      train.epochs=1
      csv.time=t
      backtest.warmup=0
      """;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path data;
  private Path config;

  @BeforeEach
  void write() throws IOException {
    data = Files.writeString(directory.resolve("series.csv"), DATA);
    config = Files.writeString(directory.resolve("my.properties"), SETTINGS);
  }

  @Test
  void train_outThatIsAFolder_isRefusedBeforeAnythingIsRead() {
    assertThat(train("--out", directory.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + directory + " is a folder");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void train_outThatIsTheRoot_isRefusedAsAFolder() {
    assertThat(train("--out", "/")).isEqualTo(2);
    assertThat(train("--set", "model.file=/")).isEqualTo(2);

    assertThat(err.toString())
        .contains("--out: / is a folder, and a file was expected")
        .contains("model.file: / is a folder, and a file was expected");
  }

  /** As a device would be: renamed over, it is no pipe any more, and whoever reads it waits on. */
  @Test
  void train_outThatIsAPipe_isRefusedAndStays() throws Exception {
    Path pipe = pipe("pipe");
    Path link = Files.createSymbolicLink(directory.resolve("link.zip"), pipe);

    assertThat(train("--out", pipe.toString())).isEqualTo(2);
    assertThat(train("--out", link.toString())).isEqualTo(2);

    assertThat(err.toString())
        .contains("--out: " + pipe + " is neither a file nor a link to one")
        .contains("--out: " + link + " is neither a file nor a link to one");
    assertThat(out.toString()).isEmpty();
    assertThat(isOther(pipe)).isTrue();
    assertThat(link).isSymbolicLink();
  }

  @Test
  void train_outThatIsTheData_isRefusedAndTheFileStays() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link.zip"), data);

    assertThat(train("--out", data.toString())).isEqualTo(2);
    assertThat(train("--set", "model.file=" + directory.resolve("./series.csv"))).isEqualTo(2);
    assertThat(train("--out", link.toString())).isEqualTo(2);

    assertThat(err.toString())
        .contains("--out: " + data + " is a file that this command reads")
        .contains("model.file: " + directory.resolve("./series.csv") + " is a file that this")
        .contains("--out: " + link + " is a file that this command reads");
    assertThat(data).hasContent(DATA);
  }

  @Test
  void train_outThatIsTheConfiguration_isRefusedAndTheFileStays() {
    assertThat(train("--out", config.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + config + " is a file that this command reads");
    assertThat(config).hasContent(SETTINGS);
  }

  /** A network of Keras is not to be lost to what is trained in its place. */
  @Test
  void train_intoAKerasFile_isRefusedAndTheFileStays() throws Exception {
    Path keras = Files.writeString(directory.resolve("my.h5"), "weights");

    assertThat(train("--set", "model.file=" + keras)).isEqualTo(2);
    assertThat(train("--out", keras.toString())).isEqualTo(2);

    assertThat(err.toString())
        .contains("model.file: " + keras + " is a file of Keras or DL4J, whose place an artifact")
        .contains("--out: " + keras);
    assertThat(keras).hasContent("weights");
  }

  /** Where nothing lies nothing is lost, and an artifact is read by what it holds. */
  @Test
  void train_intoThePlaceOfAKerasFileThatIsNot_trains() {
    Path absent = directory.resolve("absent.h5");

    assertThat(train("--set", "model.file=" + absent)).as(err.toString()).isZero();
    assertThat(train("--set", "model.file=" + absent)).as(err.toString()).isZero();

    assertThat(absent).isRegularFile();
  }

  /** What is written for a link is its target. */
  @Test
  void train_throughALinkToAKerasFile_isRefusedAndTheFileStays() throws Exception {
    Path keras = Files.writeString(directory.resolve("my.keras"), "weights");
    Path link = Files.createSymbolicLink(directory.resolve("current.zip"), keras);

    assertThat(train("--out", link.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + link + " is a file of Keras or DL4J");
    assertThat(keras).hasContent("weights");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void train_intoANetworkOfDl4j_isRefusedAndTheFileStays() throws Exception {
    Path network = Dl4jSamples.save(Dl4jSamples.lastStep(2), directory.resolve("my.zip"));
    byte[] before = Files.readAllBytes(network);

    assertThat(train("--out", network.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + network + " is a file of Keras or DL4J");
    assertThat(network).hasBinaryContent(before);
  }

  /** Whatever model.file reads as one of Keras, train leaves alone. */
  @Test
  void train_intoAKerasFileOfAnotherEnding_isRefusedAndTheFileStays() throws Exception {
    Path sample = KerasSamples.real("rnn_26");
    Path keras = Files.copy(sample, directory.resolve("my.model"));

    assertThat(train("--set", "model.file=" + keras)).isEqualTo(2);

    assertThat(err.toString()).contains("model.file: " + keras + " is a file of Keras or DL4J");
    assertThat(keras).hasSameBinaryContentAs(sample);
  }

  /** The folder that one works in, and a name that a file of series may well have. */
  @Test
  void backtest_outWhereItsOwnDataWouldBeReplaced_isRefusedAndTheFileStays() {
    assertThat(backtest("--out", directory.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + data + " is a file that this command reads");
    assertThat(out.toString()).isEmpty();
    assertThat(data).hasContent(DATA);
    assertThat(directory.resolve("report.html")).doesNotExist();
  }

  @Test
  void backtest_outWhereItsOwnSettingsWouldBeReplaced_isRefusedAndTheFileStays() throws Exception {
    Files.move(config, directory.resolve("report.json"));
    Files.move(data, directory.resolve("my.csv"));
    config = directory.resolve("report.json");
    data = directory.resolve("my.csv");

    assertThat(backtest("--out", directory.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + config + " is a file that this command reads");
    assertThat(config).hasContent(SETTINGS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"report.html", "report.json", "series.csv"})
  void backtest_reportThatIsAPipe_isRefusedAndStays(String name) throws Exception {
    Path report = Files.createDirectory(directory.resolve("report"));
    Path pipe = pipe("report/" + name);

    assertThat(backtest("--out", report.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + pipe + " is neither a file nor a link to one");
    assertThat(isOther(pipe)).isTrue();
  }

  @Test
  void import_artifactThatIsAPipe_isRefusedAndStays() throws Exception {
    Path pipe = pipe("rnn_26.zip");

    assertThat(importInto(directory)).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + pipe + " is neither a file nor a link to one");
    assertThat(isOther(pipe)).isTrue();
  }

  @Test
  void import_artifactThatIsALinkToTheSettings_isRefusedAndTheFileStays() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("rnn_26.zip"), config);

    assertThat(importInto(directory)).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + link + " is a file that this command reads");
    assertThat(config).hasContent(SETTINGS);
  }

  private Path pipe(String name) throws Exception {
    Path pipe = directory.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor())
        .isZero();
    return pipe;
  }

  private static boolean isOther(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  private int train(String... options) {
    return execute(List.of("train", "--data", data.toString()), options);
  }

  private int backtest(String... options) {
    return execute(List.of("backtest", data.toString(), "--no-rnn"), options);
  }

  private int importInto(Path folder) throws Exception {
    return execute(
        List.of("import", KerasSamples.real("rnn_26").toString()), "--out", folder.toString());
  }

  private int execute(List<String> command, String... options) {
    List<String> settings = List.of("--config", config.toString());
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(
            Stream.of(command, settings, List.of(options))
                .flatMap(List::stream)
                .toArray(String[]::new));
  }
}
