package io.tplus1.topology;

import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.config.ProducerRoom;
import io.tplus1.config.TopicSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.BinaryPredictions;
import io.tplus1.serde.BinaryScores;
import io.tplus1.serde.Encoding;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.SampleSerde;
import io.tplus1.serde.Score;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorDecoder;
import io.tplus1.serde.VectorFormat;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.state.BeforeCommit;
import io.tplus1.topology.state.ForecastStores;
import io.tplus1.topology.state.Roster;
import io.tplus1.topology.state.SeriesRoom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The forecast topology: {@code features → decode → forecast → predictions}, beside it {@code
 * scores}, {@code features-dlq} and, where something learns, {@code training-samples} and {@code
 * model-scores}.
 *
 * <p>Names of nodes and stores are the upgrade contract: internal topics are named after them.
 */
public final class ForecastTopology {
  /** Source of feature vectors. */
  static final String FEATURES = "features";

  /** Processor that tells vectors from everything else. */
  static final String DECODE = "decode";

  /** Processor that settles, stores and forecasts. */
  static final String FORECAST = "forecast";

  /** Sink of predictions. */
  static final String PREDICTIONS = "predictions";

  /** Sink of scores. */
  static final String SCORES = "scores";

  /** Sink of training samples, where something learns. */
  static final String TRAINING_SAMPLES = "training-samples";

  /** Sink of sums of errors by model, where something learns. */
  static final String MODEL_SCORES = "model-scores";

  /** Sink of dead letters. */
  static final String DEAD_LETTERS = "features-dlq";

  /**
   * Names of the topics that the topology reads and writes.
   *
   * @param features where vectors come from
   * @param predictions where forecasts go
   * @param scores where forecasts against actuals go
   * @param trainingSamples where windows and what followed go
   * @param modelScores where sums of errors go
   * @param deadLetters where unreadable records go
   */
  public record Topics(
      String features,
      String predictions,
      String scores,
      String trainingSamples,
      String modelScores,
      String deadLetters) {}

  /** What the topology is built of. */
  public static final class Plan {
    private final VectorFormat format;
    private final Encoding output;
    private final ForecastSettings settings;
    private final Optional<Duration> timeMaxAhead;
    private final int deadLetterMaxBytes;
    private final Topics topics;
    private final int largestPrediction;
    private final int largestScore;

    private Plan(Configuration configuration, FeatureSchema schema) {
      TopicSettings names = configuration.topics();
      this.format = configuration.vectorFormat(schema);
      this.output = configuration.outputEncoding();
      this.settings = ForecastSettings.of(configuration);
      RecordLimits limits = new RecordLimits(schema, settings);
      limits.checkStates();
      long request = ProducerRoom.largestForecastValue(configuration);
      this.largestPrediction = limits.largest(predictions(), request);
      this.largestScore = limits.largestScore(scores(), request);
      this.timeMaxAhead = configuration.timeMaxAhead();
      this.deadLetterMaxBytes = configuration.deadLetterMaxBytes();
      this.topics =
          new Topics(
              names.name(TopicContracts.FEATURES),
              names.name(TopicContracts.PREDICTIONS),
              names.name(TopicContracts.SCORES),
              names.name(TopicContracts.TRAINING_SAMPLES),
              names.name(TopicContracts.MODEL_SCORES),
              names.name(TopicContracts.FEATURES_DLQ));
    }

    /**
     * What the configuration asks for, with the schema that the caller has completed.
     *
     * @throws ConfigException if a record could come to be larger than can be stored or sent
     */
    public static Plan of(Configuration configuration, FeatureSchema schema) {
      return new Plan(configuration, schema);
    }

    public Topics topics() {
      return topics;
    }

    /** Most bytes of a record of {@code predictions}, which its topic must take. */
    public int largestPrediction() {
      return largestPrediction;
    }

    /** Most bytes of a record of {@code scores}. */
    public int largestScore() {
      return largestScore;
    }

    /** Fields of a vector, in order. */
    public FeatureSchema schema() {
      return format.schema();
    }

    TimeSource timeSource() {
      return format.timeSource();
    }

    ForecastSettings settings() {
      return settings;
    }

    private Serializer<Prediction> predictions() {
      return output == Encoding.BINARY
          ? new BinaryPredictions(schema())
          : new PredictionSerde(schema()).serializer();
    }

    private Serializer<Score> scores() {
      return output == Encoding.BINARY
          ? new BinaryScores(schema()).serializer()
          : new ScoreSerializer(schema());
    }

    /** Reads the values of {@code features} as the topology does. */
    public VectorDecoder decoder() {
      return new VectorDecoder(
          format, settings.hygiene().missingFill() != HygieneSettings.Fill.OFF);
    }

    /** Whether the side topology is wanted beside this one. */
    public boolean learns() {
      return settings.learning();
    }

    /** Names of the mixed experts in the order of {@code Score.experts}; empty without a mix. */
    public List<String> experts() {
      Roster roster = new Roster(format.schema(), settings);
      return roster.mixes() ? roster.names() : List.of();
    }
  }

  private ForecastTopology() {}

  /**
   * Builds the topology.
   *
   * @param plan what it is built of
   * @param registry tells which model serves
   * @param clock tells which event times lie in the future
   * @param counters told what happens
   */
  public static Topology build(
      Plan plan, ModelRegistry registry, Clock clock, ForecastCounters counters) {
    FeatureSchema schema = plan.format.schema();
    ForecastSettings settings = plan.settings;
    boolean holes = settings.hygiene().missingFill() != HygieneSettings.Fill.OFF;
    ShortHistory.lookAhead(settings);
    ShortHistory.Said said = new ShortHistory.Said(settings);
    BeforeCommit beforeCommit = new BeforeCommit();
    SeriesRoom room = SeriesRoom.onHeap(schema, settings);
    UnknownWords unknownWords = new UnknownWords(schema, counters);
    Topology topology = new Topology();
    topology.addSource(
        (AutoOffsetReset) null, // auto.offset.reset decides
        FEATURES,
        new EventTimeExtractor(plan.format.timeSource(), clock, plan.timeMaxAhead),
        new ByteArrayDeserializer(),
        plan.decoder(),
        plan.topics.features());
    topology.addProcessor(
        DECODE,
        () ->
            new DecodeProcessor(
                settings.windows().maxLateness(),
                plan.deadLetterMaxBytes,
                unknownWords,
                counters,
                clock),
        FEATURES);
    topology.addProcessor(
        FORECAST,
        () ->
            new ForecastProcessor(
                schema,
                settings,
                registry,
                counters,
                plan.deadLetterMaxBytes,
                beforeCommit,
                room,
                said),
        DECODE);
    ForecastStores.builders(schema, settings, beforeCommit)
        .forEach(store -> topology.addStateStore(store, FORECAST));
    addSink(topology, PREDICTIONS, plan.topics.predictions(), plan.predictions());
    addSink(topology, SCORES, plan.topics.scores(), plan.scores());
    if (settings.learning()) {
      addSink(
          topology,
          TRAINING_SAMPLES,
          plan.topics.trainingSamples(),
          new SampleSerde().serializer());
      addSink(
          topology, MODEL_SCORES, plan.topics.modelScores(), new ModelScoresSerde().serializer());
    }
    topology.addSink(
        DEAD_LETTERS,
        plan.topics.deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        // What has a hole that nothing can fill is known to be a bad record only there.
        holes ? new String[] {DECODE, FORECAST} : new String[] {DECODE});
    return topology;
  }

  private static void addSink(
      Topology topology, String name, String topic, Serializer<?> valueSerializer) {
    topology.addSink(name, topic, new StringSerializer(), valueSerializer, FORECAST);
  }
}
