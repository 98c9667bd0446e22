package io.tplus1;

import io.tplus1.broker.BrokerProcess;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Provenance;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.TestTasks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * How much training slows forecasts: the time from a vector's send to its forecast's arrival, over
 * a broker in a JVM of its own, without training, with the retrain role in a process of its own at
 * nice 19, and with both roles in one JVM. Training never ends while it is measured.
 *
 * <pre>{@code
 * mvn -Pjmh -DskipTests test-compile exec:exec@isolation -Disolation.args="--rounds 3 --seconds 30"
 * }</pre>
 */
public final class IsolationBenchmark {
  private static final int FEATURES = 7;
  private static final int SERIES = 1_000;
  private static final int STEPS = 24;
  private static final Duration WARM_UP = Duration.ofSeconds(30);

  private final Path folder;
  private final String broker;
  private final int perSecond;
  private final int seconds;
  private final String cpuShare;
  private int run;

  private IsolationBenchmark(
      Path folder, String broker, int perSecond, int seconds, String cpuShare) {
    this.folder = folder;
    this.broker = broker;
    this.perSecond = perSecond;
    this.seconds = seconds;
    this.cpuShare = cpuShare;
  }

  /** Which processes run. */
  private enum Variant {
    WITHOUT_TRAINING,
    OWN_PROCESS_NICE_19,
    ONE_JVM
  }

  /** Runs every variant so many rounds, in turn, and prints a line for each. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options =
        IntStream.range(0, args.length / 2)
            .boxed()
            .collect(Collectors.toMap(i -> args[2 * i], i -> args[2 * i + 1]));
    int rounds = Integer.parseInt(options.getOrDefault("--rounds", "3"));
    int seconds = Integer.parseInt(options.getOrDefault("--seconds", "30"));
    int perSecond = Integer.parseInt(options.getOrDefault("--rate", "1000"));
    Path folder = Files.createTempDirectory("isolation");
    try (BrokerProcess broker = BrokerProcess.start(folder.resolve("broker"))) {
      IsolationBenchmark benchmark =
          new IsolationBenchmark(
              folder,
              broker.bootstrapServers(),
              perSecond,
              seconds,
              options.getOrDefault("--share", "1"));
      List<double[]> p99 = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        double[] of = new double[Variant.values().length];
        for (Variant variant : Variant.values()) {
          of[variant.ordinal()] = benchmark.measure(variant);
        }
        p99.add(of);
        System.out.printf(
            Locale.ROOT,
            "round %d: p99 with training / without: own process at nice 19 %.2f, one JVM %.2f%n",
            round + 1,
            of[1] / of[0],
            of[2] / of[0]);
      }
      for (int variant = 1; variant < Variant.values().length; variant++) {
        int which = variant;
        double[] ratios = p99.stream().mapToDouble(of -> of[which] / of[0]).sorted().toArray();
        System.out.printf(
            Locale.ROOT,
            "%s: p99 ratio, median %.2f of %s%n",
            Variant.values()[variant],
            ratios[ratios.length / 2],
            Arrays.toString(ratios));
      }
    }
  }

  private double measure(Variant variant) throws Exception {
    String name = "isolation-" + run++;
    Path config = config(name, variant);
    List<Process> processes = new ArrayList<>();
    try {
      switch (variant) {
        case WITHOUT_TRAINING -> processes.add(start(name, config, "forecast", 0));
        case OWN_PROCESS_NICE_19 -> {
          processes.add(start(name, config, "forecast", 0));
          processes.add(start(name + "-retrain", config, "retrain", 19));
        }
        case ONE_JVM -> processes.add(start(name, config, "all", 0));
      }
      double[] latencies = latencies(name);
      double p99 = latencies[(int) (latencies.length * 0.99)];
      System.out.printf(
          Locale.ROOT,
          "%-20s %,8d forecasts  p50 %6.2f ms  p99 %7.2f ms  p99.9 %7.2f ms%n",
          variant,
          latencies.length,
          latencies[latencies.length / 2],
          p99,
          latencies[(int) (latencies.length * 0.999)]);
      return p99;
    } finally {
      for (Process process : processes) {
        process.destroy();
      }
      for (Process process : processes) {
        process.waitFor();
      }
    }
  }

  private Path config(String name, Variant variant) throws IOException {
    FeatureSchema schema =
        FeatureSchema.ofNumbers(
            IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).toArray(String[]::new));
    Path model = folder.resolve("model.zip");
    if (!Files.exists(model)) {
      Files.write(
          model,
          RnnArtifacts.of(
                  TestTasks.network(
                      schema,
                      STEPS,
                      1,
                      TestTasks.settings().cell(TrainingSettings.Cell.LSTM).hidden(32).build()),
                  schema,
                  STEPS,
                  1,
                  new Provenance("benchmark", 0, 0, 1, 1, Map.of(), Map.of()),
                  List.of())
              .toBytes());
    }
    List<String> lines = new ArrayList<>();
    lines.add("application.id=" + name);
    lines.add("bootstrap.servers=" + broker);
    lines.add("features=" + String.join(",", schema.names()));
    lines.add("window.steps=" + STEPS);
    // Else nothing is forecast, nor compiled, before each series has a whole window.
    lines.add("history.minimum=1");
    lines.add("model.file=" + model);
    lines.add("http.port=0");
    for (String topic :
        List.of(
            "features",
            "predictions",
            "scores",
            "training-samples",
            "model-scores",
            "model-commands",
            "model-events",
            "models",
            "features-dlq")) {
      lines.add("topics." + topic + ".name=" + name + "-" + topic);
    }
    if (variant != Variant.WITHOUT_TRAINING) {
      // One training that does not end while it is measured.
      lines.add("retrain.mode=retrain");
      lines.add("retrain.every.samples=100");
      lines.add("retrain.first.samples=200");
      lines.add("retrain.cpu.share=" + cpuShare);
      lines.add("retrain.time.limit=1h");
      lines.add("train.cell=lstm");
      lines.add("train.epochs=100000");
    }
    Path file = folder.resolve(name + ".properties");
    Files.write(file, lines);
    return file;
  }

  private Process start(String name, Path config, String role, int nice) throws IOException {
    List<String> command = new ArrayList<>();
    if (nice > 0) {
      command.addAll(List.of("nice", "-n", Integer.toString(nice)));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            // As the launcher starts it.
            "-XX:ThreadPriorityPolicy=1",
            "-XX:JavaPriority1_To_OSPriority=19",
            "-XX:JavaPriority6_To_OSPriority=0",
            "-XX:JavaPriority7_To_OSPriority=0",
            "-XX:JavaPriority8_To_OSPriority=0",
            "-XX:JavaPriority9_To_OSPriority=0",
            "-XX:JavaPriority10_To_OSPriority=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dlogback.configurationFile=logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--config",
            config.toString(),
            "--role",
            role,
            "--set",
            "state.dir=" + folder.resolve(name + "-state")));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  /** Latencies of the measured part, in milliseconds, sorted. */
  private double[] latencies(String name) throws InterruptedException {
    Map<String, Long> sent = new ConcurrentHashMap<>();
    long total = WARM_UP.toSeconds() + seconds;
    Thread producing = new Thread(() -> produce(name + "-features", total, sent), "producer");
    List<Double> latencies = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker,
                "group.id", name + "-reader",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_uncommitted",
                "metadata.max.age.ms", "500",
                "fetch.max.wait.ms", "100"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(name + "-predictions"));
      producing.start();
      long start = System.nanoTime();
      long measureFrom = start + WARM_UP.toNanos();
      long end = start + Duration.ofSeconds(total + 2).toNanos();
      while (System.nanoTime() < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(10))) {
          long now = System.nanoTime();
          Long at = sent.remove(record.key() + '@' + record.timestamp());
          if (at != null && at >= measureFrom) {
            latencies.add((now - at) / 1e6);
          }
        }
      }
      producing.join();
    }
    if (latencies.size() < 100) {
      throw new IllegalStateException(
          "only %d forecasts came; see %s"
              .formatted(latencies.size(), folder.resolve(name + ".log")));
    }
    return latencies.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  // A lost record shows as a missing latency.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void produce(String topic, long total, Map<String, Long> sent) {
    Random random = new Random(1);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker, "linger.ms", "0"),
            new StringSerializer(),
            new ByteArraySerializer())) {
      long start = System.nanoTime();
      for (long i = 0; i < total * perSecond; i++) {
        long due = start + i * 1_000_000_000L / perSecond;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        String key = "s" + i % SERIES;
        // Each vector of a series needs a time of its own, which is also how its forecast is found.
        long timeMs = System.currentTimeMillis();
        String value =
            IntStream.range(0, FEATURES)
                .mapToObj(f -> "\"f" + f + "\":" + (float) random.nextGaussian())
                .collect(Collectors.joining(",", "{", "}"));
        sent.put(key + '@' + timeMs, System.nanoTime());
        producer.send(
            new ProducerRecord<>(topic, null, timeMs, key, value.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }
}
