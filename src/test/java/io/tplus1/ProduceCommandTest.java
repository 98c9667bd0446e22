package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What producing refuses before it asks a cluster. */
final class ProduceCommandTest {
  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  /** The first pass ends with 2004, and each one after it takes a year: some later one is ahead. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "365d"})
  void produce_timesAheadAreLimited_isRefused(String ahead) throws IOException {
    assertThat(produce("time.max.ahead=" + ahead)).isEqualTo(1);

    assertThat(err.toString())
        .contains("time.max.ahead", "go on by a year, beyond today before long", "set off")
        .doesNotContain("second time");
  }

  @Test
  void produce_timeInAField_isRefused() throws IOException {
    assertThat(produce("time.source=field")).isEqualTo(1);

    assertThat(err.toString()).contains("time.source", "set record or auto");
  }

  /** As with a configuration of one's own. */
  @Test
  void produce_otherFeatures_isRefusedWithWhatToTake() throws IOException {
    assertThat(produce("features=a,b")).isEqualTo(1);

    assertThat(err.toString())
        .contains("Invalid value [a, b] for configuration features: ")
        .contains("take --config config/storms.properties, or set features=lat,long,wind,pressure");
  }

  private int produce(String setting) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("my.properties"),
            "bootstrap.servers=localhost:1\nfeatures=lat,long,wind,pressure\n" + setting);
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err))
        .execute("produce", "--config", config.toString());
  }
}
