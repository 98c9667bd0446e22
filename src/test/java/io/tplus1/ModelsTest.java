package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.keras.KerasSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir Path folder;
  private ModelArtifact artifact;

  @BeforeEach
  void make() {
    artifact = new ConstantModels(FeatureSchema.ofNumbers("x"), 2).of(1);
  }

  @Test
  void write_newFile_isReadableLikeAnyOther() throws IOException {
    Path like = Files.write(folder.resolve("like"), new byte[1]);

    Models.write(artifact, folder.resolve("model.zip"));

    assertThat(Files.getPosixFilePermissions(folder.resolve("model.zip")))
        .isEqualTo(Files.getPosixFilePermissions(like));
  }

  @Test
  void write_nothingCanBeReplaced_leavesNothingBehind() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("model.zip").resolve("full")).getParent();

    assertThatThrownBy(() -> Models.write(artifact, taken)).isInstanceOf(IOException.class);

    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(taken);
    }
  }

  @Test
  void read_kerasFileOfAnotherEnding_isOneByItsSignature() throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("weights.model"));
    Configuration configuration =
        new Configuration(
            Map.of("features", "a,b,c,d", "window.steps", "3", "model.file", file.toString()));

    assertThat(Models.read(configuration).orElseThrow().manifest().provenance().source())
        .isEqualTo("keras");
  }

  /** As where an older release took it, and a champion of it serves. */
  @Test
  void read_kerasFileThatIsRefused_saysThatAChampionServesWithoutIt() throws IOException {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("m.h5"));
    Configuration configuration =
        new Configuration(
            Map.of("features", "a,b,c,d", "window.steps", "4", "model.file", file.toString()));

    assertThatThrownBy(() -> Models.read(configuration))
        .hasMessageContaining("set window.steps=3")
        .hasMessageEndingWith(
            "; without model.file the champion serves, where `tplus1 models list` shows one");
  }

  @Test
  void read_kerasFileAndNoWords_saysThatItHoldsNone() throws IOException {
    Path file = Files.write(folder.resolve("model.h5"), new byte[1]);
    Configuration configuration =
        new Configuration(
            Map.of("features", "s", "categories", "s", "model.file", file.toString()));

    assertThatThrownBy(() -> Models.read(configuration))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'s' has no words, and Keras files hold none: set vocabulary.s=word");
  }
}
