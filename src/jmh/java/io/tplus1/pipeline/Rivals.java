package io.tplus1.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.config.Configuration;
import io.tplus1.config.ConfigurationFile;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.instance.CommittedSends;
import io.tplus1.instance.PromptClients;
import io.tplus1.serde.DecodedRecord;
import io.tplus1.serde.VectorDecoder;
import io.tplus1.serde.VectorWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What tplus1 is compared with, each a topology with tplus1's own settings of Kafka Streams. */
final class Rivals {
  private Rivals() {}

  /** Arguments: the variant, the configuration, and what the variant needs more. */
  public static void main(String[] args) throws Exception {
    Meter.start();
    Configuration configuration =
        new Configuration(ConfigurationFile.read(Path.of(args[1]), Map.of()));
    Topology topology =
        switch (Variant.valueOf(args[0])) {
          case PASS -> pass(configuration);
          case PASS_JACKSON -> passByJackson(configuration);
          case PASS_AS_MUCH -> passAsMuch(configuration, Payload.parse(args[2]));
          case NAIVE -> naive(configuration, Path.of(args[2]));
          case TPLUS1, TPLUS1_MIX, TPLUS1_RETRAIN ->
              throw new IllegalArgumentException("the command line runs this");
        };
    Properties properties = StreamsProperties.forecast(configuration, "rival");
    KafkaStreams streams =
        new KafkaStreams(topology, properties, new PromptClients(new CommittedSends("none")));
    // Whoever waits for what is measured sees that it ends.
    streams.setUncaughtExceptionHandler(
        e -> {
          e.printStackTrace();
          Runtime.getRuntime().halt(3);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  streams.close(Duration.ofSeconds(10));
                  end.countDown();
                }));
    streams.start();
    end.await();
  }

  private static Topology pass(Configuration configuration) {
    FeatureSchema schema = configuration.schema();
    VectorWriter vectors = configuration.vectorFormat(schema).writer();
    return pass(
        configuration,
        new VectorDecoder(configuration.vectorFormat(schema), false),
        (String topic, DecodedRecord vector) -> vectors.write(vector.values()));
  }

  private static Topology passByJackson(Configuration configuration) {
    JacksonVectors vectors = new JacksonVectors(configuration.featureNames());
    return pass(
        configuration,
        (topic, value) -> vectors.read(value),
        (String topic, float[] vector) -> vectors.write(vector));
  }

  private static <V> Topology pass(
      Configuration configuration, Deserializer<V> reading, Serializer<V> writing) {
    Topology topology = new Topology();
    topology.addSource(
        "in", new StringDeserializer(), reading, configuration.topics().name("features"));
    topology.addSink(
        "out", configuration.topics().name("predictions"), new StringSerializer(), writing, "in");
    return topology;
  }

  /**
   * Records that are written for each one read.
   *
   * @param topic where to
   * @param bytes length of a value
   * @param share how many for one that is read, possibly a fraction
   */
  record Payload(String topic, int bytes, double share) {
    /** As {@link #toString} writes them, with commas between them. */
    static List<Payload> parse(String text) {
      List<Payload> payloads = new ArrayList<>();
      for (String one : text.split(",", -1)) {
        String[] parts = one.split(":", -1);
        payloads.add(
            new Payload(parts[0], Integer.parseInt(parts[1]), Double.parseDouble(parts[2])));
      }
      return payloads;
    }

    @Override
    public String toString() {
      return topic + ":" + bytes + ":" + share;
    }
  }

  private static Topology passAsMuch(Configuration configuration, List<Payload> payloads) {
    Topology topology = new Topology();
    topology.addSource(
        "in",
        new StringDeserializer(),
        new VectorDecoder(configuration.vectorFormat(configuration.schema()), false),
        configuration.topics().name("features"));
    topology.addProcessor("copy", () -> new Copies(payloads), "in");
    for (Payload payload : payloads) {
      topology.addSink(
          payload.topic(),
          payload.topic(),
          new StringSerializer(),
          new ByteArraySerializer(),
          "copy");
    }
    return topology;
  }

  private static final class Copies implements Processor<String, DecodedRecord, String, byte[]> {
    private final List<Payload> payloads;
    private final byte[][] values;
    private final double[] due;
    private ProcessorContext<String, byte[]> context;

    Copies(List<Payload> payloads) {
      this.payloads = payloads;
      this.values = payloads.stream().map(one -> new byte[one.bytes()]).toArray(byte[][]::new);
      this.due = new double[values.length];
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
      context = processorContext;
    }

    @Override
    public void process(Record<String, DecodedRecord> record) {
      for (int i = 0; i < values.length; i++) {
        for (due[i] += payloads.get(i).share(); due[i] >= 1; due[i]--) {
          context.forward(
              new Record<>(record.key(), values[i].clone(), record.timestamp()),
              payloads.get(i).topic());
        }
      }
    }
  }

  private static Topology naive(Configuration configuration, Path network) {
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    Topology topology = new Topology();
    topology.addSource(
        "in",
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        configuration.topics().name("features"));
    topology.addProcessor("forecast", () -> new Naive(configuration, network), "in");
    topology.addStateStore(
        Stores.windowStoreBuilder(
            Stores.persistentWindowStore(
                "vectors", Duration.ofDays(8), Duration.ofMillis(1), false),
            Serdes.String(),
            Serdes.ByteArray()),
        "forecast");
    topology.addSink(
        "out",
        configuration.topics().name("predictions"),
        new StringSerializer(),
        new ByteArraySerializer(),
        "forecast");
    return topology;
  }

  private static final class Naive implements Processor<String, byte[], String, byte[]> {
    private final ObjectMapper mapper = new ObjectMapper();
    private final List<String> names;
    private final int steps;
    private final MultiLayerNetwork network;
    private ProcessorContext<String, byte[]> context;
    private WindowStore<String, byte[]> store;

    Naive(Configuration configuration, Path file) {
      this.names = configuration.featureNames();
      this.steps = configuration.windows().steps();
      try {
        this.network = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void init(ProcessorContext<String, byte[]> processorContext) {
      context = processorContext;
      store = context.getStateStore("vectors");
    }

    @Override
    public void process(Record<String, byte[]> record) {
      store.put(record.key(), record.value(), record.timestamp());
      List<JsonNode> window = new ArrayList<>();
      try (WindowStoreIterator<byte[]> newest =
          store.backwardFetch(record.key(), 0, record.timestamp())) {
        while (newest.hasNext() && window.size() < steps) {
          window.add(0, mapper.readTree(newest.next().value));
        }
        if (window.size() < steps) {
          return; // So that windows are soon whole, and all that is measured are.
        }
        INDArray input = Nd4j.create(1, names.size(), window.size());
        for (int step = 0; step < window.size(); step++) {
          for (int f = 0; f < names.size(); f++) {
            input.putScalar(0, f, step, window.get(step).get(names.get(f)).asDouble());
          }
        }
        INDArray output = network.output(input);
        ObjectNode forecast = mapper.createObjectNode();
        for (int f = 0; f < names.size(); f++) {
          forecast.put(names.get(f), output.getDouble(f));
        }
        context.forward(record.withValue(mapper.writeValueAsBytes(forecast)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
