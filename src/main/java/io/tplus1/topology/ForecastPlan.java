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
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.state.Roster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;

/** What the forecast topology is built of, as the configuration says. */
public final class ForecastPlan {
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

  private final VectorFormat format;
  private final Encoding output;
  private final ForecastSettings settings;
  final Optional<Duration> timeMaxAhead;
  final int deadLetterMaxBytes;
  private final Topics topics;
  private final int largestPrediction;
  private final int largestScore;

  private ForecastPlan(Configuration configuration, FeatureSchema schema) {
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
  public static ForecastPlan of(Configuration configuration, FeatureSchema schema) {
    return new ForecastPlan(configuration, schema);
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
    return new VectorDecoder(format, settings.hygiene().fillsFeatures());
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
