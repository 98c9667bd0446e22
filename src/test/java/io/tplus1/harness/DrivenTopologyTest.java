package io.tplus1.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** How its clock and that of the driver go together. */
final class DrivenTopologyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Long> ticks = new ArrayList<>();

  /** Notes when it is woken, which it wants to be each second. */
  private final class Ticking implements Processor<byte[], byte[], byte[], byte[]> {
    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      context.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, ticks::add);
    }

    @Override
    public void process(Record<byte[], byte[]> vector) {
      throw new UnsupportedOperationException("nothing is produced");
    }
  }

  @Test
  void advance_partsOfMilliseconds_addUp() {
    Topology topology = new Topology();
    topology.addSource(
        "source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "features");
    topology.addProcessor("ticks", Ticking::new, "source");
    Configuration configuration =
        new Configuration(Map.of("features", "x", "bootstrap.servers", "none:9092"));
    HarnessClock clock = new HarnessClock(START);

    try (DrivenTopology driven =
        new DrivenTopology(topology, configuration, configuration.schema(), clock)) {
      for (int i = 0; i < 1_000; i++) {
        driven.advance(Duration.ofNanos(999_999));
      }
      assertThat(ticks).isEmpty();

      driven.advance(Duration.ofNanos(1_000));

      assertThat(ticks).containsExactly(START.plusSeconds(1).toEpochMilli());
    }
  }
}
