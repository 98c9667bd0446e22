package io.tplus1.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.rnn.Zipped;
import io.tplus1.rnn.dl4j.Dl4jSamples;
import io.tplus1.rnn.keras.KerasSamples;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.serde.Prediction;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  /** As if it had been held against so many windows. */
  private static final int MARK = 4_711;

  @TempDir Path folder;

  @Test
  void read_kerasFileOfAnotherEnding_isOneByItsSignature() throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("weights.model"));
    Configuration configuration =
        new Configuration(
            Map.of("features", "a,b,c,d", "window.steps", "3", "model.file", file.toString()));

    assertThat(ModelFile.read(configuration).orElseThrow().manifest().provenance().source())
        .isEqualTo("keras");
  }

  /** As where an older release took it, and a champion of it serves. */
  @Test
  void read_kerasFileThatIsRefused_saysThatAChampionServesWithoutIt() throws IOException {
    Path file = Files.copy(KerasSamples.real("rnn_26"), folder.resolve("m.h5"));
    Configuration configuration =
        new Configuration(
            Map.of("features", "a,b,c,d", "window.steps", "4", "model.file", file.toString()));

    assertThatThrownBy(() -> ModelFile.read(configuration))
        .hasMessageContaining("set window.steps=3")
        .hasMessageEndingWith(
            "; without model.file the champion serves, where `tplus1 models list` shows one");
  }

  @Test
  void readAndKeep_sameKerasFile_takesWhatWasFound() throws Exception {
    Configuration configuration = kept(Files.copy(KerasSamples.real("rnn_26"), file("m.h5")));
    ModelArtifact imported = ModelFile.readAndKeep(configuration).orElseThrow();
    ModelArtifact marked = mark(imported);

    assertThat(ModelFile.read(configuration)).hasValue(marked);
    assertThat(ModelFile.readAndKeep(configuration)).hasValue(marked);
    assertThat(marked).isNotEqualTo(imported);
    assertThat(keptFile()).isRegularFile();
  }

  @Test
  void readAndKeep_sameNetworkOfDl4j_takesWhatWasFound() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(4), file("m.zip"));
    ModelArtifact marked = mark(ModelFile.readAndKeep(kept(file)).orElseThrow());

    assertThat(ModelFile.readAndKeep(kept(file))).hasValue(marked);
  }

  @Test
  void readAndKeep_otherNetworkScalingOrSettings_holdsItAgainstDl4jAnew() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(4), file("m.zip"));
    mark(ModelFile.readAndKeep(kept(file)).orElseThrow());

    assertThat(windows(ModelFile.read(ofOtherFeatures(file)))).isNotEqualTo(MARK);

    Path scaling = file("m.scaling.json");
    String columns = "{\"shift\": [0, 0, 0, 0], \"scale\": [1, 2, 1, 1]}";
    Files.writeString(scaling, "{\"inputs\": %s, \"targets\": %s}".formatted(columns, columns));
    assertThat(windows(ModelFile.read(kept(file)))).isNotEqualTo(MARK);
    Files.delete(scaling);
    assertThat(windows(ModelFile.read(kept(file)))).isEqualTo(MARK);

    Dl4jSamples.save(Dl4jSamples.outputsOfEachStep(4), file);
    ModelArtifact other = ModelFile.readAndKeep(kept(file)).orElseThrow();

    assertThat(windows(Optional.of(other))).isNotEqualTo(MARK);
    assertThat(ModelFile.read(kept(file))).hasValue(other);
  }

  /** As where one is tried in the folder of an instance that runs, or is about to write. */
  @Test
  void readAndKeep_othersKeepThere_leavesTheirs() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(4), file("m.zip"));
    mark(ModelFile.readAndKeep(kept(file)).orElseThrow());
    Path written = Files.createFile(keptFile().resolveSibling("new-1.tmp"));

    ModelFile.readAndKeep(ofOtherFeatures(file));

    assertThat(windows(ModelFile.read(kept(file)))).isEqualTo(MARK);
    assertThat(written).exists();
  }

  @Test
  void readAndKeep_manyKeptBefore_leavesThoseUsedLast() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(4), file("m.zip"));
    ModelFile.readAndKeep(kept(file));
    Path used = Files.setLastModifiedTime(keptFile(), FileTime.fromMillis(0));
    for (int time = 1; time <= 4; time++) {
      Path other = Files.createFile(used.resolveSibling(time + ".zip"));
      Files.setLastModifiedTime(other, FileTime.fromMillis(time));
    }
    ModelFile.read(kept(file));

    ModelFile.readAndKeep(ofOtherFeatures(file));

    assertThat(keptFiles())
        .hasSize(4)
        .contains(used, used.resolveSibling("3.zip"), used.resolveSibling("4.zip"));
  }

  /** As where the disk is full. */
  @Test
  void readAndKeep_cannotBeWrittenToItsEnd_leavesNothingOfIt() throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), file("m.h5"));
    ModelFile.readAndKeep(kept(file));
    Path place = keptFile();
    Files.delete(place);
    Files.createDirectories(place.resolve("taken"));

    assertThat(ModelFile.readAndKeep(kept(file))).isPresent();
    assertThat(keptFiles()).containsExactly(place);
  }

  /** {@code doctor} may be another user's. */
  @Test
  void readAndKeep_kerasFile_mayBeReadByWhomTheSystemLets() throws Exception {
    ModelFile.readAndKeep(kept(Files.copy(KerasSamples.real("rnn_26"), file("m.h5"))));

    assertThat(Files.getPosixFilePermissions(keptFile()))
        .isEqualTo(Files.getPosixFilePermissions(Files.createFile(file("beside"))));
  }

  /** There is nothing to hold it against. */
  @Test
  void readAndKeep_networkThatDl4jAloneRuns_keepsNothing() throws Exception {
    Path file = Dl4jSamples.save(Dl4jSamples.withPeepholes(4), file("m.zip"));

    assertThat(ModelFile.readAndKeep(kept(file))).isPresent();
    assertThat(file("state")).doesNotExist();
  }

  @Test
  void readAndKeep_whatWasKeptIsBroken_holdsItAgainstDl4jAnew() throws Exception {
    Path file = Files.copy(KerasSamples.real("rnn_26"), file("m.h5"));
    ModelArtifact imported = ModelFile.readAndKeep(kept(file)).orElseThrow();
    byte[] bytes = Files.readAllBytes(keptFile());
    Files.write(keptFile(), Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(ModelFile.readAndKeep(kept(file))).hasValue(imported);
    assertThat(ModelArtifact.read(Files.readAllBytes(keptFile()))).isEqualTo(imported);
  }

  @Test
  void readAndKeep_folderThatCannotBeWrittenTo_readsAllTheSame() throws Exception {
    Files.createFile(file("state"));
    Path file = Files.copy(KerasSamples.real("rnn_26"), file("m.h5"));

    assertThat(ModelFile.readAndKeep(kept(file))).isPresent();
  }

  /** As whoever looks after an instance, and is not it. */
  @Test
  void read_kerasFile_keepsNothing() throws Exception {
    ModelFile.read(kept(Files.copy(KerasSamples.real("rnn_26"), file("m.h5"))));

    assertThat(file("state")).doesNotExist();
  }

  /** As where it takes a network's place, and settings stay. */
  @Test
  void read_artifactWithTheEndingOfAKerasFile_isItself() throws Exception {
    ModelArtifact artifact = new ConstantModels(FeatureSchema.ofNumbers("x"), 2).of(1);
    for (String name : List.of("net.h5", "net.hdf5", "net.keras")) {
      Path file = Files.write(file(name), artifact.toBytes());

      assertThat(ModelFile.read(kept(file))).hasValue(artifact);
      assertThat(ModelFile.isForeign(file)).isFalse();
    }
  }

  @Test
  void read_networkOfDl4j_forecastsInTheStreamAsDl4jDoes() throws Exception {
    for (MultiLayerNetwork network :
        List.of(Dl4jSamples.outputsOfEachStep(2), Dl4jSamples.withPeepholes(2))) {
      Path file = Dl4jSamples.save(network, folder.resolve("my-network.zip"));
      Map<String, String> settings =
          Map.of("features", "a,b", "window.steps", "3", "model.file", file.toString());
      float[][] window = {{1, -1}, {0.5f, 2}, {-0.25f, 0.75f}};

      ModelArtifact model = ModelFile.read(new Configuration(settings)).orElseThrow();
      try (ForecastTestHarness harness = ForecastTestHarness.of(settings, model)) {
        for (int t = 0; t < window.length; t++) {
          harness.push("s", ForecastTestHarness.START.plusSeconds(t), window[t]);
        }
        List<Prediction> forecasts = harness.predictions();

        assertThat(forecasts).hasSize(1);
        float[][] expected = Dl4jSamples.output(network, window);
        float[] last = expected[expected.length - 1];
        assertThat(forecasts.get(0).values()[0]).isCloseTo(last[0], within(1e-5f));
        assertThat(forecasts.get(0).values()[1]).isCloseTo(last[1], within(1e-5f));
      }
    }
  }

  @Test
  void read_networkOfDl4jThatIsRefused_saysWhy() {
    Path file = Dl4jSamples.save(Dl4jSamples.lastStep(3), folder.resolve("my-network.zip"));
    Configuration configuration =
        new Configuration(
            Map.of("features", "a,b", "window.steps", "3", "model.file", file.toString()));

    assertThatThrownBy(() -> ModelFile.read(configuration))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageStartingWith(file + ": the network reads 3 values a step, and the schema's")
        .hasMessageEndingWith(
            "; without model.file the champion serves, where `tplus1 models list` shows one");
  }

  @Test
  void read_savedModel_saysHowToSaveItInstead() throws IOException {
    Path saved = Files.createDirectory(folder.resolve("my_model"));
    Configuration configuration =
        new Configuration(Map.of("features", "a,b", "model.file", saved.toString()));
    assertThatThrownBy(() -> ModelFile.read(configuration))
        .hasMessageEndingWith("a folder: name the file in it");

    Path inside = Files.createFile(saved.resolve("saved_model.pb"));

    for (Path named : List.of(saved, inside)) {
      assertThatThrownBy(
              () ->
                  ModelFile.read(
                      new Configuration(Map.of("features", "a,b", "model.file", named.toString()))))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageContaining(named + ", a SavedModel of TensorFlow: ")
          .hasMessageEndingWith("save it with model.save('model.h5'), and name that file");
    }
  }

  @Test
  void read_zipOfSomethingElse_saysWhatItHoldsAndWhatIsRead() throws IOException {
    Path file = Files.write(folder.resolve("m.zip"), Zipped.zip(Map.of("notes.txt", new byte[1])));
    Configuration configuration =
        new Configuration(Map.of("features", "a,b", "model.file", file.toString()));

    assertThatThrownBy(() -> ModelFile.read(configuration))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageStartingWith(file + ": not an artifact: a zip with manifest.json was expected,")
        .hasMessageContaining("found [notes.txt]; networks are read as Keras saves them (HDF5), or")
        .hasMessageEndingWith(
            "DL4J's ModelSerializer (a zip with configuration.json and coefficients.bin)");
  }

  /** A zip says at its end what it holds, so what was cut off looks like anything. */
  @Test
  void read_zipThatBreaksOff_saysToCopyItAgainAndNamesNoOtherKinds() throws Exception {
    byte[] artifact = new ConstantModels(FeatureSchema.ofNumbers("x"), 2).of(1).toBytes();
    Path network = Dl4jSamples.save(Dl4jSamples.lastStep(2), folder.resolve("network.zip"));
    byte[] saved = Files.readAllBytes(network);
    for (byte[] cut :
        List.of(
            Arrays.copyOf(artifact, artifact.length / 2),
            Arrays.copyOf(saved, saved.length / 2),
            Arrays.copyOf(saved, saved.length - 100))) {
      Path file = Files.write(folder.resolve("m.zip"), cut);
      Configuration configuration =
          new Configuration(Map.of("features", "a,b", "model.file", file.toString()));

      assertThatThrownBy(() -> ModelFile.read(configuration))
          .isInstanceOf(InvalidArtifactException.class)
          .hasMessageStartingWith(file + ": not an artifact: ")
          .hasMessageEndingWith("; it begins as a zip and breaks off: copy it again");
    }
  }

  /** Who read it whole first would end for want of memory, and say nothing. */
  @Test
  void read_hugeFile_isRefusedUnread() throws IOException {
    Path file = folder.resolve("history.csv");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3_000_000_000L);
    }
    Configuration configuration =
        new Configuration(Map.of("features", "a,b", "model.file", file.toString()));

    assertThatThrownBy(() -> ModelFile.read(configuration))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageStartingWith(
            file + ": an artifact has at most 16777216 bytes, found 3000000000; networks are read");
  }

  @Test
  void read_kerasFileAndNoWords_saysThatItHoldsNone() throws IOException {
    Path file = Files.write(folder.resolve("model.h5"), new byte[1]);
    Configuration configuration =
        new Configuration(
            Map.of("features", "s", "categories", "s", "model.file", file.toString()));

    assertThatThrownBy(() -> ModelFile.read(configuration))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "'s' has no words, and files of Keras or DL4J hold none: set vocabulary.s=word");
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Map<String, String> settings(Path file) {
    return Map.of(
        "features",
        "a,b,c,d",
        "window.steps",
        "3",
        "state.dir",
        file("state").toString(),
        "model.file",
        file.toString());
  }

  private Configuration kept(Path file) {
    return new Configuration(settings(file));
  }

  private Configuration ofOtherFeatures(Path file) {
    Map<String, String> settings = new TreeMap<>(settings(file));
    settings.put("features", "a,b,c,e");
    return new Configuration(settings);
  }

  /** The one file that is kept. */
  private Path keptFile() throws IOException {
    List<Path> files = keptFiles();
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private List<Path> keptFiles() throws IOException {
    try (Stream<Path> kept = Files.list(file("state/tplus1-forecast.model-file"))) {
      return kept.toList();
    }
  }

  /** Puts what nobody finds into what was kept. */
  private ModelArtifact mark(ModelArtifact imported) throws Exception {
    Certificate found = Certificate.of(imported).orElseThrow();
    Certificate other =
        new Certificate(
            found.model(),
            found.kernels(),
            found.dl4j(),
            found.learner(),
            found.refusal(),
            MARK,
            found.maxError(),
            found.tolerance(),
            found.goldens());
    ModelArtifact marked = imported.with(ModelArtifact.CERTIFICATE, other.toJson());
    Files.write(keptFile(), marked.toBytes());
    return marked;
  }

  private static int windows(Optional<ModelArtifact> read) throws InvalidArtifactException {
    return Certificate.of(read.orElseThrow()).orElseThrow().windows();
  }
}
