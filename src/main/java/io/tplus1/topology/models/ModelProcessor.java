package io.tplus1.topology.models;

import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.ModelRegistry;
import io.tplus1.model.Shown;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import io.tplus1.topology.models.ModelCounters.Event;
import io.tplus1.topology.models.ModelCounters.Reject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks each record of {@code models}, keeps the sound ones, and serves the champion. Owned by the
 * global thread.
 *
 * <p>An exception here would stop the application for good, so nothing in a record makes one: what
 * is wrong is counted and logged, and changes nothing. A pointer is kept even if its artifact is
 * not there; should the artifact come later, it serves then. What is sound and does not fit this
 * stream is kept too, for an instance whose settings it fits, and what a newer version of tplus1
 * wrote, for that one.
 *
 * <p>At a start, Kafka Streams makes one such processor for the records since the last checkpoint,
 * and after it another for all that come later; each fills the registry in {@code init} with what
 * the store holds, since a champion of before the checkpoint is not read again. Each tells of the
 * first records that are wrong, and then of ever fewer.
 */
final class ModelProcessor implements Processor<byte[], byte[], Void, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(ModelProcessor.class);

  private final ModelTools tools;
  private final ModelRegistry registry;

  /** How often a record of a kind was rejected for a reason. */
  private final Map<String, Integer> rejected = new HashMap<>();

  private KeyValueStore<String, byte[]> store;

  ModelProcessor(ModelTools tools) {
    this.tools = tools;
    this.registry = tools.registry();
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    store = context.getStateStore(ModelStore.MODELS);
    Optional<ModelPointer> kept = ownPointer();
    registry.name(kept.map(ModelPointer::champion));
    kept.filter(pointer -> !isServed(pointer)).ifPresent(this::followOrGoBack);
    String prefix = ModelKeys.linearPrefix(tools.modelName());
    List<KeyValue<String, byte[]>> parts = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> found =
        store.prefixScan(prefix, new StringSerializer())) {
      found.forEachRemaining(parts::add);
    }
    for (KeyValue<String, byte[]> part : parts) {
      if (ModelKeys.parse(part.key).orElse(null) instanceof ModelKeys.Linear key
          && key.modelName().equals(tools.modelName())) {
        readLinear(part.key, part.value)
            .ifPresent(linear -> serveLinear(part.key, key.expert(), linear));
      }
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ModelKeys.Key key = ModelKeys.parse(record.key()).orElse(null);
    byte[] value = record.value();
    if (key == null) {
      reject(Reject.UNKNOWN_KEY, describe(record.key()), "no such key is written by tplus1");
    } else if (value != null && value.length > ModelArtifact.MAX_BYTES) {
      reject(
          Reject.TOO_LARGE,
          describe(record.key()),
          "at most %d bytes are expected, found %d"
              .formatted(ModelArtifact.MAX_BYTES, value.length));
    } else if (key instanceof ModelKeys.Artifact artifact) {
      artifact(artifact.hash(), value);
    } else if (key instanceof ModelKeys.Champion champion) {
      pointer(champion.modelName(), value);
    } else if (key instanceof ModelKeys.Linear linear) {
      linear(linear, value);
    }
  }

  private void artifact(String hash, byte[] value) {
    String key = ModelKeys.artifact(hash);
    if (value == null) {
      delete(key);
      return;
    }
    if (readArtifact(hash, value).isPresent()) {
      store.put(key, value);
      tools.counters().count(Event.ARTIFACT_KEPT);
      ownPointer()
          .filter(pointer -> pointer.champion().equals(hash) && !isServed(pointer))
          .ifPresent(this::follow);
    }
  }

  private Optional<ModelArtifact> readArtifact(String hash, byte[] value) {
    String key = ModelKeys.artifact(hash);
    try {
      ModelArtifact artifact = ModelArtifact.read(value);
      if (artifact.hash().equals(hash)) {
        return Optional.of(artifact);
      }
      reject(Reject.WRONG_HASH, key, "the content's hash is " + artifact.hash());
    } catch (InvalidArtifactException e) {
      unreadable(Reject.BROKEN_ARTIFACT, key, value, e);
    } catch (RuntimeException | StackOverflowError e) {
      reject(Reject.BROKEN_ARTIFACT, key, e.toString());
    }
    return Optional.empty();
  }

  /** Keeps what is not broken, but newer than this version: after an upgrade it can be read. */
  private void unreadable(Reject reason, String key, byte[] value, InvalidArtifactException e) {
    if (e.isOfNewerFormat()) {
      store.put(key, value);
      reject(Reject.NEWER_FORMAT, key, e.getMessage());
    } else {
      reject(reason, key, e.toString());
    }
  }

  private void pointer(String modelName, byte[] value) {
    String key = ModelKeys.champion(modelName);
    boolean own = modelName.equals(tools.modelName());
    if (!own) {
      tools.counters().count(Event.OTHER_MODEL);
    }
    if (value == null) {
      delete(key);
      if (own) {
        registry.name(Optional.empty());
      }
      return;
    }
    Optional<ModelPointer> pointer = read(key, value);
    if (pointer.isPresent()) {
      store.put(key, value);
      if (own) {
        registry.name(pointer.map(ModelPointer::champion));
        pointer.filter(one -> !isServed(one)).ifPresent(this::follow);
      }
    }
  }

  private void linear(ModelKeys.Linear key, byte[] value) {
    String name = ModelKeys.linear(key.modelName(), key.expert());
    boolean own = key.modelName().equals(tools.modelName());
    if (value == null) {
      delete(name);
      if (own) {
        registry.dropLinear(key.expert());
      }
    } else if (!own) {
      tools.counters().count(Event.OTHER_MODEL);
      store.put(name, value);
    } else {
      Optional<LinearForecaster> part = readLinear(name, value);
      if (part.isPresent()) {
        store.put(name, value);
        serveLinear(name, key.expert(), part.get());
      }
    }
  }

  private Optional<LinearForecaster> readLinear(String key, byte[] value) {
    try {
      return Optional.of(tools.linear().decode(value));
    } catch (InvalidArtifactException e) {
      unreadable(Reject.BROKEN_LINEAR, key, value, e);
    } catch (RuntimeException e) {
      reject(Reject.BROKEN_LINEAR, key, e.toString());
    }
    return Optional.empty();
  }

  /** Lets a linear part serve, if it fits. */
  private void serveLinear(String key, String expert, LinearForecaster part) {
    try {
      registry.serveLinear(expert, part);
      tools.counters().count(Event.LINEAR_SERVED);
    } catch (InvalidArtifactException e) {
      reject(Reject.MISFIT, key, e.getMessage());
    }
  }

  private Optional<ModelPointer> ownPointer() {
    String key = ModelKeys.champion(tools.modelName());
    byte[] value = store.get(key);
    return value == null ? Optional.empty() : read(key, value);
  }

  private Optional<ModelPointer> read(String key, byte[] value) {
    try {
      return Optional.of(ModelPointerSerde.read(value));
    } catch (SerializationException e) {
      reject(Reject.BROKEN_POINTER, key, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Whether the artifact that a pointer names serves already; the registry then notes the pointer.
   */
  private boolean isServed(ModelPointer pointer) {
    Forecaster champion = registry.champion();
    if (champion == null || !champion.modelHash().equals(pointer.champion())) {
      return false;
    }
    registry.point(pointer);
    return true;
  }

  /** Lets the artifact serve that a pointer names, if it is there and fits. */
  private void follow(ModelPointer pointer) {
    byte[] bytes = store.get(ModelKeys.artifact(pointer.champion()));
    if (bytes == null) {
      reject(
          Reject.ARTIFACT_ABSENT,
          ModelKeys.artifact(pointer.champion()),
          "epoch %d points to it, and it was not written or was rejected; %s goes on"
              .formatted(pointer.epoch(), servingNow()));
      return;
    }
    readArtifact(pointer.champion(), bytes)
        .ifPresent(artifact -> serve(artifact, Optional.of(pointer)));
  }

  /**
   * Lets the artifact serve that a pointer names; where that cannot and nothing serves, as after a
   * restart, the newest of the former champions that can.
   */
  private void followOrGoBack(ModelPointer pointer) {
    follow(pointer);
    for (String hash : pointer.previous()) {
      byte[] bytes = registry.champion() == null ? store.get(ModelKeys.artifact(hash)) : null;
      if (bytes != null) {
        LOG.warn("Champion {} cannot serve here; trying {} before it", pointer.champion(), hash);
        readArtifact(hash, bytes).ifPresent(artifact -> serve(artifact, Optional.empty()));
      }
    }
  }

  /** Lets an artifact serve, if it fits and can. */
  private void serve(ModelArtifact artifact, Optional<ModelPointer> pointer) {
    String key = ModelKeys.artifact(artifact.hash());
    try {
      Optional<String> misfit = registry.fit().misfit(artifact.manifest());
      if (misfit.isPresent()) {
        reject(Reject.MISFIT, key, misfit.get());
        return;
      }
      // One that throws on a stream thread would stop the application.
      Forecaster forecaster = ModelGuard.load(tools.loader(), artifact, registry.fit().rowWidth());
      registry.serve(forecaster, artifact.manifest(), pointer);
      tools.counters().count(Event.SERVED);
      tools.loader().served(artifact);
    } catch (InvalidArtifactException e) {
      reject(Reject.UNLOADABLE, key, e.getMessage());
    }
  }

  private void delete(String key) {
    if (store.delete(key) != null) {
      tools.counters().count(Event.DELETED);
      LOG.info("{} is deleted; {} goes on", key, servingNow());
    }
  }

  private String servingNow() {
    Forecaster champion = registry.champion();
    return champion == null ? "no model" : champion.modelHash();
  }

  private void reject(Reject reason, String what, String why) {
    tools.counters().reject(reason);
    String kind = reason == Reject.UNKNOWN_KEY ? "" : what.substring(0, what.indexOf('/'));
    int times = rejected.merge(reason + " " + kind, 1, Integer::sum);
    // The 1st, 2nd, 4th, 8th, …: what nobody compacted yet may hold thousands of one kind.
    if (Integer.bitCount(times) == 1) {
      LOG.warn("{} of models is rejected, {}: {} ({} so far)", what, reason, why, times);
    }
  }

  private static String describe(byte[] key) {
    if (key == null) {
      return "a record without a key";
    }
    return "'" + Shown.quote(new String(key, StandardCharsets.UTF_8)) + "'";
  }
}
