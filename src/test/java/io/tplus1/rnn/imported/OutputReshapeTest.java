package io.tplus1.rnn.imported;

import static io.tplus1.rnn.keras.KerasFiles.matrix;
import static io.tplus1.rnn.keras.KerasFiles.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.Verdict;
import io.tplus1.rnn.keras.KerasFiles;
import io.tplus1.rnn.keras.KerasImportException;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.GoldenFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * TensorFlow's network of several steps ahead: LSTM, {@code Dense(H·F)}, {@code Reshape([H, F])}.
 */
class OutputReshapeTest {
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");

  @TempDir Path folder;

  /**
   * Whatever it reads, the units of its LSTM are σ(2) tanh(σ(1) tanh(.5)) and 0; a dense unit is 1
   * to 6 times that, and 10 to 60 more.
   */
  private Path file(String reshape, String... behind) {
    String[] layers = new String[3 + behind.length];
    layers[0] =
        "LSTM{'name':'r','batch_input_shape':[null,4,2],'units':2,'activation':'tanh',"
            + "'recurrent_activation':'sigmoid'}";
    layers[1] = "Dense{'name':'d','units':6,'activation':'linear'}";
    layers[2] = "Reshape{'name':'s','target_shape':%s}".formatted(reshape);
    System.arraycopy(behind, 0, layers, 3, behind.length);
    float[][] kernel = {{1, 2, 3, 4, 5, 6}, {7, 7, 7, 7, 7, 7}};
    // A forget gate of σ(−100) = 0, so that every step gives the same.
    float[] bias = {1, 1, -100, -100, .5f, 0, 2, 2};
    return KerasFiles.write(
        folder.resolve("m.h5"),
        "2.15.0",
        sequential(layers),
        Map.of(
            "r", new Object[] {matrix(2, 8), matrix(2, 8), bias},
            "d", new Object[] {kernel, new float[] {10, 20, 30, 40, 50, 60}}));
  }

  private static double unit() {
    double input = 1 / (1 + Math.exp(-1));
    double output = 1 / (1 + Math.exp(-2));
    return output * Math.tanh(input * Math.tanh(.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[3,2]", "[-1,2]", "[3,-1]"})
  void read_rowsOfStepsAhead_areThose(String shape) throws Exception {
    double h = unit();
    Path known =
        Files.writeString(
            folder.resolve("m.json"),
            "{\"input\": [[[1,2],[3,4],[5,6],[7,8]]], \"output\": [[[%s,%s],[%s,%s],[%s,%s]]]}"
                .formatted(10 + h, 20 + 2 * h, 30 + 3 * h, 40 + 4 * h, 50 + 5 * h, 60 + 6 * h));
    Path file = file(shape);

    ModelArtifact fitted = read(file, 3, Optional.of(GoldenFile.read(known)));
    ModelArtifact madeUp =
        ImportedArtifacts.read(file, Optional.empty(), Optional.of(GoldenFile.read(known)));

    assertThat(Verdict.of(fitted).golden()).isTrue();
    assertThat(Verdict.of(madeUp).golden()).isTrue();
    assertThat(madeUp.manifest().horizon()).isEqualTo(3);
    assertThat(madeUp.manifest().schema().targets()).hasSize(2);
    Forecaster forecaster = new RnnModelLoader().load(fitted);
    float[] output = new float[forecaster.outputLength()];
    FeatureVector[] vectors = new FeatureVector[4];
    for (int t = 0; t < 4; t++) {
      vectors[t] = new FeatureVector(t, new float[] {t, -t});
    }
    forecaster.newSession().forecast(FeatureWindow.of(vectors), output);
    for (int j = 0; j < 6; j++) {
      assertThat(output[j]).isCloseTo((float) ((10 + h) * (j + 1)), within(1e-4f));
    }
  }

  private static ModelArtifact read(Path file, int horizon, Optional<Golden> golden)
      throws Exception {
    return ImportedArtifacts.read(
        file, Optional.of(new ImportedArtifacts.Fit(TWO, 4, horizon, 4)), golden);
  }

  /** Rows of targets, six values as well. */
  @Test
  void read_rowsOfSomethingElse_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(file("[2,3]"), 3, Optional.empty()))
        .withMessageContaining("Reshape to 2 rows")
        .withMessageContaining("set forecast.horizon=2, found 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[4,2]", "[3,1,2]", "[0,6]", "[-3,-2]", "[-1,4]", "[]", "7", "['3',2.5]"})
  void read_noViewOfTheVector_isRefusedWithTheModelWithoutIt(String shape) {
    assertThatExceptionOfType(KerasImportException.class)
        .isThrownBy(() -> read(file(shape), 3, Optional.empty()))
        .withMessageContaining("[steps ahead, targets], 6 values together, found ")
        .withMessageContaining("build the model without it and with these weights");
  }

  @Test
  void read_reshapeWithin_isRefused() {
    assertThatExceptionOfType(KerasImportException.class)
        .isThrownBy(
            () ->
                read(
                    file("[3,2]", "Activation{'name':'e','activation':'tanh'}"),
                    3,
                    Optional.empty()))
        .withMessageContaining("supported as the last layer alone")
        .withMessageContaining("build the model without it and with these weights");
  }
}
