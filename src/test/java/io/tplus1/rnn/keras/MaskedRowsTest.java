package io.tplus1.rnn.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that a Bidirectional puts out at masked steps: zeros here, and not in each Keras. */
class MaskedRowsTest {
  private static final String MASKING = "Masking{'name':'m','mask_value':0.0}";
  private static final String EMBEDDING =
      "Embedding{'name':'e','input_dim':2,'output_dim':2,'mask_zero':true}";
  private static final String DROPOUT = "Dropout{'name':'o','rate':0.5}";
  private static final String DENSE = dense("d");
  private static final String FLAT =
      "Dense{'name':'d','units':2,'activation':'linear','use_bias':false}";

  @TempDir Path folder;

  private static String dense(String name) {
    return "TimeDistributed{'name':'%s','layer':{'class_name':'Dense','config':%s}}"
        .formatted(name, "{'units':2,'activation':'linear','use_bias':false}");
  }

  private static String rnn(String name, boolean sequences) {
    return "SimpleRNN{'name':'%s','units':2,'activation':'tanh','use_bias':false,'return_sequences':%b}"
        .formatted(name, sequences);
  }

  private static String both(String name, boolean sequences) {
    return "Bidirectional{'name':'%s','merge_mode':'sum','layer':{'class_name':'SimpleRNN','config':%s}}"
        .formatted(name, rnn(name, sequences).substring("SimpleRNN".length()));
  }

  private KerasModel read(String version, String... layers) throws KerasImportException {
    String[] all = layers.clone();
    String shape = all[0].startsWith("Embedding") ? "[null,3]" : "[null,3,2]";
    all[0] = all[0].replaceFirst("\\{", "{'batch_input_shape':" + shape + ",");
    Map<String, Object[]> weights = new LinkedHashMap<>();
    for (String layer : layers) {
      float[][] matrix = {{1, 0}, {0, 1}};
      String name = layer.replaceFirst(".*?'name':'(.*?)'.*", "$1");
      switch (layer.substring(0, layer.indexOf('{'))) {
        case "Bidirectional" -> weights.put(name, new Object[] {matrix, matrix, matrix, matrix});
        case "SimpleRNN" -> weights.put(name, new Object[] {matrix, matrix});
        case "Dense" -> weights.put(name, new Object[] {KerasFiles.matrix(6, 2)});
        case "Embedding", "TimeDistributed" -> weights.put(name, new Object[] {matrix});
        default -> {}
      }
    }
    Path file = folder.resolve("model.h5");
    return KerasImporter.read(KerasFiles.write(file, version, KerasFiles.sequential(all), weights));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"1.2.2", "2.0.8", "2.0.0rc1", "2.1.6-tf", "2.2.4", "2.3.1"})
  void read_masksThatKerasRepeatsTheLastOutputAt_isRefused(String version) {
    for (String[] layers :
        List.of(
            new String[] {MASKING, both("b", true), DENSE},
            new String[] {MASKING, both("b", true), DROPOUT, DENSE},
            new String[] {MASKING, both("b", true)},
            new String[] {MASKING, rnn("r", true), both("b", true), DENSE},
            new String[] {MASKING, both("b", true), "Flatten{'name':'f'}", FLAT},
            new String[] {EMBEDDING, both("b", true), DENSE},
            new String[] {EMBEDDING, both("b", true)},
            new String[] {
              MASKING, both("b", true), "Masking{'name':'n','mask_value':0.0}", rnn("r", false)
            })) {
      assertThatThrownBy(() -> read(version, layers))
          .isInstanceOf(KerasImportException.class)
          .hasMessageContaining("layer b (Bidirectional): ")
          .hasMessageContaining("repeats the last output");
    }
  }

  /** Keras of TensorFlow, and Keras 3, put out zeros. */
  @ParameterizedTest
  @ValueSource(strings = {"2.2.4-tf", "2.3.0-tf", "2.4.0", "2.15.0", "3.4.1"})
  void read_masksThatKerasPutsZerosOutAt_isRead(String version) throws Exception {
    assertThat(read(version, MASKING, both("b", true), DENSE).network().layers()).hasSize(3);
  }

  @Test
  void read_maskedRowsThatNothingReads_areNoReasonToRefuse() throws Exception {
    for (String[] layers :
        List.of(
            new String[] {both("b", true), DENSE},
            new String[] {MASKING, both("b", false)},
            new String[] {EMBEDDING.replace("true", "false"), both("b", true), DENSE},
            new String[] {EMBEDDING, both("b", false)},
            new String[] {MASKING, both("b", true), DROPOUT, DENSE, rnn("r", true), dense("e")},
            new String[] {MASKING, both("b", true), both("c", false)},
            new String[] {MASKING, rnn("r", true), DENSE})) {
      assertThat(read("2.2.4", layers).network().layers()).hasSize(layers.length);
    }
  }
}
