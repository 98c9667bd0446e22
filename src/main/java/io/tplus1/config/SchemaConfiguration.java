package io.tplus1.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.serde.VectorFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The fields of a vector as the settings name them, checked. */
final class SchemaConfiguration {
  /** Prefix of the settings that list a category's words: {@code vocabulary.NAME}. */
  static final String VOCABULARY = "vocabulary.";

  /** Stands in for the words of a category until somebody brings them. */
  private static final List<String> UNLEARNT = List.of("\u0000");

  private static final ObjectMapper ARRAYS =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final AbstractConfig config;
  private final List<Feature> features;
  private final MissingValues missingValues;

  SchemaConfiguration(AbstractConfig config) {
    this.config = config;
    this.features = parseFeatures();
    this.missingValues =
        MissingValueConfiguration.parse(config.getList("missing.values"), features);
    requireCategories();
    requireTimeField();
    unlearnt();
  }

  List<String> categoriesWithoutVocabulary() {
    return features.stream()
        .filter(feature -> feature.isCategory() && feature.vocabulary().equals(UNLEARNT))
        .map(Feature::name)
        .toList();
  }

  /** Whether a forecast can stand where a vector does: targets are the inputs, and numbers all. */
  boolean isSelfFed() {
    return indexes("inputs").equals(indexes("targets"))
        && features.stream().noneMatch(Feature::isCategory);
  }

  /** Numbers that stand for no value. */
  MissingValues missingValues() {
    return missingValues;
  }

  List<String> featureNames() {
    return features.stream().map(Feature::name).toList();
  }

  /**
   * The schema, with the words of categories that have no {@code vocabulary.NAME} from elsewhere.
   *
   * @param learnt words by feature, in id order, as a model or a training file holds them
   * @throws ConfigException if the words of a category are nowhere
   */
  FeatureSchema schema(Map<String, List<String>> learnt) {
    List<Feature> complete = new ArrayList<>();
    for (Feature feature : features) {
      if (feature.isCategory() && feature.vocabulary().equals(UNLEARNT)) {
        List<String> words = learnt.get(feature.name());
        if (words == null) {
          throw new ConfigException(
              "Category '%s' has no words: set %s%s=word,word,…, or name a model that holds them (model.file)"
                  .formatted(feature.name(), VOCABULARY, feature.name()));
        }
        complete.add(Feature.category(feature.name(), words));
      } else {
        complete.add(feature);
      }
    }
    return schema(complete);
  }

  /** The schema, with a stand-in for words that somebody else must bring. */
  FeatureSchema unlearnt() {
    return schema(features);
  }

  private FeatureSchema schema(List<Feature> complete) {
    return new FeatureSchema(complete, indexes("inputs"), indexes("targets"));
  }

  private List<Feature> parseFeatures() {
    List<String> names = config.getList("features");
    List<String> categories = config.getList("categories");
    requireSubset("categories", categories, names);
    String timeField = config.getString("time.field");
    boolean readsTime = !config.getString("time.source").equals("record");
    List<Feature> parsed = new ArrayList<>();
    for (String name : names) {
      if (name.equals(VectorFormat.FEATURES) || (readsTime && name.equals(timeField))) {
        throw new ConfigException(
            "features",
            names,
            ("'%s' has a meaning of its own in records: rename the feature, or set time.field or"
                    + " time.source")
                .formatted(name));
      }
      parsed.add(categories.contains(name) ? category(name) : number(name, names));
    }
    try {
      FeatureSchema.of(parsed);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("features", names, e.getMessage());
    }
    return List.copyOf(parsed);
  }

  private static Feature number(String name, List<String> names) {
    try {
      return Feature.number(name);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("features", names, e.getMessage());
    }
  }

  private Feature category(String name) {
    Object words = config.originals().get(VOCABULARY + name);
    if (words == null) {
      return Feature.category(name, UNLEARNT);
    }
    try {
      return Feature.category(name, words(words.toString().strip()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(VOCABULARY + name, words, e.getMessage());
    }
  }

  /** Words with commas between them, or an array of JSON, in which they may be any. */
  private static List<String> words(String text) {
    if (text.startsWith("[")) {
      try {
        return words(ARRAYS.readTree(text));
      } catch (JsonProcessingException e) {
        if (text.substring(1).stripLeading().startsWith("\"")) {
          throw new IllegalArgumentException(
              "it begins as an array of JSON, such as [\"a\",\",\"], and is none: "
                  + e.getOriginalMessage(),
              e);
        }
      }
    }
    return List.of(text.split("\\s*,\\s*", -1));
  }

  private static List<String> words(JsonNode array) {
    if (array.isEmpty()) {
      throw new IllegalArgumentException("an array of JSON must hold a word at least");
    }
    List<String> words = new ArrayList<>();
    for (JsonNode word : array) {
      if (!word.isTextual()) {
        throw new IllegalArgumentException(
            "an array of JSON must hold strings alone, found %s: write [\"1\",\"2\"] of numbers"
                .formatted(word));
      }
      words.add(word.textValue());
    }
    return words;
  }

  private void requireCategories() {
    List<String> categories = config.getList("categories");
    for (String setting : config.originals().keySet()) {
      if (setting.startsWith(VOCABULARY)) {
        String name = setting.substring(VOCABULARY.length());
        if (!categories.contains(name)) {
          throw new ConfigException(
              setting,
              config.originals().get(setting),
              "'" + name + "' is not in categories " + categories);
        }
      }
    }
  }

  private void requireTimeField() {
    if (config.getString("time.field").equals(VectorFormat.FEATURES)) {
      throw new ConfigException(
          "time.field",
          VectorFormat.FEATURES,
          "must not be '" + VectorFormat.FEATURES + "', the field that holds the vector");
    }
  }

  private List<Integer> indexes(String setting) {
    List<String> names = features.stream().map(Feature::name).toList();
    List<String> chosen = config.getList(setting);
    requireSubset(setting, chosen, names);
    if (chosen.stream().distinct().count() != chosen.size()) {
      throw new ConfigException(setting, chosen, setting + " must name each feature once");
    }
    return (chosen.isEmpty() ? names : chosen).stream().map(names::indexOf).toList();
  }

  private static void requireSubset(String setting, List<String> chosen, List<String> features) {
    for (String name : chosen) {
      if (!features.contains(name)) {
        throw new ConfigException(setting, chosen, "'" + name + "' is not in features " + features);
      }
    }
  }
}
