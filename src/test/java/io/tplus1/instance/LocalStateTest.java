package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalStateTest {
  @TempDir Path directory;
  private Path store;
  private Path processId;

  @BeforeEach
  void stores() throws IOException {
    Path task = Files.createDirectories(directory.resolve("app/0_1/rocksdb/series"));
    store = Files.createFile(task.resolve("000004.sst"));
    processId = Files.createFile(directory.resolve("app/kafka-streams-process-metadata"));
    Files.createFile(directory.resolve("instance-id"));
  }

  private LocalState state() {
    return new LocalState(directory, "app", "retention=1d", true);
  }

  @Test
  void open_closedWell_storesKept() {
    state().open();
    state().closed();

    state().open();

    assertThat(store).exists();
  }

  @Test
  void open_firstTimeOnStoresOfAnEarlierRelease_storesKept() {
    state().open();

    assertThat(store).exists();
  }

  @Test
  void open_notClosed_storesDeletedAndNothingElse() {
    state().open();

    state().open();

    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(processId).exists();
    assertThat(directory.resolve("instance-id")).exists();
  }

  @Test
  void open_closedWellButLaidOutOtherwise_storesDeletedOnce() throws IOException {
    state().open();
    state().closed();

    LocalState other = new LocalState(directory, "app", "retention=2d", true);
    other.open();
    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(processId).exists();

    other.closed();
    Files.createDirectories(store.getParent());
    Files.createFile(store);
    new LocalState(directory, "app", "retention=2d", true).open();
    assertThat(store).exists();
  }

  @Test
  void open_taskWhoseWindowsHaveNoSegment_deletedAloneAndUnderExactlyOnceAlone()
      throws IOException {
    Path whole = Files.createDirectories(directory.resolve("app/0_2/vectors/vectors.0"));
    Path bare = Files.createDirectories(directory.resolve("app/0_3/vectors"));
    Path series = Files.createDirectories(directory.resolve("app/0_3/rocksdb/series"));

    LocalState atLeastOnce = new LocalState(directory, "app", "retention=1d", false);
    atLeastOnce.open();
    atLeastOnce.closed();
    assertThat(bare).exists();
    assertThat(series).exists();

    state().open();

    assertThat(directory.resolve("app/0_3")).doesNotExist();
    assertThat(whole).exists();
    assertThat(store).exists();
    assertThat(processId).exists();
  }

  @Test
  void open_noStoresYet_folderMade() {
    Path fresh = directory.resolve("a/b");

    new LocalState(fresh, "app", "retention=1d", true).open();
    new LocalState(fresh, "app", "retention=1d", true).open();

    assertThat(fresh).isDirectory();
  }

  @Test
  void discard_anyStores_deleted() {
    state().discard();

    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(processId).exists();
  }
}
