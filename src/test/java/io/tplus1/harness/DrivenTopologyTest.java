package io.tplus1.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.config.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** How its clock and that of the driver go together, and what is left of its state. */
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

  /** Leaves something where its state lies, and may then not go on. */
  private record Stateful(AtomicReference<Path> folder, boolean fails)
      implements Processor<byte[], byte[], byte[], byte[]> {
    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      folder.set(Path.of((String) context.appConfigs().get(StreamsConfig.STATE_DIR_CONFIG)));
      try {
        Files.createFile(Files.createDirectories(folder.get().resolve("store")).resolve("file"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (fails) {
        throw new IllegalStateException("for a test");
      }
    }

    @Override
    public void process(Record<byte[], byte[]> vector) {
      throw new UnsupportedOperationException("nothing is produced");
    }
  }

  private static DrivenTopology driven(
      ProcessorSupplier<byte[], byte[], byte[], byte[]> processor, HarnessClock clock) {
    Topology topology = new Topology();
    topology.addSource(
        "source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "features");
    topology.addProcessor("processor", processor, "source");
    Configuration configuration =
        new Configuration(Map.of("features", "x", "bootstrap.servers", "none:9092"));
    return new DrivenTopology(topology, configuration, configuration.schema(), clock);
  }

  /** Or each of a suite's harnesses would leave its own in the temporary folder. */
  @Test
  void close_state_isDeleted() {
    AtomicReference<Path> folder = new AtomicReference<>();

    try (DrivenTopology driven =
        driven(() -> new Stateful(folder, false), new HarnessClock(START))) {
      driven.advance(Duration.ofSeconds(1));
      assertThat(folder.get()).isDirectory();
    }

    assertThat(folder.get()).doesNotExist();
  }

  @Test
  void constructor_topologyThatDoesNotStart_leavesNoState() {
    AtomicReference<Path> folder = new AtomicReference<>();

    assertThatExceptionOfType(StreamsException.class)
        .isThrownBy(() -> driven(() -> new Stateful(folder, true), new HarnessClock(START)))
        .withStackTraceContaining("for a test");

    assertThat(folder.get()).isNotNull().doesNotExist();
  }

  @Test
  void advance_partsOfMilliseconds_addUp() {
    try (DrivenTopology driven = driven(Ticking::new, new HarnessClock(START))) {
      for (int i = 0; i < 1_000; i++) {
        driven.advance(Duration.ofNanos(999_999));
      }
      assertThat(ticks).isEmpty();

      driven.advance(Duration.ofNanos(1_000));

      assertThat(ticks).containsExactly(START.plusSeconds(1).toEpochMilli());
    }
  }
}
