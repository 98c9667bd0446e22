package io.tplus1.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.NaiveWindows;
import io.tplus1.broker.TopicRecords;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds what is committed against what a naive model makes of the vectors that were accepted: one
 * forecast, score and sample for each that the rules give one, in order, of the right window.
 */
final class Audit {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PLAINTS = 5;

  /**
   * What was found.
   *
   * @param vectors accepted, late ones and corrections included
   * @param forecasts expected
   * @param lost forecasts, scores and samples that are absent, and acknowledged vectors
   * @param doubled what is there more often than once
   * @param wrong what is out of order, of another window, or by a model that never served
   * @param plaints some of them in words
   */
  record Result(
      int vectors, int forecasts, int lost, int doubled, int wrong, List<String> plaints) {}

  /** What is expected of a series, oldest first. */
  private static final class Expected {
    final List<Long> times = new ArrayList<>();
    final Map<Long, String> windows = new HashMap<>();
    final Map<Long, Long> offsets = new HashMap<>();
  }

  private final String bootstrapServers;
  private final Configuration configuration;
  private final Map<String, Expected> expected = new TreeMap<>();
  private final NaiveWindows naive;
  private final List<String> plaints = new ArrayList<>();
  private int vectors;
  private int lost;
  private int doubled;
  private int wrong;

  private Audit(String bootstrapServers, Configuration configuration) {
    this.bootstrapServers = bootstrapServers;
    this.configuration = configuration;
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
    Audit audit = new Audit(bootstrapServers, configuration);
    audit.expect(acknowledged);
    Set<String> models = audit.models();
    audit.predictions(models);
    audit.scores();
    audit.samples();
    audit.learnt();
    audit.deadLetters();
    audit.windows();
    return new Result(
        audit.vectors,
        audit.expected.values().stream().mapToInt(each -> each.times.size()).sum(),
        audit.lost,
        audit.doubled,
        audit.wrong,
        List.copyOf(audit.plaints));
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return TopicRecords.readCommitted(bootstrapServers, configuration.topics().name(topic));
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
      if (naive.put(new SeriesVector(key, new FeatureVector(record.timestamp(), floats)))) {
        Expected of = expected.computeIfAbsent(key, none -> new Expected());
        of.times.add(record.timestamp());
        of.windows.put(record.timestamp(), WindowHash.of(naive.window(key)));
        of.offsets.put(record.timestamp(), record.offset());
      }
    }
    int absent = missing.values().stream().mapToInt(BitSet::cardinality).sum();
    if (absent > 0) {
      lost(absent, "acknowledged vectors are not in the topic: " + missing);
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
          wrong("the pointer of epoch %d is there without its artifact".formatted(pointer.epoch()));
        }
        // Compaction may have dropped pointers, never the newest.
        if (pointer.epoch() <= epoch) {
          wrong("epoch %d follows epoch %d".formatted(pointer.epoch(), epoch));
        }
        epoch = pointer.epoch();
      }
    }
    return served;
  }

  private void predictions(Set<String> models) {
    Map<String, List<Long>> found = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read("predictions")) {
      String key = new String(record.key(), UTF_8);
      JsonNode forecast = json(record.value());
      found.computeIfAbsent(key, none -> new ArrayList<>()).add(record.timestamp());
      Expected of = expected.get(key);
      JsonNode window = forecast.get("receipt").get("window");
      if (of == null || !of.windows.containsKey(record.timestamp())) {
        doubled(1, "forecast of %s at %d of nothing".formatted(key, record.timestamp()));
      } else if (!of.windows.get(record.timestamp()).equals(window.get("hash").asText())) {
        wrong("window of %s at %d: %s".formatted(key, record.timestamp(), window));
      } else if (of.offsets.get(record.timestamp()) != window.get("lastOffset").asLong()) {
        wrong("offset of %s at %d: %s".formatted(key, record.timestamp(), window));
      }
      String model = forecast.path("model").asText();
      if (!models.contains(model)) {
        wrong("forecast of %s by %s, which no pointer named".formatted(key, model));
      }
    }
    compare("forecasts", found, 0);
  }

  private void scores() {
    Map<String, List<Long>> found = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read("scores")) {
      found
          .computeIfAbsent(new String(record.key(), UTF_8), none -> new ArrayList<>())
          .add(record.timestamp());
    }
    compare("scores", found, 1);
  }

  /** Samples bear the time of what followed; their window ends where the forecast was made. */
  private void samples() {
    if (!configuration.retrain().trains()) {
      return;
    }
    Map<String, List<Long>> found = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read("training-samples")) {
      TrainingSample sample = SampleSerde.read(record.value());
      found
          .computeIfAbsent(sample.series(), none -> new ArrayList<>())
          .add(sample.following().lastTimeMs());
    }
    compare("samples", found, 1);
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
      for (ConsumerRecord<byte[], byte[]> record :
          TopicRecords.readCommitted(bootstrapServers, changelog)) {
        if (new String(record.key(), UTF_8).equals("progress")) {
          DataInputStream progress = new DataInputStream(new ByteArrayInputStream(record.value()));
          progress.readByte();
          progress.readUTF();
          counted = progress.readLong();
        }
      }
      if (counted != read || counted == 0) {
        wrong("%d samples are counted, of %d that were read".formatted(counted, read));
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
      wrong(letters + " vectors are dead letters");
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
      for (ConsumerRecord<byte[], byte[]> record :
          TopicRecords.readCommitted(bootstrapServers, changelog)) {
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
        lost(1, "window of %s in the store".formatted(key));
      } else if (!WindowHash.of(stored.window(key)).equals(WindowHash.of(naive.window(key)))) {
        wrong("window of %s in the store".formatted(key));
      }
    }
  }

  /**
   * Each series' times once and in order.
   *
   * @param from the first vectors so many have none
   */
  private void compare(String what, Map<String, List<Long>> found, int from) {
    expected.forEach(
        (key, of) -> {
          List<Long> wanted = of.times.subList(Math.min(from, of.times.size()), of.times.size());
          List<Long> got = found.getOrDefault(key, List.of());
          if (got.equals(wanted)) {
            return;
          }
          Set<Long> once = new LinkedHashSet<>(got);
          if (once.size() < got.size()) {
            doubled(got.size() - once.size(), what + " of " + key);
          }
          Set<Long> absent = new LinkedHashSet<>(wanted);
          absent.removeAll(once);
          if (!absent.isEmpty()) {
            lost(absent.size(), what + " of " + key + " at " + absent);
          }
          List<Long> ordered = new ArrayList<>(once);
          ordered.retainAll(new HashSet<>(wanted));
          List<Long> rest = new ArrayList<>(wanted);
          rest.retainAll(once);
          if (!ordered.equals(rest)) {
            wrong(what + " of " + key + " are out of order");
          }
          if (once.size() > ordered.size()) {
            wrong(what + " of " + key + " that nothing asked for");
          }
        });
  }

  private void lost(int count, String plaint) {
    lost += count;
    plain("lost: " + plaint);
  }

  private void doubled(int count, String plaint) {
    doubled += count;
    plain("doubled: " + plaint);
  }

  private void wrong(String plaint) {
    wrong++;
    plain("wrong: " + plaint);
  }

  private void plain(String plaint) {
    if (plaints.size() < PLAINTS) {
      plaints.add(plaint);
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
