package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning is real: the law of a stream changes, and the champion with it. */
final class ChangedLawIT {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long STEP_MS = 60_000;
  private static final int SERIES = 24;
  private static final int STEPS = 8;

  /** Samples between two refreshes are these rounds of all series. */
  private static final int PERIOD_ROUNDS = 5;

  @TempDir Path directory;
  private final List<float[]> rounds = new ArrayList<>();

  @Test
  void law_changesHalfWay_championIsReplacedAndErrsLessThanHalfOfTheFrozenOne() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Retraining retraining = new Retraining()) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      Configuration configuration = stream.configuration();
      ModelRegistry registry = configuration.registry(stream.schema());
      try (ForecastApplication application =
          StartedApplication.of(
              configuration,
              stream.schema(),
              registry,
              Role.ALL,
              ForecastListener.NONE,
              () ->
                  retraining.topology(
                      RetrainPlan.of(configuration, stream.schema(), Optional.empty())))) {
        // The law of before, until a champion knows it.
        for (int period = 0; period < 4 || registry.champion() == null; period++) {
          period(stream, application, 0.7);
        }
        Forecaster frozen = registry.champion();
        int eventsBefore = events(stream).size();

        int change = rounds.size();
        for (int period = 0; period < 8; period++) {
          period(stream, application, 2.1);
        }

        List<ModelEvent> all = events(stream);
        List<ModelEvent> after = all.subList(eventsBefore, all.size());
        assertThat(trainingsBeforePromotion(after))
            .as("trainings until the first promotion in %s", after)
            .isLessThanOrEqualTo(2);
        assertThat(registry.champion().modelHash()).isNotEqualTo(frozen.modelHash());

        int judged = rounds.size() - 2 * PERIOD_ROUNDS;
        assertThat(judged).isGreaterThan(change + STEPS);
        double frozenError = frozenError(frozen, judged);
        double error = error(stream, judged);
        assertThat(error)
            .as("against %s of the frozen model, after %s", frozenError, kinds(after))
            .isLessThan(frozenError / 2);
        assertThat(application.complaint()).isEmpty();
      }
    }
  }

  private StreamUnderTest stream(String bootstrapServers) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "a");
    settings.put("window.steps", Integer.toString(STEPS));
    settings.put("samples.rate", "all");
    settings.put("train.hidden", "12");
    settings.put("train.learning.rate", "0.01");
    settings.put("train.batch", "24");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.first.samples", Integer.toString(SERIES * PERIOD_ROUNDS));
    settings.put("retrain.first.steps", "400");
    settings.put("retrain.every.samples", Integer.toString(SERIES * PERIOD_ROUNDS));
    settings.put("retrain.steps", "200");
    // Trainings are counted as periods: drift would start one between them.
    settings.put("retrain.on.drift", "false");
    settings.put("retrain.recent", Integer.toString(SERIES * PERIOD_ROUNDS));
    settings.put("gate.samples", "24");
    settings.put("gate.decay", "0.97");
    return new StreamUnderTest(bootstrapServers, "law", directory.resolve("state"), settings);
  }

  /** Produces one retraining period of vectors, and waits for its forecasts and its training. */
  private void period(StreamUnderTest stream, ForecastApplication application, double frequency) {
    long trained = trained(events(stream));
    for (int r = 0; r < PERIOD_ROUNDS; r++) {
      float[] round = new float[SERIES];
      List<SeriesVector> vectors = new ArrayList<>();
      for (int s = 0; s < SERIES; s++) {
        round[s] = (float) Math.sin(frequency * rounds.size() + s);
        vectors.add(
            new SeriesVector(
                "s" + s,
                new FeatureVector(START + STEP_MS * rounds.size(), new float[] {round[s]})));
      }
      rounds.add(round);
      stream.produce(vectors);
    }
    int forecasts = Math.max(0, rounds.size() - STEPS + 1) * SERIES;
    stream.await("predictions", forecasts);
    // The first period has too few windows for a training.
    if (rounds.size() >= STEPS + 2 * PERIOD_ROUNDS) {
      await("a training")
          .pollInterval(Duration.ofMillis(300))
          .until(() -> application.failure() != null || trained(events(stream)) > trained);
    }
  }

  private static List<ModelEvent> events(StreamUnderTest stream) {
    List<ModelEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : stream.read("model-events")) {
      events.add(ModelEventSerde.read(record.value()));
    }
    return events;
  }

  private static long trained(List<ModelEvent> events) {
    return events.stream().filter(event -> event.kind() == ModelEvent.Kind.TRAINED).count();
  }

  private static List<ModelEvent.Kind> kinds(List<ModelEvent> events) {
    return events.stream().map(ModelEvent::kind).toList();
  }

  private static int trainingsBeforePromotion(List<ModelEvent> events) {
    int trainings = 0;
    for (ModelEvent event : events) {
      if (event.kind() == ModelEvent.Kind.PROMOTED) {
        return trainings;
      }
      trainings += event.kind() == ModelEvent.Kind.TRAINED ? 1 : 0;
    }
    return Integer.MAX_VALUE;
  }

  /** Mean squared error of a model that nobody taught the new law, from a round on. */
  private double frozenError(Forecaster frozen, int from) {
    double sum = 0;
    int count = 0;
    float[] forecast = new float[1];
    for (int round = from; round < rounds.size(); round++) {
      for (int s = 0; s < SERIES; s++) {
        FeatureVector[] window = new FeatureVector[STEPS];
        for (int step = 0; step < STEPS; step++) {
          int at = round - STEPS + step;
          window[step] = new FeatureVector(START + STEP_MS * at, new float[] {rounds.get(at)[s]});
        }
        frozen.newSession().forecast(FeatureWindow.of(window), forecast);
        sum += Math.pow(forecast[0] - rounds.get(round)[s], 2);
        count++;
      }
    }
    return sum / count;
  }

  /** Mean squared error of what was forecast, as the scores tell it, from a round on. */
  private double error(StreamUnderTest stream, int from) {
    double sum = 0;
    int count = 0;
    for (ConsumerRecord<byte[], byte[]> record : stream.read("scores")) {
      if (record.timestamp() >= START + STEP_MS * from) {
        JsonNode errors = StreamUnderTest.json(record).get("features").get("a");
        double error = errors.get("forecast").asDouble() - errors.get("actual").asDouble();
        sum += error * error;
        count++;
      }
    }
    assertThat(count).isEqualTo((rounds.size() - from) * SERIES);
    return sum / count;
  }
}
