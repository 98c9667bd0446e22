package io.tplus1.rnn.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as {@code legacy_h5_format.py} of Keras 3 writes them. */
class KerasThreeTest {
  private static final String POLICY =
      "{'module':'keras','class_name':'DTypePolicy','config':{'name':'float32'},'registered_name':null}";
  private static final String INPUT =
      "InputLayer{'batch_shape':[null,3,2],'dtype':'float32','sparse':false,'ragged':false,"
          + "'name':'input_layer'}";
  private static final String CELL =
      "'trainable':true,'dtype':"
          + POLICY
          + ",'return_state':false,'go_backwards':false,'stateful':false,'unroll':false,"
          + "'zero_output_for_mask':false,'units':2,'use_bias':true,'dropout':0.0,"
          + "'recurrent_dropout':0.0,'seed':null";
  private static final String DENSE =
      "Dense{'name':'dense','trainable':true,'dtype':"
          + POLICY
          + ",'units':1,'activation':'linear','use_bias':true}";

  @TempDir Path folder;

  private Path write(String config, Map<String, Map<String, Object>> weights) {
    Path file = folder.resolve("model.h5");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putAttribute("model_config", config);
      hdf5.putAttribute("keras_version", "3.4.1");
      hdf5.putAttribute("backend", "jax");
      WritableGroup model = hdf5.putGroup("model_weights");
      weights.forEach(
          (layer, arrays) -> {
            WritableGroup group = model.putGroup(layer);
            group.putAttribute("weight_names", arrays.keySet().toArray(new String[0]));
            arrays.forEach(
                (path, values) -> {
                  String[] names = path.split("/", -1);
                  WritableGroup at = group;
                  for (int i = 0; i < names.length - 1; i++) {
                    Object child = at.getChildren().get(names[i]);
                    at = child == null ? at.putGroup(names[i]) : (WritableGroup) child;
                  }
                  at.putDataset(names[names.length - 1], values);
                });
          });
    }
    return file;
  }

  private static float[][] counted(int rows, int columns, int from) {
    float[][] matrix = new float[rows][columns];
    for (int i = 0; i < rows * columns; i++) {
      matrix[i / columns][i % columns] = from + i;
    }
    return matrix;
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Test
  void read_sequential_hasLayersAndWeightsInKerasOrder() throws Exception {
    String gru =
        "GRU{'name':'gru',"
            + CELL
            + ",'return_sequences':false,'activation':'tanh','recurrent_activation':'sigmoid',"
            + "'reset_after':true}";
    Path file =
        write(
            KerasFiles.sequential(INPUT, gru, DENSE),
            Map.of(
                "gru",
                ordered(
                    "sequential/gru/gru_cell/kernel", counted(2, 6, 1),
                    "sequential/gru/gru_cell/recurrent_kernel", counted(2, 6, 100),
                    "sequential/gru/gru_cell/bias", counted(2, 6, 200)),
                "dense",
                ordered(
                    "sequential/dense/kernel",
                    counted(2, 1, 300),
                    "sequential/dense/bias",
                    new float[] {7})));

    KerasModel model = KerasImporter.read(file);

    assertThat(model.kerasVersion()).contains("3.4.1");
    Network network = model.network();
    assertThat(network.steps()).isEqualTo(3);
    assertThat(network.inputs()).isEqualTo(2);
    Layer.Gru read = (Layer.Gru) network.layers().get(0);
    assertThat(read.resetAfter()).isTrue();
    assertThat(read.kernel()).startsWith(1, 2, 3);
    assertThat(read.recurrentKernel()).startsWith(100, 101);
    assertThat(read.bias()).startsWith(200).endsWith(211);
    assertThat(((Layer.Dense) network.layers().get(1)).bias()).containsExactly(7);
  }

  private static final List<String> FORWARD_FIRST = List.of("forward", "backward");

  @Test
  void read_bidirectional_hasTheTwoCellsThatItNames() throws Exception {
    Layer.Bidirectional pair = bidirectional("true", "true", "true", FORWARD_FIRST);

    assertIsAsNamed(pair);
    assertThat(((Layer.SimpleRnn) pair.forward()).activation()).isEqualTo(ActivationFunction.TANH);
  }

  /** Keras writes a layer's trained weights before those that are frozen. */
  @Test
  void read_bidirectionalOfFrozenCells_hasTheTwoCellsThatItNames() throws Exception {
    assertIsAsNamed(bidirectional("true", "false", "true", List.of("backward", "forward")));
    assertIsAsNamed(bidirectional("true", "true", "false", FORWARD_FIRST));
    assertIsAsNamed(bidirectional("true", "false", "false", FORWARD_FIRST));
    assertIsAsNamed(bidirectional("false", "false", "true", FORWARD_FIRST));
  }

  private static void assertIsAsNamed(Layer.Bidirectional pair) {
    assertThat(((Layer.SimpleRnn) pair.forward()).kernel()).containsExactly(1, 2, 3, 4);
    assertThat(((Layer.SimpleRnn) pair.forward()).bias()).containsExactly(1, 2);
    assertThat(pair.forward().goBackwards()).isFalse();
    assertThat(((Layer.SimpleRnn) pair.backward()).kernel()).containsExactly(20, 21, 22, 23);
    assertThat(((Layer.SimpleRnn) pair.backward()).bias()).containsExactly(3, 4);
    assertThat(pair.backward().goBackwards()).isTrue();
  }

  /**
   * @param trainable of the wrapper; forward and backward: of its cells
   * @param order in which the file has the cells' weights
   */
  private Layer.Bidirectional bidirectional(
      String trainable, String forward, String backward, List<String> order) throws Exception {
    String cell =
        "'return_sequences':true,'activation':'tanh',"
            + CELL.replace("mask':false", "mask':true").replace("'go_backwards':false,", "");
    String both =
        "Bidirectional{'name':'bidirectional','trainable':"
            + trainable
            + ",'dtype':"
            + POLICY
            + ",'merge_mode':'concat','layer':{'module':'keras.layers','class_name':'SimpleRNN','config':"
            + "{'name':'forward_simple_rnn','go_backwards':false,"
            + cell.replace("'trainable':true", "'trainable':" + forward)
            + "},'registered_name':null},'backward_layer':{'module':'keras.layers','class_name':'SimpleRNN',"
            + "'config':{'name':'backward_simple_rnn','go_backwards':true,"
            + cell.replace("'trainable':true", "'trainable':" + backward)
            + "},'registered_name':null}}";
    Map<String, Object> weights = new LinkedHashMap<>();
    for (String name : order) {
      String path = "sequential/bidirectional/" + name + "_simple_rnn/simple_rnn_cell/";
      boolean first = name.equals("forward");
      weights.put(path + "kernel", counted(2, 2, first ? 1 : 20));
      weights.put(path + "recurrent_kernel", counted(2, 2, first ? 10 : 30));
      weights.put(path + "bias", first ? new float[] {1, 2} : new float[] {3, 4});
    }
    Path file = write(KerasFiles.sequential(INPUT, both), Map.of("bidirectional", weights));
    return (Layer.Bidirectional) KerasImporter.read(file).network().layers().get(0);
  }

  @Test
  void read_hardSigmoid_isRefusedAsAnotherFunction() {
    String lstm =
        "LSTM{'name':'lstm',"
            + CELL
            + ",'return_sequences':false,'activation':'tanh','recurrent_activation':'hard_sigmoid'}";

    assertThatThrownBy(
            () -> KerasImporter.read(write(KerasFiles.sequential(INPUT, lstm), Map.of())))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("hard_sigmoid is x/6 + 0.5 in Keras 3");
  }

  @Test
  void read_functionalModel_isRefusedWithWhatWorks() {
    String config = "{\"class_name\":\"Functional\",\"config\":{\"layers\":[]}}";

    assertThatThrownBy(() -> KerasImporter.read(write(config, Map.of())))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("of which only Sequential is supported")
        .hasMessageContaining("new.set_weights(old.get_weights())")
        // There hard_sigmoid is another function, and its file says nothing of where it was built.
        .hasMessageContaining("a new Sequential, in Keras 3, and")
        .hasMessageNotContaining("tf_keras");
  }

  /** Keras 2 names the slope alpha. */
  @Test
  void read_leakyReluWithoutSlope_isRelu() throws Exception {
    String leaky = "LeakyReLU{'name':'l','trainable':true,'dtype':" + POLICY;
    Path none = write(KerasFiles.sequential(INPUT, leaky + ",'negative_slope':0.0}"), Map.of());

    assertThat(KerasImporter.read(none).network().layers())
        .containsExactly(new Layer.Activation(ActivationFunction.RELU));
    assertThatThrownBy(
            () ->
                KerasImporter.read(
                    write(
                        KerasFiles.sequential(INPUT, leaky + ",'negative_slope':0.2}"), Map.of())))
        .hasMessageContaining("a slope below zero");
  }
}
