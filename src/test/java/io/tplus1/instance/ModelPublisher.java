package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.config.StreamsProperties;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelPointer;
import io.tplus1.serde.ModelKeys;
import io.tplus1.serde.ModelPointerSerde;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Writes to {@code models} as the side topology does: with its producer, in transactions. */
public final class ModelPublisher implements AutoCloseable {
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private long epoch;

  public ModelPublisher(StreamUnderTest stream) {
    this.topic = stream.topic("models");
    StreamsConfig config =
        new StreamsConfig(StreamsProperties.retrain(stream.configuration(), "publisher"));
    Map<String, Object> settings = config.getProducerConfigs("publisher");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, stream.topic("models") + ".publisher");
    // A batch of zeros is small on the wire however large it is.
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
  }

  /** The artifact, then the pointer to it, in one transaction. */
  public void publish(ModelArtifact artifact) {
    write(records(artifact), true);
  }

  /** As {@link #publish}, and then thought better of. */
  public void publishAndAbort(ModelArtifact artifact) {
    write(records(artifact), false);
  }

  /** Any records, in one transaction. */
  public void write(Map<String, byte[]> records) {
    write(records, true);
  }

  private Map<String, byte[]> records(ModelArtifact artifact) {
    Map<String, byte[]> records = new LinkedHashMap<>();
    records.put(ModelKeys.artifact(artifact.hash()), artifact.toBytes());
    records.put(ModelKeys.champion("default"), pointer(artifact.hash()));
    return records;
  }

  private void write(Map<String, byte[]> records, boolean commit) {
    producer.beginTransaction();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    records.forEach(
        (key, value) ->
            sent.add(producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value))));
    producer.flush();
    try {
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("A record was not acknowledged: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }

  /** The next pointer of the model name {@code default}, as bytes. */
  public byte[] pointer(String hash) {
    ModelPointer pointer = new ModelPointer(hash, List.of(), false, ++epoch, "a test wants it");
    return new ModelPointerSerde().serializer().serialize(topic, pointer);
  }

  @Override
  public void close() {
    producer.close();
  }
}
