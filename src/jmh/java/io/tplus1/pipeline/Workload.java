package io.tplus1.pipeline;

import io.tplus1.broker.BrokerProcess;
import io.tplus1.broker.NewTopics;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.instance.Watching;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Provenance;
import io.tplus1.rnn.RawNetworks;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.training.TestTasks;
import io.tplus1.serde.Encoding;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorFormat;
import io.tplus1.serde.VectorWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker in a JVM of its own, models, and topics of vectors. */
final class Workload implements AutoCloseable {
  /** The first vectors' event time, 2025-01-01: not so far back that anything is too old. */
  static final long START_MS = 1_735_689_600_000L;

  private static final long STEP_MS = 1_000;

  /**
   * Settings that are not tplus1's user's here: by them a run is told from others, found again,
   * named in the results, or answers each vector that it is sent.
   */
  private static final Pattern OWN =
      Pattern.compile(
          "application[.]id|bootstrap[.]servers|state[.]dir|processing[.]guarantee"
              + "|auto[.]offset[.]reset|history[.]minimum|num[.]stream[.]threads|(features|output)[.]format|features|window[.]steps"
              + "|model[.]file|topics[.].*[.]name|topics[.]features[.]partitions");

  private final Path folder;
  private final BrokerProcess broker;
  private final Admin admin;

  Workload(Path folder) {
    this.folder = folder;
    this.broker = BrokerProcess.start(folder.resolve("broker"));
    this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  Path folder() {
    return folder;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Makes a topic with the settings of the contract of {@code features}. */
  void createTopic(String name, int partitions) throws ExecutionException, InterruptedException {
    NewTopic topic =
        new NewTopic(name, partitions, (short) 1)
            .configs(
                Map.of(
                    "retention.ms",
                    "-1",
                    "retention.bytes",
                    "-1",
                    "segment.ms",
                    Long.toString(Long.MAX_VALUE),
                    "message.timestamp.after.max.ms",
                    Long.toString(Long.MAX_VALUE)));
    NewTopics.create(admin, topic);
  }

  /** Deletes the topics whose names begin so. */
  void deleteTopics(String prefix) throws ExecutionException, InterruptedException {
    Set<String> topics =
        admin.listTopics().names().get().stream()
            .filter(name -> name.startsWith(prefix))
            .collect(Collectors.toSet());
    admin.deleteTopics(topics).all().get();
  }

  /**
   * The vectors of a shape and a number of series, one of each in turn, over and over. Each series
   * goes along one of up to {@value #WALKS} random walks, {@value #DIFFERENT} vectors in all, and
   * begins it anew at its end; they are written beforehand: so little else is done by whoever sends
   * them.
   */
  static final class Vectors {
    private static final int DIFFERENT = 200_000;
    private static final int WALKS = 1_000;

    private final int keys;
    private final int walks;
    private final byte[][] values;
    private final byte[][] names;
    private long next;

    Vectors(Shape shape, Encoding serde, int keys) {
      FeatureSchema schema = shape.schema();
      VectorWriter writer =
          new VectorFormat(
                  schema,
                  TimeSource.AUTO,
                  "timestamp",
                  false,
                  MissingValues.NONE,
                  Optional.of(serde))
              .writer();
      this.keys = keys;
      this.names = new byte[keys][];
      for (int k = 0; k < keys; k++) {
        names[k] = ("series-" + k).getBytes(StandardCharsets.UTF_8);
      }
      this.walks = Math.min(keys, WALKS);
      float[][] walk = new float[walks][schema.size()];
      Random random = new Random(1);
      this.values = new byte[DIFFERENT / walks * walks][];
      for (int i = 0; i < values.length; i++) {
        float[] value = walk[i % walks];
        for (int f = 0; f < value.length; f++) {
          value[f] = 0.95f * value[f] + 0.3f * (float) random.nextGaussian();
        }
        values[i] = writer.write(value);
      }
    }

    /** The next record for a topic, at its event time. */
    ProducerRecord<byte[], byte[]> next(String topic) {
      int key = (int) (next % keys);
      long round = next / keys;
      byte[] value = values[(int) ((round * walks + key % walks) % values.length)];
      long timeMs = START_MS + round * STEP_MS;
      next++;
      return new ProducerRecord<>(topic, null, timeMs, names[key], value);
    }
  }

  /** Fills a topic. */
  // A record that is lost shows as an input that ends early.
  @SuppressWarnings("FutureReturnValueIgnored")
  void preload(String topic, int partitions, Vectors vectors, long records)
      throws ExecutionException, InterruptedException {
    createTopic(topic, partitions);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers(),
            "batch.size",
            262_144,
            "linger.ms",
            20,
            "buffer.memory",
            67_108_864L);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long i = 0; i < records; i++) {
        producer.send(vectors.next(topic));
      }
    }
  }

  /** The artifact of an untrained network, whose DL4J form lies beside it. */
  Path model(Shape shape) throws IOException {
    Path file = folder.resolve("model-" + shape + ".zip");
    if (!Files.exists(file)) {
      FeatureSchema schema = shape.schema();
      ModelArtifact artifact =
          RawNetworks.artifact(
              TestTasks.network(
                  schema,
                  shape.steps,
                  1,
                  TestTasks.settings().cell(shape.cell).hidden(shape.units).build()),
              schema,
              shape.steps,
              1,
              new Provenance("benchmark", 0, 0, 1, 1, Map.of(), Map.of()),
              List.of());
      Files.write(file, artifact.toBytes());
      Files.write(dl4j(shape), artifact.entry(Dl4jNetwork.ENTRY));
    }
    return file;
  }

  Path dl4j(Shape shape) {
    return folder.resolve("model-" + shape + "-dl4j.zip");
  }

  /** Whether a setting is the benchmark's own, which none is to set over it. */
  static boolean isOwn(String setting) {
    return OWN.matcher(setting).matches();
  }

  /**
   * Settings of one run, as a file.
   *
   * @param name of the run, with which its topics begin
   * @param more settings, none of which {@link #isOwn}
   */
  Path configuration(String name, String input, Case one, Map<String, String> more)
      throws IOException {
    Shape shape = one.shape();
    String form = one.serde().name().toLowerCase(Locale.ROOT);
    Map<String, String> settings = new HashMap<>();
    settings.put("application.id", name);
    settings.put("bootstrap.servers", bootstrapServers());
    settings.put("processing.guarantee", one.guarantee());
    settings.put("num.stream.threads", Integer.toString(one.threads()));
    settings.put("features.format", form);
    settings.put("output.format", form);
    settings.put(
        "http.port",
        one.variant().isOurs() ? Integer.toString(Watching.freePortFrom(28_680)) : "0");
    settings.put("auto.offset.reset", "earliest");
    settings.put("state.dir", folder.resolve(name + "-state").toString());
    settings.put("features", String.join(",", shape.schema().names()));
    settings.put("window.steps", Integer.toString(shape.steps));
    // Else nothing is forecast, nor compiled, before each series has a whole window.
    settings.put("history.minimum", "1");
    settings.put("model.file", model(shape).toString());
    for (String topic :
        List.of(
            "predictions",
            "scores",
            "training-samples",
            "model-scores",
            "model-commands",
            "model-events",
            "models",
            "features-dlq")) {
      settings.put("topics." + topic + ".name", name + "-" + topic);
    }
    settings.put("topics.features.name", input);
    settings.put("topics.features.partitions", Integer.toString(one.threads()));
    settings.putAll(one.variant().settings(shape));
    settings.putAll(more);
    Path file = folder.resolve(name + ".properties");
    Files.write(
        file, settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    return file;
  }

  /** Removes what a run left, topics and state. */
  void clear(String run) throws ExecutionException, InterruptedException, IOException {
    deleteTopics(run + "-");
    delete(folder.resolve(run + "-state"));
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }
}
