package io.tplus1.rnn.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenFileTest {
  @TempDir Path folder;

  /** As Python's json writes them, of models and windows that have some. */
  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e39"})
  void read_numberThatIsNotFinite_saysThatOneWasExpected(String number) {
    assertRefused(
        "{\"input\": [[[1]]], \"output\": [[%s]]}".formatted(number),
        "a finite number was expected, found ");
    assertRefused(
        "{\"input\": [[[%s]]], \"output\": [[1]]}".formatted(number),
        "a finite number was expected, found ");
  }

  @Test
  void read_muchThatIsNoNumber_isNamedInALine() {
    assertRefused(
        "{\"input\": [[[1]]], \"output\": [[{\"a\": \"%s\"}]]}".formatted("x".repeat(10_000)),
        "a finite number was expected, found {\"a\":\"xxx");
  }

  @Test
  void read_noJson_isRefusedInALine() {
    assertRefused("{\"input\": [[[1]]],\n \"output\": [[1 2]]}", "was expecting comma");
  }

  /** Passed over, "Raw" would have raw values taken for the network's own. */
  @Test
  void read_memberWrittenOtherwise_isNamed() {
    assertRefused(
        "{\"Raw\": true, \"input\": [[[1]]], \"output\": [[1]]}",
        "'raw' was expected, found 'Raw'");
  }

  @Test
  void read_memberTwice_isNamed() {
    assertRefused(
        "{\"input\": [[[1]]], \"output\": [[1]], \"input\": [[[2]]]}", "Duplicate field 'input'");
  }

  @Test
  void read_textBehind_isRefused() throws IOException {
    Path file = write("{\"input\": [[[1]]], \"output\": [[1]]} {}");

    assertThatThrownBy(() -> GoldenFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Trailing token");
  }

  /** The fault is the file's, and not what it holds. */
  @Test
  void read_fileThatCannotBeRead_saysSo() {
    assertThatThrownBy(() -> GoldenFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(folder + " cannot be read: ");
  }

  @Test
  void read_fileOfSomebodyElse_saysSo() throws IOException {
    Path file = write("{}");
    Files.setPosixFilePermissions(file, Set.of());
    assumeFalse(Files.isReadable(file), "root reads all files");
    assertThatThrownBy(() -> GoldenFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " may not be read by this user");
  }

  private void assertRefused(String json, String message) {
    assertThatThrownBy(() -> GoldenFile.read(write(json)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("m.json does not hold {")
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("Feature", "\n")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
  }

  private Path write(String json) throws IOException {
    return Files.writeString(folder.resolve("m.json"), json);
  }
}
