package io.tplus1;

import io.tplus1.backtest.Backtest;
import java.io.PrintWriter;
import java.util.Locale;

/** A bar with the rows that are done: redrawn on a terminal, a line for each tenth elsewhere. */
final class BacktestProgress implements Backtest.Progress {
  private static final int WIDTH = 32;
  private static final int LINES = 10;

  private final PrintWriter print;
  private final boolean redraw;
  private long shown = -1;

  BacktestProgress(PrintWriter print, boolean redraw) {
    this.print = print;
    this.redraw = redraw;
  }

  @Override
  public void rows(long done, long rows) {
    long step = done * (redraw ? 1_000 : LINES) / rows;
    if (step == shown) {
      return;
    }
    shown = step;
    int filled = (int) (done * WIDTH / rows);
    String line =
        String.format(
            Locale.ROOT,
            "%s%s %,d of %,d rows",
            "█".repeat(filled),
            "·".repeat(WIDTH - filled),
            done,
            rows);
    if (redraw) {
      print.print("\r" + line + (done == rows ? System.lineSeparator() : ""));
    } else {
      print.println(line);
    }
    print.flush();
  }
}
