package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.SystemTool;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tplus1 train} tells of a file and of settings that go together by mistake. */
final class TrainTellsTest {
  private static final String CONFIG =
      "features=a\nwindow.steps=2\ntrain.hidden=4\ntrain.epochs=1\n";

  private static final String HOURLY = "csv.time=t csv.time.format=epoch.s";

  private static final String DAILY = "csv.time=t history.minimum=2 ";

  @TempDir Path directory;
  private IntFunction<Object> values = i -> i % 7;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void train_secondsTakenForMilliseconds_saysSo() throws Exception {
    assertThat(train("csv.time=t csv.time.format=epoch.ms")).as(err.toString()).isZero();
    assertThat(err.toString()).contains("is csv.time.format=epoch.ms right? it looks like epoch s");

    assertThat(train(HOURLY)).as(err.toString()).isZero();
    assertThat(err.toString()).doesNotContain("csv.time");
  }

  /** Midnight is then when the file begins. */
  @ParameterizedTest
  @ValueSource(strings = {"csv.key=", "csv.time=t csv.time.format=steps"})
  void train_rowsAreCounted_saysWhatGoesByTheClock(String counted) throws Exception {
    assertThat(train(i -> i, counted + " train.inputs=difference,calendar,year model.max.age=1d"))
        .as(err.toString())
        .isZero();
    assertThat(err.toString())
        .contains(
            "my.csv: rows are counted, from 1970 on, so that by calendar and year (train.inputs) the network learns hours and days that are not those of a stream: set csv.time and",
            "so that `run` will take the model for older than model.max.age, 1d: set csv.time");

    assertThat(train(i -> i, counted + " train.inputs=difference")).as(err.toString()).isZero();
    assertThat(err.toString()).doesNotContain("rows are counted");

    // How old what is learnt is, nobody knows either.
    assertThat(train(i -> i, counted + " model.max.age=1h")).as(err.toString()).isZero();
    assertThat(err.toString()).contains("rows are counted").doesNotContain("STALE_MODEL");
  }

  /** As files of days since 1970 are read. */
  @Test
  void train_stepsAreDaysOfAClock_nothingIsToldOfCounting() throws Exception {
    String days = "csv.time=t csv.time.format=steps csv.time.step=1d window.max.age=30d ";
    assertThat(train(i -> 19_723 + i, days + "train.inputs=difference,year model.max.age=9000d"))
        .as(err.toString())
        .isZero();

    assertThat(err.toString()).doesNotContain("rows are counted");
  }

  /** They have no columns. */
  @Test
  void train_rowsOfPlainText_areNotAskedForAColumnOfTimes() throws Exception {
    String text = "csv.format=text categories=a vocabulary.a=0,1,2,3,4,5,6,t model.max.age=1d";
    train(i -> i, text);

    assertThat(err.toString())
        .contains("model.max.age, 1d: leave it out")
        .doesNotContain("csv.time.format");
  }

  @Test
  void train_rowsHaveTimes_nothingIsToldOfCounting() throws Exception {
    assertThat(train(HOURLY + " train.inputs=difference,calendar model.max.age=1d"))
        .as(err.toString())
        .isZero();

    assertThat(err.toString()).doesNotContain("rows are counted");
  }

  /** Else each forecast of {@code run} would be of a stale model, and nobody would know why. */
  @Test
  void train_newestWatchedAreOlderThanAModelMayBe_saysSo() throws Exception {
    assertThat(train(HOURLY + " model.max.age=10h")).as(err.toString()).isZero();
    assertThat(err.toString())
        .containsOnlyOnce(
            "my.csv: the newest 15 samples are watched, and not learnt from (train.validation), so that the newest that is learnt is of 2024-01-04T12:00:00Z, and `run` will say STALE_MODEL from 2024-01-04T22:00:00Z on (model.max.age, 10h)");

    for (String settings :
        List.of("model.max.age=10h train.validation=0", "model.max.age=15h", "model.max.age=")) {
      assertThat(train(HOURLY + " " + settings)).as(err.toString()).isZero();
      assertThat(err.toString()).doesNotContain("STALE_MODEL");
    }
  }

  /** An hour is what rows without times are apart, whatever they are of. */
  @Test
  void train_windowsOfCountedRowsOlderThanTheyMayBe_saysHowRowsAreCountedBeforeAll()
      throws Exception {
    assertThat(train("window.max.age=5m")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "2 in a row span 1h or more (times are counted in steps of 1h, csv.time.step), and window.max.age is 5m: set csv.time, or set csv.time.step to the length of a step, or raise window.max.age, or lower");

    assertThat(train(HOURLY + " window.max.age=5m")).isEqualTo(1);
    assertThat(err.toString())
        .contains("2 in a row span 1h or more, and window.max.age is 5m: raise it, or lower");
  }

  /** As {@code run} says of its windows, after a training in vain. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "window.steps=24 | 24 followed by 1, for 24 in a row span 23d or more, and window.max.age is 7d: raise it, or lower window.steps",
        "window.steps=300 window.max.age=400d | 300 followed by 1; give more data, or lower window.steps or forecast.horizon"
      })
  void train_noWindowIsEverFull_saysWhy(String settings, String why) throws Exception {
    assertThat(train(TrainTellsTest::daily, DAILY + settings)).as(err.toString()).isZero();

    assertThat(out.toString())
        .containsOnlyOnce(
            "No window is full: 100 vectors make no window of at least "
                + why
                + System.lineSeparator());
  }

  /** Before hours of training, and not only by {@code run} after them. */
  @Test
  void train_horizonWhoseForecastsNoRecordHolds_isRefusedWithTheLargest() throws Exception {
    assertThat(train("experts=last,rnn forecast.horizon=447")).isEqualTo(1);

    assertThat(err.toString()).contains("lower forecast.horizon from 447 to ");
  }

  @Test
  void train_anyWindowIsFull_saysNothingOfIt() throws Exception {
    assertThat(train(TrainTellsTest::daily, DAILY + "window.steps=24 window.max.age=30d"))
        .as(err.toString())
        .isZero();

    assertThat(out.toString()).doesNotContain("No window is full");
  }

  /** It looks in no other place, also not where an artifact goes if nothing is said. */
  @Test
  void train_noModelFileInTheSettings_saysWhichSettingNamesThisOne() throws Exception {
    Path model = directory.resolve("model.zip");
    assertThat(train(HOURLY)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("run reads it with model.file=" + model);

    assertThat(train(HOURLY + " model.file=" + model)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("Saved " + model).doesNotContain("model.file");
  }

  /** As of {@code --config <(envsubst <my.properties)}. */
  @Test
  @Timeout(120)
  void train_settingsFromAPipe_readsThemOnce() throws Exception {
    Path pipe = directory.resolve("pipe");
    SystemTool.require("--version", "mkfifo").run(directory, pipe.toString());
    Path model = directory.resolve("model.zip");
    CompletableFuture<Path> written =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.writeString(pipe, CONFIG + "model.file=" + model + "\n");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });

    assertThat(train(pipe, TrainTellsTest::hourly, HOURLY)).as(err.toString()).isZero();

    assertThat(written).isCompleted();
    assertThat(out.toString()).contains("Saved " + model).doesNotContain("model.file");
  }

  /** No epoch is better than another by samples in which nothing moves. */
  @Test
  void train_watchedSamplesStandStill_doesNotSayThatTheyChoseAnEpoch() throws Exception {
    String moves =
        HOURLY + " train.inputs=difference train.inputs.scale.training=0 train.patience=2";
    assertThat(train(moves)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("not learnt from, but the best epoch was chosen by them");

    values = i -> Math.min(i, 70) % 7;
    assertThat(train(moves)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("samples, not learnt from, and in which nothing moves, so that no epoch was")
        .doesNotContain("best epoch");
  }

  private static Object daily(int i) {
    return LocalDate.of(2024, 1, 1).plusDays(i);
  }

  private static Object hourly(int i) {
    return 1_704_067_200 + i * 3_600;
  }

  /** Of a hundred hours in 2024, a Monday's first. */
  private int train(String settings) throws Exception {
    return train(TrainTellsTest::hourly, settings);
  }

  private int train(IntFunction<Object> times, String settings) throws Exception {
    return train(Files.writeString(directory.resolve("my.properties"), CONFIG), times, settings);
  }

  private int train(Path config, IntFunction<Object> times, String settings) throws Exception {
    StringBuilder rows = new StringBuilder("t,a\n");
    for (int i = 0; i < 100; i++) {
      rows.append("%s,%s%n".formatted(times.apply(i), values.apply(i)));
    }
    Path data = Files.writeString(directory.resolve("my.csv"), rows);
    List<String> arguments = new ArrayList<>(List.of("train", "--config", config.toString()));
    arguments.addAll(List.of("--data", data.toString()));
    arguments.addAll(List.of("--out", directory.resolve("model.zip").toString()));
    for (String setting : settings.split(" ", -1)) {
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
