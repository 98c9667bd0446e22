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
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class BeforeCommitTest {
  private final BeforeCommit beforeCommit = new BeforeCommit();
  private final List<String> told = new ArrayList<>();

  /** As where a task begins anew on another thread before it is closed on the one that hung. */
  @Test
  void ask_taskThatBeganAnewElsewhere_tellsWhoAsked() {
    int former = beforeCommit.listen(() -> told.add("former"));
    int newer = beforeCommit.listen(() -> told.add("newer"));

    commit(former);
    assertThat(told).containsExactly("former");
    beforeCommit.forget(former);
    commit(former);
    assertThat(told).as("it is closed, and what it left is no matter of the newer").hasSize(1);
    commit(newer);
    assertThat(told).containsExactly("former", "newer");
  }

  /** A task that asks, and commits. */
  private void commit(int listener) {
    Topology topology =
        new Topology()
            .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in")
            .addProcessor("ask", () -> new Asking(listener), "in")
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
    private final int listener;
    private ProcessorContext<Void, Void> context;

    Asking(int listener) {
      this.listener = listener;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      BeforeCommit.ask(context.getStateStore(BeforeCommit.STORE), listener);
    }
  }
}
