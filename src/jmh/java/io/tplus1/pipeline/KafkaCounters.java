package io.tplus1.pipeline;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** What Kafka's clients count anyway, read by the names that Kafka gives it. */
final class KafkaCounters {
  private static final Counter PROCESSED =
      new Counter("kafka.streams:type=stream-thread-metrics,thread-id=*", "process-total");
  private static final Counter CONSUMED =
      new Counter(
          "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*-consumer",
          "bytes-consumed-total");
  private static final Counter RESTORED =
      new Counter(
          "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*restore-consumer",
          "records-consumed-total");
  private static final String TOPICS =
      "kafka.producer:type=producer-topic-metrics,client-id=*,topic=*";
  private static final Counter BYTES_SENT = new Counter(TOPICS, "byte-total");
  private static final Counter RECORDS_SENT = new Counter(TOPICS, "record-send-total");

  private final MBeanServer beans;

  private record Counter(String pattern, String attribute) {}

  KafkaCounters(MBeanServer beans) {
    this.beans = beans;
  }

  /** Records that the stream threads have processed. */
  double records() throws JMException {
    return sum(PROCESSED);
  }

  double bytesRead() throws JMException {
    return sum(CONSUMED);
  }

  double restored() throws JMException {
    return sum(RESTORED);
  }

  /** What was written: {@code topic.bytes} and {@code topic.records}. */
  Map<String, Double> topics() throws JMException {
    Map<String, Double> topics = new TreeMap<>();
    for (ObjectName name : beans.queryNames(new ObjectName(TOPICS), null)) {
      String topic = name.getKeyProperty("topic").replace("\"", "");
      topics.merge(topic + ".bytes", number(name, BYTES_SENT), Double::sum);
      topics.merge(topic + ".records", number(name, RECORDS_SENT), Double::sum);
    }
    return topics;
  }

  /**
   * Refuses to take for nothing what Kafka names otherwise by now. For when records have been read
   * and written: before that, what has not begun is not there either.
   *
   * @throws IllegalStateException if a counter is not there
   */
  void requireAll() throws JMException {
    for (Counter counter : List.of(PROCESSED, CONSUMED, BYTES_SENT, RECORDS_SENT)) {
      require(counter);
    }
  }

  /**
   * Fails unless Kafka counts records at all.
   *
   * @throws IllegalStateException if it does not
   */
  void requireRecords() throws JMException {
    require(PROCESSED);
  }

  private void require(Counter counter) throws JMException {
    boolean found = false;
    for (ObjectName name : beans.queryNames(new ObjectName(counter.pattern), null)) {
      try {
        beans.getAttribute(name, counter.attribute);
        found = true;
      } catch (AttributeNotFoundException | InstanceNotFoundException e) {
        // Of another client, perhaps.
      }
    }
    if (!found) {
      throw new IllegalStateException(
          "Kafka counts no %s of %s: does it have another name by now?"
              .formatted(counter.attribute, counter.pattern));
    }
  }

  private double sum(Counter counter) throws JMException {
    double sum = 0;
    for (ObjectName name : beans.queryNames(new ObjectName(counter.pattern), null)) {
      sum += number(name, counter);
    }
    return sum;
  }

  private double number(ObjectName name, Counter counter) throws JMException {
    try {
      return ((Number) beans.getAttribute(name, counter.attribute)).doubleValue();
    } catch (AttributeNotFoundException | InstanceNotFoundException e) {
      return 0; // Kafka has not come to it yet; in the end, requireAll tells.
    }
  }
}
