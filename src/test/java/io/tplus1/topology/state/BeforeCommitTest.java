package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class BeforeCommitTest {
  private static final TaskId TASK = new TaskId(0, 0);

  private final BeforeCommit beforeCommit = new BeforeCommit();
  private final List<String> told = new ArrayList<>();

  @Test
  void forget_taskThatBeganAnewElsewhere_isStillTold() {
    Runnable former = () -> told.add("former");
    beforeCommit.listen(TASK, former);
    beforeCommit.listen(TASK, () -> told.add("newer"));

    beforeCommit.forget(TASK, former);

    commit();
    assertThat(told).containsExactly("newer");
  }

  @Test
  void forget_whoListens_isToldNoMore() {
    Runnable listener = () -> told.add("listener");
    beforeCommit.listen(TASK, listener);

    beforeCommit.forget(TASK, listener);

    commit();
    assertThat(told).isEmpty();
  }

  /** A task that asks, and commits. */
  private void commit() {
    Topology topology =
        new Topology()
            .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in")
            .addProcessor("ask", Asking::new, "in")
            .addStateStore(beforeCommit.store(), "ask");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "before-commit");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    try (TopologyTestDriver driver = new TopologyTestDriver(topology, properties)) {
      driver
          .createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput(new byte[0]);
    }
  }

  private static final class Asking implements Processor<byte[], byte[], Void, Void> {
    private ProcessorContext<Void, Void> context;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      BeforeCommit.ask(context.getStateStore(BeforeCommit.STORE));
    }
  }
}
