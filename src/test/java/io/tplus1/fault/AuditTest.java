package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.TopicRecords;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.SampleSerde;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an application has written passes the audit, and does not once any part of it is changed.
 */
final class AuditTest {
  private static final long START = 1_767_571_200_000L;
  private static final long STEP = 60_000;
  private static final int VECTORS = 14;

  /** Which record of a topic is changed: one behind the late vector, with others behind it. */
  private static final int CHANGED = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One change of one record.
   *
   * @param plaint what the audit is to say of it
   */
  private record Tampering(String topic, UnaryOperator<byte[]> change, String plaint) {}

  @TempDir Path directory;

  @Test
  void of_anyPartOfWhatWasWrittenChanged_complainsOfIt() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream =
          new StreamUnderTest(
              broker.bootstrapServers(),
              "audited",
              directory.resolve("state"),
              Map.of(
                  "features", "number,series",
                  "window.steps", "4",
                  "history.minimum", "1",
                  "time.max.ahead", "off",
                  "retrain.mode", "refresh",
                  "samples.rate", "all"));
      run(stream);
      Map<String, List<ConsumerRecord<byte[], byte[]>>> topics = new HashMap<>();
      Audit.Result result = audit(broker, stream, topics, Optional.empty());
      assertThat(result.plaints()).isEmpty();
      assertThat(result.vectors()).isEqualTo(VECTORS + 1);
      assertThat(result.forecasts()).isEqualTo(VECTORS - 1);
      Map<String, String> unseen = new LinkedHashMap<>();
      for (Tampering one : tamperings()) {
        List<String> plaints = audit(broker, stream, topics, Optional.of(one)).plaints();
        if (plaints.stream().noneMatch(plaint -> plaint.contains(one.plaint()))) {
          unseen.put(one.topic() + ": " + one.plaint(), plaints.toString());
        }
      }
      assertThat(unseen).as("changes of which the audit said something else").isEmpty();
    }
  }

  /** Fourteen vectors of one series, one of them late, and a correction. */
  private static void run(StreamUnderTest stream) {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int i = 0; i < VECTORS; i++) {
      // 0, 2, 3, 3, 4, 6, 7, 7, 8, ...: steps of several sizes, some of which intervals hold.
      vectors.add(vector(i, i + (i + 1) / 2 % 2));
    }
    vectors.add(4, vectors.remove(3));
    vectors.add(6, vector(5, -5));
    try (ForecastApplication application = stream.start(null)) {
      stream.produce(vectors);
      stream.await("predictions", VECTORS - 1);
      stream.await("training-samples", VECTORS - 2);
      stream.await("model-scores", 1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static SeriesVector vector(int i, float number) {
    return new SeriesVector("a", new FeatureVector(START + STEP * i, new float[] {number, 7}));
  }

  /**
   * Audits what was written.
   *
   * @param topics what was read before; what was not is put there
   */
  private static Audit.Result audit(
      EmbeddedBroker broker,
      StreamUnderTest stream,
      Map<String, List<ConsumerRecord<byte[], byte[]>>> topics,
      Optional<Tampering> tampering) {
    return Audit.of(
        broker.bootstrapServers(),
        stream.configuration(),
        Map.of(),
        topic -> {
          List<ConsumerRecord<byte[], byte[]>> records =
              new ArrayList<>(
                  topics.computeIfAbsent(
                      topic, name -> TopicRecords.readCommitted(broker.bootstrapServers(), name)));
          tampering
              .filter(one -> topic.equals(stream.topic(one.topic())))
              .ifPresent(
                  one -> {
                    int place = Math.min(CHANGED, records.size() - 1);
                    records.set(place, changed(records.get(place), one.change()));
                  });
          return records;
        });
  }

  private static ConsumerRecord<byte[], byte[]> changed(
      ConsumerRecord<byte[], byte[]> record, UnaryOperator<byte[]> change) {
    byte[] value = change.apply(record.value());
    assertThat(value).as("what is to be changed").isNotEqualTo(record.value());
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME,
        record.serializedKeySize(),
        value.length,
        record.key(),
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static List<Tampering> tamperings() {
    List<Tampering> all = new ArrayList<>();
    all.add(json("predictions", "", tree -> tree.put("key", "b"), "key of the forecast"));
    all.add(json("predictions", "", tree -> tree.put("time", 1), "time of the forecast"));
    all.add(json("predictions", "", tree -> tree.put("status", "OK"), "status of the forecast"));
    all.add(json("predictions", "", tree -> tree.put("model", "nobody"), "by nobody, which no"));
    String first = "/forecasts/0";
    all.add(json("predictions", first, tree -> tree.put("targetTime", 1), "target time of the"));
    all.add(number("predictions", first + "/values", "number", "values of the forecast"));
    all.add(number("predictions", first + "/values", "series", "values of the forecast"));
    all.add(number("predictions", first + "/lower", "number", "lower of the forecast"));
    all.add(number("predictions", first + "/upper", "number", "upper of the forecast"));
    String window = "/receipt/window";
    all.add(
        json(
            "predictions",
            window,
            tree -> tree.put("hash", "0123456789abcdef"),
            "window of the forecast"));
    all.add(number("predictions", window, "from", "window's start of the forecast"));
    all.add(number("predictions", window, "steps", "window's steps of the forecast"));
    all.add(number("predictions", window, "partition", "partition of the forecast"));
    all.add(number("predictions", window, "lastOffset", "offset of the forecast"));

    all.add(json("scores", "", tree -> tree.put("key", "b"), "key of the score"));
    all.add(number("scores", "", "time", "time of the score"));
    all.add(json("scores", "", tree -> tree.put("madeAt", 1), "madeAt of the score"));
    all.add(number("scores", "", "horizon", "horizon of the score"));
    all.add(json("scores", "", tree -> tree.put("status", "OK"), "status of the score"));
    all.add(json("scores", "", tree -> tree.put("model", "nobody"), "model of the score"));
    for (String feature : List.of("number", "series")) {
      for (String field : List.of("actual", "forecast", "error", "persistenceError")) {
        String plaint = field + " of " + feature + " of the score";
        all.add(number("scores", "/features/" + feature, field, plaint));
      }
    }
    all.add(
        json(
            "scores",
            "/features/number",
            tree -> tree.put("inside", !tree.get("inside").booleanValue()),
            "inside of number of the score"));
    all.add(
        json(
            "scores",
            "/features/number",
            tree -> tree.remove("inside"),
            "inside of number of the score"));

    all.add(sample("window of the sample", true, false, 0));
    all.add(sample("following vector of the sample", false, true, 0));
    all.add(sample("weight of the sample", false, false, 1));

    for (String sum : List.of("count", "covered", "intervals")) {
      all.add(
          json(
              "model-scores",
              "/models/persistence",
              tree -> tree.put(sum, 2 * VECTORS),
              "scores of persistence are summed"));
    }
    return all;
  }

  private static Tampering json(
      String topic, String at, Consumer<ObjectNode> change, String plaint) {
    return new Tampering(
        topic,
        value -> {
          try {
            JsonNode tree = JSON.readTree(value);
            change.accept((ObjectNode) tree.at(at));
            return JSON.writeValueAsBytes(tree);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        plaint);
  }

  /** A number that is larger by 1. */
  private static Tampering number(String topic, String at, String field, String plaint) {
    return json(
        topic,
        at,
        tree -> {
          JsonNode found = tree.required(field);
          if (found.isIntegralNumber()) {
            tree.put(field, found.longValue() + 1);
          } else {
            tree.put(field, found.floatValue() + 1);
          }
        },
        plaint);
  }

  private static Tampering sample(
      String plaint, boolean ofWindow, boolean ofFollowing, double heavier) {
    return new Tampering(
        "training-samples",
        value -> {
          TrainingSample sample = SampleSerde.read(value);
          TrainingSample other =
              new TrainingSample(
                  sample.series(),
                  ofWindow ? larger(sample.window()) : sample.window(),
                  ofFollowing ? larger(sample.following()) : sample.following(),
                  sample.weight() + heavier);
          try (SampleSerde serde = new SampleSerde()) {
            return serde.serializer().serialize("training-samples", other);
          }
        },
        plaint);
  }

  /** The window with another number at its oldest step. */
  private static FeatureWindow larger(FeatureWindow window) {
    FeatureVector[] vectors = window.toVectors();
    float[] values = vectors[0].values();
    values[0]++;
    vectors[0] = new FeatureVector(vectors[0].timeMs(), values);
    return FeatureWindow.of(vectors);
  }
}
