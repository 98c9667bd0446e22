package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.serde.ModelCommand;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.models.ModelCounters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

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
    "/health/ready",
    "/api/series?order=worst&scope=local",
    "/api/series/k?vectors=5&scope=local",
    "/api/events?limit=5&offset=2",
    "/api/history?after=7&scope=local",
    "/api/overview?scope=local",
    "/api/models?scope=local",
    "/api/live?series=k",
    "/api/live",
    "/metrics",
    "/api/live?series=%zz",
    "/api/series",
    "/api/series?order=latest&limit=200&scope=local",
    "/api/series?order=worst&limit=0",
    "/api/series?order=best",
    "/api/series?prefix=%00&after=%ff",
    "/api/series?prefix=" + "k".repeat(5_000),
    "/api/series?limit=201&prefix=k&after=k",
    "/api/series/",
    "/api/series/%2e%2e%2f",
    "/api/series/%",
    "/api/series/%zz",
    "/api/series/%00",
    "/api/series/%ff%fe",
    "/api/series/a?vectors=-1",
    "/api/series/a?vectors=99999999999",
    "/api/series/a?vectors=%00",
    "/api/series/a?%=%",
    "/api/series/a?a&b&c&=&==",
    "/api/series/a?scope=local&scope=all",
    "/api/series/a b",
    "/api/series/\u0000",
    "/api/series/\ud83d\ude00",
    "/api/series/a;b",
    "/api/events?limit=501",
    "/api/events?offset=-1",
    "/api/history?after=x",
    "/api/history?after=9223372036854775808",
    "/api/history?after=-9223372036854775808&scope=local",
    "/api/commands",
    "/",
    "/app.js",
    "/openapi.yaml?x",
    "*",
    "",
    "//",
    "/../../etc/passwd",
    "http://evil/health/live",
    "/health/live#x",
    "/health/live?",
    "/api/commands/../health/live",
    "/health/live%20",
    "\\",
    "/api\\commands"
  };

  /** Of the paths, those that are asked as often as all others. */
  private static final int USUAL = 7;

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
      Set.of(100, 200, 202, 400, 401, 404, 405, 411, 413, 414, 431, 501, 503, 505);

  private final Queue<ModelCommand> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger read = new AtomicInteger();
  private KafkaStreams streams;
  private Operations operations;

  /** All that an instance serves, whose streams have not started: what is in memory is there. */
  @BeforeProperty
  void start() {
    HttpSettings settings =
        new HttpSettings(
            0,
            "http.port",
            "127.0.0.1",
            Optional.empty(),
            Optional.of(TOKEN),
            1_000_000,
            2,
            16,
            true,
            0);
    Map<String, String> kafka = Map.of("bootstrap.servers", "127.0.0.1:1");
    Configuration configuration = new Configuration(Map.of("features", "a,b"));
    FeatureSchema schema = configuration.schema();
    operations = Operations.ofForecasts(configuration, settings, schema, CLOCK);
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "fuzzed");
    Topology topology = new Topology();
    topology.addSource("source", "features");
    streams = new KafkaStreams(topology, properties);
    Running running =
        new Running(
            Optional.of(streams),
            List.of(),
            new ForecastCounters(operations.listener()),
            new ModelCounters(),
            configuration.registry(schema),
            Optional.empty());
    operations.start(running, Map.copyOf(kafka), commands::add);
    operations.listener().forecast(0, LiveSeriesTest.prediction("k", 100));
    for (long timeMs = 96; timeMs <= 100; timeMs++) {
      operations.listener().scored(0, LiveSeriesTest.scored("k", timeMs, 2));
    }
  }

  @AfterProperty
  void stop() {
    operations.close();
    streams.close();
  }

  private static byte[] request(Random random) {
    StringBuilder text = new StringBuilder();
    boolean command = random.nextInt(5) == 0;
    if (command) {
      text.append("POST /api/commands ");
    } else {
      text.append(pick(random, METHODS, 2))
          .append(' ')
          .append(pick(random, PATHS, USUAL))
          .append(' ');
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

  /**
   * What comes back, of an endless stream its beginning; empty if the server cut the connection.
   */
  private String exchange(byte[] request) throws IOException {
    URI address = URI.create(operations.address());
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
      socket.setSoTimeout(LONGEST_ANSWER_MS);
      try {
        socket.getOutputStream().write(request);
        socket.shutdownOutput();
        byte[] some = new byte[8_192];
        int length = socket.getInputStream().read(some);
        while (length >= 0) {
          answer.write(some, 0, length);
          boolean isEndless =
              answer.size() <= some.length
                  && answer.toString(ISO_8859_1).contains("text/event-stream");
          length = isEndless ? -1 : socket.getInputStream().read(some);
        }
      } catch (SocketException e) {
        // Cut off in the middle of a request that is too large.
        assertThat(e).hasMessageNotContaining("timed out");
      }
      return answer.toString(ISO_8859_1);
    }
  }

  /** Whether an answer has what readers alone may see. */
  private static boolean isRead(String answer) {
    int body = answer.indexOf("\r\n\r\n") + 4;
    boolean ofHealth = answer.startsWith("{\"status\":\"", body);
    return answer.startsWith("HTTP/1.1 200")
        && body < answer.length()
        && !ofHealth
        && Stream.of("application/json", "text/plain", "text/event-stream")
            .anyMatch(type -> answer.contains("Content-type: " + type));
  }

  /** What is counted of answers with a status, by route. */
  private Set<String> routesAnswered(int status) throws IOException {
    String metrics =
        exchange(
            "GET /metrics HTTP/1.1\r\n%s\r\n%s\r\nConnection: close\r\n\r\n"
                .formatted(HEADERS[0], HEADERS[5])
                .getBytes(UTF_8));
    return Pattern.compile("(?m)^tplus1_http_requests_total\\{.*\\}")
        .matcher(metrics)
        .results()
        .map(MatchResult::group)
        .filter(sample -> sample.contains("status=\"%d\"".formatted(status)))
        .map(sample -> sample.replaceAll(".*route=\"([^\"]*)\".*", "$1"))
        .collect(Collectors.toSet());
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
        "HTTP-.*|http.*|live",
        HttpFuzzTest::request,
        request -> {
          int before = commands.size();
          String answer = exchange(request);
          if (!answer.isEmpty()) {
            assertThat(answer).startsWith("HTTP/1.1 ");
            assertThat(Integer.parseInt(answer.substring(9, 12))).isIn(STATUSES);
            assertThat(answer).doesNotContain("\tat ");
          }
          boolean isRead = isRead(answer);
          if (isRead || commands.size() > before) {
            assertThat(new String(request, ISO_8859_1)).containsIgnoringCase("Bearer " + TOKEN);
          }
          if (isRead) {
            read.incrementAndGet();
          }
        });
    assertThat(exchange("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8)))
        .startsWith("HTTP/1.1 200");
    assertThat(read.get()).isPositive();
    assertThat(commands).isNotEmpty();
    for (ModelCommand command : commands) {
      assertThat(command.hash().orElse("0000")).matches("[0-9a-f]{4,64}");
      assertThat(command.timeMs()).isEqualTo(CLOCK.millis());
    }
    assertThat(routesAnswered(200))
        .contains(
            "/api/series",
            "/api/events",
            "/api/history",
            "/api/overview",
            "/api/models",
            "/api/live",
            "/metrics",
            "/health/live");
    assertThat(routesAnswered(400))
        .contains("/api/series", "/api/series/", "/api/events", "/api/history");
    assertThat(routesAnswered(500)).isEmpty();
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("http"))
            .toList();
    assertThat(threads).hasSizeLessThanOrEqualTo(6);
  }
}
