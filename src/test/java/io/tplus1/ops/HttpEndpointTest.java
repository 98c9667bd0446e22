package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tplus1.config.HttpSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that hold the server up, over real connections. */
class HttpEndpointTest {
  /** As many as the endpoint has threads. */
  private static final int CLIENTS = 6;

  private final AtomicLong nowNanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger askedHealth = new AtomicInteger();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final Queue<String> counted = new ConcurrentLinkedQueue<>();
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() {
    start(1_000_000, nowNanos::get);
  }

  private void start(int rate, LongSupplier nanoClock) {
    HttpSettings settings =
        new HttpSettings(
            0, "http.port", "127.0.0.1", Optional.empty(), Optional.empty(), rate, 1, 16, true, 0);
    endpoint = new HttpEndpoint(settings, this::count, nanoClock);
    endpoint
        .routes()
        .add(
            "/health",
            Routes.Access.HEALTH,
            call -> Answer.json(200, Json.object().put("asked", askedHealth.incrementAndGet())))
        .add(
            "/large",
            Routes.Access.OPEN,
            call -> {
              asked.incrementAndGet();
              return new Answer(200, Answer.JSON, new byte[16 << 20]);
            })
        .add(
            "/fails",
            Routes.Access.OPEN,
            call -> {
              throw new NoClassDefFoundError("as where the jar was replaced");
            })
        .add(
            "/breaks",
            Routes.Access.OPEN,
            call -> {
              throw new InternalError("no fault of the handler's");
            })
        .add("/uncounted", Routes.Access.OPEN, call -> Answer.ok(Json.object()))
        .add(
            "/api/series",
            Routes.Access.READ,
            call -> {
              asked.incrementAndGet();
              if (!call.isLocal()) {
                released.join();
              }
              return Answer.json(200, Json.object());
            });
    endpoint.open();
    endpoint.start();
  }

  @AfterEach
  void stop() {
    released.complete(null);
    endpoint.close();
  }

  /** As the page of a jar that was replaced; others are answered all the same. */
  private void count(String route, int status) {
    if (route.equals("/uncounted")) {
      throw new IllegalStateException("a counter that is broken");
    }
    counted.add(route + " " + status);
  }

  @Test
  void route_handlerLacksAClass_answersThatItFailed() throws Exception {
    HttpResponse<String> answer = get("/fails").get(20, TimeUnit.SECONDS);

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("the log says why");
    assertThat(counted).containsExactly("/fails 500");
  }

  /** Else its client waits without end. */
  @Test
  void route_handlerEndsInAnError_connectionIsClosed() {
    assertThat(get("/breaks"))
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void route_answerThatCannotBeCounted_connectionIsClosed() {
    assertThat(get("/uncounted"))
        .failsWithin(20, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip | true",
        "br, gzip;q=0.5 | true",
        "br | false",
        "gzip;q=0 | false",
        "gzip; Q=0.0, br | false"
      })
  void route_manyBytes_areCompressedForWhoeverTakesIt(String accepted, boolean compressed)
      throws Exception {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + endpoint.address().getPort() + "/large"))
                    .header("Accept-Encoding", accepted)
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.headers().firstValue("Content-Encoding").isPresent()).isEqualTo(compressed);
    assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
    try (InputStream body = new ByteArrayInputStream(answer.body());
        InputStream read = compressed ? new GZIPInputStream(body) : body) {
      assertThat(read.readAllBytes()).isEqualTo(new byte[16 << 20]);
    }
  }

  /**
   * With a character behind them at which no line ends; a pattern over such a header took a minute
   * of one of the threads that answer.
   */
  @Test
  void route_headerOfManyCodings_isAnsweredOrCutOffAtOnce() throws Exception {
    String head = "GET /large HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ";
    try (Socket socket = new Socket()) {
      socket.connect(endpoint.address());
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write((head + "gzip;q=0,".repeat(40_000) + "\u0085\r\n\r\n").getBytes(ISO_8859_1));
      socket.getInputStream().read();
    } catch (SocketException e) {
      assertThat(e).as("cut off in the middle, not silent").hasMessageMatching(".*(reset|pipe).*");
    }
  }

  /** As while another instance is asked that does not answer. */
  @Test
  void route_othersThatWait_healthIsAnswered() throws Exception {
    for (int i = 0; i < CLIENTS; i++) {
      var unused = get("/api/series");
    }
    await().until(() -> asked.get() == CLIENTS);

    assertThat(health().get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    // Or two instances would wait for each other.
    assertThat(get("/api/series?scope=local").get(20, TimeUnit.SECONDS).statusCode())
        .isEqualTo(200);
  }

  @Test
  void route_clientsThatDoNotRead_areCutOffAndOthersAreAnswered() throws Exception {
    List<Socket> deaf = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        Socket socket = new Socket();
        deaf.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.connect(endpoint.address());
        socket
            .getOutputStream()
            .write("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      }
      await().until(() -> asked.get() == CLIENTS);
      assertThat(health().get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      CompletableFuture<HttpResponse<String>> other = get("/api/series?scope=local");
      assertThat(other.completeOnTimeout(null, 1, TimeUnit.SECONDS).join())
          .as("all threads that answer write")
          .isNull();

      nowNanos.addAndGet(Duration.ofSeconds(16).toNanos());

      assertThat(get("/api/series?scope=local").get(20, TimeUnit.SECONDS).statusCode())
          .isEqualTo(200);
    } finally {
      for (Socket socket : deaf) {
        socket.close();
      }
    }
  }

  @Test
  void route_clientsThatSendInDrops_othersAreAnswered() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 5 * CLIENTS; i++) {
        slow.add(sendsHalfALine());
      }

      CompletableFuture<HttpResponse<String>> health = health();
      CompletableFuture<HttpResponse<String>> series = get("/api/series?scope=local");
      // They are cut off after ten seconds.
      CompletableFuture.allOf(health, series).get(9, TimeUnit.SECONDS);
      assertThat(health.get().statusCode()).isEqualTo(200);
      assertThat(series.get().statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void route_requestThatNeverEnds_isCounted() throws Exception {
    endpoint.close();
    start(1_000_000, () -> nowNanos.addAndGet(Duration.ofSeconds(2).toNanos()));

    sendsHalfALine().close();

    await().until(() -> counted.contains("none 408"));
  }

  @Test
  void route_healthBeyondTheRate_isAnsweredAndWorkedOutOnceInAWhile() throws Exception {
    endpoint.close();
    start(1, nowNanos::get);
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> answer = health().get(20, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"asked\":1}");
    }

    nowNanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(health().get(20, TimeUnit.SECONDS).body()).isEqualTo("{\"asked\":2}");
    assertThat(get("/api/series?scope=local").get(20, TimeUnit.SECONDS).statusCode())
        .isEqualTo(200);
  }

  /** RFC 9110, 15.5.6. */
  @Test
  void route_otherMethod_saysWhichAreAllowed() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + "/health");
    HttpRequest request = HttpRequest.newBuilder(uri).DELETE().build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().allValues("Allow")).containsExactly("GET, HEAD");
  }

  /**
   * Else each on a kept connection takes 40 ms. The JDK reads it once in a process, so that a
   * server of another test may have been made without it: hence not tried by the clock.
   */
  @Test
  void new_answers_areSentWithoutDelay() {
    assertThat(System.getProperty(HttpEndpoint.NO_DELAY)).isEqualTo("true");
  }

  private Socket sendsHalfALine() throws IOException {
    Socket socket = new Socket();
    socket.connect(endpoint.address());
    socket.getOutputStream().write("GET / HT".getBytes(US_ASCII));
    return socket;
  }

  private CompletableFuture<HttpResponse<String>> health() {
    return get("/health");
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    InetSocketAddress address = endpoint.address();
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
    return HttpClient.newHttpClient()
        .sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** TEST-NET-1 is of no machine. */
  @Test
  void new_hostThatIsNotOfThisMachine_namesTheHost() {
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> new HttpEndpoint(TestHttp.settings("192.0.2.1"), this::count))
        .withMessageStartingWith("http.host=192.0.2.1, http.port=0 cannot be bound (")
        .withMessageEndingWith(
            "set http.host to an address of this machine, or to 0.0.0.0 for all of them");
  }

  @Test
  void new_portThatIsTaken_namesThePort() {
    int port = endpoint.address().getPort();
    HttpSettings settings =
        new HttpSettings(
            port, "http.port", "127.0.0.1", Optional.empty(), Optional.empty(), 1, 1, 16, true, 0);
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> new HttpEndpoint(settings, this::count))
        .withMessageStartingWith("port %d of 127.0.0.1 is taken (", port)
        .withMessageEndingWith("): set http.port to another one, or to 0 for no server");
  }
}
