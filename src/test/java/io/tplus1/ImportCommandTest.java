package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.catalogue.ModelFile;
import io.tplus1.config.Configuration;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.Zipped;
import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.keras.KerasSamples;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import picocli.CommandLine;

class ImportCommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  @Test
  void import_goodFilesWithGoldens_saysOkAndWritesArtifacts() throws Exception {
    Path file = KerasSamples.real("rnn_26");
    int code =
        run(
            "import",
            file.toString(),
            KerasSamples.real("rnn_2").toString(),
            "--golden-dir",
            file.getParent().toString(),
            "--out",
            folder.toString());

    assertThat(code).isZero();
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0)).startsWith("rnn_26 ok ").contains(" kernel ").contains("golden");
    ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(folder.resolve("rnn_26.zip")));
    assertThat(artifact.manifest().schema().names()).containsExactly("f0", "f1", "f2", "f3");
  }

  @Test
  void import_brokenFileAmongGood_refusesItAloneAndExitsWithOne() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.h5"), "no HDF5");
    int code = run("import", broken.toString(), KerasSamples.real("rnn_2").toString(), "--json");

    assertThat(code).isOne();
    assertThat(lines().get(0)).contains("\"verdict\":\"refused\"").contains("HDF5");
    assertThat(lines().get(1)).contains("\"verdict\":\"ok\"");
  }

  @Test
  void import_filesOfOneName_areRefusedTogether() throws Exception {
    Path file = KerasSamples.real("rnn_26");
    Path other =
        Files.copy(file, Files.createDirectory(folder.resolve("a")).resolve("rnn_26.hdf5"));

    int code =
        run("import", file.toString(), other.toString(), "--out", folder.resolve("o").toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("have one name, rnn_26");
    assertThat(folder.resolve("o")).doesNotExist();
  }

  @Test
  void import_networksOfDl4j_areWrittenAsArtifactsThatForecastAlike() throws Exception {
    Path kernel = Dl4jSamples.save(Dl4jSamples.lastStep(2), folder.resolve("plain.zip"));
    Path alone = Dl4jSamples.save(Dl4jSamples.withPeepholes(2), folder.resolve("peepholes.zip"));
    Path config = Files.writeString(folder.resolve("a.properties"), FOUR.replace(",c,d", ""));
    Path models = folder.resolve("models");

    int code =
        run(
            "import",
            kernel.toString(),
            alone.toString(),
            "--config",
            config.toString(),
            "--out",
            models.toString());

    assertThat(code).isZero();
    assertThat(lines().get(0))
        .matches("plain ok \\d\\.\\de-\\d\\d kernel DL4J \\S+ on \\d+ windows: .*")
        .contains("; N=3, H=1, inputs a,b → targets a,b; the network reads and puts out raw units");
    assertThat(lines().get(1)).startsWith("peepholes ok - dl4j DL4J alone: ");
    for (String name : List.of("plain.zip", "peepholes.zip")) {
      Configuration run =
          new Configuration(
              Map.of(
                  "features",
                  "a,b",
                  "window.steps",
                  "3",
                  "model.file",
                  folder.resolve(name).toString()));
      assertThat(ModelFile.read(run))
          .contains(ModelArtifact.read(Files.readAllBytes(models.resolve(name))));
    }
  }

  @Test
  void import_networkOfDl4jIntoItsOwnFolder_isRefusedAndTheFileStays() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(2), folder.resolve("m.zip"));
    byte[] before = Files.readAllBytes(file);

    assertThat(run("import", file.toString(), "--out", folder.toString())).isEqualTo(2);

    assertThat(err.toString()).contains("--out: " + file + " is a file that this command reads");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void import_intoAnotherNetworkOfDl4j_isRefusedAndTheFileStays() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(2), folder.resolve("rnn_26.zip"));
    byte[] before = Files.readAllBytes(file);

    int code = run("import", KerasSamples.real("rnn_26").toString(), "--out", folder.toString());

    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .contains("--out: " + file + " is a file of Keras or DL4J, whose place an artifact");
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void import_zipOfSomethingElse_saysWhatItHoldsAndWhatIsRead() throws Exception {
    Path file = Files.write(folder.resolve("m.zip"), Zipped.zip(Map.of("notes.txt", new byte[1])));

    assertThat(run("import", file.toString())).isOne();

    assertThat(lines().get(0))
        .startsWith("m refused - - ")
        .contains("a zip archive of [notes.txt]; supported are networks as DL4J's")
        .contains("(configuration.json, coefficients.bin)");
  }

  @Test
  void import_root_isRefusedAsNoFile() {
    int code = run("import", "/");

    assertThat(code).isOne();
    assertThat(lines().get(0)).startsWith("/ refused");
  }

  @Test
  void import_goldenThatIsNone_isRefusedWithItsForm() throws Exception {
    Files.writeString(folder.resolve("rnn_2.json"), "{\"input\": 3}");
    int code =
        run("import", KerasSamples.real("rnn_2").toString(), "--golden-dir", folder.toString());

    assertThat(code).isOne();
    assertThat(lines().get(0)).startsWith("rnn_2 refused").contains("[batch][time][feature]");
  }

  @Test
  void import_goldenInRawUnits_isReadAsSuch() throws Exception {
    Path file = KerasSamples.real("rnn_26");
    JsonNode golden = JSON.readTree(file.resolveSibling("rnn_26.json").toFile());
    JSON.writeValue(folder.resolve("rnn_26.json").toFile(), ((ObjectNode) golden).put("raw", true));

    assertThat(run("import", file.toString(), "--golden-dir", folder.toString())).isZero();
    assertThat(lines().get(0)).startsWith("rnn_26 ok ").contains(" golden outputs: ");

    JSON.writeValue(
        folder.resolve("rnn_26.json").toFile(), ((ObjectNode) golden).put("raw", "yes"));
    assertThat(run("import", file.toString(), "--golden-dir", folder.toString())).isOne();
    assertThat(lines().get(1)).contains("'raw' is neither true nor false");
  }

  @Test
  void import_goldenCutOff_isStillOneLine() throws Exception {
    Files.writeString(folder.resolve("rnn_2.json"), "{\"input\": [[");
    int code =
        run("import", KerasSamples.real("rnn_2").toString(), "--golden-dir", folder.toString());

    assertThat(code).isOne();
    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0)).startsWith("rnn_2 refused").contains("line: 1");
  }

  @Test
  void import_goldenOfAnotherShape_saysWhatItHasAndWhatTheNetworkReads() throws Exception {
    Files.writeString(
        folder.resolve("rnn_2.json"),
        "{\"input\": [[[1, 2, 3], [1, 2, 3], [1, 2, 3]]], \"output\": [[1, 2, 3, 4, 5, 6]]}");
    int code =
        run("import", KerasSamples.real("rnn_2").toString(), "--golden-dir", folder.toString());

    assertThat(code).isOne();
    assertThat(lines())
        .containsExactly(
            "rnn_2 refused - - rnn_2.json is no golden result of this network:"
                + " input[0] has 3 values a step, the network reads 4");
  }

  @Test
  void import_outputsOtherThanTheKnownOnes_keepsTheArtifactOfBefore() throws Exception {
    Path artifact = Files.writeString(folder.resolve("rnn_2.zip"), "a good one");

    int code = runWithOutputsOff(0.01);

    assertThat(code).isOne();
    assertThat(lines().get(0))
        .startsWith("rnn_2 differs 1.0e-02 ")
        .contains("is not written")
        .endsWith(".json: either is of another training");
    assertThat(artifact).hasContent("a good one");
  }

  @Test
  void import_outputsOffByWhatRoundingMakes_namesIt() throws Exception {
    int code = runWithOutputsOff(0.0004);

    assertThat(code).isOne();
    assertThat(lines().get(0)).startsWith("rnn_2 differs 4.0e-04 ").contains("rounded", "TF32");
    assertThat(folder.resolve("rnn_2.zip")).doesNotExist();
  }

  private int runWithOutputsOff(double error) throws Exception {
    Path file = KerasSamples.real("rnn_2");
    JsonNode golden = JSON.readTree(file.resolveSibling("rnn_2.json").toFile());
    ArrayNode first = (ArrayNode) golden.get("output").get(0);
    first.set(0, JSON.getNodeFactory().numberNode(first.get(0).asDouble() + error));
    JSON.writeValue(folder.resolve("rnn_2.json").toFile(), golden);
    return run(
        "import", file.toString(), "--golden-dir", folder.toString(), "--out", folder.toString());
  }

  @Test
  void import_dl4jRefusesTheNetwork_isHeldAgainstDoubles() {
    String file = KerasSamples.generated("gru_reset_before").toString();

    assertThat(run("import", file, "--golden-dir", folder.toString())).isZero();
    assertThat(run("import", file, "--golden-dir", folder.toString(), "--json")).isZero();

    assertThat(lines().get(0))
        .matches(
            "gru_reset_before ok \\d\\.\\de-\\d\\d kernel a pass in doubles on \\d+ windows: .*")
        .contains(
            ": held against no known outputs); N=2 (the network leaves it open: give --config), H=1, ")
        .contains(", inputs f0,f1,f2 → targets ")
        .contains("; the network reads and puts out raw units: ");
    assertThat(lines().get(1))
        .containsPattern("\"maxAbsError\":[0-9.]+E-[0-9]+,\"servedBy\":\"kernel\"");
  }

  @Test
  void import_scalingBesideTheFile_isInTheArtifactAsRunReadsIt() throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("m.h5"));
    String four = "{\"shift\": [10, 10, 10, 10], \"scale\": [2, 2, 2, 2]}";
    Path scaling =
        Files.writeString(
            folder.resolve("m.scaling.json"),
            "{\"inputs\": %s, \"targets\": %s}".formatted(four, four));
    Path config = Files.writeString(folder.resolve("a.properties"), FOUR);
    Configuration run =
        new Configuration(
            Map.of("features", "a,b,c,d", "window.steps", "3", "model.file", file.toString()));

    int code =
        run("import", file.toString(), "--config", config.toString(), "--out", folder.toString());

    assertThat(code).isZero();
    assertThat(lines().get(0))
        .endsWith("; N=3, H=1, inputs a,b,c,d → targets a,b,c,d; scaled as " + scaling + " says");
    ModelArtifact artifact = ModelArtifact.read(Files.readAllBytes(folder.resolve("m.zip")));
    assertThat(artifact.manifest().inputScaling().shift()).containsExactly(10, 10, 10, 10);
    assertThat(ModelFile.read(run)).contains(artifact);
  }

  /** A Dense over 2 × 2 that was trained target by target is as wide, and only its author knows. */
  @Test
  void import_vectorOfSeveralHorizonsAndTargets_saysInWhichOrder() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("a.properties"), FOUR + "targets=a,b\nforecast.horizon=2\n");

    int code = run("import", KerasSamples.real("rnn_26").toString(), "--config", config.toString());

    assertThat(code).isZero();
    assertThat(lines().get(0))
        .contains("; N=3, H=2, inputs a,b,c,d → targets a,b; ")
        .contains("; its values are taken for a,b of t+1, then of t+2; ");
  }

  /** Both fit, and only one forecasts the words that it names. */
  @Test
  void import_classColumns_saysWhichWordEachIsOf() throws Exception {
    Path file = KerasSamples.generated("embedding_lstm_softmax");
    String settings = "features=w\ncategories=w\nvocabulary.w=%s\nwindow.steps=6\n";
    for (String words : List.of("x,y", "x,y,z")) {
      Path config = Files.writeString(folder.resolve("a.properties"), settings.formatted(words));
      String known = file.getParent().toString();
      assertThat(
              run("import", file.toString(), "--golden-dir", known, "--config", config.toString()))
          .isZero();
    }

    assertThat(lines().get(0))
        .contains("; its 3 columns of 'w' are every unknown word, then \"x\", \"y\"; ");
    assertThat(lines().get(1)).contains("; its 3 columns of 'w' are \"x\", \"y\", \"z\"; ");
  }

  @Test
  void import_brokenScaling_isRefused() throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("m.h5"));
    Files.writeString(folder.resolve("m.scaling.json"), "{}");

    assertThat(run("import", file.toString())).isOne();

    assertThat(lines().get(0))
        .startsWith("m refused - - ")
        .endsWith("the members [inputs, targets] were expected, found []");
  }

  /** A network's horizon is for good: what comes of it is told before anything is written. */
  @Test
  void import_settingsThatRunRefuses_areRefusedAndNothingIsWritten() throws Exception {
    Path file =
        Dl4jSamples.save(
            Dl4jSamples.network(
                new LastTimeStep(Dl4jSamples.lstm(1)),
                Dl4jSamples.output(447, Activation.IDENTITY)),
            folder.resolve("m.zip"));
    String settings = "features=x\nwindow.steps=2\nforecast.horizon=447\nexperts=last,rnn\n";
    Path config = Files.writeString(folder.resolve("a.properties"), settings);
    Path models = folder.resolve("models");

    int code =
        run("import", file.toString(), "--config", config.toString(), "--out", models.toString());

    assertThat(code).as(out.toString()).isOne();
    assertThat(err.toString()).contains("the state of a series would take up to");
    assertThat(models).doesNotExist();
  }

  private static final String FOUR =
      "features=a,b,c,d\nwindow.steps=3\nbootstrap.servers=localhost:9092\n";

  @Test
  void import_withConfiguration_takesItsNames() throws Exception {
    Path config = Files.writeString(folder.resolve("a.properties"), FOUR);
    int code =
        run(
            "import",
            KerasSamples.real("rnn_26").toString(),
            "--config",
            config.toString(),
            "--out",
            folder.toString());

    assertThat(code).isZero();
    assertThat(
            ModelArtifact.read(Files.readAllBytes(folder.resolve("rnn_26.zip")))
                .manifest()
                .schema()
                .names())
        .containsExactly("a", "b", "c", "d");
  }
}
