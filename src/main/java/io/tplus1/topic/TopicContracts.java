package io.tplus1.topic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** The contracts of all topics, as {@code topics/*.yaml} on the class path has them. */
public final class TopicContracts {
  public static final String FEATURES = "features";
  public static final String PREDICTIONS = "predictions";
  public static final String SCORES = "scores";
  public static final String FEATURES_DLQ = "features-dlq";
  public static final String TRAINING_SAMPLES = "training-samples";
  public static final String MODEL_SCORES = "model-scores";
  public static final String MODEL_COMMANDS = "model-commands";
  public static final String MODEL_EVENTS = "model-events";
  public static final String MODELS = "models";

  /**
   * Ids of all topics. A class path cannot be listed, so the files are known by name; a test
   * compares the folder.
   */
  public static final List<String> IDS =
      List.of(
          FEATURES,
          PREDICTIONS,
          SCORES,
          FEATURES_DLQ,
          TRAINING_SAMPLES,
          MODEL_SCORES,
          MODEL_COMMANDS,
          MODEL_EVENTS,
          MODELS);

  private final Map<String, TopicContract> byId;

  private TopicContracts(Map<String, TopicContract> byId) {
    this.byId = byId;
  }

  /**
   * Reads all contracts.
   *
   * @throws ConfigException when a file says what no topic can be; it names the file, the field,
   *     the value found and what is expected
   */
  public static TopicContracts load() {
    Map<String, TopicContract> byId = new LinkedHashMap<>();
    for (String id : IDS) {
      byId.put(id, TopicContractFile.parse(fileName(id), id, read(fileName(id))));
    }
    byId.values().forEach(contract -> checkReferences(contract, byId));
    return new TopicContracts(byId);
  }

  /** All contracts, in a fixed order. */
  public List<TopicContract> all() {
    return List.copyOf(byId.values());
  }

  /** The contract of the topic that the program knows by this id. */
  public TopicContract get(String id) {
    TopicContract contract = byId.get(id);
    if (contract == null) {
      throw new IllegalArgumentException(
          "No topic has the id '%s', expected one of %s".formatted(id, byId.keySet()));
    }
    return contract;
  }

  static void checkReferences(TopicContract contract, Map<String, TopicContract> byId) {
    Optional<String> reference = contract.copartitionedWith();
    if (reference.isPresent() && !byId.containsKey(reference.get())) {
      throw new ConfigException(
          "%s: copartitionedWith is '%s', expected one of %s"
              .formatted(fileName(contract.id()), reference.get(), new ArrayList<>(byId.keySet())));
    }
  }

  private static String fileName(String id) {
    return "topics/" + id + ".yaml";
  }

  private static String read(String file) {
    try (InputStream in = TopicContracts.class.getResourceAsStream("/" + file)) {
      if (in == null) {
        throw new ConfigException(file + ": absent from the class path, expected in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
