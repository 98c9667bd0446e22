package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.RnnModelLoader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The shipped settings of each system train a network that forecasts, here for one epoch. */
final class ShippedTrainingTest {
  private static final Path CONFIG = Path.of(System.getProperty("project.root", "."), "config");
  private static final Path STORMS =
      Path.of(
          System.getProperty("project.root", "."), "src/main/resources/io/tplus1/demo/storms.csv");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"storms, 1", "storms-day-ahead, 4", "storm-status, 1"})
  void train_stormsOfSomeYears_forecast(String system, int horizon) throws Exception {
    Forecaster forecaster = train(system, STORMS, "--until", "1978-01-01");

    assertThat(forecaster.horizon()).isEqualTo(horizon);
  }

  /** Rows as a matrix has them: no key, no time. */
  @Test
  void train_question_forecasts() throws Exception {
    StringBuilder rows = new StringBuilder("a,b,c,d\n");
    for (int t = 0; t < 100; t++) {
      rows.append(t % 4).append(',').append(t % 5).append(',').append(t % 6).append(",1\n");
    }

    assertThat(train("question", write(rows)).steps()).isEqualTo(2);
  }

  @Test
  void train_text_forecasts() throws Exception {
    assertThat(train("shakespeare", write("to be or not to be\n".repeat(40))).horizon())
        .isEqualTo(1);
  }

  private Path write(CharSequence data) throws Exception {
    return Files.writeString(directory.resolve("data"), data);
  }

  private Forecaster train(String system, Path data, String... more) throws Exception {
    Path model = directory.resolve("model.zip");
    StringWriter said = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(said));
    command.setErr(new PrintWriter(said));
    String[] first = {
      "train",
      "--config",
      CONFIG.resolve(system + ".properties").toString(),
      "--data",
      data.toString(),
      "--out",
      model.toString(),
      "--set",
      "train.epochs=1"
    };
    String[] all = new String[first.length + more.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    assertThat(command.execute(all)).as(said.toString()).isZero();
    Forecaster forecaster =
        new RnnModelLoader().load(ModelArtifact.read(Files.readAllBytes(model)));
    FeatureVector[] vectors = new FeatureVector[forecaster.steps()];
    for (int t = 0; t < vectors.length; t++) {
      vectors[t] = new FeatureVector(t, new float[forecaster.schema().size()]);
    }
    float[] forecast = new float[forecaster.outputLength()];
    forecaster.newSession().forecast(FeatureWindow.of(vectors), forecast);
    for (float value : forecast) {
      assertThat(value).isFinite();
    }
    return forecaster;
  }
}
