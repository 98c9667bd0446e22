package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each shipped file of a backtest on other data of the same columns: other series, times, words and
 * holes. Of training there is a little, so that networks are made of what these files say.
 */
final class ShippedBacktestsTest {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final String[] LITTLE_TRAINING = {
    "retrain.first.samples=40",
    "retrain.first.steps=2",
    "retrain.steps=1",
    "gate.samples=5",
    "train.members=2",
    "train.batch=4"
  };

  private final Random random = new Random(5);
  private final List<String> tried = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void backtest_everyShippedFile_takesOtherDataOfItsColumns() throws Exception {
    String[] borders = {"backtest.score.from=200", "backtest.scale.rows=150"};
    for (String ett : List.of("etth", "etth-day")) {
      JsonNode report = report(ett, transformer(), both(LITTLE_TRAINING, borders));
      assertThat(report.at("/experts/rnn/count").asInt()).isPositive();
      assertThat(report.get("perFeature")).hasSize(7);
    }
    JsonNode hourly = report("m4-hourly", hourly(), both(LITTLE_TRAINING));
    assertThat(hourly.get("series").asInt()).isEqualTo(3);
    assertThat(hourly.at("/overall/mase").asDouble()).isPositive();
    assertThat(hourly.at("/experts/rnn/count").asInt()).isPositive();

    JsonNode metrics = report("nab", metrics(), both(LITTLE_TRAINING));
    assertThat(metrics.at("/overall/mase").asDouble()).isPositive();
    assertThat(metrics.at("/experts/rnn/count").asInt()).isPositive();

    JsonNode storms = report("storms", storms(), both(LITTLE_TRAINING));
    assertThat(storms.at("/overall/rmse/pressure").asDouble()).isPositive();
    assertThat(storms.at("/experts/rnn/count").asInt()).isPositive();
    // Ten rows of each of 12 tracks, of which the first is not scored; two without a pressure are
    // refused.
    assertThat(storms.get("rows").asInt()).isEqualTo(120);
    assertThat(storms.get("scored").asInt()).isEqualTo(106);

    JsonNode status = report("storm-status", storms());
    // Each of three words is a third of all, and stays for some rows.
    assertThat(status.at("/overall/accuracy").asDouble()).isGreaterThan(0.6);
    assertThat(status.at("/overall/logloss").asDouble())
        .isPositive()
        .isLessThan(0.5 * status.at("/persistence/logloss").asDouble());

    JsonNode text = report("shakespeare", text());
    assertThat(text.at("/overall/accuracy").asDouble()).isGreaterThan(0.9);

    try (Stream<Path> files = Files.list(Path.of("config", "backtest"))) {
      assertThat(new TreeSet<>(tried))
          .isEqualTo(
              new TreeSet<>(
                  files
                      .map(file -> file.getFileName().toString().replace(".properties", ""))
                      .toList()));
    }
  }

  private JsonNode report(String name, Path data, String... settings) throws Exception {
    tried.add(name);
    List<String> line =
        new ArrayList<>(
            List.of(
                "backtest",
                data.toString(),
                "--json",
                "--config",
                Path.of("config", "backtest", name + ".properties").toString()));
    for (String setting : settings) {
      line.addAll(List.of("--set", setting));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(line.toArray(String[]::new));
    assertThat(code).as("%s: %s", name, err).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private static String[] both(String[]... parts) {
    return Arrays.stream(parts).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private Path file(String name, StringBuilder text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private double wave(int t, double period) {
    return Math.sin(2 * Math.PI * t / period) + .2 * random.nextGaussian();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + '\n';
  }

  private Path transformer() throws Exception {
    StringBuilder rows = new StringBuilder("date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT\n");
    LocalDateTime start = LocalDateTime.of(2021, 3, 5, 0, 0);
    for (int t = 0; t < 260; t++) {
      rows.append(start.plusHours(t).format(CLOCK));
      for (int feature = 0; feature < 7; feature++) {
        rows.append(String.format(Locale.ROOT, ",%.4f", 3 * feature + wave(t + feature, 24)));
      }
      rows.append('\n');
    }
    return file("other-transformer.csv", rows);
  }

  private Path hourly() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,value\n");
    for (int series = 0; series < 3; series++) {
      for (int t = 0; t < 230 + 10 * series; t++) {
        rows.append(line("X%d,%d,%.3f", series, t, Math.pow(100, series) * (3 + wave(t, 24))));
      }
    }
    return file("other-hourly.csv", rows);
  }

  private Path metrics() throws Exception {
    StringBuilder rows = new StringBuilder("key,timestamp,value\n");
    LocalDateTime start = LocalDateTime.of(2019, 12, 31, 23, 0);
    for (int series = 0; series < 2; series++) {
      for (int t = 0; t < 120; t++) {
        String time = start.plusMinutes(5L * t + series).format(CLOCK);
        // One metric sticks for half of the time.
        double value = series == 1 && t < 60 ? 4 : 50 + 10 * wave(t, 12);
        rows.append(line("disk %d,%s,%.2f", series, time, value));
      }
    }
    return file("other-metrics.csv", rows);
  }

  private Path storms() throws Exception {
    StringBuilder rows = new StringBuilder("key,ts,lat,long,wind,pressure,status\n");
    Instant start = Instant.parse("2011-08-01T00:00:00Z");
    for (int storm = 0; storm < 12; storm++) {
      for (int t = 0; t < 10; t++) {
        LocalDateTime time =
            start
                .plusSeconds(6 * 3_600L * (t + 20 * storm))
                .atZone(ZoneOffset.UTC)
                .toLocalDateTime();
        boolean lacks = (storm == 3 && t == 0) || (storm == 5 && t == 4);
        rows.append(
            line(
                "Storm-%d,%s,%.1f,%.1f,%d,%s,%s",
                storm,
                time.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME),
                15 + .4 * t + .1 * random.nextGaussian(),
                -60 - .7 * t,
                30 + 5 * random.nextInt(6),
                lacks ? "NA" : Integer.toString(1_010 - random.nextInt(20)),
                List.of("tropical wave", "hurricane", "other low").get((storm + t / 4) % 3)));
      }
    }
    return file("other-storms.csv", rows);
  }

  private Path text() throws Exception {
    return file("other.txt", new StringBuilder("Größer als π, ¿verdad?\n".repeat(60)));
  }
}
