package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.demo.StormTracks;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.lesson.Lesson;
import io.tplus1.lesson.RecordedSamples;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Predictions;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.train.TrainingSamples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Brokers delete by record timestamp against their own clock. What was recorded in 1975 must
 * survive that, in the topics and, above all, in the changelogs that windows are restored from.
 */
final class HistoryIT {
  private static final long OLD = Instant.parse("1975-06-27T00:00:00Z").toEpochMilli();
  private static final long STEP = Duration.ofHours(6).toMillis();

  @TempDir Path directory;

  @Test
  void stateLost_storms1975On_everyWindowRestored() throws Exception {
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(
                directory.resolve("broker"),
                Map.of(
                    "log.retention.check.interval.ms", "1000",
                    "log.initial.task.delay.ms", "200"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      Configuration configuration = stream.configuration();
      StormTracks storms = StormTracks.load(configuration.csv(), stream.schema());
      Forecaster network = network(configuration, storms);
      NaiveWindows windows =
          new NaiveWindows(configuration.windows().steps(), configuration.windows().maxAge());
      Map<String, FeatureVector> last = new LinkedHashMap<>();
      int forecasts = 0;
      for (SeriesVector row : storms.rows()) {
        if (windows.put(row)) {
          last.put(row.series(), row.vector());
          forecasts += windows.window(row.series()).steps() >= 2 ? 1 : 0;
        }
      }
      try (ForecastApplication application = stream.start(network)) {
        stream.produce(storms.rows());
        stream.await("predictions", forecasts);
        assertThat(application.failure()).isNull();
      }
      assertThat(last).hasSize(342);

      awaitRetention(admin, broker.bootstrapServers());
      Folders.delete(Path.of(stream.settings().get("state.dir")));

      Map<String, Prediction> expected = new HashMap<>();
      List<SeriesVector> next = new ArrayList<>();
      last.forEach((key, vector) -> next.add(following(key, vector)));
      Forecaster.Session session = network.newSession();
      for (SeriesVector vector : next) {
        windows.put(vector);
        FeatureWindow window = windows.window(vector.series());
        if (window.steps() >= 2) {
          float[] values = new float[network.outputLength()];
          session.forecast(window, values);
          expected.put(
              vector.series(),
              Predictions.plain(
                  vector.series(), vector.vector().timeMs(), null, null, new long[0], values));
        }
      }
      try (ForecastApplication application = stream.start(network)) {
        stream.produce(next);
        Map<String, Prediction> found = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
            stream.await("predictions", forecasts + expected.size())) {
          Prediction prediction = stream.prediction(record);
          found.put(prediction.key(), prediction);
        }

        assertThat(found.keySet()).containsAll(expected.keySet());
        expected.forEach(
            (key, prediction) -> {
              assertThat(found.get(key).timeMs()).as(key).isEqualTo(prediction.timeMs());
              // The forecast is the network's of all vectors of the window: one that was lost
              // shows.
              assertThat(found.get(key).values()).as(key).containsExactly(prediction.values());
            });
        assertThat(expected).hasSize(342);
        assertThat(application.counters().events(ForecastCounters.Event.WINDOW_REBUILT))
            .isEqualTo(342);
        assertThat(stream.read("features")).hasSize(storms.rows().size() + next.size());
        assertThat(stream.read("features-dlq")).isEmpty();
      }
    }
  }

  /** The demo's settings, with room for a vector of every storm behind the last of all storms. */
  private StreamUnderTest stream(String bootstrapServers) {
    Map<String, String> settings = StormTracks.settings();
    settings.put("max.lateness", "14600d");
    settings.put("window.retention", "15000d");
    // Windows are judged by what a model makes of them alone.
    settings.put("experts", "rnn");
    settings.put("retrain.mode", "off");
    settings.put("train.epochs", "1");
    settings.put("train.hidden", "8");
    settings.remove("bootstrap.servers");
    settings.remove("application.id");
    return new StreamUnderTest(bootstrapServers, "history", directory.resolve("state"), settings);
  }

  private static Forecaster network(Configuration configuration, StormTracks storms)
      throws InvalidArtifactException {
    FeatureSchema schema = configuration.schema();
    TrainingSamples.HoldOut parts =
        Lesson.of(
                storms.rows().subList(0, 1_000),
                new RecordedSamples(schema, configuration.windows(), configuration.hygiene()),
                configuration.csv(),
                configuration.validationFraction())
            .parts();
    return new RnnModelLoader()
        .load(
            new RnnTrainer()
                .train(
                    configuration.task(schema),
                    configuration.training(),
                    parts.training(),
                    parts.validation(),
                    (epoch, epochs, training, validation) -> {}));
  }

  private static SeriesVector following(String key, FeatureVector last) {
    return new SeriesVector(key, new FeatureVector(last.timeMs() + STEP, last.values().clone()));
  }

  /**
   * Retention goes through all topics in turn: once it has emptied one that has Kafka's defaults
   * for the third time, it has looked at all others at least twice.
   */
  private static void awaitRetention(Admin admin, String bootstrapServers) throws Exception {
    NewTopic control = new NewTopic("control", Optional.of(1), Optional.empty());
    NewTopics.create(admin, control);
    TopicPartition partition = new TopicPartition(control.name(), 0);
    for (long emptied = 1; emptied <= 3; emptied++) {
      TopicRecords.produce(
          bootstrapServers,
          List.of(new ProducerRecord<>(control.name(), 0, OLD, null, "old".getBytes(UTF_8))));
      Long expected = emptied;
      await()
          .until(
              () ->
                  admin
                      .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                      .partitionResult(partition)
                      .get()
                      .offset(),
              expected::equals);
    }
  }
}
