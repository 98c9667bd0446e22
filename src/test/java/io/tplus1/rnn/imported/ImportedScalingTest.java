package io.tplus1.rnn.imported;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.keras.KerasSamples;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scaling that lies beside a file of Keras'. */
class ImportedScalingTest {

  /** Known outputs are the network's own, whatever scales around it. */
  @Test
  void read_scalingBesideTheFile_forecastsInRawUnits(@TempDir Path folder) throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_2"), folder.resolve("m.h5"));
    Golden golden = GoldenFile.read(KerasSamples.real("rnn_2").resolveSibling("rnn_2.json"));
    scaling(file, columns(4, 10, 2), columns(6, 10, 2));

    ModelArtifact artifact = ImportedArtifacts.read(file, Optional.empty(), Optional.of(golden));

    assertThat(Verdict.of(artifact).ok()).isTrue();
    Forecaster forecaster = new RnnModelLoader().load(ModelArtifact.read(artifact.toBytes()));
    float[] output = new float[forecaster.outputLength()];
    for (int i = 0; i < golden.windows().length; i++) {
      float[][] window = golden.windows()[i];
      FeatureVector[] vectors = new FeatureVector[window.length];
      for (int t = 0; t < window.length; t++) {
        float[] values = new float[forecaster.schema().size()];
        for (int k = 0; k < window[t].length; k++) {
          values[k] = window[t][k] * 2 + 10;
        }
        vectors[t] = new FeatureVector(t, values);
      }
      forecaster.newSession().forecast(FeatureWindow.of(vectors), output);
      for (int k = 0; k < output.length; k++) {
        assertThat(output[k]).isCloseTo(golden.outputs()[i][k] * 2 + 10, within(1e-5f));
      }
    }
  }

  /** The fault is the file's, and not what it holds. */
  @Test
  void of_fileThatCannotBeRead_saysSo(@TempDir Path folder) throws Exception {
    Path model = folder.resolve("m.h5");
    Path scaling = Files.createDirectory(folder.resolve("m.scaling.json"));

    assertThatThrownBy(() -> ImportedScaling.of(model, FeatureSchema.ofNumbers("x")))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageStartingWith(scaling + " cannot be read: ");
  }

  @Test
  void of_fileOfSomebodyElse_saysSo(@TempDir Path folder) throws Exception {
    Path model = folder.resolve("m.h5");
    Path scaling = Files.writeString(folder.resolve("m.scaling.json"), "{}");
    Files.setPosixFilePermissions(scaling, Set.of());
    assumeFalse(Files.isReadable(scaling), "root reads all files");
    assertThatThrownBy(() -> ImportedScaling.of(model, FeatureSchema.ofNumbers("x")))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessage(scaling + " may not be read by this user");
  }

  /** What a network gives between its scalings proves these, and the order of the columns. */
  @Test
  void read_goldenInRawUnits_holdsScalingAndOrderToIt(@TempDir Path folder) throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("m.h5"));
    Golden own = GoldenFile.read(KerasSamples.real("rnn_26").resolveSibling("rnn_26.json"));
    Golden raw =
        new Golden("raw", raw(own.windows()), raw(new float[][][] {own.outputs()})[0], true);
    scaling(file, columns(4, 10, 2), columns(4, 10, 2));

    assertThat(verdict(file, raw).ok()).isTrue();
    assertThat(verdict(file, raw).reason()).contains("golden outputs: ");
    assertThat(verdict(file, turned(raw)).golden()).isFalse();
    scaling(file, columns(4, 10, 2.001), columns(4, 10, 2));
    assertThat(verdict(file, raw).golden()).isFalse();
    Files.delete(folder.resolve("m.scaling.json"));
    assertThat(verdict(file, raw).golden()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                verdict(
                    file,
                    new Golden("raw", raw.windows(), new float[raw.windows().length][3], true)))
        .withMessageContaining("puts out 4 values, and sample 0 is another");
  }

  private static Verdict verdict(Path file, Golden golden) throws Exception {
    return Verdict.of(ImportedArtifacts.read(file, Optional.empty(), Optional.of(golden)));
  }

  private static float[][][] raw(float[][][] scaled) {
    return Arrays.stream(scaled)
        .map(
            rows ->
                Arrays.stream(rows)
                    .map(
                        row -> {
                          float[] out = row.clone();
                          for (int i = 0; i < out.length; i++) {
                            out[i] = out[i] * 2 + 10;
                          }
                          return out;
                        })
                    .toArray(float[][]::new))
        .toArray(float[][][]::new);
  }

  /** The first two columns of what a network reads, in each other's place. */
  private static Golden turned(Golden golden) {
    float[][][] windows = raw(golden.windows());
    for (int i = 0; i < windows.length; i++) {
      for (int s = 0; s < windows[i].length; s++) {
        windows[i][s] = golden.windows()[i][s].clone();
        windows[i][s][0] = golden.windows()[i][s][1];
        windows[i][s][1] = golden.windows()[i][s][0];
      }
    }
    return new Golden("turned", windows, golden.outputs(), true);
  }

  @Test
  void read_scalingThatIsNone_isRefusedWithWhatItHas(@TempDir Path folder) throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_2"), folder.resolve("m.h5"));
    String four = columns(4, 0, 1);
    String six = columns(6, 0, 1);

    assertRefused(
        file,
        columns(3, 0, 1),
        six,
        "inputs: shift must be 4 numbers, of [f0, f1, f2, f3], found 3");
    assertRefused(file, four, columns(4, 0, 1), "targets: shift must be 6 numbers");
    assertRefused(
        file,
        four,
        columns(6, 0, 0),
        "targets: column 0 needs a finite shift and a finite scale > 0");
    assertRefused(file, four, columns(6, 0, -1), "targets: column 0 needs");
    assertRefused(file, columns(4, 1e39, 1), six, "inputs: column 0 needs");
    // As Python's json writes them.
    assertRefused(file, columns(4, Double.NaN, 1), six, "inputs: column 0 needs");
    assertRefused(file, four, columns(6, 0, Double.POSITIVE_INFINITY), "targets: column 0 needs");
    assertRefused(
        file, four.replace("1.0", "\"1\""), six, "inputs: scale must hold numbers, found \"1\"");
    assertRefused(
        file,
        four.replace("shift", "min"),
        six,
        "inputs: the members [scale, shift] were expected, found [min, scale]");
    assertRefused(file, "3", six, "inputs: the members [scale, shift] were expected, found []");
    assertRefused(file, four, six + ", \"range\": 1", "found [inputs, range, targets]");
    assertRefused(file, four, six + ", \"targets\": " + six, "uplicate");
  }

  @Test
  void read_scalingOfACategory_isRefusedUnlessItLeavesItAlone(@TempDir Path folder)
      throws Exception {
    Path file =
        Files.copy(KerasSamples.generated("embedding_lstm_softmax"), folder.resolve("m.h5"));
    int targets =
        ImportedArtifacts.read(file, Optional.empty(), Optional.empty())
            .manifest()
            .schema()
            .targets()
            .size();

    assertRefused(
        file,
        columns(1, 1, 1),
        columns(targets, 0, 1),
        "inputs: 'f0' is a category, which is not scaled: its shift must be 0 and its scale 1, found 1.0 and 1.0");
    scaling(file, columns(1, 0, 1), columns(targets, 0, 2));
    assertThat(
            ImportedArtifacts.read(file, Optional.empty(), Optional.empty())
                .manifest()
                .targetScaling()
                .scale())
        .containsOnly(2);
  }

  private static void assertRefused(Path file, String inputs, String targets, String message)
      throws IOException {
    scaling(file, inputs, targets);
    assertThatThrownBy(() -> ImportedArtifacts.read(file, Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageStartingWith(file.resolveSibling("m.scaling.json") + " does not hold {")
        .hasMessageContaining(message);
  }

  private static void scaling(Path file, String inputs, String targets) throws IOException {
    Files.writeString(
        file.resolveSibling("m.scaling.json"),
        "{\"inputs\": %s, \"targets\": %s}".formatted(inputs, targets));
  }

  private static String columns(int count, double shift, double scale) {
    return "{\"shift\": %s, \"scale\": %s}"
        .formatted(Collections.nCopies(count, shift), Collections.nCopies(count, scale));
  }

  @Test
  void units_scalingBesideItByAnotherName_isToldThatItIsNotRead(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("m.h5");
    Path appended = Files.writeString(folder.resolve("m.h5.scaling.json"), "{}");
    FeatureSchema schema = FeatureSchema.ofNumbers("a");

    assertThat(ImportedWords.units(file, schema).orElseThrow())
        .contains("raw units")
        .endsWith("; " + appended + " is not read, as it is not named m.scaling.json");
  }
}
