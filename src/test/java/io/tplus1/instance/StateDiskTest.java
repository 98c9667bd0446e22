package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

final class StateDiskTest {
  @TempDir Path directory;

  @Test
  void complaint_storesWithoutRoom_saysWhichDiskAndWhatToDo() {
    ProcessorStateException failure =
        new ProcessorStateException(
            "Error while executing put", new RocksDBException("No space left on device"));

    assertThat(StateDisk.complaint(new StreamsException(failure), directory))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .startsWith("the disk of state.dir " + directory + " is full: make room")
                    .contains("nothing is lost"));
  }

  @Test
  void complaint_filesBesideTheStoresWithoutRoom_saysSo() {
    UncheckedIOException failure =
        new UncheckedIOException(
            "state.dir must be a folder", new IOException("Disk quota exceeded"));

    assertThat(StateDisk.complaint(failure, directory)).isPresent();
  }

  /** Nothing is damaged, and what is deleted for it would need as many files again. */
  @Test
  void complaint_storesThatMayOpenNoMoreFiles_saysSo() {
    ProcessorStateException failure =
        new ProcessorStateException(
            "Error writing to store vectors",
            new RocksDBException("While open a file: 000123.sst: Too many open files"));

    assertThat(StateDisk.complaint(new StreamsException(failure), directory))
        .hasValueSatisfying(said -> assertThat(said).contains("ulimit -n", "nothing is lost"));
  }

  @Test
  void complaint_storesThatCannotBeRead_empty() {
    ProcessorStateException failure =
        new ProcessorStateException(
            "Error opening store", new RocksDBException("Corruption: block checksum mismatch"));

    assertThat(StateDisk.complaint(failure, directory)).isEmpty();
  }

  @Test
  void complaint_folderThatIsGoneMeanwhile_empty() {
    assertThat(
            StateDisk.complaint(
                new ProcessorStateException("Error opening store"), directory.resolve("gone")))
        .isEmpty();
  }
}
