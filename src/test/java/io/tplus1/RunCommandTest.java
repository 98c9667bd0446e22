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

  /** It is tried out only once it fits. */
  @Test
  void run_modelOfMoreFeatures_saysThatItDoesNotFit() throws Exception {
    ModelArtifact artifact =
        new ConstantModels(FeatureSchema.ofNumbers("a", "b", "c"), 30).unproven();
    Files.write(directory.resolve("more.zip"), artifact.toBytes());

    assertThat(run("model.file=" + directory.resolve("more.zip"))).isEqualTo(ExitCodes.FAILED);

    assertThat(err.toString()).contains("the model does not fit this stream");
  }

  private int run(String set) throws Exception {
    Path config =
        Files.writeString(
            directory.resolve("a.properties"),
            "features=a,b\nwindow.steps=30\nbootstrap.servers=localhost:1\nmodel.file=absent.zip\n");
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err, true))
        .execute("run", "--config", config.toString(), "--set", set);
  }
}
