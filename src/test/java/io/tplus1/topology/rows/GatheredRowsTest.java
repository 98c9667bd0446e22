package io.tplus1.topology.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the store without it. */
class GatheredRowsTest {
  private static final long RETENTION_MS = 100_000;
  private static final int SERIES = 5;

  @TempDir File directory;

  private static Bytes key(int series) {
    return Bytes.wrap(("series-" + series).getBytes(StandardCharsets.UTF_8));
  }

  private static WindowStore<Bytes, byte[]> plain() {
    return plain(false);
  }

  private static WindowStore<Bytes, byte[]> plain(boolean inMemory) {
    Duration retention = Duration.ofMillis(RETENTION_MS);
    Duration size = Duration.ofMillis(1);
    return (inMemory
            ? Stores.inMemoryWindowStore("rows", retention, size, false)
            : Stores.persistentWindowStore("rows", retention, size, false))
        .get();
  }

  /** As the forecast topology has them. */
  private static WindowStore<Bytes, byte[]> gathered(boolean inMemory) {
    Duration retention = Duration.ofMillis(RETENTION_MS);
    return new RowSupplier("rows", retention, inMemory, RowKeeping.WITH_TASKS).get();
  }

  private static WindowStore<Bytes, byte[]> over(WindowStore<Bytes, byte[]> beneath) {
    return new GatheredRows(() -> beneath, timeMs -> {}, GatheredRows.TOGETHER);
  }

  private WindowStore<Bytes, byte[]> open(WindowStore<Bytes, byte[]> store, String folder)
      throws IOException {
    File under = new File(directory, folder);
    Files.createDirectories(under.toPath());
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "rows");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<Object, Object> context =
        new MockProcessorContext<>(properties, new TaskId(0, 0), under);
    context.setRecordMetadata("features", 0, 0);
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  private static List<String> read(WindowStoreIterator<byte[]> rows) {
    List<String> read = new ArrayList<>();
    try (rows) {
      rows.forEachRemaining(row -> read.add(row.key + "=" + row.value[0]));
    }
    return read;
  }

  private static List<String> readAll(WindowStore<Bytes, byte[]> store) {
    List<String> read = new ArrayList<>();
    try (KeyValueIterator<org.apache.kafka.streams.kstream.Windowed<Bytes>, byte[]> rows =
        store.all()) {
      rows.forEachRemaining(row -> read.add(row.key + "=" + row.value[0]));
    }
    return read;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void put_anyOrderReadAnytimeReopened_readsAsTheStoreWithoutIt(boolean inMemory) throws Exception {
    SplittableRandom random = new SplittableRandom(20261125);
    WindowStore<Bytes, byte[]> plain = open(plain(inMemory), "plain");
    WindowStore<Bytes, byte[]> gathered = open(gathered(inMemory), "gathered");
    long timeMs = 1_000_000;
    for (int i = 0; i < 20_000; i++) {
      Bytes key = key(random.nextInt(SERIES));
      timeMs += random.nextInt(40);
      // Some come late, some again, some are taken back.
      long at = random.nextInt(10) == 0 ? timeMs - random.nextInt(2_000) : timeMs;
      byte[] value = random.nextInt(50) == 0 ? null : new byte[] {(byte) i};
      plain.put(key, value, at);
      gathered.put(key, value, at);
      switch (random.nextInt(60)) {
        case 0 ->
            assertThat(read(gathered.fetch(key, 0, timeMs)))
                .isEqualTo(read(plain.fetch(key, 0, timeMs)));
        case 1 ->
            assertThat(read(gathered.backwardFetch(key, timeMs - 500, timeMs)))
                .isEqualTo(read(plain.backwardFetch(key, timeMs - 500, timeMs)));
        case 2 -> assertThat(gathered.fetch(key, at)).isEqualTo(plain.fetch(key, at));
        case 3 -> gathered.commit(Map.of());
        case 4 -> {
          if (random.nextInt(50) == 0) {
            assertThat(readAll(gathered)).isEqualTo(readAll(plain));
            gathered.close();
            plain.close();
            plain = open(plain(inMemory), "plain");
            open(gathered, "gathered"); // As Kafka Streams does, the same again.
          }
        }
        default -> {}
      }
    }
    assertThat(readAll(gathered)).isNotEmpty().isEqualTo(readAll(plain));
    gathered.close();
    plain.close();
  }

  /** Of an aborted transaction no row is left, nor the time that its rows had moved. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void init_afterAnAbort_keepsNoNewestTime(boolean inMemory) throws Exception {
    WindowStore<Bytes, byte[]> gathered = open(gathered(inMemory), "aborted");
    gathered.put(key(1), new byte[] {1}, 10 * RETENTION_MS);
    gathered.close();
    open(gathered, "restored");

    gathered.put(key(1), new byte[] {2}, 1_000);

    assertThat(readAll(gathered)).singleElement().asString().endsWith("=2");
    gathered.close();
  }

  @Test
  void put_oneTogether_noneWaits() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(true), "beneath");
    WindowStore<Bytes, byte[]> gathered = new GatheredRows(() -> beneath, timeMs -> {}, 1);

    gathered.put(key(1), new byte[] {1}, 1_000);

    assertThat(readAll(beneath)).hasSize(1);
    gathered.close();
  }

  @Test
  void put_fewRows_waitUntilCommit() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(), "beneath");
    WindowStore<Bytes, byte[]> gathered = over(beneath);
    for (int i = 0; i < GatheredRows.TOGETHER - 1; i++) {
      gathered.put(key(1), new byte[] {1}, 1_000 + i);
    }
    assertThat(readAll(beneath)).isEmpty();

    gathered.commit(Map.of());
    assertThat(readAll(beneath)).hasSize(GatheredRows.TOGETHER - 1);
    gathered.close();
  }

  /** As a dashboard's page asks of one, once a second. */
  @Test
  void read_oneSeries_rowsOfOthersGoOnWaiting() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(), "beneath");
    WindowStore<Bytes, byte[]> gathered = over(beneath);
    for (int series = 0; series < 4; series++) {
      gathered.put(key(series), new byte[] {(byte) series}, 1_000);
    }

    assertThat(gathered.fetch(key(0), 1_000)).containsExactly(0);
    assertThat(read(gathered.fetch(key(1), 0, 2_000))).containsExactly("1000=1");
    assertThat(read(gathered.backwardFetch(key(2), 0, 2_000))).containsExactly("1000=2");

    assertThat(readAll(beneath)).hasSize(3).noneMatch(row -> row.contains("series-3"));
    assertThat(readAll(gathered)).hasSize(4);
    gathered.close();
  }

  /** What is newest waits, of another series. */
  @Test
  void fetch_newestRowWaits_hidesWhatIsTooOldBesideIt() throws Exception {
    WindowStore<Bytes, byte[]> gathered = open(gathered(false), "gathered");
    gathered.put(key(0), new byte[] {1}, 1_000);
    assertThat(read(gathered.fetch(key(0), 0, 2_000))).hasSize(1);

    gathered.put(key(1), new byte[] {2}, 1_000 + RETENTION_MS);

    assertThat(read(gathered.fetch(key(0), 0, 2_000))).isEmpty();
    assertThat(gathered.fetch(key(0), 1_000)).isNull();
    gathered.close();
  }

  @Test
  void handOn_storeThatFailsOnce_handsAllOnTheNextTime() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(), "beneath");
    WindowStore<Bytes, byte[]> gathered = over(failingOnce(beneath, 3));
    for (int i = 0; i < 5; i++) {
      gathered.put(key(1), new byte[] {(byte) i}, 1_000 + i);
    }
    assertThatThrownBy(() -> readAll(gathered)).hasMessage("put 3");

    assertThat(readAll(gathered)).hasSize(5);
    gathered.close();
  }

  /** A store whose put of this number fails. */
  @SuppressWarnings("unchecked")
  private static WindowStore<Bytes, byte[]> failingOnce(
      WindowStore<Bytes, byte[]> store, int failing) {
    AtomicInteger puts = new AtomicInteger();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals("put") && puts.incrementAndGet() == failing) {
            throw new IllegalStateException("put " + failing);
          }
          return method.invoke(store, arguments);
        };
    return (WindowStore<Bytes, byte[]>)
        Proxy.newProxyInstance(
            GatheredRowsTest.class.getClassLoader(), new Class<?>[] {WindowStore.class}, handler);
  }

  @Test
  void put_moreSeriesThanMayWait_newOnesAreHandedOn() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(), "beneath");
    WindowStore<Bytes, byte[]> gathered = over(beneath);
    for (int series = 0; series < WaitingRows.MOST_SERIES; series++) {
      gathered.put(key(series), new byte[] {1}, 1_000);
    }
    gathered.put(key(-1), new byte[] {2}, 2_000);
    gathered.put(key(0), new byte[] {3}, 3_000);
    assertThat(readAll(beneath)).singleElement().asString().contains("series--1").endsWith("=2");
    gathered.close();
  }

  /** Of keys as long as can be, those that wait would fill a heap. */
  @Test
  void put_longKeys_areHandedOnAtOnceAndUsualOnesWait() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(), "beneath");
    WindowStore<Bytes, byte[]> gathered = over(beneath);
    byte[] usual = "\u20ac".repeat(60).getBytes(StandardCharsets.UTF_8);
    byte[] longer = "k".repeat(usual.length + 1).getBytes(StandardCharsets.UTF_8);
    gathered.put(Bytes.wrap(usual), new byte[] {1}, 1_000);
    gathered.put(Bytes.wrap(longer), new byte[] {2}, 1_000);
    gathered.put(Bytes.wrap(longer), new byte[] {3}, 2_000);

    assertThat(readAll(beneath)).hasSize(2).allMatch(row -> row.contains("kkk"));
    gathered.close();
  }

  /** Under exactly once nothing but reads hands them on besides. */
  @Test
  void put_wideRowsBeyondTheBytes_areHandedOnWithThoseOfTheirSeries() throws Exception {
    WindowStore<Bytes, byte[]> beneath = open(plain(), "beneath");
    WindowStore<Bytes, byte[]> gathered = over(beneath);
    int most = WaitingRows.MOST_BYTES / wide(1).length;
    for (int series = 0; series < most; series++) {
      gathered.put(key(series), wide(1), 1_000);
    }
    assertThat(readAll(beneath)).isEmpty();

    gathered.put(key(0), wide(2), 1_000);
    assertThat(readAll(beneath)).singleElement().asString().contains("series-0").endsWith("=2");
    gathered.put(key(-1), wide(3), 1_000); // in the place of what was handed on
    assertThat(readAll(beneath)).hasSize(1);
    gathered.put(key(-2), wide(4), 1_000);
    assertThat(readAll(beneath)).hasSize(2);

    gathered.commit(Map.of());
    assertThat(readAll(beneath)).hasSize(most + 2);
    for (int series = 0; series < most; series++) {
      gathered.put(key(series), wide(5), 2_000);
    }
    assertThat(readAll(beneath)).hasSize(most + 2);
    gathered.close();
  }

  /** A row of a thousand features. */
  private static byte[] wide(int first) {
    byte[] row = new byte[4_001];
    row[0] = (byte) first;
    return row;
  }

  @Test
  void close_storeThatFails_closesItAndKeepsNoRow() throws Exception {
    WindowStore<Bytes, byte[]> gathered =
        open(
            new GatheredRows(() -> failingOnce(plain(), 1), timeMs -> {}, GatheredRows.TOGETHER),
            "beneath");
    gathered.put(key(1), new byte[] {1}, 1_000);

    assertThatThrownBy(gathered::close).hasMessage("put 1");

    assertThat(gathered.isOpen()).isFalse();
    assertThat(readAll(open(gathered, "beneath"))).isEmpty();
    gathered.close();
  }
}
