package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a dashboard gets, over a real connection. */
final class EventStreamsTest {
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong nowNanos = new AtomicLong();
  private volatile EventStreams.SeriesSource tells = refuse(404, "no such series");
  private final EventStreams streams =
      new EventStreams(
          2,
          key -> {
            asked.incrementAndGet();
            try {
              mayAnswer.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return tells.of(key);
          },
          Duration.ofMillis(200),
          nowNanos::get);
  private final java.util.concurrent.ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private Supplier<List<EventStreams.Event>> first = () -> List.of(event("overview", 0));

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try {
            Call call = Call.of(exchange.getRequestURI(), new byte[0]);
            streams.listen(call, exchange, () -> first.get());
          } catch (Refusal e) {
            exchange.sendResponseHeaders(e.status(), -1);
            exchange.close();
          } catch (OutOfMemoryError e) {
            // Nobody answers these: the endpoint's thread ends.
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    mayAnswer.countDown();
    streams.close();
    server.stop(0);
    threads.shutdownNow();
  }

  private static EventStreams.SeriesSource refuse(int status, String sentence) {
    return key -> {
      throw new Refusal(status, sentence);
    };
  }

  private static EventStreams.Event event(String name, int number) {
    return new EventStreams.Event(name, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<Stream<String>> listen(String query) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/live" + query);
    HttpClient client = HttpClient.newHttpClient();
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines());
  }

  /** Reads events until one of that name and number has come. */
  private static List<String> until(Stream<String> lines, String last) {
    List<String> events = new ArrayList<>();
    String name = "";
    for (String line : (Iterable<String>) lines::iterator) {
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        events.add(name + " " + line.substring(6));
        if (events.get(events.size() - 1).equals(last)) {
          break;
        }
      }
    }
    return events;
  }

  @Test
  void pulse_whileListenerIsSlow_newestOfEachKindComesLater() throws Exception {
    Stream<String> lines = listen("?series=slow").body();
    await().until(() -> asked.get() == 1);

    // The listener waits for its series; what brings news of models is not the last pulse.
    streams.pulse(List.of(event("overview", 1), event("events", 1)));
    streams.pulse(List.of(event("overview", 2)));
    mayAnswer.countDown();

    assertThat(until(lines, "events 1"))
        .contains("overview 0", "overview 2")
        .doesNotContain("overview 1");
  }

  @Test
  void listen_longAfterTheLastPulse_whatIsNowAndNothingOfThen() throws Exception {
    streams.pulse(List.of(event("overview", 7), event("events", 7)));
    first = () -> List.of(event("overview", 8));

    Stream<String> lines = listen("").body();
    await().until(streams::isHeard);
    streams.pulse(List.of(event("overview", 9)));

    assertThat(until(lines, "overview 9")).containsExactly("overview 8", "overview 9");
  }

  @Test
  void listen_seriesRefused_saysWhyOnceAndWhenItIsGone() throws Exception {
    mayAnswer.countDown();
    tells = refuse(502, "its owner does not answer");
    Stream<String> lines = listen("?series=far").body();
    // It asks by itself, too, where no pulse comes.
    await().until(() -> asked.get() >= 1);
    streams.pulse(List.of(event("overview", 1)));
    await().until(() -> asked.get() >= 2);
    tells = refuse(404, "no such series");
    streams.pulse(List.of(event("overview", 2)));

    assertThat(until(lines, "gone {\"error\":\"no such series\"}"))
        .filteredOn(line -> !line.startsWith("overview"))
        .containsExactly(
            "refused {\"error\":\"its owner does not answer\"}",
            "gone {\"error\":\"no such series\"}");
  }

  /** It is what a person waits for. */
  @Test
  void listen_series_isToldBeforeAllElse() throws Exception {
    mayAnswer.countDown();
    tells = key -> Answer.ok(Json.object().put("key", key));

    Stream<String> lines = listen("?series=a%20b").body();

    assertThat(until(lines, "overview 0"))
        .containsExactly("series {\"key\":\"a b\"}", "overview 0");
  }

  /** As for as long as an instance reads its stores anew. */
  @Test
  void listen_storesThatAreOpening_saysSoUntilTheyAreThere() throws Exception {
    mayAnswer.countDown();
    tells =
        key -> {
          throw new InvalidStateStoreException("the streams are REBALANCING");
        };
    Stream<String> lines = listen("?series=a").body();
    // The first answer is given by then.
    await().until(() -> asked.get() >= 2);
    tells = key -> Answer.ok(Json.object().put("key", key));

    assertThat(until(lines, "series {\"key\":\"a\"}"))
        .filteredOn(line -> !line.startsWith("overview"))
        .containsExactly(
            "refused {\"error\":\"stores are opening or moving: ask again in a few seconds; if this lasts, they are restored from the brokers, which may take minutes or hours: /health/ready and the log tell\"}",
            "series {\"key\":\"a\"}");
  }

  @Test
  void cutOffStuck_listenerThatDoesNotRead_isCutOffAndHoldsNobodyUp() throws Exception {
    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4_096);
      deaf.connect(server.getAddress());
      deaf.getOutputStream().write("GET /live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      await().until(streams::isHeard);
      byte[] large = "7".repeat(20 << 20).getBytes(US_ASCII);
      streams.pulse(List.of(new EventStreams.Event("large", large)));
      // More than the beginning: what is large is being written.
      await().until(() -> deaf.getInputStream().available() > 1_000);

      nowNanos.addAndGet(Duration.ofSeconds(16).toNanos());
      Stream<String> lines = listen("").body();
      await().until(() -> streams.count() == 2);
      streams.cutOffStuck();
      streams.pulse(List.of(event("overview", 9)));

      await().untilAsserted(() -> assertThat(streams.count()).isEqualTo(1));
      assertThat(until(lines, "overview 9")).contains("overview 9");
    }
  }

  @Test
  void listen_nothingNewForLong_saysThatItIsStillThere() throws Exception {
    Stream<String> lines = listen("").body();

    assertThat(lines.anyMatch(": still here"::equals)).isTrue();
  }

  @Test
  void listen_moreThanAllowed_refused() throws Exception {
    HttpResponse<Stream<String>> one = listen("");
    HttpResponse<Stream<String>> other = listen("");
    try (Stream<String> ofOne = one.body();
        Stream<String> ofOther = other.body()) {
      assertThat(List.of(one.statusCode(), other.statusCode())).containsOnly(200);
      assertThat(listen("").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void listen_errorBeforeItIsServed_placeAndConnectionAreGivenBack() throws Exception {
    first =
        () -> {
          throw new OutOfMemoryError("unable to create native thread");
        };

    try (Socket dashboard = new Socket()) {
      dashboard.connect(server.getAddress());
      dashboard.setSoTimeout(10_000);
      dashboard.getOutputStream().write("GET /live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));

      assertThat(dashboard.getInputStream().read()).isEqualTo(-1);
    }
    await().untilAsserted(() -> assertThat(streams.count()).isZero());
  }
}
