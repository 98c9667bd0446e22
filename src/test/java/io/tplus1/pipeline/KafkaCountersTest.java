package io.tplus1.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaCountersTest {
  private static final String THREAD =
      "kafka.streams:type=stream-thread-metrics,thread-id=app-StreamThread-";
  private static final String CONSUMER =
      "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=app-1-consumer";
  private static final String TOPIC =
      "kafka.producer:type=producer-topic-metrics,client-id=app-1-producer,topic=";

  private final MBeanServer beans = MBeanServerFactory.newMBeanServer();
  private final KafkaCounters counters = new KafkaCounters(beans);

  /** Attributes by name, as Kafka registers them. */
  private record Metrics(Map<String, Double> values) implements DynamicMBean {
    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
      if (!values.containsKey(name)) {
        throw new AttributeNotFoundException(name);
      }
      return values.get(name);
    }

    @Override
    public void setAttribute(Attribute attribute) {
      throw new UnsupportedOperationException();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
      throw new UnsupportedOperationException();
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      return new MBeanInfo(Metrics.class.getName(), "metrics", null, null, null, null);
    }
  }

  private void register(String name, Map<String, Double> values) throws Exception {
    beans.registerMBean(new Metrics(values), new ObjectName(name));
  }

  @BeforeEach
  void register() throws Exception {
    register(THREAD + 1, Map.of("process-total", 10.0));
    register(THREAD + 2, Map.of("process-total", 5.0));
    register(CONSUMER, Map.of("bytes-consumed-total", 700.0));
    register(TOPIC + "scores", Map.of("byte-total", 90.0, "record-send-total", 3.0));
    register(TOPIC + "\"a.b\"", Map.of("byte-total", 40.0, "record-send-total", 2.0));
  }

  @Test
  void records_severalThreads_areSummed() throws Exception {
    assertThat(counters.records()).isEqualTo(15, within(0.0));
    assertThat(counters.bytesRead()).isEqualTo(700, within(0.0));
    assertThat(counters.topics())
        .isEqualTo(
            Map.of(
                "scores.bytes",
                90.0,
                "scores.records",
                3.0,
                "a.b.bytes",
                40.0,
                "a.b.records",
                2.0));
    counters.requireAll();
  }

  /** As when a client has only begun to register its metrics. */
  @Test
  void topics_attributeNotThereYet_isZero() throws Exception {
    register(TOPIC + "late", Map.of());

    assertThat(counters.topics()).containsEntry("late.bytes", 0.0);
    counters.requireAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {THREAD + "*", CONSUMER, TOPIC + "*"})
  void requireAll_metricOfAnotherName_isAnError(String pattern) throws Exception {
    for (ObjectName name : beans.queryNames(new ObjectName(pattern), null)) {
      beans.unregisterMBean(name);
      register(name.toString(), Map.of("renamed-total", 1.0));
    }

    assertThatIllegalStateException()
        .isThrownBy(counters::requireAll)
        .withMessageContaining("-total of kafka.")
        .withMessageContaining(pattern.substring(0, pattern.indexOf(',')));
  }
}
