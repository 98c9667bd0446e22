package io.tplus1;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Trainer;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.dl4j.Nd4jUnavailableException;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.training.RnnLearning;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ND4J starts once in a JVM, and unpacks its libraries where they are not yet. */
class Nd4jStartTest {
  private static final String NETWORK = "src/test/resources/keras/rnn_4.h5";

  @TempDir Path directory;

  /** As a training that is given up while it is about to be held against DL4J. */
  @Test
  void loadOnDl4j_firstThreadIsInterrupted_worksThereAndLater() throws Exception {
    try (MainProcess child =
        MainProcess.start(directory, System.getProperty("java.class.path"), Child.class)) {
      assertThat(child.exitCode()).as(child.err()).isZero();
      assertThat(child.out()).containsExactly("interrupted", "it works");
    }
  }

  /** As where it finds no room to unpack its libraries. */
  @Test
  void import_nd4jCannotStart_refusesAndSaysWhy() throws Exception {
    try (MainProcess child =
        MainProcess.start(directory, withoutNd4j(), Main.class, "import", NETWORK)) {
      assertThat(child.exitCode()).as(child.err()).isEqualTo(ExitCodes.FAILED);
      assertThat(child.out())
          .singleElement(as(STRING))
          .startsWith("rnn_4 refused - - ND4J cannot start here")
          .contains("org.bytedeco.javacpp.cachedir", "glibc");
      assertThat(child.err()).doesNotContain("\tat ");
    }
  }

  @Test
  void run_nd4jCannotStart_saysWhyInOneLine() throws Exception {
    Path settings = Files.createFile(directory.resolve("my.properties"));
    try (MainProcess child =
        MainProcess.start(
            directory,
            withoutNd4j(),
            Main.class,
            "run",
            "--config",
            settings.toString(),
            "--set",
            "model.file=" + NETWORK,
            "--set",
            "bootstrap.servers=localhost:1",
            "--set",
            "http.port=0",
            "--set",
            "features=a,b,c,d,e,f",
            "--set",
            "inputs=a,b,c,d",
            "--set",
            "window.steps=3",
            "--set",
            "forecast.horizon=1")) {
      assertThat(child.exitCode()).as(child.err()).isEqualTo(ExitCodes.FAILED);
      assertThat(child.err())
          .contains("tplus1: ND4J cannot start here")
          .doesNotContain("\tat ", "please report");
    }
  }

  /** DL4J would be its proof alone: minutes of training are not thrown away for want of it. */
  @Test
  void train_nd4jCannotStart_writesWhatItTrainedAndSaysWhatProvesIt() throws Exception {
    Path data = Files.createFile(directory.resolve("data.csv"));
    StringBuilder rows = new StringBuilder("ts,a\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i * 1_000).append(',').append(i % 7).append('\n');
    }
    Files.writeString(data, rows);
    Path settings = directory.resolve("train.properties");
    Files.writeString(
        settings,
        "features=a\nwindow.steps=4\ntrain.hidden=2\ntrain.epochs=1\ncsv.time=ts\ncsv.time.format=epoch.ms\n");
    Path model = directory.resolve("model.zip");
    try (MainProcess child =
        MainProcess.start(
            directory,
            withoutNd4j(),
            Main.class,
            "train",
            "--data",
            data.toString(),
            "--config",
            settings.toString(),
            "--out",
            model.toString())) {
      assertThat(child.exitCode()).as(child.err()).isZero();
      assertThat(child.err())
          .contains("held against the learner's forward pass alone", "ND4J cannot start here");
    }
    assertThat(new RnnModelLoader().load(ModelArtifact.read(Files.readAllBytes(model))).kernel())
        .isNotEqualTo("dl4j");
  }

  /**
   * The role that retrains asks it as it starts, on the thread of its stream: where that fails,
   * forecasts beside it end, too.
   */
  @Test
  void learnerBytes_nd4jCannotStart_areThoseOfNewNetworks() throws Exception {
    ModelArtifact plain = new ConstantModels(Learner.SCHEMA, Learner.STEPS).unprovenOfDl4j();
    Network network =
        NetworkCodec.read(
            plain.entry(NetworkCodec.ARCHITECTURE), plain.entry(NetworkCodec.WEIGHTS));
    ModelArtifact onDl4jAlone =
        ModelArtifact.of(
            plain.manifest(), Map.of(Dl4jNetwork.ENTRY, Dl4jNetwork.of(network).save()));
    Path model = Files.write(directory.resolve("model.zip"), onDl4jAlone.toBytes());
    try (MainProcess child =
        MainProcess.start(directory, withoutNd4j(), Learner.class, model.toString())) {
      assertThat(child.exitCode()).as(child.err()).isZero();
      assertThat(child.out()).containsExactly("alike");
    }
  }

  private static String withoutNd4j() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("nd4j-native"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  static final class Learner {
    static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a", "b");
    static final int STEPS = 2;

    private Learner() {}

    public static void main(String[] args) throws Exception {
      ModelArtifact champion = ModelArtifact.read(Files.readAllBytes(Path.of(args[0])));
      Configuration configuration =
          new Configuration(Map.of("features", "a,b", "window.steps", Integer.toString(STEPS)));
      Trainer.Task task = configuration.task(SCHEMA);
      RnnLearning learning = new RnnLearning();
      long beside = learning.learnerBytes(task, configuration.training(), Optional.of(champion));
      long alone = learning.learnerBytes(task, configuration.training(), Optional.empty());
      System.out.println(beside == alone ? "alike" : beside + " and " + alone);
    }
  }

  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      Path cache = Files.createTempDirectory("javacpp");
      System.setProperty("org.bytedeco.javacpp.cachedir", cache.toString());
      ModelArtifact artifact =
          new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 2).unprovenOfDl4j();
      Thread.currentThread().interrupt();
      try {
        new RnnModelLoader().loadOnDl4j(artifact);
      } catch (Nd4jUnavailableException e) {
        System.out.println(e);
      }
      System.out.println(Thread.interrupted() ? "interrupted" : "not interrupted");
      new RnnModelLoader().loadOnDl4j(artifact);
      System.out.println("it works");
    }
  }
}
