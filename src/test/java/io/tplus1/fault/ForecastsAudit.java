package io.tplus1.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.StepInterval;
import io.tplus1.feature.WindowHash;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.LastValue;
import io.tplus1.score.ConformalInterval;
import io.tplus1.score.IntervalPlan;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Receipt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Holds forecasts and scores against the vectors: one for each that the rules give one, in order,
 * and what it says, as far as vectors, settings and the other topics tell. What a network makes of
 * a window they do not; that the score repeats it, and that intervals follow from it, they do.
 *
 * <p>For one step ahead, where all features are targets and numbers, and the network alone
 * forecasts. Ask in the order of the methods: scores are held against forecasts, sums against
 * scores.
 */
final class ForecastsAudit {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Configuration configuration;
  private final FeatureSchema schema;
  private final Map<String, ExpectedSeries> expected;
  private final Plaints plaints;

  /** Forecasts by series and event time. */
  private final Map<String, Map<Long, Prediction>> sent = new HashMap<>();

  /** Half the widths of their intervals by series, oldest first, as far as they are known. */
  private final Map<String, List<float[]>> halfWidths = new HashMap<>();

  /** Of scores, by model; errors are left out. */
  private final Map<String, ModelScores.Sums> scored = new TreeMap<>();

  ForecastsAudit(
      Configuration configuration, Map<String, ExpectedSeries> expected, Plaints plaints) {
    this.configuration = configuration;
    this.schema = configuration.schema();
    this.expected = expected;
    this.plaints = plaints;
  }

  /**
   * Looks at {@code predictions}.
   *
   * @param models that have ever served, the last value among them
   */
  void predictions(List<ConsumerRecord<byte[], byte[]>> records, Set<String> models) {
    Map<String, List<Long>> times = new TreeMap<>();
    try (Deserializer<Prediction> reader = new PredictionSerde(schema).deserializer()) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        String key = key(record);
        Prediction prediction = reader.deserialize(record.topic(), record.value());
        times.computeIfAbsent(key, none -> new ArrayList<>()).add(record.timestamp());
        sent.computeIfAbsent(key, none -> new HashMap<>())
            .putIfAbsent(record.timestamp(), prediction);
        ExpectedSeries of = expected.get(key);
        int place = of == null ? -1 : of.place(record.timestamp());
        if (place < 0) {
          plaints.doubled(1, "forecast of %s at %d of nothing".formatted(key, record.timestamp()));
        } else {
          prediction(record, prediction, of.step(place));
        }
        if (!models.contains(prediction.model())) {
          plaints.wrong(
              "forecast of %s by %s, which no pointer named".formatted(key, prediction.model()));
        }
      }
    }
    once("forecasts", times, 0);
    if (configuration.experts().coverage() > 0 && !configuration.experts().pooledIntervals()) {
      expected.forEach(this::intervals);
    }
  }

  private void prediction(
      ConsumerRecord<byte[], byte[]> record, Prediction prediction, ExpectedSeries.Step step) {
    String what = " of the forecast of %s at %d".formatted(key(record), record.timestamp());
    plaints.hold("key" + what, prediction.key(), key(record));
    plaints.hold("time" + what, prediction.timeMs(), record.timestamp());
    Receipt.Window window = prediction.receipt().orElseThrow().window();
    plaints.hold("window" + what, window.hash(), WindowHash.of(step.window()));
    plaints.hold("window's start" + what, window.fromMs(), step.window().timeMs(0));
    plaints.hold("window's steps" + what, window.steps(), step.window().steps());
    plaints.hold("partition" + what, window.partition(), step.partition());
    plaints.hold("offset" + what, window.lastOffset(), step.offset());
    StepInterval interval = new StepInterval(configuration.windows().interval());
    plaints.hold(
        "target time" + what,
        Arrays.toString(prediction.targetTimesMs()),
        Arrays.toString(interval.targetTimes(step.window(), configuration.windows().horizon())));
    boolean isLastValue = prediction.model().equals(LastValue.HASH);
    plaints.hold(
        "NO_MODEL as the status" + what,
        prediction.status() == ForecastStatus.NO_MODEL,
        isLastValue);
    if (isLastValue) {
      plaints.hold(
          "values" + what,
          Arrays.toString(prediction.values()),
          Arrays.toString(step.vector().values()));
    }
  }

  /** A series' intervals follow from its vectors and forecasts alone, from the first on. */
  private void intervals(String key, ExpectedSeries of) {
    ConformalInterval intervals =
        new IntervalPlan(
                schema, configuration.windows().horizon(), configuration.experts().coverage())
            .start();
    List<float[]> known = halfWidths.computeIfAbsent(key, none -> new ArrayList<>());
    ExpectedSeries.Step before = null;
    Prediction made = null;
    for (ExpectedSeries.Step step : of.steps()) {
      Prediction next = sent.getOrDefault(key, Map.of()).get(step.timeMs());
      if (next == null) {
        return; // What followed from a forecast that is lost nobody can tell.
      }
      if (made != null) {
        intervals.update(
            0,
            step.vector().values(),
            made.values(),
            0,
            known.get(known.size() - 1),
            new float[0],
            before.vector().values(),
            null);
      }
      float[] halves = new float[schema.targets().size()];
      intervals.halfWidths(halves);
      known.add(halves);
      String what = " of the forecast of %s at %d".formatted(key, step.timeMs());
      plaints.hold("lower" + what, text(next.lower()), text(ends(next.values(), halves, -1)));
      plaints.hold("upper" + what, text(next.upper()), text(ends(next.values(), halves, 1)));
      before = step;
      made = next;
    }
  }

  /** Bounds in words; those that are absent are NaN. */
  private String text(float[] bounds) {
    if (bounds.length > 0) {
      return Arrays.toString(bounds);
    }
    float[] absent = new float[schema.targets().size()];
    Arrays.fill(absent, Float.NaN);
    return Arrays.toString(absent);
  }

  private static float[] ends(float[] values, float[] halves, int side) {
    float[] ends = new float[halves.length];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = values[i] + side * halves[i];
    }
    return ends;
  }

  /** Looks at {@code scores}: each is of the forecast before, which it repeats. */
  void scores(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, List<Long>> times = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String key = key(record);
      times.computeIfAbsent(key, none -> new ArrayList<>()).add(record.timestamp());
      JsonNode score = json(record.value());
      count(score);
      ExpectedSeries of = expected.get(key);
      int place = of == null ? -1 : of.place(record.timestamp());
      if (place < 1) {
        plaints.doubled(1, "score of %s at %d of nothing".formatted(key, record.timestamp()));
      } else {
        score(record, score, of, place);
      }
    }
    once("scores", times, 1);
  }

  private void score(
      ConsumerRecord<byte[], byte[]> record, JsonNode score, ExpectedSeries of, int place) {
    String key = key(record);
    String what = " of the score of %s at %d".formatted(key, record.timestamp());
    ExpectedSeries.Step before = of.step(place - 1);
    plaints.hold("key" + what, score.path("key").asText(), key);
    plaints.hold("time" + what, score.path("time").asLong(), record.timestamp());
    plaints.hold("madeAt" + what, score.path("madeAt").asLong(), before.timeMs());
    plaints.hold("horizon" + what, score.path("horizon").asInt(), 1);
    Prediction made = sent.getOrDefault(key, Map.of()).get(before.timeMs());
    if (made == null) {
      return; // It is lost, and that has been said.
    }
    plaints.hold("model" + what, score.path("model").asText(), made.model());
    plaints.hold("status" + what, score.path("status").asText(), made.status().name());
    List<float[]> known = halfWidths.getOrDefault(key, List.of());
    for (int i = 0; i < schema.targets().size(); i++) {
      String name = schema.targetFeatures().get(i).name();
      JsonNode found = score.path("features").path(name);
      float actual = of.step(place).vector().values()[i];
      float forecast = made.values()[i];
      float last = before.vector().values()[i];
      hold("actual", name + what, found, actual);
      hold("forecast", name + what, found, forecast);
      hold("error", name + what, found, forecast - actual);
      hold("persistenceError", name + what, found, last - actual);
      if (place <= known.size()) {
        float half = known.get(place - 1)[i];
        boolean isInside = Math.abs((double) forecast - actual) <= half;
        plaints.hold(
            "inside of " + name + what,
            found.path("inside").asText(),
            Float.isNaN(half) ? "" : Boolean.toString(isInside));
      }
    }
  }

  private void hold(String field, String of, JsonNode found, float wanted) {
    plaints.hold(field + " of " + of, found.path(field).floatValue(), wanted);
  }

  private void count(JsonNode score) {
    int intervals = 0;
    int covered = 0;
    for (JsonNode target : score.path("features")) {
      intervals += target.has("inside") ? 1 : 0;
      covered += target.path("inside").asBoolean() ? 1 : 0;
    }
    scored.merge(
        score.path("model").asText(),
        new ModelScores.Sums(1, 0, 0, 0, covered, intervals),
        ModelScores.Sums::plus);
  }

  /**
   * Looks at {@code model-scores}: no score is summed twice. Some are never: those of a series'
   * first changes, and what a task has not yet sent when it stops.
   */
  void modelScores(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, ModelScores.Sums> sums = new TreeMap<>();
    try (ModelScoresSerde serde = new ModelScoresSerde();
        Deserializer<ModelScores> reader = serde.deserializer()) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        plaints.hold("key of model scores", key(record), configuration.modelName());
        reader
            .deserialize(record.topic(), record.value())
            .byModel()
            .forEach((model, more) -> sums.merge(model, more, ModelScores.Sums::plus));
      }
    }
    sums.forEach(
        (model, sum) -> {
          ModelScores.Sums most =
              scored.getOrDefault(model, new ModelScores.Sums(0, 0, 0, 0, 0, 0));
          if (sum.count() > most.count()
              || sum.intervals() > most.intervals()
              || sum.covered() > most.covered()) {
            plaints.doubled(
                1, "scores of %s are summed to %s, of no more than %s".formatted(model, sum, most));
          }
        });
  }

  private void once(String what, Map<String, List<Long>> times, int from) {
    expected.forEach(
        (key, of) ->
            plaints.once(what + " of " + key, times.getOrDefault(key, List.of()), of.times(from)));
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), UTF_8);
  }

  private static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
