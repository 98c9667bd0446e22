package io.tplus1.rnn.keras;

import static io.tplus1.rnn.keras.KerasFiles.matrix;
import static io.tplus1.rnn.keras.KerasFiles.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class KerasRefusalTest {
  private static final String RNN =
      "'name':'r','batch_input_shape':[null,3,2],'units':2,'activation':'tanh'";
  private static final String LSTM = RNN + ",'recurrent_activation':'sigmoid'";
  private static final String DENSE = "Dense{'name':'d','units':1,'activation':'linear'}";
  private static final String INPUT =
      "{'name':'i','class_name':'InputLayer','config':{'name':'i','batch_input_shape':[null,3,2]},"
          + "'inbound_nodes':[]}";

  @TempDir Path folder;

  static Stream<Arguments> layers() {
    return Stream.of(
        arguments("SimpleRNN{" + RNN + ",'stateful':true}", "stateful=true is not supported"),
        arguments("SimpleRNN{" + RNN + ",'return_state':true}", "return_state=true is not"),
        arguments("SimpleRNN{" + RNN + ",'time_major':true}", "time_major=true is not supported"),
        arguments("SimpleRNN{" + RNN + ",'zero_output_for_mask':true}", "zero_output_for_mask"),
        arguments("SimpleRNN{" + RNN + ",'stateful':7}", "should be true or false, found 7"),
        arguments("SimpleRNN{" + RNN.replace("tanh", "mish") + "}", "mish"),
        arguments("SimpleRNN{" + RNN.replace("'tanh'", "{'class_name':'PReLU'}") + "}", "PReLU"),
        arguments(
            "SimpleRNN{" + RNN.replace("'units':2", "'units':0") + "}", "at least 1, found 0"),
        arguments("SimpleRNN{" + RNN.replace("'units':2", "'units':1e99") + "}", "found 1.0E99"),
        arguments("SimpleRNN{" + RNN.replace("'units':2", "'units':2000000000") + "}", "the shape"),
        arguments("SimpleRNN{" + RNN.replace("'units':2", "'units':3") + "}", "asks for [2, 3]"),
        arguments("SimpleRNN{" + RNN.replace("[null,3,2]", "[null,3]") + "}", "input shape is"),
        arguments("SimpleRNN{" + RNN.replace("[null,3,2]", "[null,3,null]") + "}", "features open"),
        arguments(
            "SimpleRNN{" + RNN.replace("[null,3,2]", "[null,2000000000,2]") + "}", "more than"),
        arguments("SimpleRNN{" + RNN.replace("'batch_input_shape'", "'x'") + "}", "input's shape"),
        arguments("SimpleRNN{" + RNN + ",'dtype':'float16'}", "computes in float16"),
        arguments(
            "SimpleRNN{"
                + RNN
                + ",'dtype':{'class_name':'Policy','config':{'name':'mixed_float16'}}}",
            "computes in mixed_float16"),
        arguments("LSTM{" + RNN + "}", "its config has no recurrent_activation"),
        arguments("LSTM{" + LSTM + "}", "asks for [2, 8]"),
        arguments(
            "RNN{" + RNN + ",'cell':{'class_name':'LSTMCell','config':{'units':2}}}",
            "build the model with LSTM in place of it, with the cell's settings"),
        arguments("RNN{" + RNN + ",'cell':{'class_name':'StackedRNNCells'}}", "without it"),
        arguments("Identity{" + RNN + "}", "build the model without it and with these weights and"),
        arguments("Conv1D{" + RNN + "}", "not supported (SimpleRNN, LSTM, GRU"),
        arguments("Custom>Attention{" + RNN + "}", "Custom>Attention"),
        arguments("Lambda{" + RNN + "}", "Lambda"),
        arguments("LeakyReLU{" + RNN + ",'alpha':0.3}", "a slope below zero"),
        arguments("ReLU{" + RNN + ",'max_value':3}", "cut at 6"),
        arguments("ELU{" + RNN + ",'alpha':0.5}", "only alpha=1"),
        arguments("Softmax{" + RNN + ",'axis':1}", "last axis"),
        arguments("Dropout{" + RNN + ",'rate':1.5}", "rate should be in [0, 1)"),
        arguments("TimeDistributed{" + RNN + "}", "no usable layer"),
        arguments(
            "TimeDistributed{" + RNN + ",'layer':{'class_name':'LSTM','config':{}}}",
            "build the model with LSTM in place of the wrapper"),
        arguments("Normalization{" + RNN + "}", "shift its mean, scale the root of its variance"),
        arguments(
            "Rescaling{" + RNN + "}",
            "as first layer shift -offset/scale, scale 1/scale of inputs; as last shift offset, scale scale of targets"),
        arguments("BatchNormalization{" + RNN + "}", "train a model without it"),
        arguments(
            "Bidirectional{'name':'r','batch_input_shape':[null,3,2],'merge_mode':null,"
                + "'layer':{'class_name':'SimpleRNN','config':{"
                + RNN
                + "}}}",
            "merge_mode null is not among"),
        arguments(
            "Bidirectional{'name':'r','batch_input_shape':[null,3,2],"
                + "'layer':{'class_name':'Conv1D','config':{"
                + RNN
                + "}}}",
            "inside a Bidirectional"),
        arguments(
            "Bidirectional{'name':'r','batch_input_shape':[null,3,2],"
                + "'layer':{'class_name':'SimpleRNN','config':{"
                + RNN
                + "}},'backward_layer':{'class_name':'SimpleRNN','config':{"
                + RNN
                + ",'go_backwards':true,'dtype':'float16'}}}",
            "computes in float16"),
        arguments("Flatten{'name':'r','batch_input_shape':[null,null,2]}", "known number of steps"),
        arguments(
            "Flatten{'name':'r','batch_input_shape':[null,3,2],'data_format':'channels_first'}",
            "data_format channels_first"),
        arguments(
            "RepeatVector{'name':'r','batch_input_shape':[null,3,2],'n':2}", "needs a vector"),
        arguments("Embedding{'name':'r','batch_input_shape':[null,3,2]}", "[batch, steps]"));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void read_unsupportedLayer_isRefusedInOneSentence(String layer, String expected) {
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.2.4",
            sequential(layer),
            Map.of("r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));
    assertRefused(file, expected);
  }

  static Stream<Arguments> graphs() {
    return Stream.of(
        arguments(
            graph("'i'", "'r'", INPUT, node("r", "[[['i',0,0,{}]],[['i',0,0,{}]]]")), "2 times"),
        arguments(
            graph("'i'", "'r'", INPUT, node("r", "[[['i',0,0,{}],['i',0,0,{}]]]")), "2 inputs"),
        arguments(
            graph(
                "'i'", "'b'", INPUT, node("a", "[[['i',0,0,{}]]]"), node("b", "[[['i',0,0,{}]]]")),
            "branches"),
        arguments(
            graph(
                "'i'", "'a'", INPUT, node("a", "[[['b',0,0,{}]]]"), node("b", "[[['a',0,0,{}]]]")),
            "branches"),
        arguments(graph("'i'", "'z'", INPUT, node("r", "[[['i',0,0,{}]]]")), "branches"),
        arguments(graph("'i'", "'r'", INPUT, node("r", "[[['i',0,1,{}]]]")), "branches"),
        arguments(
            graph("'i'", "'r'", INPUT, node("r", "[[['i',0,0,{'initial_state':['x',0,0]}]]]")),
            "argument initial_state"),
        arguments(
            graph("'i'],['j'", "'r'", INPUT, node("r", "[[['i',0,0,{}]]]")),
            "the model has 2 inputs"),
        arguments(
            graph("'i'", "'r'],['i'", INPUT, node("r", "[[['i',0,0,{}]]]")),
            "the model has 2 outputs"),
        arguments(
            graph(
                "'i'",
                "'s'",
                INPUT,
                "{'name':'s','class_name':'SlicingOpLambda','config':{'name':'s','function':"
                    + "'__operators__.getitem'},'inbound_nodes':[['i',0,0,{'slice_spec':{}}]]}"),
            "build the model with return_sequences=False before it and with these weights"),
        arguments(graph("'i'", "'i'", INPUT), "no layer that computes"));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void read_graphThatIsNoChain_isRefused(String config, String expected) {
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.4.0",
            config,
            Map.of("r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));
    assertRefused(file, expected);
  }

  /** As models with {@code inputs={"x": ...}} have it. */
  @Test
  void read_inputThatHasAName_isTheOneInput() throws Exception {
    String config =
        graph("'i'", "'r'", INPUT, node("r", "[[['i',0,0,{}]]]"))
            .replace("\"input_layers\":[[\"i\"]]", "\"input_layers\":{\"x\":[\"i\",0,0]}");
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.4.0",
            config,
            Map.of("r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));

    assertThat(config).contains("{\"x\":");
    assertThat(KerasImporter.read(file).network().inputs()).isEqualTo(2);
  }

  private static String graph(String inputs, String outputs, String... layers) {
    return "{'class_name':'Model','config':{'layers':[%s],'input_layers':[[%s]],'output_layers':[[%s]]}}"
        .formatted(String.join(",", layers), inputs, outputs)
        .replace('\'', '"');
  }

  private static String node(String name, String inbound) {
    return "{'name':'%s','class_name':'SimpleRNN','config':{'name':'%s',%s},'inbound_nodes':%s}"
        .formatted(name, name, RNN.replace("'name':'r',", ""), inbound);
  }

  static Stream<Arguments> configs() {
    return Stream.of(
        arguments(
            sequential(
                "InputLayer{'name':'i','batch_input_shape':[null,3,2],'dtype':'float16'}", DENSE),
            "computes in float16"),
        arguments("", "of class nothing"),
        arguments("{\"class_name\":", "not readable JSON"),
        arguments("{} {}", "not readable JSON"),
        arguments("[".repeat(5000), "not readable JSON"),
        arguments("null", "of class nothing"),
        arguments("{\"class_name\":\"MyModel\",\"config\":{}}", "of class \"MyModel\""),
        arguments(sequential(), "lists no layers"),
        arguments(sequential("SimpleRNN{}"), "has no name or no config"),
        arguments(sequential("SimpleRNN{" + RNN + "}", DENSE, DENSE), "used twice"),
        arguments(
            sequential("Sequential{" + RNN + ",'layers':[]}"), "layers of this class are not"));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void read_badModelConfig_isRefused(String config, String expected) {
    assertRefused(
        KerasFiles.write(folder.resolve("model.h5"), "2.2.4", config, Map.of()), expected);
  }

  @Test
  void read_moreLayersThanAnArtifactHolds_isRefused() {
    String[] layers = new String[NetworkCodec.MAX_LAYERS + 1];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = "Dropout{'name':'d%d','batch_input_shape':[null,3,2],'rate':0.5}".formatted(i);
    }
    assertRefused(
        KerasFiles.write(folder.resolve("model.h5"), "2.2.4", sequential(layers), Map.of()),
        "the model has 257 layers, and at most 256 are supported");
  }

  @Test
  void parse_jsonBeyondItsBounds_isRefused() {
    String many = "[" + "[],".repeat(500_000) + "[]]";
    String large = "\"" + "x".repeat(KerasJson.MAX_CHARS) + "\"";
    assertThat(
            catchThrowableOfType(
                KerasImportException.class, () -> KerasJson.parse("model_config", many)))
        .hasMessageContaining("not readable JSON");
    assertThat(
            catchThrowableOfType(
                KerasImportException.class, () -> KerasJson.parse("model_config", large)))
        .hasMessageContaining("at most 2097152");
  }

  static Stream<Arguments> weights() {
    float[] nan = {0, Float.NaN};
    float[] infinite = {Float.POSITIVE_INFINITY, 0};
    return Stream.of(
        arguments(new Object[] {}, "its kernel is missing"),
        arguments(new Object[] {matrix(2, 2), matrix(2, 2)}, "its bias is missing"),
        arguments(new Object[] {matrix(2, 2), matrix(2, 2), nan}, "holds NaN"),
        arguments(new Object[] {matrix(2, 2), matrix(2, 2), infinite}, "holds Infinity"),
        arguments(new Object[] {matrix(2, 2), matrix(2, 2), matrix(1, 2)}, "shape [1, 2]"),
        arguments(new Object[] {matrix(2, 2), matrix(2, 2), new int[2]}, "other than float"),
        arguments(
            new Object[] {matrix(2, 2), matrix(2, 2), new float[2], new float[2]},
            "has 4 weight arrays for it, its config asks for 3"));
  }

  @ParameterizedTest
  @MethodSource("weights")
  void read_badWeights_areRefused(Object[] arrays, String expected) {
    Map<String, Object[]> weights = arrays.length == 0 ? Map.of() : Map.of("r", arrays);
    assertRefused(
        KerasFiles.write(
            folder.resolve("model.h5"), "2.2.4", sequential("SimpleRNN{" + RNN + "}"), weights),
        expected);
  }

  @Test
  void read_optionsThatChangeNothing_areAccepted() throws Exception {
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.2.4",
            sequential("SimpleRNN{" + RNN + ",'unroll':true,'recurrent_dropout':0.5}"),
            Map.of("r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));
    assertThat(KerasImporter.read(file).network().layers().get(0))
        .isInstanceOf(Layer.SimpleRnn.class);
  }

  @Test
  void read_softmaxInsideACell_isTakenOverItsUnits() throws Exception {
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.2.4",
            sequential("SimpleRNN{" + RNN.replace("tanh", "softmax") + "}"),
            Map.of("r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));

    Network network = KerasImporter.read(file).network();

    assertThat(network.layers().get(0))
        .isInstanceOfSatisfying(
            Layer.SimpleRnn.class,
            rnn -> assertThat(rnn.activation()).isEqualTo(ActivationFunction.SOFTMAX));
    assertThat(Dl4jNetwork.refusal(network).orElseThrow()).contains("softmax");
    Kernel kernel = Kernels.compile(network, 3, KernelKind.AUTO);
    float[] output = new float[kernel.outputs()];
    kernel.forward(new float[] {1, 2, -3, 4, 5, -6}, 0, 3, kernel.newScratch(), output);
    int last = output.length - 2;
    assertThat(output[last] + output[last + 1]).isCloseTo(1f, within(1e-6f));
  }

  @Test
  void read_hdf5OfALaterKeras_isRefused() {
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "4.0.0",
            sequential("SimpleRNN{" + RNN + "}"),
            Map.of("r", new Object[] {matrix(2, 2), matrix(2, 2), new float[2]}));
    assertRefused(file, "written by Keras 4.0.0; only Keras 1 to 3 are supported");
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, 2, 'it is a zip archive, as Keras 3 writes'",
    "metadata.json config.json, 3.4.1, 'it is a zip archive, as Keras 3 writes'",
    "metadata.json config.json, 2.15.0, 'Keras 2.15.0 wrote it; only HDF5 is supported, so load it there, or in tf_keras, and'",
    "manifest.json, 2, 'it is an artifact of tplus1, which needs no import'",
    "a.txt b.txt, 2, 'it is a zip archive of [a.txt, b.txt]; supported are networks as DL4J'"
  })
  void read_zip_isRefusedAsWhatItIs(String entries, String version, String expected)
      throws IOException {
    Path file = folder.resolve("model.keras");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : entries.split(" ", -1)) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write("{\"keras_version\":\"%s\"}".formatted(version).getBytes(StandardCharsets.UTF_8));
      }
    }
    assertRefused(file, expected);
  }

  @Test
  void read_weightsAlone_isRefused() {
    Path file = folder.resolve("weights.h5");
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putAttribute("layer_names", new String[] {"r"});
    }
    assertRefused(file, "it has no model_config");
  }

  @Test
  void read_noFileDirectoryOrText_isRefused() throws IOException {
    assertRefused(folder.resolve("none.h5"), "there is no such file");
    assertRefused(folder, "it is a directory");
    assertRefused(Files.writeString(folder.resolve("text.h5"), "hello"), "no HDF5 signature");
    assertRefused(Files.createFile(folder.resolve("empty.h5")), "no HDF5 signature");
  }

  @Test
  void read_nameWithControlCharacters_staysOnOneLine() {
    Path file =
        KerasFiles.write(
            folder.resolve("model.h5"),
            "2.2.4",
            sequential("Evil{'name':'a\\nb\\u001b[31m','batch_input_shape':[null,3,2]}"),
            Map.of());
    assertRefused(file, "layer a?b?[31m (Evil)");
  }

  /** The message is one line and one sentence: found, supported, what to do. */
  private static void assertRefused(Path file, String expected) {
    KerasImportException refusal =
        catchThrowableOfType(KerasImportException.class, () -> KerasImporter.read(file));
    assertThat(refusal).isNotNull();
    assertThat(refusal.getMessage())
        .startsWith(file.getFileName() + ": ")
        .contains(expected)
        .contains(";")
        .doesNotContain("makes no sense")
        .doesNotContain("\n")
        .hasSizeLessThan(600);
  }
}
