package io.tplus1.topology.rows;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;

/** A store that was opened, and can be restored. */
final class StoreRig {
  private final AtomicReference<StateRestoreCallback> restoring = new AtomicReference<>();

  private StoreRig() {}

  static StoreRig open(WindowStore<Bytes, byte[]> store, Path folder, Map<String, Object> settings)
      throws IOException {
    Files.createDirectories(folder);
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rows");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    properties.putAll(settings);
    MockProcessorContext<Object, Object> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), folder.toFile());
    context.setRecordMetadata("features", 0, 0);
    StoreRig rig = new StoreRig();
    boolean isKafkas = store.getClass().getPackageName().startsWith("org.apache.kafka");
    StateStoreContext its = context.getStateStoreContext();
    store.init(isKafkas ? its : rig.noting(its), store);
    return rig;
  }

  /** The context of a test driver forgets how a store is restored. */
  private StateStoreContext noting(StateStoreContext context) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("register")) {
            restoring.set((StateRestoreCallback) arguments[1]);
          }
          return method.invoke(context, arguments);
        };
    return (StateStoreContext)
        Proxy.newProxyInstance(
            StoreRig.class.getClassLoader(), new Class<?>[] {StateStoreContext.class}, handler);
  }

  /** Restores rows of the changelog as Kafka Streams do. */
  void restore(List<KeyValue<byte[], byte[]>> rows) {
    ((BatchingStateRestoreCallback) restoring.get()).restoreAll(rows);
  }

  /** Copies files as they lie at one moment, though RocksDB writes and deletes others. */
  static void copy(Path from, Path to) throws IOException {
    boolean isOfOneMoment = false;
    for (int i = 0; !isOfOneMoment; i++) {
      Path next = to.resolveSibling(to.getFileName() + "-" + i);
      try {
        Map<String, Long> before = sizes(from);
        copyNow(from, next);
        isOfOneMoment = sizes(from).equals(before);
      } catch (NoSuchFileException e) {
        // RocksDB had it deleted meanwhile.
      }
      if (isOfOneMoment) {
        Files.move(next, to);
      }
    }
  }

  private static Map<String, Long> sizes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Map<String, Long> sizes = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(folder.relativize(file).toString(), Files.size(file));
      }
      return sizes;
    }
  }

  private static void copyNow(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path file : all) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else if (!file.endsWith("LOCK")) {
        Files.copy(file, target);
      }
    }
  }

  static <K> List<String> read(KeyValueIterator<K, byte[]> rows) {
    List<String> read = new ArrayList<>();
    try (rows) {
      while (rows.hasNext()) {
        K peeked = rows.peekNextKey();
        KeyValue<K, byte[]> row = rows.next();
        read.add(peeked + " " + row.key + "=" + Arrays.toString(row.value));
      }
    }
    return read;
  }
}
