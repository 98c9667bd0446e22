package io.tplus1.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.NaiveWindows;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.feature.SeriesVector;
import io.tplus1.feature.WindowHash;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.serde.VectorSerde;
import io.tplus1.topology.retrain.RetrainNodes;
import io.tplus1.topology.state.ForecastStores;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds what is committed against what a naive model makes of the vectors that were accepted: one
 * forecast, score and sample for each that the rules give one, in order, and what they say.
 */
final class Audit {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What was found.
   *
   * @param vectors accepted, late ones and corrections included
   * @param forecasts expected
   * @param lost forecasts, scores and samples that are absent, and acknowledged vectors
   * @param doubled what is there more often than once
   * @param wrong what is out of order, by a model that never served, or says what does not follow
   *     from the vectors
   * @param plaints some of them in words
   */
  record Result(
      int vectors, int forecasts, int lost, int doubled, int wrong, List<String> plaints) {}

  private final String bootstrapServers;
  private final Configuration configuration;
  private final Function<String, List<ConsumerRecord<byte[], byte[]>>> topics;
  private final Map<String, ExpectedSeries> expected = new TreeMap<>();
  private final NaiveWindows naive;
  private final Plaints plaints = new Plaints();
  private int vectors;

  private Audit(
      String bootstrapServers,
      Configuration configuration,
      Function<String, List<ConsumerRecord<byte[], byte[]>>> topics) {
    this.bootstrapServers = bootstrapServers;
    this.configuration = configuration;
    this.topics = topics;
    this.naive = naiveWindows();
  }

  private NaiveWindows naiveWindows() {
    return new NaiveWindows(configuration.windows().steps(), configuration.windows().maxAge());
  }

  /**
   * Looks at everything that is committed; the application should have caught up and ended.
   *
   * @param acknowledged offsets of vectors that the brokers took, by partition
   */
  static Result of(
      String bootstrapServers, Configuration configuration, Map<Integer, BitSet> acknowledged) {
    return of(
        bootstrapServers,
        configuration,
        acknowledged,
        topic -> TopicRecords.readCommitted(bootstrapServers, topic));
  }

  /**
   * As above, of records that somebody else reads.
   *
   * @param topics gives what is committed in the topic of a name
   */
  static Result of(
      String bootstrapServers,
      Configuration configuration,
      Map<Integer, BitSet> acknowledged,
      Function<String, List<ConsumerRecord<byte[], byte[]>>> topics) {
    Audit audit = new Audit(bootstrapServers, configuration, topics);
    Plaints plaints = audit.plaints;
    audit.expect(acknowledged);
    ForecastsAudit forecasts = new ForecastsAudit(configuration, audit.expected, plaints);
    forecasts.predictions(audit.read("predictions"), audit.models());
    forecasts.scores(audit.read("scores"));
    forecasts.modelScores(audit.read("model-scores"));
    audit.samples();
    audit.learnt();
    audit.deadLetters();
    audit.windows();
    return new Result(
        audit.vectors,
        audit.expected.values().stream().mapToInt(each -> each.steps().size()).sum(),
        plaints.lost(),
        plaints.doubled(),
        plaints.wrong(),
        plaints.words());
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return topics.apply(configuration.topics().name(topic));
  }

  private void expect(Map<Integer, BitSet> acknowledged) {
    Map<Integer, BitSet> missing = new HashMap<>();
    acknowledged.forEach((partition, offsets) -> missing.put(partition, (BitSet) offsets.clone()));
    for (ConsumerRecord<byte[], byte[]> record : read("features")) {
      vectors++;
      missing
          .computeIfAbsent(record.partition(), none -> new BitSet())
          .clear((int) record.offset());
      String key = new String(record.key(), UTF_8);
      JsonNode values = json(record.value()).get("features");
      float[] floats = {values.get(0).floatValue(), values.get(1).floatValue()};
      FeatureVector vector = new FeatureVector(record.timestamp(), floats);
      FeatureWindow before = expected.containsKey(key) ? naive.window(key) : null;
      if (naive.put(new SeriesVector(key, vector))) {
        expected
            .computeIfAbsent(key, none -> new ExpectedSeries())
            .add(
                new ExpectedSeries.Step(
                    vector, record.partition(), record.offset(), naive.window(key), before));
      }
    }
    int absent = missing.values().stream().mapToInt(BitSet::cardinality).sum();
    if (absent > 0) {
      plaints.lost(absent, "acknowledged vectors are not in the topic: " + missing);
    }
  }

  /** Artifacts that a pointer named, and persistence; epochs grow by one. */
  private Set<String> models() {
    Set<String> served = new HashSet<>(Set.of("persistence"));
    Set<String> artifacts = new HashSet<>();
    long epoch = 0;
    for (ConsumerRecord<byte[], byte[]> record : read("models")) {
      ModelKeys.Key key = ModelKeys.parse(record.key()).orElseThrow();
      if (key instanceof ModelKeys.Artifact artifact) {
        artifacts.add(artifact.hash());
      } else if (key instanceof ModelKeys.Champion) {
        ModelPointer pointer = ModelPointerSerde.read(record.value());
        served.add(pointer.champion());
        if (!artifacts.contains(pointer.champion())) {
          plaints.wrong(
              "the pointer of epoch %d is there without its artifact".formatted(pointer.epoch()));
        }
        // Compaction may have dropped pointers, never the newest.
        if (pointer.epoch() <= epoch) {
          plaints.wrong("epoch %d follows epoch %d".formatted(pointer.epoch(), epoch));
        }
        epoch = pointer.epoch();
      }
    }
    return served;
  }

  /**
   * Each bears the vector that followed, and its window ends where the forecast was made: as the
   * store held it when that vector came, with what was late or corrected.
   */
  private void samples() {
    if (!configuration.retrain().trains()) {
      return;
    }
    Map<String, List<Long>> times = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read("training-samples")) {
      TrainingSample sample = SampleSerde.read(record.value());
      long timeMs = sample.following().lastTimeMs();
      times.computeIfAbsent(sample.series(), none -> new ArrayList<>()).add(timeMs);
      String what = " of the sample of %s at %d".formatted(sample.series(), timeMs);
      ExpectedSeries of = expected.get(sample.series());
      int place = of == null ? -1 : of.place(timeMs);
      if (place < 1) {
        plaints.doubled(1, "sample of %s at %d of nothing".formatted(sample.series(), timeMs));
        continue;
      }
      ExpectedSeries.Step step = of.step(place);
      plaints.hold("key" + what, new String(record.key(), UTF_8), configuration.modelName());
      plaints.hold("timestamp" + what, record.timestamp(), timeMs);
      plaints.hold("window" + what, sample.window().toString(), step.before().toString());
      plaints.hold(
          "following vector" + what,
          sample.following().toString(),
          FeatureWindow.of(step.vector()).toString());
      if (configuration.samples().perSecond().isEmpty()) {
        plaints.hold("weight" + what, sample.weight(), 1.0);
      }
    }
    expected.forEach(
        (key, of) ->
            plaints.once("samples of " + key, times.getOrDefault(key, List.of()), of.times(1)));
  }

  /**
   * What a retrainer has counted, however often it was killed: each sample that it has committed,
   * once. It keeps that with what else it knows, under {@code progress}: version, mode, count.
   */
  private void learnt() {
    String group = configuration.retrainApplicationId();
    String changelog = group + "-" + RetrainNodes.HISTORY + "-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      if (!admin.listTopics().names().get().contains(changelog)) {
        return; // Nobody retrained.
      }
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      long read =
          read("training-samples").stream()
              .filter(
                  record -> {
                    OffsetAndMetadata end =
                        committed.get(new TopicPartition(record.topic(), record.partition()));
                    return end != null && record.offset() < end.offset();
                  })
              .count();
      long counted = 0;
      for (ConsumerRecord<byte[], byte[]> record : topics.apply(changelog)) {
        if (new String(record.key(), UTF_8).equals("progress")) {
          DataInputStream progress = new DataInputStream(new ByteArrayInputStream(record.value()));
          progress.readByte();
          progress.readUTF();
          counted = progress.readLong();
        }
      }
      if (counted != read || counted == 0) {
        plaints.wrong("%d samples are counted, of %d that were read".formatted(counted, read));
      }
    } catch (ExecutionException | IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void deadLetters() {
    int letters = read("features-dlq").size();
    if (letters > 0) {
      plaints.wrong(letters + " vectors are dead letters");
    }
  }

  /**
   * The window store, of which its changelog is a copy: a key there is the series, the time (64
   * bits) and a number (32 bits).
   */
  private void windows() {
    NaiveWindows stored = naiveWindows();
    Set<String> found = new HashSet<>();
    String changelog =
        configuration.forecastApplicationId() + "-" + ForecastStores.VECTORS + "-changelog";
    try (VectorSerde serde = new VectorSerde(2, 0, 0)) {
      for (ConsumerRecord<byte[], byte[]> record : topics.apply(changelog)) {
        int length = record.key().length - Long.BYTES - Integer.BYTES;
        String key = new String(record.key(), 0, length, UTF_8);
        long timeMs = ByteBuffer.wrap(record.key()).getLong(length);
        float[] values = serde.deserializer().deserialize(changelog, record.value());
        stored.put(new SeriesVector(key, new FeatureVector(timeMs, values)));
        found.add(key);
      }
    }
    for (String key : expected.keySet()) {
      if (!found.contains(key)) {
        plaints.lost(1, "window of %s in the store".formatted(key));
      } else if (!WindowHash.of(stored.window(key)).equals(WindowHash.of(naive.window(key)))) {
        plaints.wrong("window of %s in the store".formatted(key));
      }
    }
  }

  private static JsonNode json(byte[] value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
