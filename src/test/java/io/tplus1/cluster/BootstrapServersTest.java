package io.tplus1.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class BootstrapServersTest {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final String NOBODY = "127.0.0.1:1";

  /** How a broker's answer begins: its size, and the number of the request. */
  private static final byte[] PLAIN = {0, 0, 1, 0, 0, 0, 0, 0};

  private static final CompletableFuture<Void> RIGHT_AWAY = CompletableFuture.completedFuture(null);

  private TlsPort tls;

  @BeforeEach
  void open() throws Exception {
    tls = TlsPort.open();
  }

  @AfterEach
  void close() {
    tls.close();
  }

  private static List<String> require(String servers, String protocol) {
    return BootstrapServers.require(
        Map.of("bootstrap.servers", servers, "security.protocol", protocol), LONGEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLAINTEXT        | it to SSL, or to SASL_SSL where passwords are asked for",
        "' plaintext '    | it to SSL, or to SASL_SSL where passwords are asked for",
        "SASL_PLAINTEXT   | it to SASL_SSL"
      })
  void require_portWithTlsForAClientWithout_isRefusedBySetting(String protocol, String remedy) {
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> require(NOBODY + "," + tls.address(), protocol))
        .withMessage(
            "%s speaks TLS, and security.protocol is %s: set %s",
            tls.address(), protocol.strip().toUpperCase(Locale.ROOT), remedy);
  }

  @Test
  void require_noProtocolSet_isKafkasDefault() {
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(
            () ->
                BootstrapServers.require(
                    Map.of("bootstrap.servers", List.of(tls.address())), LONGEST))
        .withMessageContaining("security.protocol is PLAINTEXT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSL", "SASL_SSL", "PLANTEXT"})
  void require_clientThatSpeaksTlsItself_isLetBy(String protocol) {
    assertThatCode(() -> require(tls.address(), protocol)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {NOBODY, "no address", "127.0.0.1:99999", "127.0.0.1:99999999999"})
  void require_addressWhereNobodyAnswers_isLeftToKafka(String server) {
    assertThat(require(server, "PLAINTEXT")).containsExactly(server);
  }

  /** Kafka's clients find the one, whatever the other says. */
  @Test
  void require_oneInPlainTextBesideOneWithTls_isLetBy() throws IOException {
    try (ServerSocket plain = answering(PLAIN)) {
      assertThatCode(() -> require(tls.address() + "," + address(plain), "PLAINTEXT"))
          .doesNotThrowAnyException();
    }
  }

  /** A record of TLS is one by its kind and by its version; nothing less is. */
  @ParameterizedTest
  @CsvSource({"0x15, 0x04", "0x14, 0x03", "0x00, 0x03", "0x48, 0x54"})
  void require_answerThatIsNoRecordOfTls_isLetBy(int kind, int version) throws IOException {
    try (ServerSocket port = answering((byte) kind, (byte) version)) {
      assertThatCode(() -> require(address(port), "PLAINTEXT")).doesNotThrowAnyException();
    }
  }

  @Test
  void require_answerOfOneByte_isLetBy() throws IOException {
    try (ServerSocket port = answering((byte) 0x15)) {
      assertThatCode(() -> require(address(port), "PLAINTEXT")).doesNotThrowAnyException();
    }
  }

  @Test
  void require_portThatSaysNothing_isWaitedForNoLongerThanTold() throws IOException {
    try (ServerSocket silent = silent()) {
      Map<String, Object> client = Map.of("bootstrap.servers", address(silent));
      long begun = System.nanoTime();
      BootstrapServers.require(client, Duration.ofMillis(200));

      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofMillis(150), Duration.ofSeconds(20));
    }
  }

  /** Such as a broker that hangs: the kernel still accepts for it. */
  @Test
  void require_portWithTlsBehindOneThatSaysNothing_isRefused() throws IOException {
    try (ServerSocket silent = silent()) {
      assertThatExceptionOfType(KafkaException.class)
          .isThrownBy(() -> require(address(silent) + "," + tls.address(), "PLAINTEXT"))
          .withMessageStartingWith("%s speaks TLS", tls.address());
    }
  }

  @Test
  void require_portThatAnswersBesideOneThatSaysNothing_isBegunWith() throws IOException {
    try (ServerSocket silent = silent();
        ServerSocket plain = answering(PLAIN)) {
      assertThat(require(address(silent) + "," + address(plain), "PLAINTEXT"))
          .containsExactly(address(plain));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSL", "SASL_SSL"})
  void require_portWithTlsBesideOneThatSaysNothing_isBegunWithByAClientWithTls(String protocol)
      throws IOException {
    try (ServerSocket silent = silent()) {
      assertThat(require(address(silent) + "," + tls.address(), protocol))
          .containsExactly(tls.address());
    }
  }

  /** A refusal comes sooner than a handshake, as of a router that does not know the name. */
  @Test
  void require_alertBesidePortWithTls_isNotWhatAClientWithTlsBeginsWith() throws IOException {
    try (ServerSocket refusing = answering((byte) 0x15, (byte) 0x03)) {
      assertThat(require(address(refusing) + "," + tls.address(), "SSL"))
          .containsExactly(tls.address());
    }
  }

  /** An answer may be of anything; Kafka's clients find the broker beside it. */
  @Test
  void require_answerOfNoBroker_leavesAllToKafka() throws IOException {
    try (ServerSocket web = answering((byte) 'H', (byte) 'T')) {
      assertThat(require(NOBODY + "," + address(web), "PLAINTEXT"))
          .containsExactly(NOBODY, address(web));
    }
  }

  /** The broker says nothing before the other is left. */
  @Test
  void require_answerOfNoBroker_isNotTheLastThatIsHeard() throws IOException {
    CompletableFuture<Void> left = new CompletableFuture<>();
    try (ServerSocket web = answering(RIGHT_AWAY, left, (byte) 'H', (byte) 'T');
        ServerSocket plain = answering(left, new CompletableFuture<>(), PLAIN)) {
      assertThat(require(address(web) + "," + address(plain), "PLAINTEXT"))
          .containsExactly(address(plain));
    }
  }

  private static ServerSocket silent() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static String address(ServerSocket port) {
    return "127.0.0.1:" + port.getLocalPort();
  }

  /** Hears a request out, as far as its size, answers and closes when the other has. */
  private static ServerSocket answering(byte... answer) throws IOException {
    return answering(RIGHT_AWAY, new CompletableFuture<>(), answer);
  }

  private static ServerSocket answering(
      CompletableFuture<Void> when, CompletableFuture<Void> left, byte... answer)
      throws IOException {
    ServerSocket port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var unused =
        CompletableFuture.runAsync(
            () -> {
              try (Socket client = port.accept()) {
                byte[] size = client.getInputStream().readNBytes(4);
                client.getInputStream().readNBytes(size[3]);
                when.join();
                client.getOutputStream().write(answer);
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
                left.complete(null);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            task -> new Thread(task, "answering").start());
    return port;
  }
}
