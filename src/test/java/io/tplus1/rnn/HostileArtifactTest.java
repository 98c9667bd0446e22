package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.imported.ImportedArtifacts;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Artifacts are data: whatever they hold, loading one runs no code, fills no heap, writes no file.
 */
final class HostileArtifactTest {
  private static final String CONFIGURATION = "configuration.json";
  private static final String GADGET = "io.tplus1.rnn.Gadget";
  private static final int MIB = 1 << 20;

  private static ModelArtifact artifact;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    Trainer.Task task = Tasks.of(FeatureSchema.ofNumbers("a", "b"), 5, 2);
    artifact =
        new RnnTrainer()
            .train(
                task,
                settings().cell(TrainingSettings.Cell.LSTM).epochs(1).seed(1).build(),
                samples(
                    task, 60, t -> new float[] {(float) Math.sin(t), (float) (100 + Math.cos(t))}),
                List.of(),
                SILENT);
  }

  /** DL4J's file with another configuration in it, as the only form of the network. */
  private static ModelArtifact configured(UnaryOperator<String> change) {
    return zipped(
        entries -> {
          String json = new String(entries.get(CONFIGURATION), UTF_8);
          String changed = change.apply(json);
          assertThat(changed).isNotEqualTo(json);
          entries.put(CONFIGURATION, changed.getBytes(UTF_8));
        });
  }

  private interface Change {
    void to(Map<String, byte[]> entries);
  }

  private static ModelArtifact zipped(Change change) {
    Map<String, byte[]> entries = Zipped.unzip(artifact.entry(Dl4jNetwork.ENTRY));
    change.to(entries);
    return ModelArtifact.of(artifact.manifest(), Map.of(Dl4jNetwork.ENTRY, Zipped.zip(entries)));
  }

  private static void assertRefusedUnrun(ModelArtifact hostile, String message) {
    int before = Gadget.Alarm.COUNT.get();
    assertThatThrownBy(() -> new RnnModelLoader().load(hostile))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> new RnnModelLoader().loadOnDl4j(hostile))
        .isInstanceOf(InvalidArtifactException.class);
    assertThat(Gadget.Alarm.COUNT).hasValue(before);
  }

  /** What DL4J's own reader does with it, so that the tests below cannot pass for nothing. */
  @Test
  void dl4jsOwnReader_configurationNamesAnotherClass_makesOne() throws IOException {
    int before = Gadget.Alarm.COUNT.get();
    Map<String, byte[]> entries = Zipped.unzip(artifact.entry(Dl4jNetwork.ENTRY));
    entries.put(
        CONFIGURATION,
        withPreProcessor(new String(entries.get(CONFIGURATION), UTF_8)).getBytes(UTF_8));
    File file = Files.write(folder.resolve("dl4j.zip"), Zipped.zip(entries)).toFile();

    assertThatCode(() -> ModelSerializer.restoreMultiLayerNetwork(file)).doesNotThrowAnyException();

    assertThat(Gadget.Alarm.COUNT.get()).isGreaterThan(before);
  }

  static Stream<Arguments> namesTheGadget() {
    UnaryOperator<String> layer =
        json -> json.replaceFirst("org\\.deeplearning4j\\.nn\\.conf\\.layers\\.[A-Za-z]+", GADGET);
    UnaryOperator<String> loss =
        json -> json.replaceFirst("org\\.nd4j\\.linalg\\.lossfunctions\\.impl\\.LossMSE", GADGET);
    UnaryOperator<String> activation =
        json -> json.replaceFirst("org\\.nd4j\\.linalg\\.activations\\.impl\\.[A-Za-z]+", GADGET);
    UnaryOperator<String> typeParameter =
        json ->
            json.replaceFirst(
                "(org\\.nd4j\\.linalg\\.activations\\.impl\\.[A-Za-z]+)", "$1<" + GADGET + ">");
    UnaryOperator<String> array =
        json ->
            json.replaceFirst(
                "org\\.nd4j\\.linalg\\.activations\\.impl\\.[A-Za-z]+", "[L" + GADGET + ";");
    // Of two fields of one name, a tree keeps the last and a reader of types takes the first.
    UnaryOperator<String> twice =
        json ->
            withPreProcessor(json)
                .replace(
                    "\"@class\":\"" + GADGET + "\"",
                    "\"@class\":\"%s\",\"@class\":\"%s\""
                        .formatted(
                            GADGET,
                            "org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor"));
    UnaryOperator<String> escaped =
        json -> withPreProcessor(json).replace("@class\":\"io.", "\\u0040class\":\"\\u0069o.");
    return Stream.of(
        Arguments.of("a layer", layer),
        Arguments.of("a loss", loss),
        Arguments.of("an activation", activation),
        Arguments.of(
            "a preprocessor", (UnaryOperator<String>) HostileArtifactTest::withPreProcessor),
        Arguments.of("a type parameter", typeParameter),
        Arguments.of("an array", array),
        Arguments.of("the first of two classes", twice),
        Arguments.of("escaped", escaped));
  }

  private static String withPreProcessor(String json) {
    try {
      ObjectNode root = (ObjectNode) new ObjectMapper().readTree(json);
      root.putObject("inputPreProcessors").putObject("0").put("@class", GADGET);
      return root.toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("namesTheGadget")
  void load_configurationNamesAClassOfOthers_isRefusedAndItsCodeNeverRuns(
      String where, UnaryOperator<String> change) {
    assertRefusedUnrun(configured(change), "DL4J's configuration");
  }

  @Test
  void load_configurationThatReadersReadDifferently_isRefused() {
    assertRefusedUnrun(
        zipped(
            entries ->
                entries.put(
                    CONFIGURATION,
                    withPreProcessor(new String(entries.get(CONFIGURATION), UTF_8))
                        .getBytes(UTF_16))),
        "UTF-8 was expected");
    assertRefusedUnrun(configured(json -> json + " {\"@class\":\"" + GADGET + "\"}"), "not JSON");
    assertRefusedUnrun(configured(json -> "/* */" + json), "not JSON");
    assertRefusedUnrun(configured(json -> "{\"confs\":" + "[".repeat(100_000)), "not JSON");
  }

  /** DL4J reads all of the text again for layers without a loss or an activation. */
  @Test
  void load_configurationOfManyLayersOrMuchText_isRefusedUnread() {
    assertRefusedUnrun(
        configured(
            json ->
                "{\"confs\":[%s%s]}"
                    .formatted(layer("OutputLayer"), ("," + layer("OutputLayer")).repeat(299))),
        "a network has at most 256 layers, found 300");
    assertRefusedUnrun(
        configured(json -> json + " ".repeat(2 * MIB)), "at most 2097152 bytes are read");
  }

  private static String layer(String name) {
    return "{\"layer\":{\"@class\":\"org.deeplearning4j.nn.conf.layers.%s\"}}".formatted(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"preprocessor.bin", "normalizer.bin", "objects.bin", "noParams.marker", "x.class"})
  void load_dl4jFileWithObjectsOfJava_isRefusedAndTheyAreNeverRead(String name) throws Exception {
    int before = Gadget.Alarm.COUNT.get();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Gadget());
    }
    assertThat(Gadget.Alarm.COUNT.get()).isGreaterThan(before);

    assertRefusedUnrun(
        zipped(entries -> entries.put(name, bytes.toByteArray())),
        "[coefficients.bin, configuration.json, updaterState.bin] was expected, found an entry '"
            + name);
  }

  /** The road of `import` and model.file. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("namesTheGadget")
  void import_configurationNamesAClassOfOthers_isRefusedAndItsCodeNeverRuns(
      String where, UnaryOperator<String> change) throws IOException {
    int before = Gadget.Alarm.COUNT.get();
    Path file = Files.write(folder.resolve("m.zip"), configured(change).entry(Dl4jNetwork.ENTRY));

    assertThatThrownBy(() -> ImportedArtifacts.read(file, Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("DL4J's configuration");

    assertThat(Gadget.Alarm.COUNT).hasValue(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../manifest.json",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "C:evil",
        "..",
        ".hidden",
        "folder/",
        "new\nline",
        "null\u0000byte",
        "ﬁle",
        ""
      })
  void read_entryWithAPathForAName_isRefused(String name) {
    Map<String, byte[]> outer = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    outer.put(name, new byte[] {1});

    assertThatThrownBy(() -> ModelArtifact.read(Zipped.zip(outer)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("an entry's name must be")
        .hasMessageNotContaining("\n");

    Map<String, byte[]> nested = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    nested.put(
        Dl4jNetwork.ENTRY, Zipped.zip(Map.of(name, new byte[] {1}, CONFIGURATION, new byte[] {2})));
    assertThatThrownBy(() -> ModelArtifact.read(Zipped.zip(nested)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("an entry's name must be");
  }

  /** Found by the fuzzer: the JDK throws what is no IOException. */
  @Test
  void read_nestedEntryWhoseNameIsNotUtf8_isRefused() {
    byte[] nested =
        new String(Zipped.zip(Map.of("name", new byte[100])), ISO_8859_1)
            .replace("name", "n\u00ffme")
            .getBytes(ISO_8859_1);
    Map<String, byte[]> entries = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    entries.put("nested.zip", nested);

    assertThatThrownBy(() -> ModelArtifact.read(Zipped.zip(entries)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("name cannot be read");
  }

  @Test
  void read_entryThatStandsThereTwice_isRefused() {
    Map<String, byte[]> entries = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    entries.put("manifest.jsoN", entries.get("manifest.json"));
    // As long a name, so that nothing else in the zip changes.
    byte[] twice =
        new String(Zipped.zip(entries), ISO_8859_1)
            .replace("manifest.jsoN", "manifest.json")
            .getBytes(ISO_8859_1);

    assertThatThrownBy(() -> ModelArtifact.read(twice))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("entries must differ");
  }

  /** 64 MiB of zeros are 64 kB of zip. */
  @Test
  @Timeout(20)
  void read_zipBomb_isRefused() {
    Map<String, byte[]> outer = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    outer.put("ballast", new byte[65 * MIB]);

    assertThatThrownBy(() -> ModelArtifact.read(Zipped.zip(outer)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("contents of more than");
  }

  /** Each of the nested ones would be let in alone. */
  @Test
  @Timeout(20)
  void read_manyNestedZipBombs_areRefusedTogether() {
    Map<String, byte[]> outer = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    byte[] bomb = Zipped.zip(Map.of("zeros", new byte[40 * MIB]));
    assertThat(bomb).hasSizeLessThan(MIB);
    outer.put("one.zip", bomb);
    assertThatCode(() -> ModelArtifact.read(Zipped.zip(outer))).doesNotThrowAnyException();
    outer.put("two.zip", bomb);

    assertThatThrownBy(() -> ModelArtifact.read(Zipped.zip(outer)))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("contents of more than");
  }

  /** A zip in a zip in a zip is bytes: only one level is ever looked into. */
  @Test
  void read_zipThatHoldsZips_isOnlyLookedIntoOnce() throws Exception {
    byte[] zip = new byte[100];
    for (int level = 0; level < 50; level++) {
      zip = Zipped.zip(Map.of("inner.zip", zip));
    }
    Map<String, byte[]> outer = new TreeMap<>(Zipped.unzip(artifact.toBytes()));
    outer.put("deep.zip", zip);

    assertThat(ModelArtifact.read(Zipped.zip(outer)).hash()).hasSize(64);
  }

  /** Each layer hands on few values, and one would keep four gates of sixteen lanes a step. */
  @Test
  void of_recurrentLayerOverMillionsOfSteps_isRefused() {
    Network network =
        new Network(
            1,
            5,
            List.of(
                new Layer.SimpleRnn(
                    1,
                    ActivationFunction.TANH,
                    false,
                    false,
                    new float[1],
                    new float[1],
                    new float[1]),
                new Layer.RepeatVector(2_000_000),
                new Layer.Lstm(
                    1,
                    ActivationFunction.TANH,
                    ActivationFunction.SIGMOID,
                    false,
                    false,
                    new float[4],
                    new float[4],
                    new float[4]),
                new Layer.Dense(1, ActivationFunction.LINEAR, new float[1], new float[1])));

    assertThatThrownBy(
            () ->
                RawNetworks.artifact(
                    network, FeatureSchema.ofNumbers("a"), 5, 1, StepTasks.PROVENANCE, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 16777216 values");
  }

  /** Bytes that are no zip would add nothing to the hash. */
  @Test
  void of_nestedZipThatIsNone_isRefused() {
    assertThatThrownBy(() -> artifact.with("more.zip", new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more.zip in it is no zip");
  }
}
