package io.tplus1.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Leaks of real JVMs, as they are told from outside. */
final class VitalsReaderIT {
  private static final int READINGS = 16;
  private static final int HEAP_MEGABYTES = 64;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "NOTHING, ''",
    "HEAP, LIVE",
    "DIRECT, DIRECT",
    "NATIVE, BESIDE",
    "THREAD, THREADS",
    "FILE, FILES"
  })
  void read_processThatLeaks_growthOfThatKind(Leaks.Kind kind, String grows) throws IOException {
    Chart chart = chart(kind);

    String grown =
        chart.grown().stream()
            .map(complaint -> complaint.substring(0, complaint.indexOf(' ')))
            .collect(Collectors.joining(","));
    if (grows.isEmpty()) {
      assertThat(grown).as("%s", chart).isEmpty();
    } else {
      assertThat(grown).as("%s", chart).contains(grows);
    }
  }

  private Chart chart(Leaks.Kind kind) throws IOException {
    Process process = start(kind);
    try (BufferedWriter in = process.outputWriter();
        BufferedReader out = process.inputReader()) {
      // A JVM that only just starts cannot be attached to.
      assertThat(out.readLine()).isEqualTo("started");
      return chart(in, out, VitalsReader.of(process.pid(), HEAP_MEGABYTES, directory, null));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Chart chart(BufferedWriter in, BufferedReader out, VitalsReader reader)
      throws IOException {
    try (reader) {
      Chart chart = new Chart();
      for (int i = 0; i < READINGS; i++) {
        in.write("leak\n");
        in.flush();
        assertThat(out.readLine()).isEqualTo("done");
        Map<Vital, Double> reading = new EnumMap<>(reader.settled());
        reading.putAll(reader.read());
        reading.put(Vital.SECONDS, (double) i);
        chart.add(reading);
      }
      return chart;
    }
  }

  private Process start(Leaks.Kind kind) throws IOException {
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms" + HEAP_MEGABYTES + "m",
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+AlwaysPreTouch",
                "-XX:NativeMemoryTracking=summary",
                // The other compiler takes more than is tolerated for a while, whenever it is at
                // work.
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Leaks.class.getName(),
                kind.name(),
                directory.toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
