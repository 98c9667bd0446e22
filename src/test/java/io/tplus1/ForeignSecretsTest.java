package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application's own file on a machine that has none of its secrets. */
class ForeignSecretsTest {
  private static final String UNSET = "${env:TPLUS1_NOBODY_SETS_THIS}";
  private static final String TOKEN = "http.token=" + UNSET + "\n";

  private final ConfigurationOptions options = new ConfigurationOptions();

  @BeforeEach
  void settings(@TempDir Path directory) {
    options.file = directory.resolve("my.properties");
  }

  private void write(String more) throws Exception {
    Files.writeString(
        options.file,
        """
        features=a
        window.steps=2
        config.providers=env
        config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
        """
            + more);
  }

  @Test
  void readAsClient_tokenOfTheServers_isNotNeeded() throws Exception {
    write(TOKEN);

    assertThat(options.readAsClient().schema().names()).containsExactly("a");
    assertThatThrownBy(options::read).isInstanceOf(ConfigException.class);

    write("sasl.jaas.config=" + UNSET + "\n");
    assertThatThrownBy(options::readAsClient)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sasl.jaas.config refers to " + UNSET);
  }

  @Test
  void backtest_secretsOfTheApplication_areNotNeeded() throws Exception {
    write(TOKEN + "sasl.jaas.config=" + UNSET + "\ncsv.time=ts\ncsv.time.format=epoch.ms\n");
    StringBuilder rows = new StringBuilder("ts,a\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i * 1_000).append(',').append(i % 7).append('\n');
    }
    Path data = Files.writeString(options.file.resolveSibling("data.csv"), rows);
    StringWriter err = new StringWriter();

    int exit =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .setOut(new PrintWriter(new StringWriter()))
            .execute(
                "backtest",
                data.toString(),
                "--config",
                options.file.toString(),
                "--no-rnn",
                "--no-linear");

    assertThat(exit).as(err.toString()).isZero();
  }
}
