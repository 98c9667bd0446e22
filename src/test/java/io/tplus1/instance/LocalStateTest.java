package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalStateTest {
  @TempDir Path directory;
  private final Instant now = Instant.now();
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
    return new LocalState(directory, "app", "retention=1d", Optional.empty());
  }

  @Test
  void open_closedWell_storesKept() {
    state().open(now);
    state().closed();

    state().open(now);

    assertThat(store).exists();
  }

  @Test
  void open_firstTimeOnStoresOfAnEarlierRelease_storesKept() {
    state().open(now);

    assertThat(store).exists();
  }

  @Test
  void open_notClosed_storesDeletedAndNothingElse() {
    state().open(now);

    state().open(now);

    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(processId).exists();
    assertThat(directory.resolve("instance-id")).exists();
  }

  @Test
  void open_notClosed_lastingStoreKeptAndNothingBesideIt() throws IOException {
    Path rows = Files.createDirectories(directory.resolve("app/kept/0_1/vectors"));
    Path row = Files.createFile(rows.resolve("000004.sst"));
    Path global = Files.createDirectories(directory.resolve("app/global"));
    lasting("retention=1d").open(now);
    assertThat(directory.resolve("app/0_1")).as("of an earlier release").doesNotExist();
    Files.createDirectories(rows);
    Files.createDirectories(store.getParent());
    Files.createFile(row);
    Files.createFile(store);

    lasting("retention=1d").open(now);

    assertThat(row).exists();
    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(global).doesNotExist();

    lasting("retention=2d").open(now);
    assertThat(row).doesNotExist();
  }

  @Test
  void discardUnfinished_lastingStore_kept() throws IOException {
    Path row = kept("0_1");

    lasting("retention=1d").discardUnfinished();
    assertThat(row).exists();
    assertThat(directory.resolve("app/0_1")).doesNotExist();

    lasting("retention=1d").discard();
    assertThat(row).doesNotExist();
  }

  @Test
  void sweep_taskThatWentElsewhere_isDeletedOnceNobodyWroteToItForAnHour() throws IOException {
    Path here = kept("0_1");
    Path gone = kept("0_2");
    LocalState state = lasting("retention=1d");

    state.sweep(Instant.now());
    assertThat(gone).exists();

    state.sweep(Instant.now().plus(Duration.ofHours(2)));
    assertThat(directory.resolve("app/kept/0_2")).doesNotExist();
    assertThat(here).exists();
    Files.createFile(directory.resolve("app/kept/no-folder"));
    state().sweep(Instant.now().plus(Duration.ofHours(2)));
    assertThat(here).exists();
  }

  /** Killed, and away for hours: tasks come back one after another, their folders are gone. */
  @Test
  void sweep_openedShortlyBefore_whatWaitsForItsTaskStays() throws IOException {
    Path row = kept("0_2");
    FileTime old = FileTime.from(now.minus(Duration.ofHours(2)));
    for (Path path = row; !path.equals(directory); path = path.getParent()) {
      Files.setLastModifiedTime(path, old);
    }
    LocalState state = lasting("retention=1d");
    StateFiles.note(directory.resolve("app.layout"), List.of("retention=1d"));
    state.open(now);

    state.sweep(now.plus(Duration.ofHours(23)));
    assertThat(row).exists();

    state.sweep(now.plus(Duration.ofHours(25)));
    assertThat(row).doesNotExist();
  }

  /** Else windows of tasks that went elsewhere would gather where one is started each day. */
  @Test
  void sweep_openedShortlyBefore_whatNobodyWroteToForAWeekGoes() throws IOException {
    Path row = kept("0_2");
    LocalState state = lasting("retention=1d");
    StateFiles.note(directory.resolve("app.layout"), List.of("retention=1d"));
    state.open(now.plus(Duration.ofDays(8)));

    state.sweep(now.plus(Duration.ofDays(8)));

    assertThat(row).doesNotExist();
  }

  private Path kept(String task) throws IOException {
    Path rows = Files.createDirectories(directory.resolve("app/kept").resolve(task + "/vectors"));
    return Files.createFile(rows.resolve("000004.sst"));
  }

  private LocalState lasting(String settings) {
    return new LocalState(directory, "app", settings, Optional.of("kept"));
  }

  @Test
  void open_closedWellButLaidOutOtherwise_storesDeletedOnce() throws IOException {
    state().open(now);
    state().closed();

    LocalState other = new LocalState(directory, "app", "retention=2d", Optional.empty());
    other.open(now);
    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(processId).exists();

    other.closed();
    Files.createDirectories(store.getParent());
    Files.createFile(store);
    new LocalState(directory, "app", "retention=2d", Optional.empty()).open(now);
    assertThat(store).exists();
  }

  /** An end in the middle of a start would leave it empty. */
  @Test
  void open_sameSettingsAgain_theirNoteIsNotWrittenAgain() throws IOException {
    Path note = directory.resolve("app.layout");
    state().open(now);
    state().closed();
    Object first = Files.readAttributes(note, BasicFileAttributes.class).fileKey();
    FileTime written = Files.getLastModifiedTime(note);
    Files.setLastModifiedTime(note, FileTime.from(written.toInstant().minusSeconds(60)));

    state().open(now);

    assertThat(Files.readAttributes(note, BasicFileAttributes.class).fileKey()).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(note)).isLessThan(written);
  }

  @Test
  void open_emptyNoteOfSettings_storesKept() throws IOException {
    Files.writeString(directory.resolve("app.layout"), "");

    state().open(now);

    assertThat(store).exists();
  }

  @Test
  void open_noStoresYet_folderMade() {
    Path fresh = directory.resolve("a/b");

    new LocalState(fresh, "app", "retention=1d", Optional.empty()).open(now);
    new LocalState(fresh, "app", "retention=1d", Optional.empty()).open(now);

    assertThat(fresh).isDirectory();
  }

  @Test
  void discard_anyStores_deleted() {
    state().discard();

    assertThat(directory.resolve("app/0_1")).doesNotExist();
    assertThat(processId).exists();
  }
}
