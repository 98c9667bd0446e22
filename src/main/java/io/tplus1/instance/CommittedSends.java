package io.tplus1.instance;

import io.tplus1.topology.rows.Commits;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What the producers of stream threads sent to the changelogs of one store, and whether it was
 * committed. A thread has one producer at a time, which it alone sends and commits by. Any thread
 * asks for what is of one.
 */
public final class CommittedSends implements Commits {
  private final String suffix;
  private final Map<String, OfProducer> threads = new ConcurrentHashMap<>();

  /**
   * @param store whose changelogs count
   */
  public CommittedSends(String store) {
    this.suffix = "-%s-changelog".formatted(store);
  }

  /** What a thread's producer tells; the same for each of them in turn. */
  OfProducer by(String thread) {
    return threads.computeIfAbsent(thread, name -> new OfProducer());
  }

  @Override
  public OfThread of(String thread) {
    return threads.get(thread);
  }

  /** Owned by one stream thread. */
  public final class OfProducer implements OfThread {
    private final Map<TopicPartition, Future<RecordMetadata>> newest = new HashMap<>();
    private long count;

    private OfProducer() {}

    void sent(ProducerRecord<byte[], byte[]> record, Future<RecordMetadata> answer) {
      if (record.partition() != null && record.topic().endsWith(suffix)) {
        newest.put(new TopicPartition(record.topic(), record.partition()), answer);
      }
    }

    void committed() {
      count++;
    }

    void givenUp() {
      newest.clear();
    }

    @Override
    public long count() {
      return count;
    }

    @Override
    public OptionalLong newest(TopicPartition partition) {
      Future<RecordMetadata> answer = newest.get(partition);
      if (answer == null || !answer.isDone()) {
        return OptionalLong.empty();
      }
      try {
        RecordMetadata sent = answer.get();
        return sent.hasOffset() ? OptionalLong.of(sent.offset()) : OptionalLong.empty();
      } catch (ExecutionException e) {
        return OptionalLong.empty(); // Then nobody has committed it.
      } catch (InterruptedException e) {
        throw new InterruptException("interrupted at an answer that was there", e);
      }
    }
  }
}
