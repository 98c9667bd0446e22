package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.Probabilities;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.ListedSeries;
import io.tplus1.topology.SeriesQueries;
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
  private static final int LONGEST_KEY = 4_096;

  private final FeatureSchema schema;
  private final List<Feature> targets;
  private final SeriesQueries queries;
  private final LiveSeries live;
  private final Peers peers;

  SeriesRoutes(FeatureSchema schema, SeriesQueries queries, LiveSeries live, Peers peers) {
    this.schema = schema;
    this.targets = schema.targetFeatures();
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
          throw new Refusal(400, "order must be key, latest or worst, found '" + order + "'");
    };
  }

  private ObjectNode byKey(Call call, int limit) throws Refusal {
    String prefix = key(call.parameter("prefix").orElse(""));
    String after = call.parameter("after").orElse(null);
    List<ObjectNode> found = new ArrayList<>();
    // One more tells whether there is a next page.
    for (ListedSeries series : queries.list(prefix, after, limit + 1)) {
      ObjectNode one = Answer.object().put("key", series.key());
      one.put("lastTime", series.lastTimeMs());
      found.add(putRelative(one, live.relative(series.key())));
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
      ObjectNode json = Answer.object().put("key", one.key()).put("lastTime", one.timeMs());
      found.add(putRelative(json, one.relative()).put("scores", one.scores()));
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
    ObjectNode json = Answer.object();
    List<ObjectNode> all = new ArrayList<>(own);
    boolean more = false;
    if (!call.isLocal()) {
      Peers.Answers others = peers.askAll(path);
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
    String key = key(call.pathAfter(PATH + "/"));
    int vectors = call.number("vectors", STANDARD_VECTORS, 1, MOST_VECTORS);
    String path = PATH + "/" + encode(key).replace("+", "%20") + "?vectors=" + vectors;
    if (!call.isLocal()) {
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
      return Answer.ok(json(key, stored.get(), seen));
    }
    if (!call.isLocal()) {
      Peers.Answers others = peers.askAll(path);
      if (!others.answers().isEmpty()) {
        return Answer.ok(others.answers().get(0));
      }
      if (!others.silent().isEmpty()) {
        throw new Refusal(
            503,
            "no instance that answers has a series '%s', and these do not answer: %s"
                .formatted(key, String.join(", ", others.silent())));
      }
    }
    boolean elsewhere =
        queries.owner(key).map(peers::isSelf).orElse(true) && !queries.isExpected(key);
    if (call.isLocal() || !elsewhere) {
      throw new Refusal(404, "there is no series '%s'".formatted(key));
    }
    if (peers.self().isEmpty()) {
      // Where nobody says where to be asked, one alone looks like one of many.
      throw new Refusal(
          404,
          "there is no series '%s' on this instance; if there are others, set http.advertised, to an address of its own, on each"
              .formatted(key));
    }
    throw new Refusal(
        503,
        "series '%s' would lie on an instance that is not known here: it is being moved, or http.advertised, here '%s', is not one of its own on each instance"
            .formatted(key, peers.self()));
  }

  private static String key(String key) throws Refusal {
    if (key.length() > LONGEST_KEY) {
      throw new Refusal(400, "a key has at most " + LONGEST_KEY + " characters here");
    }
    return key;
  }

  private ObjectNode json(String key, SeriesQueries.Series stored, Optional<LiveSeries.Seen> seen) {
    ObjectNode json = Answer.object().put("key", key).put("lastTime", stored.lastTimeMs());
    ArrayNode features = json.putArray("features");
    schema.features().forEach(feature -> features.add(feature.name()));
    ArrayNode names = json.putArray("targets");
    targets.forEach(target -> names.add(target.name()));
    ArrayNode categories = json.putArray("categories");
    schema.features().stream()
        .filter(Feature::isCategory)
        .forEach(feature -> categories.add(feature.name()));
    ArrayNode vectors = json.putArray("vectors");
    for (FeatureVector vector : stored.vectors()) {
      ArrayNode row = values(vector.values(), schema.features());
      row.insert(0, vector.timeMs());
      vectors.add(row);
    }
    ObjectNode filled = json.putObject("filled");
    stored.targetsFilledMs().forEach(filled.putArray("targets")::add);
    stored.inputsFilledMs().forEach(filled.putArray("inputs")::add);
    json.set("forecast", forecast(stored, seen.map(LiveSeries.Seen::latest)));
    ArrayNode scores = json.putArray("scores");
    if (seen.isPresent()) {
      for (LiveEntry.Point point : seen.get().points()) {
        ObjectNode score = scores.addObject().put("time", point.timeMs());
        score.set("actual", values(point.actual(), targets));
        score.set("forecast", values(point.forecast(), targets));
        score.set("interval", interval(point));
      }
    }
    return putRelative(json, live.relative(key));
  }

  /**
   * The newest forecast: as it was emitted, or where that is not in memory as it waits in the
   * store, then without its target times.
   */
  private JsonNode forecast(SeriesQueries.Series stored, Optional<Prediction> emitted) {
    ObjectNode json = Answer.object();
    if (emitted.isPresent()
        && stored
            .latest()
            .map(latest -> emitted.get().timeMs() >= latest.madeAtMs())
            .orElse(true)) {
      Prediction prediction = emitted.get();
      json.put("madeAt", prediction.timeMs()).put("status", prediction.status().name());
      json.put("model", prediction.model());
      ArrayNode horizons = json.putArray("horizons");
      for (int h = 0; h < prediction.targetTimesMs().length; h++) {
        ObjectNode horizon = horizons.addObject();
        long target = prediction.targetTimesMs()[h];
        if (target != Prediction.UNKNOWN_TIME) {
          horizon.put("targetTime", target);
        }
        putValues(horizon, prediction.values(), h);
        if (prediction.lower().length > 0) {
          horizon.set("interval", interval(prediction, h));
        }
      }
      return json;
    }
    if (stored.latest().isEmpty()) {
      return json.nullNode();
    }
    SeriesQueries.Stored latest = stored.latest().get();
    json.put("madeAt", latest.madeAtMs()).put("status", latest.status());
    json.put("model", latest.model());
    ArrayNode horizons = json.putArray("horizons");
    for (int h = 0; h < latest.values().length / live.width(); h++) {
      putValues(horizons.addObject(), latest.values(), h);
    }
    return json;
  }

  private ArrayNode interval(Prediction prediction, int horizon) {
    ArrayNode intervals = Answer.object().arrayNode();
    for (int i = 0; i < targets.size(); i++) {
      int at = horizon * targets.size() + i;
      addInterval(intervals, prediction.lower()[at], prediction.upper()[at]);
    }
    return intervals;
  }

  private static ArrayNode interval(LiveEntry.Point point) {
    ArrayNode intervals = Answer.object().arrayNode();
    for (int i = 0; i < point.halfWidths().length; i++) {
      float half = point.halfWidths()[i];
      addInterval(intervals, point.forecast()[i] - half, point.forecast()[i] + half);
    }
    return intervals;
  }

  private static void addInterval(ArrayNode intervals, float lower, float upper) {
    if (Float.isFinite(lower) && Float.isFinite(upper)) {
      intervals.addArray().add(lower).add(upper);
    } else {
      intervals.addNull();
    }
  }

  private void putValues(ObjectNode json, float[] values, int horizon) {
    float[] one = new float[live.width()];
    System.arraycopy(values, horizon * one.length, one, 0, one.length);
    json.set("values", values(live.likeliest(one), targets));
    if (targets.stream().anyMatch(Feature::isCategory)) {
      json.set("probabilities", probabilities(one, targets));
    }
  }

  /** Of each category that of its likeliest word; null of numbers. */
  static ArrayNode probabilities(float[] values, List<Feature> targets) {
    ArrayNode row = Answer.object().arrayNode();
    int at = 0;
    for (Feature target : targets) {
      float most =
          target.isCategory()
              ? values[at + Probabilities.likeliest(values, at, target.width())]
              : Float.NaN;
      if (Float.isFinite(most)) {
        row.add(most);
      } else {
        row.addNull();
      }
      at += target.width();
    }
    return row;
  }

  private static ArrayNode values(float[] values, List<Feature> features) {
    ArrayNode row = Answer.object().arrayNode();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        row.addNull();
      } else if (features.get(i).isCategory()) {
        row.add(features.get(i).category((int) values[i]));
      } else {
        row.add(values[i]);
      }
    }
    return row;
  }

  private static ObjectNode putRelative(ObjectNode json, double relative) {
    if (!Double.isNaN(relative)) {
      json.put("relative", relative);
    }
    return json;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
