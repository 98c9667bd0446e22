package io.tplus1.topology;

import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.ProducerRoom;
import io.tplus1.config.TopicSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.BinaryPredictions;
import io.tplus1.serde.BinaryScores;
import io.tplus1.serde.Encoding;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Score;
import io.tplus1.serde.ScoreSerializer;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorDecoder;
import io.tplus1.serde.VectorFormat;
import io.tplus1.topology.state.ForecastLayout;
import io.tplus1.topology.state.RowLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;

/** What the forecast topology is built of, as the configuration says. */
public final class ForecastPlan {
  private final VectorFormat format;
  private final Encoding output;
  private final ForecastLayout layout;
  private final Optional<Duration> timeMaxAhead;
  private final int deadLetterMaxBytes;
  private final TopicSettings topics;
  private final int largestPrediction;
  private final int largestScore;

  private ForecastPlan(Configuration configuration, FeatureSchema schema) {
    this.format = configuration.vectorFormat(schema);
    this.output = configuration.outputEncoding();
    this.layout = layout(configuration, schema);
    RecordLimits limits = new RecordLimits(layout);
    limits.checkStates();
    limits.checkSamples();
    long request = ProducerRoom.largestForecastValue(configuration);
    this.largestPrediction = limits.largest(predictions(), request);
    this.largestScore = limits.largestScore(scores(), request);
    this.timeMaxAhead = configuration.timeMaxAhead();
    this.deadLetterMaxBytes = configuration.deadLetterMaxBytes();
    this.topics = configuration.topics();
  }

  /**
   * What the configuration asks for, with the schema that the caller has completed.
   *
   * @throws ConfigException if a record could come to be larger than can be stored or sent
   */
  public static ForecastPlan of(Configuration configuration, FeatureSchema schema) {
    return new ForecastPlan(configuration, schema);
  }

  private static ForecastLayout layout(Configuration configuration, FeatureSchema schema) {
    return new ForecastLayout(schema, ForecastSettings.of(configuration));
  }

  /**
   * Checks, for who learns before anything forecasts, that what is kept of each series can be, and
   * what is learnt from written.
   *
   * @throws ConfigException if it cannot; it says what to change
   */
  public static void requireKeepable(Configuration configuration, FeatureSchema schema) {
    RecordLimits limits = new RecordLimits(layout(configuration, schema));
    limits.checkStates();
    limits.checkSamples();
  }

  /** Bytes of a training sample of a full window, but for its series' name. */
  public static long fullSampleBytes(Configuration configuration, FeatureSchema schema) {
    ForecastSettings settings = ForecastSettings.of(configuration);
    return RecordLimits.sampleBytes(
        RowLayout.of(schema, settings), settings.windows(), settings.windows().steps());
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

  /** How far event times may lie ahead of the clock; empty for any. */
  Optional<Duration> timeMaxAhead() {
    return timeMaxAhead;
  }

  int deadLetterMaxBytes() {
    return deadLetterMaxBytes;
  }

  TopicSettings topics() {
    return topics;
  }

  ForecastLayout layout() {
    return layout;
  }

  Serializer<Prediction> predictions() {
    return output == Encoding.BINARY
        ? new BinaryPredictions(schema())
        : new PredictionSerde(schema()).serializer();
  }

  Serializer<Score> scores() {
    return output == Encoding.BINARY
        ? new BinaryScores(schema()).serializer()
        : new ScoreSerializer(schema());
  }

  /** Reads the values of {@code features} as the topology does. */
  public VectorDecoder decoder() {
    return new VectorDecoder(format, layout.settings().hygiene().fillsFeatures());
  }

  /** Whether the side topology is wanted beside this one. */
  public boolean learns() {
    return layout.settings().learning();
  }

  /** Names of the mixed experts in the order of {@code Score.experts}; empty without a mix. */
  public List<String> experts() {
    return layout.roster().names();
  }
}
