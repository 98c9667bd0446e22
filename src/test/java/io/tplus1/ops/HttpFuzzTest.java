package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.HttpSettings;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.serde.ModelCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Broken requests over real connections: each is answered or cut off, and none is let in. */
class HttpFuzzTest {
  private static final int TRIES = 2;
  private static final String TOKEN = "0123456789abcdef";
  private static final int LONGEST_ANSWER_MS = 30_000;
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  private static final String[] METHODS = {
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "",
    "G\u0000ET",
    "é"
  };
  private static final String[] PATHS = {
    "/health",
    "/api/series/k",
    "/api/series/",
    "/api/commands",
    "/",
    "*",
    "",
    "//",
    "/../../etc/passwd",
    "/api/series/%2e%2e%2f",
    "/api/series/%",
    "/api/series/%zz",
    "/api/series/%00",
    "/api/series/%ff%fe",
    "/api/series/a?limit=5",
    "/api/series/a?limit=-1",
    "/api/series/a?limit=99999999999",
    "/api/series/a?limit=%00",
    "/api/series/a?from=x",
    "/api/series/a?from=9223372036854775808",
    "/api/series/a?%=%",
    "/api/series/a?a&b&c&=&==",
    "/api/series/a?scope=local",
    "http://evil/health",
    "/health#x",
    "/health?",
    "/api/series/a b",
    "/api/series/\u0000",
    "/api/commands/../health",
    "/api/series/\ud83d\ude00",
    "/api/series/a;b",
    "/health%20",
    "\\",
    "/api\\commands"
  };
  private static final String[] HEADERS = {
    "Host: localhost",
    "Host: evil.example",
    "Host:",
    "Host",
    ": x",
    "Authorization: Bearer " + TOKEN,
    "Authorization: Bearer " + TOKEN + "0",
    "Authorization: Bearer ",
    "Authorization: Basic eDp5",
    "authorization: bearer " + TOKEN,
    "Authorization: Bearer 0123456789abcde\u0000",
    "Content-Length: 0",
    "Content-Length: -1",
    "Content-Length: 5",
    "Content-Length: 99999999999",
    "Content-Length: 9223372036854775808",
    "Content-Length: x",
    "Content-Length: 10\r\nContent-Length: 20",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip",
    "Transfer-Encoding: chunked, chunked",
    "Expect: 100-continue",
    "Connection: close",
    "Connection: upgrade",
    "Upgrade: h2c",
    "Accept-Encoding: gzip",
    "Accept-Encoding: gzip;q=0",
    "X: \u0001\u0002",
    " folded",
    "\tfolded",
    "X: a\rb",
    "Cookie: a=b"
  };
  private static final String[] BODIES = {
    "",
    "{}",
    "{\"kind\":\"RETRAIN\"}",
    "{\"kind\":\"PROMOTE\"}",
    "{\"kind\":\"PROMOTE\",\"hash\":\"abcd1234\"}",
    "{\"kind\":\"PROMOTE\",\"hash\":\"../../x\"}",
    "{\"kind\":\"PIN\",\"hash\":[1]}",
    "{\"kind\":\"pin\"}",
    "{\"kind\":1}",
    "[]",
    "null",
    "\"RETRAIN\"",
    "{\"kind\":\"RETRAIN\",\"kind\":\"ROLL_BACK\"}",
    "{\"kind\":\"RETRAIN\"",
    "5\r\nhello\r\n0\r\n\r\n",
    "ffffffff\r\nx",
    "-1\r\nx\r\n",
    "zz\r\n",
    "0\r\n\r\n",
    "\u0000\u0000\u0000"
  };
  private static final Set<Integer> STATUSES =
      Set.of(100, 200, 202, 400, 401, 404, 405, 411, 413, 414, 431, 501, 505);

  private final Queue<ModelCommand> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger read = new AtomicInteger();
  private HttpEndpoint endpoint;

  @BeforeProperty
  void start() {
    HttpSettings settings =
        new HttpSettings(
            0,
            "http.port",
            "127.0.0.1",
            0,
            Optional.empty(),
            Optional.of(TOKEN),
            1_000_000,
            1,
            16,
            true,
            0);
    ModelRoutes models =
        new ModelRoutes("m", null, null, Optional.of(commands::add), true, null, null, CLOCK);
    endpoint =
        new HttpEndpoint(settings, (route, status) -> answered.incrementAndGet())
            .route(
                "/health",
                HttpEndpoint.Access.OPEN,
                call -> Answer.json(200, Answer.object().put("ok", true)))
            .routeBelow(
                "/api/series/",
                HttpEndpoint.Access.READ,
                call ->
                    Answer.ok(
                        Answer.object()
                            .put("key", call.pathAfter("/api/series/"))
                            .put("limit", call.number("limit", 1, 1, 10))
                            .put("from", call.whole("from", 0))))
            .route("/api/commands", HttpEndpoint.Access.COMMAND, models::command);
    endpoint.open();
    endpoint.start();
  }

  @AfterProperty
  void stop() {
    endpoint.close();
  }

  private static byte[] request(Random random) {
    StringBuilder text = new StringBuilder();
    boolean command = random.nextInt(5) == 0;
    if (command) {
      text.append("POST /api/commands ");
    } else {
      text.append(pick(random, METHODS, 2)).append(' ').append(pick(random, PATHS, 4)).append(' ');
    }
    text.append(random.nextInt(8) == 0 ? "HTTP/9.9" : "HTTP/1.1").append("\r\n");
    if (random.nextInt(10) > 0) {
      text.append(HEADERS[0]).append("\r\n");
    }
    if (random.nextInt(3) > 0) {
      text.append(HEADERS[5]).append("\r\n");
    }
    for (int i = command ? 0 : random.nextInt(5); i > 0; i--) {
      text.append(pick(random, HEADERS, HEADERS.length)).append("\r\n");
    }
    String body = pick(random, BODIES, BODIES.length);
    if (command || random.nextBoolean()) {
      text.append("Content-Length: ").append(body.getBytes(UTF_8).length).append("\r\n");
    }
    if (random.nextInt(300) == 0) {
      text.append("X: ").append("x".repeat(2_000_000)).append("\r\n");
    }
    if (random.nextInt(300) == 0) {
      text.append("X: y\r\n".repeat(20_000));
    }
    byte[] bytes = text.append("\r\n").append(body).toString().getBytes(UTF_8);
    for (int i = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0; i > 0; i--) {
      int at = random.nextInt(bytes.length);
      if (random.nextInt(3) == 0) {
        bytes = Arrays.copyOf(bytes, Math.max(1, at));
      } else {
        bytes[at] = (byte) random.nextInt(256);
      }
    }
    return bytes;
  }

  /** The first of the words as often as all others. */
  private static String pick(Random random, String[] words, int usual) {
    return words[random.nextInt(random.nextBoolean() ? usual : words.length)];
  }

  /** What comes back; empty if the server cut the connection. */
  private String exchange(byte[] request) throws IOException {
    InetSocketAddress address = endpoint.address();
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(LONGEST_ANSWER_MS);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
        socket.getInputStream().transferTo(answer);
      } catch (SocketException e) {
        // Cut off in the middle of a request that is too large.
        assertThat(e).hasMessageNotContaining("timed out");
      }
      return answer.toString(ISO_8859_1);
    }
  }

  @Property(
      tries = TRIES,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void request_brokenInAnyWay_isAnsweredOrCutOffAndNeverLetIn(@ForAll long seed)
      throws IOException {
    FuzzRun.over(
        seed,
        FuzzRun.INPUTS / TRIES,
        HttpFuzzTest::request,
        request -> {
          int before = commands.size();
          String answer = exchange(request);
          if (!answer.isEmpty()) {
            assertThat(answer).startsWith("HTTP/1.1 ");
            assertThat(Integer.parseInt(answer.substring(9, 12))).isIn(STATUSES);
            assertThat(answer).doesNotContain("\tat ");
          }
          boolean isRead = answer.startsWith("HTTP/1.1 200") && answer.contains("\"key\"");
          if (isRead || commands.size() > before) {
            assertThat(new String(request, ISO_8859_1)).contains("Bearer " + TOKEN);
          }
          if (isRead) {
            read.incrementAndGet();
          }
        });
    assertThat(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8)))
        .startsWith("HTTP/1.1 200");
    assertThat(read.get()).isPositive();
    assertThat(commands).isNotEmpty();
    for (ModelCommand command : commands) {
      assertThat(command.hash().orElse("0000")).matches("[0-9a-f]{4,64}");
      assertThat(command.timeMs()).isEqualTo(CLOCK.millis());
    }
    assertThat(answered.get()).isPositive();
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("http"))
            .toList();
    assertThat(threads).hasSizeLessThanOrEqualTo(6);
  }
}
