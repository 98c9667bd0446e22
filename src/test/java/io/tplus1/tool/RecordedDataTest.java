package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

final class RecordedDataTest {
  @TempDir Path folder;

  @Test
  void file_isThere_found() throws Exception {
    Path file = Files.createFile(folder.resolve("a.csv"));

    assertThat(RecordedData.file(true, folder, "a.csv")).isEqualTo(file);
  }

  @Test
  void file_absent_skipsWithMessage() {
    assertThatThrownBy(() -> RecordedData.file(false, folder, "a.csv"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("a.csv is not in " + folder);
  }

  @Test
  void file_absentButRequired_failsWhereTheOthersAre() {
    assertThatThrownBy(() -> RecordedData.file(true, folder, "a.csv"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a.csv");
    assertThatThrownBy(() -> RecordedData.file(true, folder.resolve("nowhere"), "a.csv"))
        .isInstanceOf(TestAbortedException.class);
  }
}
