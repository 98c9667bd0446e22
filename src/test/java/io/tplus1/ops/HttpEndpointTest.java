package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that hold the server up, over real connections. */
class HttpEndpointTest {
  /** As many as the endpoint has threads. */
  private static final int CLIENTS = 6;

  private final AtomicLong nowNanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() {
    endpoint =
        new HttpEndpoint(TestHttp.settings("127.0.0.1"), (route, status) -> {}, nowNanos::get)
            .route(
                "/health",
                HttpEndpoint.Access.OPEN,
                call -> Answer.json(200, Answer.object().put("ok", true)))
            .route(
                "/large",
                HttpEndpoint.Access.OPEN,
                call -> {
                  asked.incrementAndGet();
                  return new Answer(200, Answer.JSON, new byte[16 << 20]);
                })
            .route(
                "/api/series",
                HttpEndpoint.Access.READ,
                call -> {
                  asked.incrementAndGet();
                  if (!call.isLocal()) {
                    released.join();
                  }
                  return Answer.json(200, Answer.object());
                });
    endpoint.start();
  }

  @AfterEach
  void stop() {
    released.complete(null);
    endpoint.close();
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
      CompletableFuture<HttpResponse<String>> health = health();
      assertThat(health.completeOnTimeout(null, 1, TimeUnit.SECONDS).join())
          .as("all threads write")
          .isNull();

      nowNanos.addAndGet(Duration.ofSeconds(16).toNanos());

      assertThat(health().get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : deaf) {
        socket.close();
      }
    }
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
}
