package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Shown;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.query.ListedSeries;
import io.tplus1.topology.query.SeriesQueries;
import io.tplus1.topology.state.ForecastStores;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code /api/series}: which series there are, which are forecast worst, and one of them.
 *
 * <p>Lists ask every instance and merge; one series is asked of the instance that keeps it. Where
 * Kafka's partitioner does not know who that is (vectors were produced with another one), all are
 * asked.
 */
final class SeriesRoutes {
  static final String PATH = "/api/series";
  private static final int STANDARD_LIMIT = 50;
  private static final int MOST_LISTED = 200;
  private static final int STANDARD_VECTORS = 96;
  private static final int MOST_VECTORS = 1_000;

  private final SeriesJson shown;
  private final SeriesQueries queries;
  private final LiveSeries live;
  private final Peers peers;

  SeriesRoutes(FeatureSchema schema, SeriesQueries queries, LiveSeries live, Peers peers) {
    this.shown = new SeriesJson(schema, live);
    this.queries = queries;
    this.live = live;
    this.peers = peers;
  }

  Answer list(Call call) throws Refusal {
    int limit = call.number("limit", STANDARD_LIMIT, 1, MOST_LISTED);
    String order = call.parameter("order").orElse("key");
    return switch (order) {
      case "key" -> Answer.ok(byKey(call, limit));
      case "worst", "latest" -> Answer.ok(ranked(call, order, limit));
      default ->
          throw new Refusal(
              400, "order must be key, latest or worst, found '" + Shown.quote(order) + "'");
    };
  }

  private ObjectNode byKey(Call call, int limit) throws Refusal {
    String prefix = key(call.parameter("prefix").orElse(""));
    String after = call.parameter("after").orElse(null);
    List<ObjectNode> found = new ArrayList<>();
    // One more tells whether there is a next page.
    for (ListedSeries series : queries.list(prefix, after, limit + 1)) {
      ObjectNode one = Json.object().put("key", series.key());
      one.put("lastTime", series.lastTimeMs());
      found.add(SeriesJson.putRelative(one, live.relative(series.key())));
    }
    String path =
        "%s?limit=%d&prefix=%s%s"
            .formatted(
                PATH,
                Math.min(MOST_LISTED, limit + 1),
                encode(prefix),
                after == null ? "" : "&after=" + encode(after));
    Comparator<ObjectNode> order =
        Comparator.comparing(one -> one.get("key").asText(), ForecastStores.KEY_ORDER);
    return merge(call, path, found, order, limit);
  }

  private ObjectNode ranked(Call call, String by, int limit) {
    boolean worst = by.equals("worst");
    List<ObjectNode> found = new ArrayList<>();
    for (LiveSeries.Ranked one :
        worst ? live.worst(limit + 1, this::isHere) : live.latest(limit + 1, this::isHere)) {
      ObjectNode json = Json.object().put("key", one.key()).put("lastTime", one.timeMs());
      found.add(SeriesJson.putRelative(json, one.relative()).put("scores", one.scores()));
    }
    String figure = worst ? "relative" : "lastTime";
    Comparator<ObjectNode> order =
        Comparator.<ObjectNode>comparingDouble(one -> -one.path(figure).asDouble())
            .thenComparing(one -> one.get("key").asText());
    return merge(call, PATH + "?order=" + by + "&limit=" + limit, found, order, limit);
  }

  /**
   * Whether a series that was forecast here still is: another instance may have it by now, and know
   * it as no longer the worst. Where nobody can tell, it is.
   */
  private boolean isHere(String key) {
    try {
      return queries.owner(key).map(peers::isSelf).orElse(true) || queries.holds(key);
    } catch (InvalidStateStoreException e) {
      return true; // Opening or moving.
    }
  }

  private ObjectNode merge(
      Call call, String path, List<ObjectNode> own, Comparator<ObjectNode> order, int limit) {
    ObjectNode json = Json.object();
    List<ObjectNode> all = new ArrayList<>(own);
    boolean more = false;
    if (!call.isLocal()) {
      Peers.Answers others = peers.askAll(Peers.About.LIST, path);
      for (JsonNode answer : others.answers()) {
        more |= answer.path("more").asBoolean();
        answer.path("series").forEach(one -> all.add((ObjectNode) one));
      }
      others.putSilent(json);
    }
    // A series that moved between instances is known to both; the newer one holds.
    Map<String, ObjectNode> byKey = new HashMap<>();
    for (ObjectNode one : all) {
      byKey.merge(
          one.get("key").asText(),
          one,
          (a, b) -> a.path("lastTime").asLong() >= b.path("lastTime").asLong() ? a : b);
    }
    List<ObjectNode> sorted = byKey.values().stream().sorted(order).toList();
    ArrayNode series = json.putArray("series");
    sorted.subList(0, Math.min(limit, sorted.size())).forEach(series::add);
    json.put("more", more || sorted.size() > limit);
    return json;
  }

  Answer one(Call call) throws Refusal {
    int vectors = call.number("vectors", STANDARD_VECTORS, 1, MOST_VECTORS);
    return one(call.pathAfter(PATH + "/"), vectors, call.isLocal());
  }

  /** As much of a series as is told where nobody says how much. */
  Answer one(String key) throws Refusal {
    return one(key, STANDARD_VECTORS, false);
  }

  private Answer one(String asked, int vectors, boolean isLocal) throws Refusal {
    String key = key(asked);
    String path = PATH + "/" + encode(key).replace("+", "%20") + "?vectors=" + vectors;
    if (!isLocal) {
      Optional<HostInfo> owner = queries.owner(key).filter(host -> !peers.isSelf(host));
      if (owner.isPresent()) {
        Answer answer = peers.ask(owner.get(), path);
        if (answer.status() != 404) {
          return answer;
        }
      }
    }
    Optional<LiveSeries.Seen> seen = live.find(key);
    long knownMs = seen.map(LiveSeries.Seen::latest).map(Prediction::timeMs).orElse(Long.MIN_VALUE);
    Optional<SeriesQueries.Series> stored = queries.read(key, vectors, knownMs);
    if (stored.isPresent()) {
      return Answer.ok(shown.of(key, stored.get(), seen));
    }
    if (!isLocal) {
      Peers.Answers others = peers.askAll(Peers.About.SERIES, path);
      if (!others.answers().isEmpty()) {
        return Answer.ok(others.answers().get(0));
      }
      if (!others.silent().isEmpty()) {
        throw new Refusal(
            503,
            "no instance that answers has a series '%s', and these do not answer: %s"
                .formatted(Shown.quote(key), String.join(", ", others.silent())));
      }
    }
    boolean elsewhere =
        queries.owner(key).map(peers::isSelf).orElse(true) && !queries.isExpected(key);
    if (isLocal || !elsewhere) {
      throw new Refusal(404, "there is no series '%s'".formatted(Shown.quote(key)));
    }
    if (peers.self().isEmpty()) {
      // Where nobody says where to be asked, one alone looks like one of many.
      throw new Refusal(
          404,
          "there is no series '%s' on this instance; if there are others, set http.advertised, to an address of its own, on each"
              .formatted(Shown.quote(key)));
    }
    throw new Refusal(
        503,
        "series '%s' would lie on an instance that is not known here: it is being moved, or http.advertised, here '%s', is not one of its own on each instance"
            .formatted(Shown.quote(key), peers.self()));
  }

  private static String key(String key) throws Refusal {
    // No character takes less than a byte.
    if (key.length() > DecodedRecord.LONGEST_KEY_BYTES) {
      throw new Refusal(
          400, "a key has at most %d bytes".formatted(DecodedRecord.LONGEST_KEY_BYTES));
    }
    return key;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
