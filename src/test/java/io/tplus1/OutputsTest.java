package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

final class OutputsTest {
  private static final ModelArtifact MODEL =
      new ConstantModels(FeatureSchema.ofNumbers("x"), 2).of(1);

  private static final CommandSpec SPEC = Main.commandLine().getCommandSpec();

  @TempDir Path folder;

  @Test
  void write_contentThatFailsHalfway_fileIsAsItWasAndNothingElseIsThere() throws Exception {
    Path file = Files.writeString(folder.resolve("report.json"), "before\n");

    assertThatThrownBy(
            () ->
                Outputs.write(
                    file,
                    text -> {
                      text.write("a line\n".repeat(10_000));
                      throw new IOException("no space is left");
                    }))
        .hasMessage("no space is left");

    assertThat(file).hasContent("before");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void write_contentThatEnds_takesTheFormersPlace() throws Exception {
    Path file = Files.writeString(folder.resolve("report.json"), "before\n");

    Outputs.write(file, text -> text.write("after\n"));

    assertThat(file).hasContent("after");
    assertThat(files()).containsExactly(file);
  }

  /** File systems take 255 bytes: what is longer than the file's own name may not fit. */
  @Test
  void write_longestName_isWritten() throws Exception {
    Path file = folder.resolve("n".repeat(250) + ".json");

    Outputs.write(file, text -> text.write("all\n"));

    assertThat(file).hasContent("all");
    assertThat(files()).containsExactly(file);
  }

  @Test
  void write_newModel_isReadableLikeAnyOther() throws IOException {
    Path like = Files.write(folder.resolve("like"), new byte[1]);

    Outputs.write(folder.resolve("model.zip"), MODEL);

    assertThat(Files.getPosixFilePermissions(folder.resolve("model.zip")))
        .isEqualTo(Files.getPosixFilePermissions(like));
  }

  @Test
  void write_modelThatCannotBeReplaced_leavesNothingBehind() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("model.zip").resolve("full")).getParent();

    assertThatThrownBy(() -> Outputs.write(taken, MODEL)).isInstanceOf(IOException.class);

    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(taken);
    }
  }

  /** Whoever reads by the name that a link stands for must get what is new. */
  @Test
  void write_throughLinks_theyStayAndTheirTargetIsReplaced() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Path target = Files.writeString(shared.resolve("v7.zip"), "before");
    Path link = Files.createSymbolicLink(folder.resolve("v7.zip"), Path.of("shared", "v7.zip"));
    Path current = Files.createSymbolicLink(folder.resolve("current.zip"), link);

    Outputs.requireFile(SPEC, "--out", current, List.of());
    Outputs.write(current, MODEL);

    assertThat(current).isSymbolicLink();
    assertThat(link).isSymbolicLink();
    assertThat(target).isRegularFile().hasBinaryContent(MODEL.toBytes());
    assertThat(files()).containsExactlyInAnyOrder(current, link, shared);
  }

  @Test
  void write_throughALinkToWhatIsNotThereYet_itsTargetIsWritten() throws Exception {
    Path target = folder.resolve("new").resolve("v8.zip");
    Path link = Files.createSymbolicLink(folder.resolve("current.zip"), target);

    Outputs.requireFile(SPEC, "--out", link, List.of());
    Outputs.write(link, MODEL);

    assertThat(link).isSymbolicLink();
    assertThat(target).isRegularFile().hasBinaryContent(MODEL.toBytes());
  }

  @Test
  void requireFile_linkToItself_isRefused() throws Exception {
    Path link = folder.resolve("link.zip");
    Files.createSymbolicLink(link, link);

    assertThatThrownBy(() -> Outputs.requireFile(SPEC, "--out", link, List.of()))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--out: %s is a link that leads back to itself: remove it", link);
    assertThatThrownBy(() -> Outputs.write(link, MODEL)).isInstanceOf(IOException.class);
    assertThat(link).isSymbolicLink();
  }

  @Test
  void requireFile_foldersThatCanBeMade_areMadeWithWhatIsWritten() throws Exception {
    Path file = folder.resolve("a").resolve("b").resolve("report.json");

    Outputs.requireFile(SPEC, "--out", file, List.of());
    assertThat(files()).as("before anything is written").isEmpty();
    Outputs.write(file, text -> text.write("all\n"));

    assertThat(file).hasContent("all");
  }

  @Test
  void requireFile_whatIsThere_stays() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path nothing = Files.createSymbolicLink(folder.resolve("nothing"), Path.of("absent"));

    Outputs.requireFile(SPEC, "--out", empty.resolve("new").resolve("report.json"), List.of());
    assertThatThrownBy(
            () -> Outputs.requireFile(SPEC, "--out", nothing.resolve("report.json"), List.of()))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("--out: %s cannot be made: ", nothing);

    assertThat(files()).containsExactlyInAnyOrder(empty, nothing);
    assertThat(empty).isEmptyDirectory();
  }

  /** As to a larger disk. */
  @Test
  void requireFile_linkToAFolder_isWrittenTo() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), disk);

    Outputs.requireFile(SPEC, "--out", link.resolve("report.json"), List.of());
    Outputs.write(link.resolve("report.json"), text -> text.write("all\n"));
    Outputs.write(link.resolve("model.zip"), MODEL);

    assertThat(disk.resolve("report.json")).hasContent("all");
    assertThat(disk.resolve("model.zip")).hasBinaryContent(MODEL.toBytes());
  }

  private Iterable<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
