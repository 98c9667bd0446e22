package io.tplus1.topology.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.fault.SmallMemtables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Kafka Streams' own store of windows. */
class DiskRowsTest {
  private static final long RETENTION_MS = 300_000;
  private static final long SPAN_MS = RETENTION_MS / 2;
  private static final TopicPartition CHANGELOG = new TopicPartition("rows-changelog", 0);

  @TempDir Path directory;

  private final List<WindowStore<Bytes, byte[]>> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(WindowStore::close);
  }

  private StoreRig open(WindowStore<Bytes, byte[]> store, String folder) throws IOException {
    opened.add(store);
    return StoreRig.open(store, directory.resolve(folder), Map.of());
  }

  private static DiskRows disk() {
    return new DiskRows("rows", RowKeeping.WITH_TASKS, RETENTION_MS, SPAN_MS);
  }

  private static WindowStore<Bytes, byte[]> kafkas() {
    return Stores.persistentWindowStore(
            "rows", Duration.ofMillis(RETENTION_MS), Duration.ofMillis(1), false)
        .get();
  }

  /** Names that are the beginning of others, whose rows lie among each other. */
  private static Bytes key(int series) {
    return Bytes.wrap("s".repeat(1 + series).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_anyHistory_isAsOfKafkasStore() throws IOException {
    SplittableRandom random = new SplittableRandom(20261130);
    WindowStore<Bytes, byte[]> theirs = kafkas();
    DiskRows ours = disk();
    open(theirs, "theirs");
    open(ours, "ours");
    long timeMs = 1_000_000;
    for (int i = 0; i < 12_000; i++) {
      Bytes key = key(random.nextInt(15));
      timeMs += random.nextInt(2_000) == 0 ? RETENTION_MS : random.nextInt(300);
      // Some come late, some too late, some again, some are taken back.
      long back = random.nextInt(100) == 0 ? 2 * RETENTION_MS : 3_000;
      long at = random.nextInt(8) == 0 ? Math.max(0, timeMs - random.nextLong(back)) : timeMs;
      byte[] value = random.nextInt(30) == 0 ? null : new byte[] {(byte) i};
      theirs.put(key, value, at);
      ours.put(key, value, at);
      long from = timeMs - random.nextLong(2 * RETENTION_MS);
      long to = from + random.nextLong(RETENTION_MS);
      Bytes other = key(random.nextInt(15));
      switch (random.nextInt(200)) {
        case 0 -> same(ours.fetch(key, from, to), theirs.fetch(key, from, to));
        case 1 -> same(ours.backwardFetch(key, from, to), theirs.backwardFetch(key, from, to));
        case 2 -> assertThat(ours.fetch(other, at)).isEqualTo(theirs.fetch(other, at));
        case 3 -> same(ours.fetchAll(from, to), theirs.fetchAll(from, to));
        case 4 -> same(ours.all(), theirs.all());
        case 5 -> same(ours.fetch(key, other, from, to), theirs.fetch(key, other, from, to));
        case 6 -> same(ours.fetch(null, other, from, to), theirs.fetch(null, other, from, to));
        case 7 -> {
          theirs.close();
          ours.close();
          theirs = kafkas();
          open(theirs, "theirs");
          open(ours, "ours"); // As Kafka Streams do, the same again.
        }
        default -> {}
      }
    }
    List<String> left = StoreRig.read(ours.all());
    assertThat(left).hasSizeGreaterThan(100).isEqualTo(StoreRig.read(theirs.all()));
  }

  private static <K> void same(
      KeyValueIterator<K, byte[]> ours, KeyValueIterator<K, byte[]> theirs) {
    assertThat(StoreRig.read(ours)).isEqualTo(StoreRig.read(theirs));
  }

  @Test
  void restore_changelog_isAsIfItHadBeenPut() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    WindowStore<Bytes, byte[]> theirs = kafkas();
    DiskRows ours = disk();
    open(theirs, "theirs");
    StoreRig rig = open(ours, "ours");
    long timeMs = 1_000;
    for (int batch = 0; batch < 20; batch++) {
      List<KeyValue<byte[], byte[]>> rows = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        timeMs += random.nextInt(1_000);
        long at = timeMs - random.nextInt(500);
        Bytes key = key(random.nextInt(4));
        byte[] value = random.nextInt(10) == 0 ? null : new byte[] {(byte) i};
        rows.add(KeyValue.pair(RowKey.of(key, at), value));
        theirs.put(key, value, at);
      }
      rig.restore(rows);
      same(ours.all(), theirs.all());
    }
    assertThat(StoreRig.read(ours.all())).hasSizeGreaterThan(100);
  }

  @Test
  void committedOffset_noted_isThereAfterTheNextOpening() throws IOException {
    DiskRows store = disk();
    open(store, "store");
    assertThat(store.committedOffset(CHANGELOG)).isNull();

    store.commit(Map.of(CHANGELOG, 42L));
    store.close();
    open(store, "store");

    assertThat(store.committedOffset(CHANGELOG)).isEqualTo(42);
    assertThat(store.committedOffset(new TopicPartition("another", 0))).isNull();
    store.commit(Map.of());
    assertThat(store.committedOffset(CHANGELOG)).isNull();
  }

  @Test
  void clear_rows_areGone() throws IOException {
    DiskRows store = disk();
    open(store, "store");
    store.put(key(1), new byte[] {1}, 1_000);
    store.put(key(1), new byte[] {2}, 200_000);

    store.clear();

    assertThat(StoreRig.read(store.all())).isEmpty();
    store.put(key(1), new byte[] {3}, 200_000);
    assertThat(StoreRig.read(store.all())).hasSize(1);
  }

  /** Whoever reads windows over HTTP may do so while the store closes, or rows grow too old. */
  @Test
  void close_somebodyReads_endsThatReading() throws IOException {
    DiskRows store = disk();
    open(store, "store");
    store.put(key(1), new byte[] {1}, 1_000);
    store.put(key(1), new byte[] {2}, 2_000);
    WindowStoreIterator<byte[]> rows = store.fetch(key(1), 0, 5_000);
    assertThat(rows.next().key).isEqualTo(1_000);
    store.put(key(1), new byte[] {3}, 10 * RETENTION_MS);
    assertThat(rows.next().key).isEqualTo(2_000);
    WindowStoreIterator<byte[]> others = store.fetch(key(1), 0, 20 * RETENTION_MS);
    assertThat(others.hasNext()).isTrue();

    store.close();

    assertThatThrownBy(others::hasNext).isInstanceOf(InvalidStateStoreException.class);
    assertThatThrownBy(() -> store.fetch(key(1), 1_000))
        .isInstanceOf(InvalidStateStoreException.class)
        .hasMessageContaining("rows");
    others.close();
    rows.close();
  }

  @Test
  void init_filesThatCannotBeRead_namesTheStoreAndItsFolder() throws IOException {
    DiskRows store = disk();
    open(store, "store");
    store.put(key(1), new byte[] {1}, 1_000);
    store.close();
    Path folder = directory.resolve("store/rows");
    Files.writeString(folder.resolve("CURRENT"), "nothing\n");

    assertThatThrownBy(() -> open(disk(), "store"))
        .isInstanceOf(ProcessorStateException.class)
        .hasMessageContaining("store rows")
        .hasMessageContaining(folder.toString());
  }

  /**
   * What lies on the disk at any moment, as a kill leaves it: all rows up to some moment, none of
   * later, and an offset that is not beyond them.
   */
  @Test
  void files_atAnyMoment_holdABeginningOfAllRowsAndAnOffsetWithinIt() throws IOException {
    DiskRows store = disk();
    opened.add(store);
    Map<String, Object> small =
        Map.of("rocksdb.config.setter", SmallMemtables.class, "unused", "unused");
    StoreRig.open(store, directory.resolve("live"), small);
    int seen = 0;
    for (int i = 1; i <= 6_000; i++) {
      // Of four spans in turn, each with its own memory.
      store.put(key(i % 3), new byte[64], 1_000_000 + i % 4 * SPAN_MS / 2 + i);
      if (i % 100 == 0) {
        store.commit(Map.of(CHANGELOG, (long) i));
      }
      if (i % 1_500 == 0) {
        Path copy = directory.resolve("killed-" + i);
        StoreRig.copy(directory.resolve("live"), copy);
        DiskRows killed = disk();
        opened.add(killed);
        StoreRig.open(killed, copy, Map.of());
        Long offset = killed.committedOffset(CHANGELOG);
        int rows = StoreRig.read(killed.all()).size();
        if (offset != null) {
          seen++;
          assertThat(rows).isGreaterThanOrEqualTo(offset.intValue());
        }
        assertThat(rows).isLessThan(i);
        for (int put = 1; put <= rows; put++) {
          long at = 1_000_000 + put % 4 * SPAN_MS / 2 + put;
          assertThat(killed.fetch(key(put % 3), at)).as("row %d of %d", put, rows).isNotNull();
        }
      }
    }
    assertThat(seen).isPositive();
  }
}
