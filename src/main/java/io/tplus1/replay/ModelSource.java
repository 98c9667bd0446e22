package io.tplus1.replay;

import io.tplus1.cluster.TopicReader;
import io.tplus1.expert.LinearModel;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.Receipt;
import io.tplus1.topology.Replay;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Fetches what models a forecast names, from {@code models}. For one thread. */
final class ModelSource {
  private final TopicReader reader;
  private final String topic;
  private final String modelName;
  private final Duration keepFor;
  private final Optional<Path> path;
  private final Optional<ModelArtifact> file;

  /**
   * A source.
   *
   * @param keepFor setting {@code models.keep.ms}
   * @param path setting {@code model.file}
   * @param file what it names, which may have served as well; empty also where it is not there
   */
  ModelSource(
      TopicReader reader,
      String topic,
      String modelName,
      Duration keepFor,
      Optional<Path> path,
      Optional<ModelArtifact> file) {
    this.reader = reader;
    this.topic = topic;
    this.modelName = modelName;
    this.keepFor = keepFor;
    this.path = path;
    this.file = file;
  }

  /**
   * Models.
   *
   * @param artifact the network's; empty if the forecast names none
   * @param linear parts of the shared linear experts that are still there, by expert
   * @param from where the artifact was found
   */
  record Found(
      Optional<ModelArtifact> artifact, Map<String, LinearForecaster> linear, String from) {}

  /**
   * What a forecast names. A linear part that was replaced is left out: the receipt gives what it
   * said.
   *
   * @throws GoneException if the network is gone
   * @throws InvalidArtifactException if its bytes are broken
   */
  Found find(Prediction prediction) throws GoneException, InvalidArtifactException {
    Receipt receipt = prediction.receipt().orElseThrow();
    String hash = Replay.isByNetwork(prediction) ? prediction.model() : "";
    if (hash.isEmpty() && receipt.linear().isEmpty()) {
      return new Found(Optional.empty(), Map.of(), "");
    }
    byte[][] artifact = {null};
    long[] deletedMs = {-1};
    Map<String, LinearForecaster> linear = new HashMap<>();
    for (int p = 0; p < reader.partitions(topic).orElse(0); p++) {
      reader.read(
          new TopicPartition(topic, p),
          0,
          Long.MAX_VALUE,
          record -> {
            ModelKeys.Key key = ModelKeys.parse(record.key()).orElse(null);
            if (key instanceof ModelKeys.Artifact one && one.hash().equals(hash)) {
              artifact[0] = record.value();
              deletedMs[0] = record.value() == null ? record.timestamp() : -1;
            } else if (key instanceof ModelKeys.Linear one
                && one.modelName().equals(modelName)
                && record.value() != null) {
              part(record.value())
                  .filter(part -> part.hash().equals(receipt.linear().get(one.expert())))
                  .ifPresent(part -> linear.put(one.expert(), part));
            }
            return true;
          });
    }
    if (hash.isEmpty()) {
      return new Found(Optional.empty(), linear, "");
    }
    if (artifact[0] != null) {
      return new Found(Optional.of(ModelArtifact.read(artifact[0])), linear, topic);
    }
    if (file.isPresent() && file.get().hash().equals(hash)) {
      return new Found(file, linear, "model.file");
    }
    throw gone(hash, deletedMs[0]);
  }

  private static Optional<LinearModel> part(byte[] bytes) {
    try {
      return Optional.of(LinearModel.read(bytes));
    } catch (InvalidArtifactException e) {
      return Optional.empty(); // the application counted it
    }
  }

  private GoneException gone(String hash, long deletedMs) {
    return new GoneException(
        GoneException.Input.MODEL,
        "model %s is not in %s%s"
            .formatted(
                hash,
                topic,
                file.isPresent()
                    ? ", and model.file holds another one"
                    : path.map(absent -> ", and model.file, %s, is not there".formatted(absent))
                        .orElse(", and model.file is not set")),
        deletedMs < 0 ? null : "it was deleted at " + Instant.ofEpochMilli(deletedMs),
        "models.keep.ms, %d s here, keeps models longer that no longer serve, 256 MiB of them at most: where refreshes are frequent, set or raise retrain.every; what came from a model.file needs that file"
            .formatted(keepFor.toSeconds()));
  }
}
