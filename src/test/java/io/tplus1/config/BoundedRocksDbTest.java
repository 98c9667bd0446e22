package io.tplus1.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompactionStyle;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

class BoundedRocksDbTest {
  private static final int LOWEST_PRIORITY = 19;

  @TempDir Path folder;

  @Test
  @EnabledOnOs(OS.LINUX)
  void compaction_itsThread_givesWayToAllOthers() throws Exception {
    RocksDB.loadLibrary();
    try (Options options = options("vectors");
        RocksDB store = RocksDB.open(options, folder.toString())) {
      store.put("key".getBytes(UTF_8), "value".getBytes(UTF_8));
      store.compactRange();
      assertThat(niceOf("rocksdb:low")).contains(LOWEST_PRIORITY);
    }
  }

  /** RocksDB's own way merges four at once, and writes everything about twice as often. */
  @Test
  void compaction_sevenRuns_areNotMergedYet() throws Exception {
    RocksDB.loadLibrary();
    try (Options options = options("series");
        FlushOptions flush = new FlushOptions();
        RocksDB store = RocksDB.open(options, folder.toString())) {
      for (int run = 1; run <= 7; run++) {
        store.put("key".getBytes(UTF_8), new byte[run]);
        store.flush(flush);
      }
      assertThat(store.getProperty("rocksdb.num-files-at-level0")).isEqualTo("7");
    }
  }

  /** Of what does not show before a store has hundreds of megabytes. */
  @Test
  void setConfig_store_gathersMoreAndMergesMoreAtOnceThanKafkaStreamsAlone() {
    RocksDB.loadLibrary();
    Options options = new Options().setTableFormatConfig(new BlockBasedTableConfig());
    try (options) {
      new BoundedRocksDb().setConfig("series", options, Map.of());
      assertThat(options.compactionOptionsUniversal().minMergeWidth()).isEqualTo(4);
      assertThat(options.writeBufferSize()).isEqualTo(32L << 20);
    }
  }

  /** Kafka Streams makes one setter for each store. */
  @Test
  void setConfig_twoStores_shareOneCacheThatHoldsWhatIsNotYetWritten() throws Exception {
    int written = 4 << 20;
    RocksDB.loadLibrary();
    try (Options first = options("first");
        Options second = options("second");
        RocksDB one = RocksDB.open(first, folder.resolve("first").toString());
        RocksDB other = RocksDB.open(second, folder.resolve("second").toString())) {
      assertThat(other.getLongProperty("rocksdb.block-cache-capacity"))
          .isEqualTo(BoundedRocksDb.MEMORY_BYTES);
      long before = other.getLongProperty("rocksdb.block-cache-usage");

      one.put("key".getBytes(UTF_8), new byte[written]);

      assertThat(other.getLongProperty("rocksdb.block-cache-usage") - before)
          .isGreaterThanOrEqualTo(written);
    }
  }

  /** Partitions have several each, and few of them much to write. */
  @Test
  void setConfig_hundredsOfStoresWithFewRows_stayWithinTheBoundForAll() throws Exception {
    int stores = 160;
    RocksDB.loadLibrary();
    List<AutoCloseable> opened = new ArrayList<>();
    try (WriteOptions unlogged = new WriteOptions().setDisableWAL(true)) {
      RocksDB store = null;
      for (int i = 0; i < stores; i++) {
        Options options = options("store-" + i);
        opened.add(options);
        store = RocksDB.open(options, folder.resolve("store-" + i).toString());
        opened.add(store);
        store.put(unlogged, "key".getBytes(UTF_8), new byte[4 << 10]);
      }

      assertThat(store.getLongProperty("rocksdb.block-cache-usage"))
          .isBetween(stores * (4L << 10), BoundedRocksDb.MEMORY_BYTES / 2);
    } finally {
      Collections.reverse(opened);
      for (AutoCloseable one : opened) {
        one.close();
      }
    }
  }

  /** As Kafka Streams opens a store. */
  private static Options options(String store) {
    Options options =
        new Options()
            .setCreateIfMissing(true)
            .setCompactionStyle(CompactionStyle.UNIVERSAL)
            .setWriteBufferSize(16 << 20)
            .setTableFormatConfig(new BlockBasedTableConfig());
    new BoundedRocksDb().setConfig(store, options, Map.of());
    return options;
  }

  /** What Linux says of this process's threads of a name. */
  private static List<Integer> niceOf(String thread) throws Exception {
    List<Integer> found = new ArrayList<>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).strip().equals(thread)) {
          String stat = Files.readString(task.resolve("stat"));
          // The 19th of all, of which two stand before the name's closing parenthesis.
          found.add(Integer.valueOf(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]));
        }
      }
    }
    return found;
  }
}
