package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputsTest {
  private static final ModelArtifact MODEL =
      new ConstantModels(FeatureSchema.ofNumbers("x"), 2).of(1);

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

  private Iterable<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
