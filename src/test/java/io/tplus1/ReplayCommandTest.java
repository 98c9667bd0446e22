package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.cluster.TlsPort;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayCommandTest {
  @TempDir Path directory;
  private final StringWriter err = new StringWriter();

  /** What is there and holds no model is a mistake, unlike what is not on this machine. */
  @Test
  void replay_modelFileThatIsAFolder_isRefusedBeforeBrokersAreAsked() throws Exception {
    assertThat(replay("127.0.0.1:1\nmodel.file=" + directory)).isEqualTo(1);

    assertThat(err.toString())
        .contains("model.file is " + directory + ", a folder")
        .doesNotContain("broker");
  }

  @Test
  void replay_hostThatDoesNotResolve_isNamed() throws Exception {
    assertThat(replay("no-such-host.invalid:9092")).isEqualTo(1);

    assertThat(err.toString())
        .startsWith("tplus1: no host of bootstrap.servers=no-such-host.invalid:9092 resolves");
  }

  @Test
  void replay_brokersWithTlsAskedInPlainText_saysSo() throws Exception {
    try (TlsPort port = TlsPort.open()) {
      assertThat(replay(port.address())).isEqualTo(1);

      assertThat(err.toString()).startsWith("tplus1: " + port.address() + " speaks TLS");
    }
  }

  private int replay(String servers) throws Exception {
    Path config = directory.resolve("my.properties");
    Files.writeString(config, "features=a\nbootstrap.servers=" + servers);
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err))
        .execute(
            "replay", "--config", config.toString(), "--key", "k", "--at", "0", "--timeout", "1s");
  }
}
