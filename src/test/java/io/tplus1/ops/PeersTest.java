package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that know each other by addresses of IPv6. */
class PeersTest {
  private static final String OVERVIEW = "{\"instances\":[]}";

  private static Peers peers(String advertised, HostInfo... instances) {
    return new Peers(TestHttp.settings("::", Optional.of(advertised)), () -> List.of(instances));
  }

  /** One that waits for as long as a busy machine takes for its first request, and no longer. */
  private static Peers impatient(LongSupplier nanoClock, HostInfo... instances) {
    return new Peers(
        TestHttp.settings("127.0.0.1", Optional.of("127.0.0.1:1")),
        () -> List.of(instances),
        Duration.ofSeconds(3),
        nanoClock);
  }

  @Test
  void isSelf_addressInBrackets_isKnownAsKafkaTellsIt() {
    try (Peers peers = peers("[fd00::5]:8080")) {
      assertThat(peers.isSelf(HostInfo.buildFromEndpoint("[fd00::5]:8080"))).isTrue();
      assertThat(peers.isSelf(HostInfo.buildFromEndpoint("[fd00::6]:8080"))).isFalse();
    }
  }

  @Test
  void address_anyHost_isOneOfAnUri() {
    assertThat(HttpSettings.address("forecast-1", 80)).isEqualTo("forecast-1:80");
    assertThat(HttpSettings.address("::1", 80)).isEqualTo("[::1]:80");
    assertThat(HttpSettings.address("[::1]", 80)).isEqualTo("[::1]:80");
  }

  @Test
  void isSelf_name_isKnown() {
    try (Peers peers = peers("forecast-1:8080")) {
      assertThat(peers.isSelf(HostInfo.buildFromEndpoint("forecast-1:8080"))).isTrue();
    }
  }

  /** Kafka tells the port as a number. */
  @ParameterizedTest
  @ValueSource(strings = {"forecast-1:08080", "[fd00::5]:08080"})
  void isSelf_advertisedPortWithLeadingZero_isKnown(String advertised) {
    HttpSettings settings =
        new Configuration(Map.of("features", "a", "http.advertised", advertised)).http();
    try (Peers peers = peers(settings.advertised().orElseThrow())) {
      assertThat(peers.isSelf(HostInfo.buildFromEndpoint(advertised))).isTrue();
    }
  }

  @Test
  void askAll_addressInBrackets_isReached() throws Exception {
    HttpServer server = server();
    assumeTrue(server != null, "this machine has no loopback address of IPv6");
    server.createContext(
        "/",
        exchange -> {
          byte[] body = OVERVIEW.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    int port = server.getAddress().getPort();
    try (Peers peers = peers("[fd00::5]:8080", new HostInfo("::1", port))) {
      Peers.Answers answers = peers.askAll(Peers.About.OVERVIEW, "/api/overview");

      assertThat(answers.silent()).isEmpty();
      assertThat(answers.answers()).singleElement().hasToString(OVERVIEW);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void askAll_tokenSet_showsWhatIsMadeOfItAndNotTheTokenItself() throws Exception {
    List<String> shown = new CopyOnWriteArrayList<>();
    HttpServer server =
        TestHttp.answering(
            200,
            OVERVIEW,
            exchange -> shown.addAll(exchange.getRequestHeaders().get("Authorization")));
    HttpSettings settings =
        new Configuration(Map.of("features", "a", "http.token", "0123456789abcdef")).http();
    HostInfo other = new HostInfo("127.0.0.1", server.getAddress().getPort());
    try (Peers peers = new Peers(settings, () -> List.of(other))) {
      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent()).isEmpty();

      assertThat(shown).containsExactly("Bearer " + PeerToken.of("0123456789abcdef"));
    } finally {
      server.stop(0);
    }
  }

  /** As one that the JVM's options name; it would read what is shown to the others, and say no. */
  @Test
  void askAll_proxyOfTheJvm_isNotAsked() throws Exception {
    HttpServer server = TestHttp.answering(200, OVERVIEW);
    HostInfo other = new HostInfo("127.0.0.1", server.getAddress().getPort());
    ProxySelector before = ProxySelector.getDefault();
    List<URI> selected = new CopyOnWriteArrayList<>();
    ProxySelector.setDefault(nobodyAt(selected));
    try (Peers peers = peers("127.0.0.1:1", other)) {
      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent()).isEmpty();

      assertThat(selected).isEmpty();
    } finally {
      ProxySelector.setDefault(before);
      server.stop(0);
    }
  }

  /** Sends all to a proxy that nobody runs. */
  private static ProxySelector nobodyAt(List<URI> selected) {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        selected.add(uri);
        return List.of(new Proxy(Proxy.Type.HTTP, nobody));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    };
  }

  @Test
  void askAll_nameThatNoAddressHas_isSilent() {
    try (Peers peers = peers("forecast-1:8080", new HostInfo("fore_cast", 8080))) {
      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent())
          .containsExactly("fore_cast:8080");
    }
  }

  /** It accepts, and says nothing. */
  @Test
  void askAll_silentInstance_isNotWaitedForAgainBeforeLong() throws Exception {
    AtomicLong nowNanos = new AtomicLong();
    try (ServerSocket deaf = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Peers peers = impatient(nowNanos::get, new HostInfo("127.0.0.1", deaf.getLocalPort()))) {
      deaf.setSoTimeout(10_000);
      String address = "127.0.0.1:" + deaf.getLocalPort();
      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent())
          .containsExactly(address);
      deaf.accept().close();

      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent())
          .containsExactly(address);
      deaf.setSoTimeout(200);
      assertThatThrownBy(deaf::accept).as("asked").isInstanceOf(SocketTimeoutException.class);
      deaf.setSoTimeout(10_000);
      nowNanos.addAndGet(Duration.ofSeconds(10).toNanos());
      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent())
          .containsExactly(address);

      deaf.accept().close();
    }
  }

  /** It begins to answer, and stops in the middle. */
  @Test
  void ask_instanceThatStopsInTheMiddle_isWaitedForNoLongerThanASilentOne() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Peers peers = impatient(System::nanoTime)) {
      server.setSoTimeout(10_000);
      HostInfo host = new HostInfo("127.0.0.1", server.getLocalPort());
      CompletableFuture<Answer> asked = CompletableFuture.supplyAsync(() -> ask(peers, host));
      try (Socket connection = server.accept()) {
        connection
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"
                    .getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
            .hasStackTraceContaining("did not answer");
        connection.setSoTimeout(10_000);
        connection.getInputStream().readAllBytes(); // Returns, since the other side is closed.
        server.setSoTimeout(200);
        assertThatThrownBy(() -> ask(peers, host)).hasStackTraceContaining("did not answer");
        assertThatThrownBy(server::accept).as("asked").isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  private static Answer ask(Peers peers, HostInfo host) {
    try {
      return peers.ask(host, "/api/series/a");
    } catch (Refusal e) {
      throw new CompletionException(e);
    }
  }

  /** As one that starts: nobody waits for it. */
  @Test
  void askAll_instanceThatRefused_isAskedAgainAtOnce() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (Peers peers = impatient(System::nanoTime, new HostInfo("127.0.0.1", port))) {
      assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent()).hasSize(1);
      try (ServerSocket deaf = new ServerSocket(port, 8, InetAddress.getLoopbackAddress())) {
        assertThat(peers.askAll(Peers.About.OVERVIEW, "/api/overview").silent()).hasSize(1);

        deaf.setSoTimeout(10_000);
        deaf.accept().close();
      }
    }
  }

  private static HttpServer server() {
    try {
      byte[] loopback = new byte[16];
      loopback[15] = 1;
      return HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 0);
    } catch (IOException e) {
      return null;
    }
  }
}
