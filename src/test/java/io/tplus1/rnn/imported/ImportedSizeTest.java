package io.tplus1.rnn.imported;

import static io.tplus1.rnn.keras.KerasFiles.matrix;
import static io.tplus1.rnn.keras.KerasFiles.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.keras.KerasFiles;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a small file of Keras may ask for, and what it may give. */
class ImportedSizeTest {
  @TempDir Path folder;

  /** A layer without weights may have any width, and fields were made up for all of it. */
  @Test
  void read_widthsThatNoWeightsBound_areRefusedWithoutSettings() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImportedArtifacts.read(wide(4_000_000), Optional.empty(), Optional.empty()))
        .withMessage(
            "the network has 4000000 values of a step, and without settings at most 10000 are read: give --config");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImportedArtifacts.read(repeated(4_000_000), Optional.empty(), Optional.empty()))
        .withMessageContaining("4000000 steps ahead, and without settings at most 447 are read");
  }

  /** The weights bound the rows of an embedding, but a word takes more than one does. */
  @Test
  void read_moreWordsThanAManifestHolds_areRefusedWithoutSettings() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ImportedArtifacts.read(words(500_001), Optional.empty(), Optional.empty()))
        .withMessage(
            "the network has 500001 words in its vocabulary, and without settings at most 500000 are read: give --config");
  }

  private Path words(int count) {
    return KerasFiles.write(
        folder.resolve("words.h5"),
        "2.2.4",
        sequential(
            "Embedding{'name':'e','batch_input_shape':[null,2],'input_dim':%d,'output_dim':1}"
                .formatted(count),
            "SimpleRNN{'name':'r','units':1,'activation':'tanh'}"),
        Map.of(
            "e",
            new Object[] {matrix(count, 1)},
            "r",
            new Object[] {matrix(1, 1), matrix(1, 1), new float[1]}));
  }

  @Test
  void read_widthsThatAreUsual_areRead() throws Exception {
    assertThat(read(wide(300)).manifest().schema().size()).isEqualTo(300);
    assertThat(read(repeated(447)).manifest().horizon()).isEqualTo(447);
  }

  private static ModelArtifact read(Path file) throws Exception {
    return ImportedArtifacts.read(file, Optional.empty(), Optional.empty());
  }

  private Path wide(int width) {
    return KerasFiles.write(
        folder.resolve("wide.h5"),
        "2.2.4",
        sequential(
            "Activation{'name':'a','batch_input_shape':[null,1,%d],'activation':'tanh'}"
                .formatted(width),
            "Flatten{'name':'f'}"),
        Map.of());
  }

  private Path repeated(int times) {
    return KerasFiles.write(
        folder.resolve("long.h5"),
        "2.2.4",
        sequential(
            "SimpleRNN{'name':'r','batch_input_shape':[null,2,1],'units':1,'activation':'tanh'}",
            "RepeatVector{'name':'v','n':%d}".formatted(times)),
        Map.of("r", new Object[] {matrix(1, 1), matrix(1, 1), new float[1]}));
  }

  /** Both computed infinity, and so did not differ; a forecast would be none. */
  @Test
  void read_networkThatOverflows_isRefusedUnlessKnownOutputsProveIt() throws Exception {
    Path file = growing(60);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImportedArtifacts.requireFinite(read(file)))
        .withMessageStartingWith(
            "the network gives nothing finite on any of 32 windows of 60 steps of values of size 1")
        .withMessageContaining(
            "give known outputs of windows such as it was trained on (--golden-dir)");
    Golden known = new Golden("g", new float[1][60][2], new float[1][1], false);
    Certificate certificate =
        Certificate.of(ImportedArtifacts.read(file, Optional.empty(), Optional.of(known)))
            .orElseThrow();
    assertThat(certificate.goldensAgree()).isTrue();
    assertThat(certificate.windows()).as("those of a step or two, and of 30").isBetween(4, 12);
    ImportedArtifacts.requireFinite(read(growing(3)));
  }

  /** Grows eightyfold at each step. */
  private Path growing(int steps) {
    float[][] cell = {{40, -40}, {-40, 40}};
    return KerasFiles.write(
        folder.resolve("growing%d.h5".formatted(steps)),
        "2.2.4",
        sequential(
            "SimpleRNN{'name':'r','batch_input_shape':[null,%d,2],'units':2,'activation':'linear'}"
                .formatted(steps),
            "Dense{'name':'d','units':1,'activation':'linear'}"),
        Map.of(
            "r", new Object[] {new float[][] {{1, -1}, {1, -1}}, cell, new float[2]},
            "d", new Object[] {new float[][] {{1}, {-1}}, new float[1]}));
  }
}
