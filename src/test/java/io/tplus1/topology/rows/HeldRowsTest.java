package io.tplus1.topology.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.internals.OffsetCheckpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldRowsTest {
  private static final long RETENTION_MS = 300_000;
  private static final TopicPartition CHANGELOG = new TopicPartition("rows-changelog", 0);

  @TempDir Path directory;

  private final Transactions transactions = new Transactions();
  private final AtomicLong nanos = new AtomicLong();

  /** What this thread's transactions have committed. */
  private static final class Transactions implements Commits, Commits.OfThread {
    private final String thread = Thread.currentThread().getName();
    private long count;
    private OptionalLong newest = OptionalLong.empty();

    void commit(long newest) {
      count++;
      this.newest = OptionalLong.of(newest);
    }

    @Override
    public OfThread of(String asked) {
      return asked.equals(thread) ? this : null;
    }

    @Override
    public long count() {
      return count;
    }

    @Override
    public OptionalLong newest(TopicPartition partition) {
      return partition.equals(CHANGELOG) ? newest : OptionalLong.empty();
    }
  }

  private static DiskRows disk() {
    return new DiskRows("rows", RowKeeping.WITH_TASKS, RETENTION_MS, RETENTION_MS / 2);
  }

  private HeldRows open() throws IOException {
    HeldRows store = new HeldRows(disk(), transactions, nanos::get);
    StoreRig.open(store, directory.resolve("held"), Map.of());
    return store;
  }

  /** What the next start would find, and closes the store before. */
  private void isLeft(HeldRows store, Long offset, int rows) throws IOException {
    store.close();
    DiskRows left = disk();
    StoreRig.open(left, directory.resolve("held"), Map.of());
    assertThat(left.committedOffset(CHANGELOG)).isEqualTo(offset);
    assertThat(StoreRig.read(left.all())).hasSize(rows);
    left.close();
  }

  private static Bytes key(int series) {
    return Bytes.wrap(("series-" + series).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] row(int value) {
    return new byte[] {(byte) value};
  }

  @Test
  void read_whatWaitsAndWhatLiesOnTheDisk_isAsIfNothingWaited() throws IOException {
    SplittableRandom random = new SplittableRandom(20261130);
    HeldRows held = open();
    held.committedOffset(CHANGELOG);
    DiskRows plain = disk();
    StoreRig.open(plain, directory.resolve("plain"), Map.of());
    long timeMs = 1_000_000;
    for (int i = 0; i < 12_000; i++) {
      Bytes key = key(random.nextInt(5));
      timeMs += random.nextInt(3_000) == 0 ? RETENTION_MS : random.nextInt(300);
      long at = random.nextInt(5) == 0 ? timeMs - random.nextInt(3_000) : timeMs;
      byte[] value = random.nextInt(20) == 0 ? null : row(i);
      held.put(key, value, at);
      plain.put(key, value, at);
      long from = timeMs - random.nextLong(RETENTION_MS);
      long to = timeMs - random.nextInt(1_000);
      switch (random.nextInt(60)) {
        case 0, 1 ->
            assertThat(StoreRig.read(held.fetch(key, from, to)))
                .isEqualTo(StoreRig.read(plain.fetch(key, from, to)));
        case 2, 3 ->
            assertThat(StoreRig.read(held.backwardFetch(key, from, timeMs)))
                .isEqualTo(StoreRig.read(plain.backwardFetch(key, from, timeMs)));
        case 4, 5 -> {
          long asked = random.nextBoolean() ? at : from;
          assertThat(held.fetch(key, asked)).isEqualTo(plain.fetch(key, asked));
        }
        case 6 -> transactions.commit(i);
        case 7 -> {
          if (random.nextInt(10) == 0) {
            assertThat(StoreRig.read(held.all())).isEqualTo(StoreRig.read(plain.all()));
          }
        }
        default -> {}
      }
    }
    assertThat(StoreRig.read(held.all())).isNotEmpty().isEqualTo(StoreRig.read(plain.all()));
    held.close();
    plain.close();
  }

  /** Times far apart: the store hides what is too old beside a row that still waits. */
  @Test
  void fetch_newestRowWaits_hidesWhatIsTooOldBesideIt() throws IOException {
    HeldRows store = open();
    store.put(key(1), row(1), 1_000);
    store.put(key(1), row(2), 2_000);
    transactions.commit(1);
    store.put(key(2), row(3), 1_500 + RETENTION_MS);

    assertThat(store.fetch(key(1), 1_000)).isNull();
    assertThat(store.fetch(key(1), 2_000)).isEqualTo(row(2));
    assertThat(StoreRig.read(store.fetch(key(1), 0, 5_000))).hasSize(1);
    store.close();
  }

  @Test
  void close_transactionNotCommitted_leavesWhatWasAndItsOffset() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    store.put(key(1), row(2), 2_000);
    transactions.commit(17);
    store.put(key(1), row(3), 3_000);
    store.put(key(1), row(9), 1_000);
    assertThat(store.fetch(key(1), 1_000)).isEqualTo(row(9));

    isLeft(store, 17L, 2);
    HeldRows next = open();
    assertThat(next.committedOffset(CHANGELOG)).isEqualTo(17);
    assertThat(next.fetch(key(1), 1_000)).isEqualTo(row(1));
    next.close();
  }

  @Test
  void put_afterCommits_offsetIsThatOfTheNewest() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    for (int i = 0; i < 5; i++) {
      store.put(key(1), row(i), 1_000 + i);
      transactions.commit(10 + i);
    }
    store.put(key(1), row(5), 2_000);

    isLeft(store, 14L, 5);
  }

  @Test
  void commit_ofKafkaStreams_handsAllOnAndNotesItsOffset() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(4);

    store.commit(Map.of(CHANGELOG, 5L));

    isLeft(store, 5L, 1);
  }

  /** As of a task that they give up after a commit that failed. */
  @Test
  void commit_ofKafkaStreamsWhereNothingWasCommitted_notesNothing() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(4);
    store.put(key(1), row(2), 2_000);

    store.commit(Map.of(CHANGELOG, 9L));
    assertThat(store.fetch(key(1), 2_000)).isEqualTo(row(2));
    isLeft(store, 4L, 1);

    HeldRows next = open();
    assertThat(next.committedOffset(CHANGELOG)).isEqualTo(4);
    next.put(key(1), row(3), 3_000);
    assertThat(StoreRig.read(next.all())).hasSize(2); // on the disk, and doubted
    next.commit(Map.of(CHANGELOG, 9L));
    isLeft(next, null, 2);
  }

  /** As of one whose changelog has no longer what it would be restored from. */
  @Test
  void commit_ofKafkaStreamsWithoutOffsets_forgetsThem() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.commit(Map.of(CHANGELOG, 9L));

    store.commit(Map.of());

    isLeft(store, null, 0);
  }

  /** As of a task that a transaction of which timed out: what lies there was committed. */
  @Test
  void commit_ofKafkaStreamsWithoutOffsetsOnceRowsCame_forgetsNothing() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(4);
    store.put(key(1), row(2), 2_000);

    store.commit(Map.of());

    isLeft(store, 4L, 1);
  }

  /** A task that was a standby meanwhile knows of its changelog more than what it sent. */
  @Test
  void put_afterRestoringAndOthersCommits_notesNoOlderOffset() throws IOException {
    HeldRows store = new HeldRows(disk(), transactions, nanos::get);
    StoreRig rig = StoreRig.open(store, directory.resolve("held"), Map.of());
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(5);
    store.commit(Map.of(CHANGELOG, 5L));
    rig.restore(List.of(KeyValue.pair(RowKey.of(key(1), 2_000), row(2))));
    store.commit(Map.of(CHANGELOG, 9L));

    transactions.commit(5);
    store.put(key(1), row(3), 3_000);

    isLeft(store, 9L, 2);
  }

  /** What a kill finds is of the last flush: it is not to be one without an offset. */
  @Test
  void put_transactionsTooLargeWereCommitted_theirOffsetIsOnTheDisk() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    for (int large = 1; large <= 2; large++) {
      for (int i = 0; i <= HeldRows.MOST_ROWS; i++) {
        store.put(key(i % 100), row(i), 2_000 + i);
      }
      transactions.commit(10L * large - 9);
      store.put(key(1), row(1), 90_000);
      transactions.commit(10L * large);
      nanos.addAndGet(HeldRows.BETWEEN_WRITES.toNanos() - 1);
    }
    awaitOnDisk(1, HeldRows.MOST_ROWS);
    nanos.addAndGet(1);
    store.put(key(1), row(1), 90_001);

    awaitOnDisk(20, HeldRows.MOST_ROWS);
    store.close();
  }

  /** Else a kill before the next flush would find a place in a log that is gone. */
  @Test
  void commit_changelogMadeAnew_itsPlaceIsWrittenOutAtOnce() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(5_000);
    store.put(key(1), row(2), 2_000);
    store.close();
    store = open();
    assertThat(store.committedOffset(CHANGELOG)).isEqualTo(5_000);

    store.put(key(1), row(2), 2_000);
    transactions.commit(3);
    store.put(key(1), row(3), 3_000);

    awaitOnDisk(3, 1);
    store.close();
  }

  /** What a kill would leave. */
  private void awaitOnDisk(long offset, int rows) {
    await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () -> {
              Path copy = directory.resolve("killed-" + System.nanoTime());
              StoreRig.copy(directory.resolve("held"), copy);
              DiskRows left = disk();
              StoreRig.open(left, copy, Map.of());
              try {
                assertThat(left.committedOffset(CHANGELOG)).isEqualTo(offset);
                assertThat(StoreRig.read(left.all())).hasSizeGreaterThan(rows);
              } finally {
                left.close();
              }
            });
  }

  @Test
  void put_moreThanMayWait_offsetIsForgottenUntilTheCommit() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(3);
    for (int i = 0; i <= HeldRows.MOST_ROWS; i++) {
      store.put(key(1), row(i), 2_000 + i);
    }
    isLeft(store, null, HeldRows.MOST_ROWS + 2);

    // Nobody knows which of them were committed.
    HeldRows next = open();
    assertThat(next.committedOffset(CHANGELOG)).isEqualTo(OffsetCheckpoint.OFFSET_UNKNOWN);
    assertThat(StoreRig.read(next.all())).isEmpty();
    for (int i = 0; i <= WaitingRows.MOST_SERIES; i++) {
      next.put(key(i), row(i), 2_000);
    }
    transactions.commit(9);
    next.put(key(0), row(0), 3_000);
    isLeft(next, 9L, WaitingRows.MOST_SERIES + 1);
  }

  @Test
  void put_wideRowsAndLongKeys_waitUpToTheirBytes() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    transactions.commit(1);
    store.put(key(0), row(0), 1_000);
    transactions.commit(2);
    byte[] wide = new byte[WaitingRows.MOST_BYTES / 4];
    byte[] name = new byte[WaitingRows.MOST_BYTES / 4];
    store.put(Bytes.wrap(name), wide, 1_000);
    store.put(key(1), wide, 1_000);
    store.close();
    store = open();
    assertThat(store.committedOffset(CHANGELOG)).isEqualTo(2);

    store.put(Bytes.wrap(name), wide, 1_000);
    store.put(key(1), wide, 1_000);
    store.put(key(1), wide, 2_000);
    store.put(key(1), row(1), 3_000);

    isLeft(store, null, 5);
  }

  @Test
  void all_whileRowsWait_isReadWithThemAndDoubted() throws IOException {
    HeldRows store = open();
    store.committedOffset(CHANGELOG);
    store.put(key(1), row(1), 1_000);
    transactions.commit(1);
    store.put(key(1), row(2), 2_000);
    assertThat(StoreRig.read(store.all())).hasSize(2);

    isLeft(store, null, 2);
  }

  @Test
  void restore_rows_areCommittedAlready() throws IOException {
    HeldRows store = new HeldRows(disk(), transactions, nanos::get);
    StoreRig rig = StoreRig.open(store, directory.resolve("held"), Map.of());
    rig.restore(List.of(KeyValue.pair(RowKey.of(key(1), 1_000), row(1))));
    store.commit(Map.of(CHANGELOG, 0L));

    isLeft(store, 0L, 1);
  }

  @Test
  void put_threadWithoutTransactions_isRefused() throws Exception {
    HeldRows store = new HeldRows(disk(), thread -> null, nanos::get);
    StoreRig.open(store, directory.resolve("held"), Map.of());

    assertThatThrownBy(() -> store.put(key(1), row(1), 1_000))
        .hasMessageContaining(Thread.currentThread().getName());
    store.close();
  }
}
