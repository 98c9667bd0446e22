package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptStoresTest {
  @TempDir Path directory;
  private Path models;
  private Path windows;
  private Path other;

  @BeforeEach
  void stores() throws IOException {
    models = file("app/global/rocksdb/models");
    windows = file("app/kept/0_1/vectors");
    other = file("app/0_1/rocksdb/series");
  }

  private Path file(String folder) throws IOException {
    Path made = Files.createDirectories(directory.resolve(folder));
    Path file = made.resolve("000004.sst");
    return Files.exists(file) ? file : Files.createFile(file);
  }

  private void models(String topic, String id) {
    new KeptStores(directory, "app").models(topic, id);
  }

  private void windows(String id) {
    new KeptStores(directory, "app")
        .windows("kept", "app-vectors-changelog", Optional.ofNullable(id));
  }

  private void killed() throws IOException {
    Files.writeString(directory.resolve("app.open"), "");
  }

  @Test
  void models_theSameTopic_storeKept() {
    models("models", "one");

    models("models", "one");

    assertThat(models).exists();
  }

  @Test
  void models_madeAnew_theirStoreAloneIsDeletedOnce() throws IOException {
    models("models", "one");

    models("models", "two");

    assertThat(directory.resolve("app/global")).doesNotExist();
    assertThat(windows).exists();
    assertThat(other).exists();
    models = file("app/global/rocksdb/models");
    models("models", "two");
    assertThat(models).exists();
  }

  @Test
  void models_otherName_storeKept() {
    models("models", "one");

    models("models-2", "two");

    assertThat(models).exists();
  }

  /** What the other name gave lies behind the place that the store has in the first. */
  @Test
  void models_nameFromBeforeAnother_isReadFromItsBeginningOnce() throws IOException {
    models("models", "one");
    models("models-2", "two");

    models("models", "one");

    assertThat(models).doesNotExist();
    models = file("app/global/rocksdb/models");
    models("models", "one");
    assertThat(models).exists();
  }

  @Test
  void models_nothingKeptYet_isNoted() {
    Path fresh = directory.resolve("a/b");

    new KeptStores(fresh, "app").models("models", "one");
    new KeptStores(fresh, "app").models("models", "two");

    assertThat(fresh.resolve("app.models")).hasContent("models two");
  }

  /** An end in between would leave what was of the other under the new topic's id. */
  @Test
  void models_noteThatCannotBeWritten_whatWasOfAnotherIsDeletedBefore() throws IOException {
    models("models", "one");
    Files.createDirectories(directory.resolve("app.models.new")); // Where a note is written first.

    assertThatThrownBy(() -> models("models", "two")).isInstanceOf(UncheckedIOException.class);

    assertThat(directory.resolve("app/global")).doesNotExist();
    assertThat(directory.resolve("app.models")).hasContent("models one");
  }

  @Test
  void windows_noteThatCannotBeWritten_areDeletedBefore() throws IOException {
    windows("one");
    killed();
    Files.createDirectories(directory.resolve("app.windows.new"));

    assertThatThrownBy(() -> windows("two")).isInstanceOf(UncheckedIOException.class);

    assertThat(directory.resolve("app/kept")).doesNotExist();
    assertThat(directory.resolve("app.windows")).hasContent("app-vectors-changelog one");
  }

  @Test
  void windows_killedAndTheChangelogMadeAnew_areDeleted() throws IOException {
    windows("one");
    killed();

    windows("two");

    assertThat(windows).doesNotExist();
    assertThat(other).exists();
    assertThat(models).exists();
  }

  @Test
  void windows_killedAndTheChangelogIsGone_areDeleted() throws IOException {
    windows("one");
    killed();

    windows(null);

    assertThat(windows).doesNotExist();
  }

  @Test
  void windows_killedAfterTheStartThatMadeTheChangelog_areKept() throws IOException {
    windows(null);
    killed();

    windows("one");
    windows("one");

    assertThat(windows).exists();
  }

  /** All rows are there then, and perhaps nowhere else. */
  @Test
  void windows_closedWellAndTheChangelogMadeAnew_areKept() {
    windows("one");

    windows("two");

    assertThat(windows).exists();
  }
}
