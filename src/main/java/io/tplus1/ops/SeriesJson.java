package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.Probabilities;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.query.SeriesQueries;
import java.util.List;
import java.util.Optional;

/** One series as {@code /api/series} tells it: its vectors, its newest forecast, its scores. */
final class SeriesJson {
  private final FeatureSchema schema;
  private final List<Feature> targets;
  private final LiveSeries live;

  SeriesJson(FeatureSchema schema, LiveSeries live) {
    this.schema = schema;
    this.targets = schema.targetFeatures();
    this.live = live;
  }

  /**
   * A series.
   *
   * @param seen what is in memory of it; empty where it was not forecast here
   */
  ObjectNode of(String key, SeriesQueries.Series stored, Optional<LiveSeries.Seen> seen) {
    ObjectNode json = Json.object().put("key", key).put("lastTime", stored.lastTimeMs());
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
    ObjectNode json = Json.object();
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
    ArrayNode intervals = Json.object().arrayNode();
    for (int i = 0; i < targets.size(); i++) {
      int at = horizon * targets.size() + i;
      addInterval(intervals, prediction.lower()[at], prediction.upper()[at]);
    }
    return intervals;
  }

  private static ArrayNode interval(LiveEntry.Point point) {
    ArrayNode intervals = Json.object().arrayNode();
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
      json.set("probabilities", probabilities(one, schema));
    }
  }

  /** Of each category that of its likeliest word; null of numbers. */
  static ArrayNode probabilities(float[] values, FeatureSchema schema) {
    ArrayNode row = Json.object().arrayNode();
    for (int i = 0; i < schema.targetFeatures().size(); i++) {
      Feature target = schema.targetFeatures().get(i);
      int at = schema.outputAt(i);
      float most =
          target.isCategory()
              ? values[at + Probabilities.likeliest(values, at, target.width())]
              : Float.NaN;
      if (Float.isFinite(most)) {
        row.add(most);
      } else {
        row.addNull();
      }
    }
    return row;
  }

  private static ArrayNode values(float[] values, List<Feature> features) {
    ArrayNode row = Json.object().arrayNode();
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

  /** Its error against what is usual here, where it was scored often enough. */
  static ObjectNode putRelative(ObjectNode json, double relative) {
    if (!Double.isNaN(relative)) {
      json.put("relative", relative);
    }
    return json;
  }
}
