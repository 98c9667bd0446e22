package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tplus1 run} says before any broker is asked. */
final class RunCommandTest {
  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  /** The model that is not there ends it. */
  @Test
  void run_networkOrExpertsOfNoUse_warnsOfThem() throws Exception {
    try (LogCapture said = LogCapture.of(RunCommand.class.getName(), Level.WARN)) {
      assertThat(run("experts=last,linear")).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages())
          .containsExactly(
              "experts=last,linear has no rnn: no forecast asks the network of model.file;"
                  + " add rnn to experts, or leave model.file out");
      said.clear();
      assertThat(run("experts=last,markov,rnn")).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages())
          .containsExactly(
              "experts=last,markov,rnn: no target is a category, and nothing else is forecast by"
                  + " markov; leave it out");
      said.clear();
      assertThat(run("experts=last,rnn")).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages()).isEmpty();
    }
    assertThat(err.toString()).contains("there is no such file");
  }

  /** The file of a model that is not there ends it. */
  @Test
  void run_featuresThatLinearFillsAsLast_warnsOfIt() throws Exception {
    try (LogCapture said = LogCapture.of(RunCommand.class.getName(), Level.WARN)) {
      assertThat(run("missing.fill=linear")).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages())
          .containsExactly(
              "missing.fill=linear: no number among the features is an input alone, and"
                  + " targets take their last value in any case; set missing.fill=last, which does the same, or"
                  + " targets to what is to be forecast");
      said.clear();
      assertThat(run("forecast", "missing.fill=linear", "targets=a")).isEqualTo(ExitCodes.FAILED);
      assertThat(run("missing.fill=last")).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages()).isEmpty();
    }
  }

  /** Of a heap that it has, it would run out hours later. */
  @Test
  void run_samplesThatTheHeapDoesNotHold_warnsOfThemWhereTheyAreKept() throws Exception {
    ModelArtifact artifact =
        new ConstantModels(FeatureSchema.ofNumbers("a", "b", "c"), 30).unproven();
    Files.write(directory.resolve("more.zip"), artifact.toBytes());
    String[] settings = {
      "model.file=" + directory.resolve("more.zip"),
      "retrain.mode=refresh",
      "retrain.buffer=2000000000",
      "retrain.memory.limit=1000000000000"
    };

    try (LogCapture said = LogCapture.of(RunCommand.class.getName(), Level.WARN)) {
      assertThat(run("all", settings)).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith(
              "retrain.memory.limit=1000000000000: samples and trainings may come to 953,674 MiB,")
          .contains(
              "; lower retrain.memory.limit or window.heap.share, or set TPLUS1_JAVA_OPTS=-Xmx");
      said.clear();
      assertThat(run("forecast", settings)).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages()).isEmpty();
    }
  }

  /** It is tried out only once it fits. */
  @Test
  void run_modelOfMoreFeatures_saysThatItDoesNotFit() throws Exception {
    ModelArtifact artifact =
        new ConstantModels(FeatureSchema.ofNumbers("a", "b", "c"), 30).unproven();
    Files.write(directory.resolve("more.zip"), artifact.toBytes());

    assertThat(run("model.file=" + directory.resolve("more.zip"))).isEqualTo(ExitCodes.FAILED);

    assertThat(err.toString()).contains("the model does not fit this stream");
  }

  /** Nor are topics made for it. */
  @Test
  void run_settingsThatCannotLearn_areRefusedBeforeBrokersAreAsked() throws Exception {
    String categories = "categories=a,b vocabulary.a=x,y vocabulary.b=x,y";
    String given = categories + " retrain.mode=refresh train.inputs=difference model.file=";
    String nowhere =
        " bootstrap.servers=no-such-host.invalid:9092 http.port=0 state.dir=" + directory;

    assertThat(run("retrain", (given + nowhere).split(" "))).isEqualTo(ExitCodes.FAILED);
    assertThat(err.toString()).contains("leave train.inputs empty");

    // Forecasts go on without learning; that nothing will learn from their samples is said.
    err.getBuffer().setLength(0);
    try (LogCapture said = LogCapture.of(RunCommand.class.getName(), Level.WARN)) {
      assertThat(run("forecast", (given + nowhere).split(" "))).isEqualTo(ExitCodes.FAILED);
      assertThat(said.messages())
          .singleElement()
          .asString()
          .startsWith("retrain.mode=refresh: no role that retrains starts with these settings")
          .contains("leave train.inputs empty");
    }
    assertThat(err.toString()).contains("no-such-host.invalid");
  }

  private int run(String set) throws Exception {
    return run("forecast", set);
  }

  private int run(String role, String... settings) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("a.properties"),
            "features=a,b\nwindow.steps=30\nbootstrap.servers=localhost:1\nmodel.file=absent.zip\nhttp.port=0\nhttp.retrain.port=0\n");
    List<String> arguments =
        new ArrayList<>(List.of("run", "--role", role, "--config", config.toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
