package io.tplus1.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Serves the dashboard's page, and tells it what a test wants it to hear. */
final class PageServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How far points of the last hour are apart. */
  static final long STEP_MS = 5_000;

  private final HttpEndpoint endpoint =
      new HttpEndpoint(TestHttp.settings("127.0.0.1"), (route, status) -> {});
  private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
  private String followed;
  private HttpExchange stream;
  private int streams;
  private boolean hangs;
  private boolean full;
  private List<String> listed = List.of();
  private List<String> silent = List.of();
  private CountDownLatch mayList = new CountDownLatch(0);
  private int lists;
  private Map<String, Object> models = Map.of("commands", true);

  PageServer() {
    Pages.addTo(endpoint.routes());
    endpoint
        .routes()
        .add("/api/models", Routes.Access.READ, this::models)
        .add(SeriesRoutes.PATH, Routes.Access.READ, call -> list())
        .addStream("/api/live", (call, exchange) -> follow(call.parameter("series"), exchange));
    endpoint.open();
    endpoint.start();
    var unused = heart.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
  }

  String address() {
    return "http://127.0.0.1:" + endpoint.address().getPort() + "/";
  }

  /** The keys that any search for series finds. */
  synchronized void listed(List<String> keys) {
    listed = keys;
  }

  /** Instances of which lists say that they do not answer. */
  synchronized void silent(List<String> addresses) {
    silent = addresses;
  }

  synchronized void models(Map<String, Object> told) {
    models = told;
  }

  /** From now on lists of series are long in coming. */
  synchronized void holdLists() {
    mayList = new CountDownLatch(1);
  }

  /** Lets the lists come that were asked for, and those that follow. */
  synchronized void giveLists() {
    mayList.countDown();
  }

  /** How many lists of series the page has asked for. */
  synchronized int lists() {
    return lists;
  }

  /** What the page shows of it each instance knows, and is asked for often. */
  private Answer models(Call call) throws Refusal {
    if (!call.isLocal()) {
      throw new Refusal(500, "all instances would be asked");
    }
    synchronized (this) {
      return answer(with(models, "name", "paged"));
    }
  }

  private Answer list() {
    CountDownLatch may;
    synchronized (this) {
      lists++;
      may = mayList;
    }
    try {
      may.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer(series());
  }

  private synchronized Map<String, Object> series() {
    List<Map<String, Object>> series =
        listed.stream().map(key -> Map.<String, Object>of("key", key, "lastTime", 0)).toList();
    return Map.of("series", series, "more", false, "silent", silent);
  }

  private synchronized void follow(Optional<String> key, HttpExchange exchange)
      throws IOException, Refusal {
    followed = key.orElse(null);
    stream = exchange;
    streams++;
    if (full) {
      throw new Refusal(503, "as many dashboards listen as allowed");
    }
    if (!hangs) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      write(": here\n\n");
    }
  }

  /** Whether the page's newest stream is that of a series. */
  synchronized boolean isFollowed(String key) {
    return key.equals(followed);
  }

  /** How many streams the page has asked for. */
  synchronized int streams() {
    return streams;
  }

  /** From now on refuses streams, and ends the newest one. */
  synchronized void refuse() {
    full = true;
    stream.close();
  }

  /** From now on says nothing, and keeps connections open. */
  synchronized void hang() {
    hangs = true;
  }

  /** Answers again; a stream that waits for its answer ends. */
  synchronized void answer() {
    hangs = false;
    followed = null;
    stream.close();
  }

  private synchronized void beat() {
    if (stream != null && !hangs) {
      write(": still here\n\n");
    }
  }

  /** Tells the page's newest stream of an event. */
  synchronized void tell(String name, Map<String, Object> event) {
    write("event: %s\ndata: %s\n\n".formatted(name, json(event)));
  }

  private void write(String text) {
    try {
      stream.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
      stream.getResponseBody().flush();
    } catch (IOException e) {
      // The page has begun another stream, or is about to.
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answer answer(Object value) {
    return Answer.text(200, Answer.JSON, json(value));
  }

  private static Map<String, Object> with(Map<String, Object> map, Object... more) {
    Map<String, Object> all = new TreeMap<>(map);
    for (int i = 0; i < more.length; i += 2) {
      all.put((String) more[i], more[i + 1]);
    }
    return all;
  }

  /**
   * What an instance that is well says of itself.
   *
   * @param other names and values that are told instead
   */
  static Map<String, Object> overview(Object... other) {
    Map<String, Object> well = new HashMap<>();
    well.put("now", 0);
    well.put(
        "instances",
        List.of(Map.of("address", "one:1", "ready", true, "reasons", List.of(), "champion", "c")));
    well.put("swaps", 1);
    well.put("lag", 0);
    well.put("series", 2);
    well.put("seriesHeld", 2);
    well.put("forecasts", Map.of("OK", 100));
    well.put("events", Map.of("INSUFFICIENT_HISTORY", 0));
    well.put("deadLetters", Map.of());
    well.put("models", Map.of());
    return with(well, other);
  }

  /** Points with so many forecasts each, whose errors are half those of persistence. */
  static Map<String, Object> history(int... forecasts) {
    List<List<Object>> points = new ArrayList<>();
    for (int i = 0; i < forecasts.length; i++) {
      points.add(point(i * STEP_MS, forecasts[i], forecasts[i] * 4, 2));
    }
    return history(points);
  }

  /** The newest hour of such points, and what an instance knows of all. */
  static Map<String, Object> lastHour(int... forecasts) {
    Map<String, Object> all = new HashMap<>(history(forecasts));
    List<?> points = (List<?>) all.get("points");
    all.put("points", points.subList(points.size() - 720, points.size()));
    return all;
  }

  /** One point, of which the last value was always right. */
  static Map<String, Object> stillHistory() {
    return history(List.of(point(0, 10, 0, 2)));
  }

  /** One point. */
  static Map<String, Object> slowHistory(double timeP99Ms) {
    return history(List.of(point(0, 1, 4, timeP99Ms)));
  }

  /**
   * Points of the last hour, and what an instance knows of when it made forecasts by them.
   *
   * @param points values of {@link History#FIELDS}, oldest first
   */
  static Map<String, Object> history(List<List<Object>> points) {
    Pauses pauses = new Pauses();
    points.forEach(
        point ->
            pauses.step(
                ((Number) point.get(0)).longValue(), ((Number) point.get(1)).longValue() > 0));
    Map<String, Object> known =
        JSON.convertValue(pauses.putTo(Json.object()), new TypeReference<>() {});
    return with(
        known,
        "stepMs",
        STEP_MS,
        "longestTimeMs",
        Happenings.LONGEST_TIME_MS,
        "fields",
        History.FIELDS,
        "points",
        points);
  }

  private static List<Object> point(long timeMs, int made, int persistence, double timeP99Ms) {
    return List.of(timeMs, made, 0, made * 10, made, persistence, made, made, 1, timeP99Ms, 1, 2);
  }

  /** A series of coordinates, of which each row is a time, a latitude and a longitude. */
  static Map<String, Object> series(String key, List<List<Object>> rows) {
    List<String> names = List.of("lat", "long");
    Map<String, Object> forecast =
        Map.of(
            "status",
            "OK",
            "model",
            "c",
            "madeAt",
            0,
            "horizons",
            List.of(Map.of("values", List.of(20, 10))));
    return Map.of(
        "key",
        key,
        "lastTime",
        0,
        "features",
        names,
        "targets",
        names,
        "categories",
        List.of(),
        "vectors",
        rows,
        "scores",
        List.of(Map.of("time", 60_000, "actual", List.of(20, 10), "forecast", List.of(21, 11))),
        "forecast",
        forecast);
  }

  /** A series of two numbers of these names. */
  static Map<String, Object> named(String key, String first, String second) {
    List<String> names = List.of(first, second);
    return with(
        series(key, List.of(List.of(60_000, 123_456, 654_321))),
        "features",
        names,
        "targets",
        names);
  }

  /** A series of words, of which the next is expected with a probability. */
  static Map<String, Object> word(String key, String next, double probability) {
    List<String> names = List.of("state");
    Map<String, Object> horizon =
        Map.of("values", Collections.singletonList(next), "probabilities", List.of(probability));
    return with(
        series(key, List.of(List.of(60_000, "up"), List.of(61_000, "down"))),
        "features",
        names,
        "targets",
        names,
        "categories",
        names,
        "scores",
        List.of(),
        "forecast",
        Map.of("status", "OK", "model", "c", "madeAt", 0, "horizons", List.of(horizon)));
  }

  /** Series a, whose forecasts of words came true once, and once no word came. */
  static Map<String, Object> wordThatDidNotCome() {
    Map<String, Object> came =
        Map.of("time", 60_000, "actual", List.of("up"), "forecast", List.of("up"));
    Map<String, Object> absent =
        Map.of(
            "time", 61_000, "actual", Collections.singletonList(null), "forecast", List.of("up"));
    return with(
        with(
            word("a", "up", .75), "vectors", List.of(List.of(60_000, "up"), List.of(61_000, "up"))),
        "scores",
        List.of(came, absent));
  }

  /** Series a, of which nothing is known but scores of these times. */
  static Map<String, Object> scoredAt(long... times) {
    List<Object> scores =
        LongStream.of(times)
            .<Object>mapToObj(
                time ->
                    Map.of("time", time, "actual", List.of(20, 10), "forecast", List.of(21, 11)))
            .toList();
    Map<String, Object> scored = with(series("a", List.of()), "scores", scores);
    scored.put("forecast", null);
    return scored;
  }

  @Override
  public void close() {
    giveLists();
    heart.shutdownNow();
    endpoint.close();
  }
}
