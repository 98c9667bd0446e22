package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptModelsTest {
  @TempDir Path directory;
  private Path kept;
  private Path other;

  @BeforeEach
  void stores() throws IOException {
    kept = file("app/global/rocksdb/models");
    other = file("app/0_1/rocksdb/series");
  }

  private Path file(String folder) throws IOException {
    Path made = Files.createDirectories(directory.resolve(folder));
    return Files.createFile(made.resolve("000004.sst"));
  }

  private void readFrom(String topic, String id) {
    new KeptModels(directory, "app").readFrom(topic, id);
  }

  @Test
  void readFrom_theSameTopic_storeKept() {
    readFrom("models", "one");

    readFrom("models", "one");

    assertThat(kept).exists();
  }

  @Test
  void readFrom_madeAnew_itsStoreAloneIsDeletedOnce() throws IOException {
    readFrom("models", "one");

    readFrom("models", "two");

    assertThat(directory.resolve("app/global")).doesNotExist();
    assertThat(other).exists();
    kept = file("app/global/rocksdb/models");
    readFrom("models", "two");
    assertThat(kept).exists();
  }

  @Test
  void readFrom_otherName_storeKept() {
    readFrom("models", "one");

    readFrom("models-2", "two");

    assertThat(kept).exists();
  }

  @Test
  void readFrom_nothingKeptYet_isNoted() {
    Path fresh = directory.resolve("a/b");

    new KeptModels(fresh, "app").readFrom("models", "one");
    new KeptModels(fresh, "app").readFrom("models", "two");

    assertThat(fresh.resolve("app.models")).hasContent("models two");
  }
}
