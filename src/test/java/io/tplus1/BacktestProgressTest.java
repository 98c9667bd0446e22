package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class BacktestProgressTest {
  private final StringWriter text = new StringWriter();

  private void replay(boolean redraw, int rows) {
    BacktestProgress progress = new BacktestProgress(new PrintWriter(text), redraw);
    for (int done = 1; done <= rows; done++) {
      progress.rows(done, rows);
    }
  }

  @Test
  void rows_noTerminal_aLineForEachTenth() {
    replay(false, 5_000);

    // The first says that it has begun.
    assertThat(text.toString().lines()).hasSize(11);
    assertThat(text.toString().lines())
        .startsWith(
            "·".repeat(32) + " 1 of 5,000 rows", "███" + "·".repeat(29) + " 500 of 5,000 rows")
        .endsWith("█".repeat(32) + " 5,000 of 5,000 rows");
    assertThat(text.toString()).doesNotContain("\r█").doesNotContain("\r·");
  }

  @Test
  void rows_terminal_isRedrawnInOneLineThatEndsWithTheLastRow() {
    replay(true, 5_000);

    String[] drawn = text.toString().split("\r", -1);
    assertThat(drawn[0]).isEmpty();
    assertThat(drawn).hasSize(1_002);
    assertThat(drawn[501]).isEqualTo("█".repeat(16) + "·".repeat(16) + " 2,500 of 5,000 rows");
    assertThat(text.toString())
        .containsOnlyOnce("\n")
        .endsWith(" 5,000 of 5,000 rows" + System.lineSeparator());
  }
}
