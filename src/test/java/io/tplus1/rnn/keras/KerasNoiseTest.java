package io.tplus1.rnn.keras;

import static io.tplus1.rnn.keras.KerasFiles.matrix;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.network.Layer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers that do something in training alone, some of which is done here, too. */
final class KerasNoiseTest {
  @TempDir Path folder;

  /** What drops a column for a whole window is not what drops values of it, each by itself. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Dropout{'name':'o','rate':0.5} | 0.5",
        "Dropout{'name':'o','rate':0.5,'noise_shape':null} | 0.5",
        "Dropout{'name':'o','rate':0.5,'noise_shape':[null,1,2]} | 0",
        "SpatialDropout1D{'name':'o','rate':0.5} | 0",
        "GaussianDropout{'name':'o','rate':0.5} | 0"
      })
  void read_noise_isDroppingOfSingleValuesOrNone(String layer, double rate) throws Exception {
    String rnn = "'batch_input_shape':[null,3,2],'units':2,'activation':'tanh'";
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.4.0",
            KerasFiles.sequential(
                "SimpleRNN{'name':'r','return_sequences':true," + rnn + "}",
                layer,
                "SimpleRNN{'name':'s'," + rnn + "}"),
            Map.of(
                "r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]},
                "s", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));

    assertThat(KerasImporter.read(file).network().layers().get(1))
        .isEqualTo(new Layer.Dropout(rate));
  }
}
