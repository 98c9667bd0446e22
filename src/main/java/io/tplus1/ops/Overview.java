package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.config.HttpSettings;
import io.tplus1.model.ForecastStatus;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.ForecastCounters;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What an instance, or all of them together, have done and how they are. For any thread. */
final class Overview {
  /** Farther apart clocks shift what instances say of the same time in charts. */
  private static final long MOST_APART_MS = 10_000;

  /** What is told of the newest dead letter of a reason. */
  private static final List<String> EXAMPLE = List.of("at", "detail", "origin");

  private final HttpSettings settings;
  private final ForecastCounters counters;
  private final Happenings happenings;
  private final ChampionWatch champion;
  private final Health health;
  private final LongSupplier lag;
  private final Clock clock;

  Overview(
      HttpSettings settings,
      ForecastCounters counters,
      Happenings happenings,
      ChampionWatch champion,
      Health health,
      LongSupplier lag,
      Clock clock) {
    this.settings = settings;
    this.counters = counters;
    this.happenings = happenings;
    this.champion = champion;
    this.health = health;
    this.lag = lag;
    this.clock = clock;
  }

  /** This instance alone. */
  ObjectNode local() {
    ObjectNode json = Json.object().put("now", clock.millis());
    ObjectNode instance = json.putArray("instances").addObject();
    instance.put("address", settings.advertised().orElse("this instance"));
    List<String> obstacles = health.obstacles();
    instance.put("ready", obstacles.isEmpty());
    ArrayNode reasons = instance.putArray("reasons");
    obstacles.forEach(reasons::add);
    health
        .retraining()
        .ifPresent(beside -> beside.forEach(each -> reasons.add("the retrain role: " + each)));
    ChampionWatch.Seen seen = champion.seen();
    if (seen.champion() != null) {
      instance.put("champion", seen.champion().modelHash());
      instance.put("kernel", seen.champion().kernel());
      instance.put("since", seen.sinceMs());
    }
    json.put("swaps", seen.swaps());
    json.put("lag", lag.getAsLong());
    json.put("series", counters.series());
    json.put("seriesHeld", happenings.series().size());
    ObjectNode forecasts = json.putObject("forecasts");
    for (ForecastStatus status : ForecastStatus.values()) {
      forecasts.put(status.name(), counters.forecasts(status));
    }
    ObjectNode events = json.putObject("events");
    for (ForecastCounters.Event event : ForecastCounters.Event.values()) {
      events.put(event.name(), counters.events(event));
    }
    deadLetters(json.putObject("deadLetters"));
    ObjectNode models = json.putObject("models");
    happenings
        .errors()
        .byModel()
        .forEach(
            (model, sums) -> {
              if (sums.count() > 0) {
                models.set(model, sums(sums));
              }
            });
    return json;
  }

  private void deadLetters(ObjectNode json) {
    Map<RejectReason, Happenings.Example> examples = happenings.examples();
    for (RejectReason reason : RejectReason.values()) {
      if (counters.deadLetters(reason) > 0) {
        ObjectNode one = json.putObject(reason.name()).put("count", counters.deadLetters(reason));
        Happenings.Example example = examples.get(reason);
        if (example != null) {
          one.put("at", example.atMs()).put("detail", example.detail());
          one.put(
              "origin",
              "%s-%d @ %d".formatted(example.topic(), example.partition(), example.offset()));
        }
      }
    }
  }

  private static ObjectNode sums(ErrorBoard.Sums sums) {
    return Json.object()
        .put("count", sums.count())
        .put("error", sums.error())
        .put("persistence", sums.persistence())
        .put("covered", sums.covered())
        .put("intervals", sums.intervals());
  }

  /**
   * Several instances as one: numbers added, instances listed, of dead letters the newest example.
   */
  static ObjectNode merge(ObjectNode own, List<ObjectNode> others) {
    ObjectNode merged = own.deepCopy();
    long now = own.path("now").asLong();
    long swaps = own.path("swaps").asLong();
    for (ObjectNode other : others) {
      compareClocks(now, other);
      dropOlderExamples(merged.path("deadLetters"), other.path("deadLetters"));
      add(merged, other);
      // Every instance sees the same swaps.
      swaps = Math.max(swaps, other.path("swaps").asLong());
    }
    return merged.put("now", now).put("swaps", swaps);
  }

  private static void compareClocks(long nowMs, JsonNode other) {
    long aheadMs = other.path("now").asLong() - nowMs;
    if (Math.abs(aheadMs) > MOST_APART_MS) {
      String reason =
          "its clock is %d s %s that of the instance that is asked: charts need NTP on all machines"
              .formatted(Math.abs(aheadMs) / 1_000, aheadMs > 0 ? "ahead of" : "behind");
      for (JsonNode instance : other.path("instances")) {
        ((ObjectNode) instance).withArray("reasons").add(reason);
      }
    }
  }

  /** Of a reason that both know one example stays; a release before this one does not say when. */
  private static void dropOlderExamples(JsonNode one, JsonNode other) {
    for (Map.Entry<String, JsonNode> reason : other.properties()) {
      if (one.get(reason.getKey()) instanceof ObjectNode first
          && reason.getValue() instanceof ObjectNode second) {
        boolean isOlder = first.path("at").asLong() < second.path("at").asLong();
        (isOlder ? first : second).remove(EXAMPLE);
      }
    }
  }

  private static void add(ObjectNode sum, ObjectNode other) {
    for (Map.Entry<String, JsonNode> field : other.properties()) {
      JsonNode before = sum.get(field.getKey());
      JsonNode more = field.getValue();
      if (before == null) {
        sum.set(field.getKey(), more);
      } else if (before.isObject() && more.isObject()) {
        add((ObjectNode) before, (ObjectNode) more);
      } else if (before.isArray() && more.isArray()) {
        ((ArrayNode) before).addAll((ArrayNode) more);
      } else if (before.isIntegralNumber() && more.isIntegralNumber()) {
        sum.put(field.getKey(), before.longValue() + more.longValue());
      } else if (before.isNumber() && more.isNumber()) {
        sum.put(field.getKey(), before.doubleValue() + more.doubleValue());
      }
    }
  }
}
