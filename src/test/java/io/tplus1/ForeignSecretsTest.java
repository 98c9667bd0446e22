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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application's own file on a machine that has none of its secrets. */
class ForeignSecretsTest {
  private static final String UNSET = "${env:TPLUS1_NOBODY_SETS_THIS}";
  private static final String SECRET = "sasl.jaas.config=" + UNSET + "\n";
  private static final String CSV = "csv.time=ts\ncsv.time.format=epoch.ms\n";
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
        config.providers=env,file
        config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
        config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
        """
            + more);
  }

  @ParameterizedTest
  @ValueSource(strings = {UNSET, "$(DASHBOARD_TOKEN)"})
  void readAsClient_tokenOfTheServers_isNotNeeded(String token) throws Exception {
    write("http.token=" + token + "\n");

    assertThat(options.readAsClient().schema().names()).containsExactly("a");
    assertThatThrownBy(options::read).isInstanceOf(ConfigException.class);
  }

  @Test
  void readAsClient_secretOfTheClients_isNeeded() throws Exception {
    write("sasl.jaas.config=" + UNSET + "\n");
    assertThatThrownBy(options::readAsClient)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sasl.jaas.config refers to " + UNSET);
  }

  @Test
  void backtest_secretsOfTheApplication_areNotNeeded() throws Exception {
    write(TOKEN + SECRET + "model.file=" + UNSET + "\n" + CSV);

    execute("backtest", data(), "--config", options.file.toString(), "--no-rnn", "--no-linear");
  }

  /** A path is no secret: where it is referred to, the model stands there. */
  @Test
  void train_modelFileByReference_isWrittenWhereItPoints() throws Exception {
    Path model = options.file.resolveSibling("by-reference.zip");
    Files.writeString(options.file.resolveSibling("paths.properties"), "model=" + model + "\n");
    write(
        TOKEN
            + SECRET
            + "model.file=${file:"
            + options.file.resolveSibling("paths.properties")
            + ":model}\ntrain.hidden=2\ntrain.epochs=1\n"
            + CSV);

    execute("train", "--data", data(), "--config", options.file.toString());

    assertThat(model).isNotEmptyFile();
  }

  private String data() throws Exception {
    StringBuilder rows = new StringBuilder("ts,a\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i * 1_000).append(',').append(i % 7).append('\n');
    }
    return Files.writeString(options.file.resolveSibling("data.csv"), rows).toString();
  }

  private void execute(String... line) {
    StringWriter err = new StringWriter();
    int exit =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .setOut(new PrintWriter(new StringWriter()))
            .execute(line);
    assertThat(exit).as(err.toString()).isZero();
  }
}
