package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Which of tplus1's own lines are logged, by the variable of the environment. */
final class LogLevelTest {
  private final Logger own = (Logger) LoggerFactory.getLogger("io.tplus1");
  private Level before;

  /** As Logback leaves it where the variable is empty: none of its own. */
  @BeforeEach
  void forget() {
    before = own.getLevel();
    own.setLevel(null);
  }

  @AfterEach
  void putBack() {
    own.setLevel(before);
  }

  /** As Compose and Kubernetes fill it in where nothing is given. */
  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void execute_emptyVariable_logsAsWhereThereIsNone(String level) {
    PrintStream print = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);

    assertThat(Main.execute(print, print, Map.of("TPLUS1_LOG_LEVEL", level), "completion", "bash"))
        .isZero();

    assertThat(own.getLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void execute_noVariable_leavesTheLevelToTheLoggersFile() {
    PrintStream print = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);

    assertThat(Main.execute(print, print, Map.of(), "completion", "bash")).isZero();

    assertThat(own.getLevel()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"DEBUG, DEBUG", "'', ERROR", "' ', ERROR"})
  void unlessAsked_levelOrNone_theUsersStandsAndAnEmptyOneIsNone(String asked, String expected) {
    own.setLevel(Level.DEBUG);
    try (LogLevel quiet = LogLevel.unlessAsked(Level.ERROR, Map.of("TPLUS1_LOG_LEVEL", asked))) {
      assertThat(own.getLevel()).hasToString(expected);
    }
    assertThat(own.getLevel()).isEqualTo(Level.DEBUG);
  }
}
