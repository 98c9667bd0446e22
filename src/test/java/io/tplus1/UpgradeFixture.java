package io.tplus1;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.catalogue.ModelConsole;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.StartedApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A small cluster and a state directory as a release leaves them behind, and what that release then
 * forecast of the vectors that came next.
 *
 * <p>Both roles have run: a champion was trained, promoted and pinned; windows, mixes, intervals
 * and the series' own linear experts are under way.
 *
 * @param folder holds {@code broker} and {@code state}
 */
record UpgradeFixture(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SERIES = 6;
  private static final long START = 1_767_600_000_000L;

  /** Vectors of each series that a build goes on with. */
  static final int MORE = 6;

  /**
   * Nothing of what is kept may grow too old: offsets of groups and the changelogs' records are
   * dropped by age, which is that of the release.
   */
  private static final Map<String, String> BROKER =
      Map.of(
          "offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE),
          "log.retention.check.interval.ms", Long.toString(Long.MAX_VALUE / 2),
          "log.initial.task.delay.ms", Long.toString(Long.MAX_VALUE / 2),
          "offsets.topic.num.partitions", "1",
          "transaction.state.log.num.partitions", "1");

  /** What came out of going on. */
  record Outcome(String champion, List<String> forecasts, ModelEvent unpinned) {}

  private StreamUnderTest stream(EmbeddedBroker broker) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "a");
    settings.put("window.steps", "8");
    settings.put("experts", "last,series,rnn");
    settings.put("series.lags", "2");
    settings.put("forecast.horizon", "2");
    settings.put("samples.rate", "all");
    settings.put("train.hidden", "8");
    settings.put("train.learning.rate", "0.01");
    settings.put("train.batch", "16");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.first.samples", "120");
    settings.put("retrain.first.steps", "400");
    settings.put("retrain.every.samples", "60");
    settings.put("gate.samples", "24");
    settings.put("topics.features.partitions", "2");
    settings.put("topics.training-samples.partitions", "1");
    return new StreamUnderTest(
        broker.bootstrapServers(), "upgrade", folder.resolve("state"), settings);
  }

  private static List<SeriesVector> row(int row) {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int s = 0; s < SERIES; s++) {
      float value = (float) Math.sin(0.7 * row + s);
      vectors.add(
          new SeriesVector("s" + s, new FeatureVector(START + 60_000L * row, new float[] {value})));
    }
    return vectors;
  }

  /** Runs both roles on what is in the folder. */
  private <T> T running(Work<T> work) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), BROKER);
        Retraining retraining = new Retraining()) {
      StreamUnderTest stream = stream(broker);
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
                          RetrainPlan.of(configuration, stream.schema(), Optional.empty())));
          ModelConsole console = new ModelConsole(configuration, Waits.LONG)) {
        T done = work.with(stream, registry, console);
        if (application.complaint().isPresent()) {
          throw new AssertionError(application.complaint().get());
        }
        return done;
      }
    }
  }

  private interface Work<T> {
    T with(StreamUnderTest stream, ModelRegistry registry, ModelConsole console) throws Exception;
  }

  /** Makes it with the build of now, in an empty folder; the number of vectors of each series. */
  int make() throws Exception {
    return running(
        (stream, registry, console) -> {
          int[] rows = {0};
          await("a champion")
              .pollInterval(Duration.ofMillis(100))
              .until(
                  () -> {
                    stream.produce(row(rows[0]++));
                    return registry.serving().pointer().isPresent();
                  });
          console.ask(command(ModelCommand.Kind.PIN));
          await().until(() -> pointer(registry).pinned());
          for (int i = 0; i < 12; i++) {
            stream.produce(row(rows[0]++));
          }
          stream.await("predictions", forecasts(rows[0]));
          return rows[0];
        });
  }

  /** A series forecasts once its window is full. */
  private static int forecasts(int rows) {
    return SERIES * (rows - 7);
  }

  /**
   * Goes on where it was left.
   *
   * @param rows vectors that each series has
   */
  Outcome goOn(int rows) throws Exception {
    return running(
        (stream, registry, console) -> {
          // Before the first vector: what is kept must serve, and nothing else.
          String champion = pointer(registry).champion();
          for (int i = 0; i < MORE; i++) {
            stream.produce(row(rows + i));
          }
          long since = START + 60_000L * rows;
          List<String> forecasts =
              stream.await("predictions", forecasts(rows + MORE)).stream()
                  .filter(record -> record.timestamp() >= since)
                  .sorted(
                      Comparator.comparing(StreamUnderTest::key)
                          .thenComparing(ConsumerRecord::timestamp))
                  .map(UpgradeFixture::withoutOffsets)
                  .toList();
          ModelEvent unpinned = console.ask(command(ModelCommand.Kind.UNPIN));
          return new Outcome(champion, forecasts, unpinned);
        });
  }

  private static ModelPointer pointer(ModelRegistry registry) {
    return registry.serving().pointer().orElseThrow();
  }

  private static ModelCommand command(ModelCommand.Kind kind) {
    return new ModelCommand(UUID.randomUUID().toString(), kind, Optional.empty(), START);
  }

  /** Offsets count the marks of commits too, and those come by the clock. */
  private static String withoutOffsets(ConsumerRecord<byte[], byte[]> record) {
    JsonNode json = StreamUnderTest.json(record);
    if (json.at("/receipt/window") instanceof ObjectNode window) {
      window.remove(List.of("firstOffset", "lastOffset"));
    }
    return json.toString();
  }

  /** What a release said, as it is kept beside the zip. */
  static void write(Path file, int rows, Outcome outcome) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("rows", rows).put("champion", outcome.champion());
    ArrayNode forecasts = root.putArray("forecasts");
    for (String forecast : outcome.forecasts()) {
      forecasts.add(JSON.readTree(forecast));
    }
    JSON.writeValue(file.toFile(), root);
  }

  /** Packs the folder, without what is only there for people and locks. */
  void zip(Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
        Stream<Path> paths = Files.walk(folder)) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        String name = path.getFileName().toString();
        if (name.startsWith("LOG")
            || name.startsWith("OPTIONS-")
            || name.contains("lock")
            || name.equals("LOCK")) {
          continue;
        }
        ZipEntry entry = new ZipEntry(folder.relativize(path).toString().replace('\\', '/'));
        entry.setTime(0);
        zip.putNextEntry(entry);
        Files.copy(path, zip);
        zip.closeEntry();
      }
    }
  }

  /** Unpacks into the folder. */
  UpgradeFixture unzip(Path file) {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path path = folder.resolve(entry.getName());
        Files.createDirectories(path.getParent());
        try (OutputStream out = Files.newOutputStream(path)) {
          InputStream in = zip;
          in.transferTo(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
