package io.tplus1.config;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelFit;
import io.tplus1.model.ModelRegistry;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSettings;
import io.tplus1.serde.Encoding;
import io.tplus1.serde.TimeSource;
import io.tplus1.serde.VectorFormat;
import io.tplus1.topic.TopicContracts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * One application's settings, checked as a whole and parsed into narrow records.
 *
 * <p>Values may refer to Kafka's config providers ({@code ${file:/path:key}}); every setting that
 * is not tplus1's own goes to Kafka Streams and its clients under Kafka's own name.
 */
public final class Configuration {
  /** Event times further ahead of the clock than this are no matter of clocks that differ. */
  private static final Duration LONGEST_AHEAD = Duration.ofHours(1);

  private static final Duration LEAST_AHEAD = Duration.ofMinutes(1);

  private final AbstractConfig config;
  private final Map<String, Object> kafka;
  private final SchemaConfiguration schema;
  private final WindowSettings windows;
  private final LearningConfiguration learning;
  private final HttpSettings http;

  /**
   * Checks and parses settings. Blanks and ends of lines at the ends of a value are no part of it,
   * wherever it comes from: Kafka leaves them out of what it knows the type of, and whoever asked
   * for the same value before that would find another.
   *
   * @param settings by name; those of Kafka among them
   * @throws ConfigException naming the setting, the value found, what was expected and the remedy
   */
  public Configuration(Map<String, String> settings) {
    Map<String, String> given = new TreeMap<>(settings);
    given.replaceAll((name, value) -> value.trim());
    KnownSettings.requireKnown(given);
    this.config = new AbstractConfig(Settings.DEFINITION, given, false);
    // What a provider read may end in a line, as files do.
    Map<String, Object> resolved = new TreeMap<>(config.originals());
    resolved.replaceAll((name, value) -> value instanceof String text ? text.trim() : value);
    ProviderReferences.requireResolved(given, resolved);
    resolved.keySet().removeIf(KnownSettings::isOurs);
    // As with settings of ours an empty one is the usual one; Kafka makes a folder without a name.
    resolved.remove(StreamsConfig.STATE_DIR_CONFIG, "");
    this.kafka = resolved;
    KnownSettings.requireUsable(kafka);
    requireFinite();
    this.schema = new SchemaConfiguration(config);
    this.windows = WindowConfiguration.parse(config);
    this.learning = new LearningConfiguration(config, windows, schema.isSelfFed());
    this.http = OperationsGroup.parse(config);
    learning.requireAnySample(schema.unlearnt(), windows);
    timeMaxAhead();
    requireTopicsDiffer();
  }

  /** Kafka's own limits let NaN pass: it is neither below nor above any of them. */
  private void requireFinite() {
    config
        .values()
        .forEach(
            (name, value) -> {
              if (value instanceof Double number && !Double.isFinite(number)) {
                throw new ConfigException(name, value, "a finite number was expected");
              }
            });
  }

  /** Names of the categories without a {@code vocabulary.NAME}: a model must bring their words. */
  public List<String> categoriesWithoutVocabulary() {
    return schema.categoriesWithoutVocabulary();
  }

  /** Names of a vector's fields, in order. */
  public List<String> featureNames() {
    return schema.featureNames();
  }

  /** Whether a model, or a training file, must bring the words of a category. */
  public boolean needsVocabulary() {
    return !categoriesWithoutVocabulary().isEmpty();
  }

  /** The schema; every category needs its {@code vocabulary.NAME}. */
  public FeatureSchema schema() {
    return schema(Map.of());
  }

  /**
   * The schema, with the words of categories that have no {@code vocabulary.NAME} from elsewhere.
   *
   * @param learnt words by feature, in id order, as a model or a training file holds them
   * @throws ConfigException if the words of a category are nowhere
   */
  public FeatureSchema schema(Map<String, List<String>> learnt) {
    return schema.schema(learnt);
  }

  /** The schema with a stand-in for words that a model must bring: to plan by, not to read with. */
  public FeatureSchema unlearntSchema() {
    return schema.unlearnt();
  }

  /**
   * A registry, without a model yet, of those that fit these settings.
   *
   * @param schema with the words of its categories
   */
  public ModelRegistry registry(FeatureSchema schema) {
    return new ModelRegistry(fit(schema));
  }

  /**
   * What a model must be like to serve with these settings.
   *
   * @param schema with the words of its categories
   */
  public ModelFit fit(FeatureSchema schema) {
    return experts().fit(schema, windows());
  }

  /** How values of {@code features} are read. */
  public VectorFormat vectorFormat(FeatureSchema schema) {
    return new VectorFormat(
        schema,
        TimeSource.valueOf(Values.upper(config, "time.source")),
        config.getString("time.field"),
        config.getString("features.extra").equals("ignore"),
        this.schema.missingValues(),
        config.getString("features.format").equals("auto")
            ? Optional.empty()
            : Optional.of(encoding("features.format")));
  }

  /** How forecasts and scores are written. */
  public Encoding outputEncoding() {
    return encoding("output.format");
  }

  private Encoding encoding(String setting) {
    return Encoding.valueOf(Values.upper(config, setting));
  }

  /** Whether every value must hold its own event time. */
  public boolean readsTimeField() {
    return config.getString("time.source").equals("field");
  }

  /** How far event times may lie ahead of the clock; empty for any distance. */
  public Optional<Duration> timeMaxAhead() {
    String value = config.getString("time.max.ahead");
    if (value.equals("off")) {
      return Optional.empty();
    }
    if (value.equals("auto")) {
      Duration lateness = Durations.parse(config.getString("max.lateness"));
      Duration shorter = lateness.compareTo(LONGEST_AHEAD) < 0 ? lateness : LONGEST_AHEAD;
      return Optional.of(shorter.compareTo(LEAST_AHEAD) < 0 ? LEAST_AHEAD : shorter);
    }
    try {
      return Optional.of(Durations.parse(value));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("time.max.ahead", value, e.getMessage() + ", or auto, or off");
    }
  }

  public WindowSettings windows() {
    return windows;
  }

  public TrainingSettings training() {
    return learning.training();
  }

  /**
   * What networks that are trained map to what; logs which setting is of no use to them.
   *
   * @param schema with the words of its categories
   * @throws ConfigException if {@code train.inputs} do not fit it
   */
  public Trainer.Task task(FeatureSchema schema) {
    return learning.task(schema, windows);
  }

  /** What the network reads of a step; empty for the vectors themselves. */
  public Optional<StepInputs> stepInputs() {
    return learning.stepInputs();
  }

  public ExpertSettings experts() {
    return learning.experts();
  }

  /** The experts that forecast none of the targets. */
  public List<Expert> idleExperts() {
    return experts().idle(schema.unlearnt());
  }

  public SampleSettings samples() {
    return learning.samples();
  }

  public RetrainSettings retrain() {
    return learning.retrain();
  }

  /** Whether anything learns from training samples and model scores. */
  public boolean learns() {
    return learning.learns(schema.unlearnt());
  }

  public HygieneSettings hygiene() {
    return learning.hygiene();
  }

  public BacktestSettings backtest() {
    return BacktestSettings.parse(config);
  }

  /** How the instance is watched. */
  public HttpSettings http() {
    return http;
  }

  /** The same where it retrains alone. */
  public HttpSettings retrainHttp() {
    return OperationsGroup.parseRetraining(config);
  }

  /** Key of this application's model in {@code models}, of its samples, commands and events. */
  public String modelName() {
    return config.getString("model.name");
  }

  /** The application id of the side topology. */
  public String retrainApplicationId() {
    return config.getString("application.id") + "-retrain";
  }

  /** Part of the samples, the last in time order, that is watched and not learnt from. */
  public double validationFraction() {
    return config.getDouble("train.validation");
  }

  /** How files of recorded vectors are read. */
  public CsvSettings csv() {
    return CsvSettings.parse(config, windows.interval(), schema.missingValues());
  }

  /** Names and sizes of topics, where they depart from their contracts. */
  public TopicSettings topics() {
    Map<String, TopicSettings.Departure> departures = new HashMap<>();
    for (String topic : TopicContracts.IDS) {
      String prefix = "topics." + topic;
      departures.put(
          topic,
          new TopicSettings.Departure(
              config.getString(prefix + ".name"),
              Values.nonZero(config, prefix + ".partitions"),
              Values.nonZero(config, prefix + ".replication")));
    }
    return new TopicSettings(
        config.getBoolean("topics.create"),
        TopicSettings.isSegmentBytesSet(kafka()),
        Map.copyOf(departures));
  }

  /** Whether a stopped instance gives its partitions away, as one does that is not to come back. */
  public boolean stopLeavesGroup() {
    return config.getBoolean("stop.leaves.group");
  }

  /** Bytes of key, value and headers beyond which a dead letter is cut. */
  public int deadLetterMaxBytes() {
    return config.getInt("dead.letter.max.bytes");
  }

  /** The artifact that serves from the start. */
  public Optional<Path> modelFile() {
    return Values.optional(config, "model.file").map(Path::of);
  }

  /** The application id of the forecast topology. */
  public String forecastApplicationId() {
    return config.getString("application.id") + "-forecast";
  }

  /**
   * The brokers to start from.
   *
   * @throws ConfigException if the setting is absent
   */
  public String bootstrapServers() {
    List<String> servers = config.getList("bootstrap.servers");
    if (servers.isEmpty()) {
      throw new ConfigException(
          "bootstrap.servers is not set: name at least one broker, such as localhost:9092");
    }
    return String.join(",", servers);
  }

  /**
   * Settings that are Kafka's, under Kafka's names, with references to config providers resolved.
   *
   * @return a copy
   */
  public Map<String, Object> kafka() {
    return new TreeMap<>(kafka);
  }

  /** Whether whoever asks the brokers, by an admin client, needs security settings. */
  public boolean isSecured() {
    String name = CommonClientConfigs.SECURITY_PROTOCOL_CONFIG;
    Object plaintext = CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL;
    Object all = kafka.getOrDefault(name, plaintext);
    Object admin = kafka.getOrDefault(StreamsConfig.adminClientPrefix(name), all);
    return !admin.toString().equalsIgnoreCase(plaintext.toString());
  }

  private void requireTopicsDiffer() {
    Map<String, String> byName = new HashMap<>();
    for (String topic : TopicContracts.IDS) {
      String setting = "topics." + topic + ".name";
      String name = config.getString(setting);
      String other = byName.put(name, setting);
      if (other != null) {
        throw new ConfigException(
            setting, name, "'" + name + "' is the name of two topics, set " + other + " apart");
      }
    }
  }
}
