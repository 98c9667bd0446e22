package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code tplus1 train} advises, as where its network is behind the last value. */
final class TrainAdviceTest {
  private static final String CHANGES = "train.inputs=difference,level";

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void train_networkOfValuesIsBehindTheLastOne_isToldOfChanges() throws Exception {
    assertThat(train("features=a,b")).as(err.toString()).isZero();
    assertThat(advice()).isEqualTo(CHANGES);

    assertThat(train("features=a,b", CHANGES)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("RMSE").doesNotContain("train.inputs");
  }

  /** What is advised can be done. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features=a,b train.decoder=true | with train.decoder=false",
        "features=a,b train.strategy=recursive | with train.strategy=direct",
        "features=a,c,b categories=c | with targets=a,b (a category has no changes)",
        "features=a,c categories=c train.decoder=true"
            + " | with train.decoder=false and targets=a (a category has no changes)"
      })
  void train_settingThatStepInputsDoNotGoWith_isNamedBeside(String given, String besides)
      throws Exception {
    List<String> settings = new ArrayList<>(List.of(given.split(" ")));

    assertThat(train(settings.toArray(String[]::new))).as(err.toString()).isZero();
    assertThat(advice()).isEqualTo(CHANGES + ", " + besides);

    settings.add(CHANGES);
    assertThat(train(settings.toArray(String[]::new))).isNotZero();
    for (String part : besides.replaceFirst(" \\(.*", "").split(" ", -1)) {
      if (part.contains("=")) {
        settings.add(part);
      }
    }
    assertThat(train(settings.toArray(String[]::new))).as(err.toString()).isZero();
    assertThat(out.toString()).contains("RMSE").doesNotContain("train.inputs");
  }

  /** Each of the two is within its range. */
  @Test
  void train_patienceAndNothingToWatch_saysThatNoTrainingStopsAndWhatToSet() throws Exception {
    assertThat(train("features=a,b", "train.patience=2", "train.validation=0")).isZero();
    assertThat(err.toString())
        .contains("train.patience=2: train.validation=0 holds no sample")
        .contains("; set train.validation, such as to 0.15, or train.patience=0");

    assertThat(train("features=a,b", "train.patience=2")).isZero();
    assertThat(err.toString()).doesNotContain("train.patience");
  }

  private String advice() {
    return out.toString()
        .lines()
        .filter(line -> line.contains("train.inputs"))
        .map(line -> line.substring(line.indexOf("train.inputs")))
        .findFirst()
        .orElse("");
  }

  /** Of numbers that drift, and a word beside them. */
  private int train(String... settings) throws Exception {
    StringBuilder drift = new StringBuilder("t,a,b,c\n");
    for (int i = 0; i < 200; i++) {
      drift.append("%d,%d,%d,%s%n".formatted(i, i, -i, i % 3 == 0 ? "on" : "off"));
    }
    Path data = Files.writeString(directory.resolve("drift.csv"), drift);
    Path config =
        Files.writeString(
            directory.resolve("drift.properties"),
            "window.steps=2\ntrain.hidden=4\ntrain.epochs=1\ncsv.time=t\ncsv.time.format=steps\n");
    List<String> arguments = new ArrayList<>(List.of("train", "--config", config.toString()));
    arguments.addAll(List.of("--data", data.toString()));
    arguments.addAll(List.of("--out", directory.resolve("model.zip").toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }
}
