package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.Folders;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.model.ModelArtifact;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.Prediction;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.models.ModelCounters.Event;
import io.tplus1.topology.models.ModelCounters.Reject;
import io.tplus1.topology.models.Rejects;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that come by the topic {@code models}, on a real broker. */
final class HotSwapIT {
  private static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final int SERIES = 40;
  private static final int STEPS = 2;
  private static final ConstantModels MODELS =
      new ConstantModels(FeatureSchema.ofNumbers("a", "b"), STEPS);
  private static final ModelArtifact A = MODELS.of(1_000);
  private static final ModelArtifact B = MODELS.of(2_000);

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  /** Every test has topics and a state of its own. */
  private StreamUnderTest stream;

  private String name;
  private int round;

  @BeforeEach
  void name(TestInfo test) {
    name =
        test.getTestMethod().orElseThrow().getName()
            + "-"
            + Integer.toHexString(test.getDisplayName().hashCode());
    stream = stream("state");
  }

  private StreamUnderTest stream(String state) {
    return new StreamUnderTest(
        BROKER.bootstrapServers(),
        name,
        BROKER.directory().resolve(name).resolve(state),
        new TreeMap<>(
            Map.of(
                "features", "a,b",
                "window.steps", Integer.toString(STEPS),
                "history.minimum", "1",
                "window.max.age", "2d",
                "time.max.ahead", "off")));
  }

  /** One vector of every series. */
  private List<SeriesVector> nextRound() {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int s = 0; s < SERIES; s++) {
      vectors.add(
          new SeriesVector(
              "s" + s, new FeatureVector(START + round * MINUTE, new float[] {round % 100, s})));
    }
    round++;
    return vectors;
  }

  private static void awaitEvent(ModelCounters counters, Event event, long times) {
    await(event.name())
        .pollInterval(Duration.ofMillis(20))
        .until(() -> counters.events(event) >= times);
  }

  private static void awaitRunning(ForecastApplication application) {
    await("running")
        .until(() -> StartedApplication.state(application) == KafkaStreams.State.RUNNING);
  }

  /** The forecasts that models alone can have made: each names its model and has its number. */
  private void assertEachNamesItsModel(List<ConsumerRecord<byte[], byte[]>> predictions) {
    Map<String, Float> constants = Map.of(A.hash(), 1_000f, B.hash(), 2_000f);
    for (ConsumerRecord<byte[], byte[]> record : predictions) {
      Prediction prediction = stream.prediction(record);
      Float constant = constants.get(prediction.model());
      if (constant != null) {
        assertThat(prediction.values()).containsExactly(constant, constant);
      } else {
        assertThat(prediction.model()).isEqualTo("persistence");
        assertThat(prediction.values()[0]).isLessThan(100);
      }
    }
  }

  @Test
  void models_swappedUnderLoadOnTwoInstances_noRecordLostAndNoneGoesBack() throws Exception {
    StreamUnderTest second = stream("state-2");
    AtomicBoolean stop = new AtomicBoolean();
    try (ModelPublisher publisher = newPublisher();
        ForecastApplication one = stream.start(null);
        ForecastApplication two = second.start(null)) {
      awaitRunning(one);
      awaitRunning(two);
      // Until both have partitions.
      await("both forecast")
          .until(
              () -> {
                stream.produce(nextRound());
                return one.counters().forecasts() > 0 && two.counters().forecasts() > 0;
              });
      // And every partition has forecasts without a model.
      stream.await("predictions", round * SERIES);
      CompletableFuture<Void> load =
          CompletableFuture.runAsync(
              () -> {
                while (!stop.get()) {
                  stream.produce(nextRound());
                }
              });
      try {
        for (ModelArtifact model : List.of(A, B)) {
          long times = one.modelCounters().events(Event.SERVED) + 1;
          publisher.publish(model);
          for (ForecastApplication each : List.of(one, two)) {
            awaitEvent(each.modelCounters(), Event.SERVED, times);
            long before = each.counters().forecasts();
            await("forecasts by it").until(() -> each.counters().forecasts() > before + 400);
          }
        }
      } finally {
        stop.set(true); // else it goes on under the tests behind this one
      }
      load.join();

      List<ConsumerRecord<byte[], byte[]>> predictions =
          stream.await("predictions", round * SERIES);

      assertThat(predictions).hasSize(round * SERIES);
      assertEachNamesItsModel(predictions);
      Map<Integer, List<String>> models = new TreeMap<>();
      for (ConsumerRecord<byte[], byte[]> record : predictions) {
        List<String> seen = models.computeIfAbsent(record.partition(), p -> new ArrayList<>());
        String model = stream.prediction(record).model();
        if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(model)) {
          seen.add(model);
        }
      }
      assertThat(models).hasSize(4);
      assertThat(models.values())
          .allSatisfy(seen -> assertThat(seen).containsExactly("persistence", A.hash(), B.hash()));
      assertThat(one.failure()).isNull();
      assertThat(two.failure()).isNull();
    }
  }

  @Test
  void restart_stateKeptAndLost_hasTheChampionBeforeItsFirstForecast() throws Exception {
    try (ForecastApplication application = stream.start(null);
        ModelPublisher publisher = newPublisher()) {
      publisher.publish(A);
      publisher.publish(B);
      awaitEvent(application.modelCounters(), Event.SERVED, 2);
      stream.produce(nextRound());
      stream.await("predictions", SERIES);
    }
    stream.produce(nextRound());
    try (ForecastApplication kept = stream.start(null)) {
      stream.await("predictions", 2 * SERIES);
      // Not read again, but found in the store.
      assertThat(kept.modelCounters().events(Event.ARTIFACT_KEPT)).isZero();
      assertThat(kept.modelCounters().events(Event.SERVED)).isEqualTo(1);
    }
    Folders.delete(Path.of(stream.settings().get("state.dir")));
    stream.produce(nextRound());
    try (ForecastApplication lost = stream.start(null)) {
      List<ConsumerRecord<byte[], byte[]>> predictions = stream.await("predictions", 3 * SERIES);

      assertThat(predictions).hasSize(3 * SERIES);
      assertThat(predictions)
          .allSatisfy(record -> assertThat(stream.prediction(record).model()).isEqualTo(B.hash()));
      assertEachNamesItsModel(predictions);
      assertThat(lost.modelCounters().events(Event.ARTIFACT_KEPT)).isEqualTo(2);
    }
  }

  @Test
  void models_brokenAndMaliciousRecords_rejectedAndTheOldModelStays() throws Exception {
    Map<String, byte[]> bad = new LinkedHashMap<>();
    byte[] good = B.toBytes();
    ModelArtifact otherSchema =
        new ConstantModels(
                FeatureSchema.of(List.of(Feature.number("x"), Feature.number("y"))), STEPS)
            .of(3_000);
    ModelArtifact otherShape = new ConstantModels(MODELS.schema(), 5).of(3_000);
    try (ForecastApplication application = stream.start(null);
        ModelPublisher publisher = newPublisher()) {
      publisher.publish(A);
      awaitEvent(application.modelCounters(), Event.SERVED, 1);
      byte[] flipped = good.clone();
      flipped[flipped.length / 2] ^= 1;
      byte[] random = new byte[50_000];
      new Random(20261124).nextBytes(random);
      bad.put(key(1), flipped);
      bad.put(key(2), Arrays.copyOf(good, good.length / 2));
      bad.put(key(3), random);
      bad.put(key(4), zip(Map.of("a", new byte[60 << 20], "b", new byte[60 << 20])));
      bad.put(key(5), zip(Map.of("../../../tmp/x", random, "/etc/passwd", random)));
      bad.put(key(6), zip(Map.of("manifest.json", "[".repeat(1 << 20).getBytes(UTF_8))));
      bad.put(key(7), new byte[0]);
      bad.put(key(8), good);
      // It unpacks to more than the topic's messages may have.
      bad.put(key(9), new byte[ModelArtifact.MAX_BYTES + 1]);
      bad.put("no/such/key", good);
      bad.put("linear/default/joint", random);
      bad.put(ModelKeys.champion("default"), random);
      for (Map.Entry<String, byte[]> record : bad.entrySet()) {
        publisher.write(Map.of(record.getKey(), record.getValue()));
      }
      publisher.publish(otherSchema);
      publisher.publish(otherShape);
      publisher.write(Map.of(ModelKeys.champion("default"), publisher.pointer(B.hash())));
      ModelCounters counters = application.modelCounters();
      await("all rejected").until(() -> Rejects.of(counters) >= bad.size() + 3);
      stream.produce(nextRound());

      List<ConsumerRecord<byte[], byte[]>> predictions = stream.await("predictions", SERIES);

      assertThat(predictions)
          .allSatisfy(record -> assertThat(stream.prediction(record).model()).isEqualTo(A.hash()));
      // A zip that is cut between two entries is a zip, of other contents.
      assertThat(counters.rejects(Reject.BROKEN_ARTIFACT) + counters.rejects(Reject.WRONG_HASH))
          .isEqualTo(8);
      assertThat(counters.rejects(Reject.TOO_LARGE)).isEqualTo(1);
      assertThat(counters.rejects(Reject.UNKNOWN_KEY)).isEqualTo(1);
      assertThat(counters.rejects(Reject.BROKEN_LINEAR)).isEqualTo(1);
      assertThat(counters.rejects(Reject.BROKEN_POINTER)).isEqualTo(1);
      assertThat(counters.rejects(Reject.MISFIT)).isEqualTo(2);
      assertThat(counters.rejects(Reject.ARTIFACT_ABSENT)).isEqualTo(1);
      assertThat(application.failure()).isNull();

      // And it can still be replaced, with what was pointed to in vain.
      publisher.write(Map.of(ModelKeys.artifact(B.hash()), good));
      awaitEvent(counters, Event.SERVED, 2);
      stream.produce(nextRound());
      List<ConsumerRecord<byte[], byte[]>> more = stream.await("predictions", 2 * SERIES);
      assertEachNamesItsModel(more);
      assertThat(more)
          .filteredOn(r -> stream.prediction(r).model().equals(B.hash()))
          .hasSize(SERIES);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void models_abortedTransaction_neverLoads(String guarantee) throws Exception {
    stream.settings().put("processing.guarantee", guarantee);
    stream.settings().put("isolation.level", "read_uncommitted");
    stream.settings().put("global.consumer.isolation.level", "read_uncommitted");
    try (ForecastApplication application = stream.start(null);
        ModelPublisher publisher = newPublisher()) {
      publisher.publish(A);
      awaitEvent(application.modelCounters(), Event.SERVED, 1);
      publisher.publishAndAbort(B);
      // What comes behind it is read after it would have been.
      ModelArtifact last = MODELS.of(3_000);
      publisher.write(Map.of(ModelKeys.artifact(last.hash()), last.toBytes()));
      awaitEvent(application.modelCounters(), Event.ARTIFACT_KEPT, 2);
      stream.produce(nextRound());

      assertThat(stream.await("predictions", SERIES))
          .allSatisfy(record -> assertThat(stream.prediction(record).model()).isEqualTo(A.hash()));
      assertThat(application.modelCounters().events(Event.ARTIFACT_KEPT)).isEqualTo(2);
      assertThat(Rejects.of(application.modelCounters())).isZero();
    }
    // Nor after a restart that reads everything.
    Folders.delete(Path.of(stream.settings().get("state.dir")));
    try (ForecastApplication application = stream.start(null)) {
      assertThat(application.modelCounters().events(Event.ARTIFACT_KEPT)).isEqualTo(2);
      assertThat(application.modelCounters().events(Event.SERVED)).isEqualTo(1);
    }
  }

  @Test
  void models_artifactOf159MiB_passes() throws Exception {
    ModelArtifact large = MODELS.of(1_000, (int) (15.9 * (1 << 20)));
    assertThat(large.toBytes().length).isBetween((int) (15.9 * (1 << 20)), ModelArtifact.MAX_BYTES);
    try (ForecastApplication application = stream.start(null);
        ModelPublisher publisher = newPublisher()) {
      publisher.publish(large);
      awaitEvent(application.modelCounters(), Event.SERVED, 1);
      stream.produce(nextRound());

      assertThat(stream.await("predictions", SERIES))
          .allSatisfy(
              record -> assertThat(stream.prediction(record).model()).isEqualTo(large.hash()));
    }
    try (ForecastApplication kept = stream.start(null)) {
      assertThat(kept.modelCounters().events(Event.SERVED)).isEqualTo(1);
      stream.produce(nextRound());
      assertThat(stream.await("predictions", 2 * SERIES))
          .allSatisfy(
              record -> assertThat(stream.prediction(record).model()).isEqualTo(large.hash()));
    }
  }

  /** The application makes the topics; the publisher needs them. */
  private ModelPublisher newPublisher() {
    return new ModelPublisher(stream);
  }

  private static String key(int digit) {
    return ModelKeys.artifact(Integer.toString(digit).repeat(64));
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
