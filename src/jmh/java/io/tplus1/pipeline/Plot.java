package io.tplus1.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Records per second of every variant as bars on a logarithmic scale, with least and greatest;
 * named by variant, form, guarantee, shape, series and threads.
 */
final class Plot {
  private static final int LEFT = 430;
  private static final int WIDTH = 1_000;
  private static final int ROW = 22;
  private static final double LOW = 100;
  private static final double HIGH = 2_000_000;

  private final Results results;
  private final Options options;
  private final List<Case> cases;

  /**
   * @param cases one of any variant for each group of bars
   */
  Plot(Results results, Options options, List<Case> cases) {
    this.results = results;
    this.options = options;
    this.cases = cases;
  }

  void write(Path file) throws IOException {
    StringBuilder rows = new StringBuilder();
    int y = 30;
    for (Case one : cases) {
      for (Variant variant : options.variants) {
        double[] spread = results.spread(one.of(variant).subject("throughput", "records/s"));
        if (spread != null) {
          String name =
              "%s, %s, %s, %s, %,d, %d"
                  .formatted(
                      variant.title,
                      one.serde().name().toLowerCase(Locale.ROOT),
                      one.guarantee(),
                      one.shape(),
                      one.keys(),
                      one.threads());
          rows.append(row(name, spread, y));
          y += ROW;
        }
      }
      y += ROW / 2;
    }
    StringBuilder grid = new StringBuilder();
    for (double tick = LOW; tick <= HIGH; tick *= 10) {
      grid.append(
          text(
              "<line x1='%1$.1f' x2='%1$.1f' y1='24' y2='%2$d' stroke='#ddd'/>"
                  + "<text x='%1$.1f' y='18' text-anchor='middle'>%3$,.0f</text>%n",
              x(tick), y, tick));
    }
    Files.writeString(
        file,
        text(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
                + " font-size='12'><title>Records per second of one stream thread</title>%n%s%s</svg>%n",
            WIDTH, y, grid, rows));
  }

  private static String row(String name, double[] spread, int y) {
    return text(
        "<text x='%d' y='%d' text-anchor='end'>%s</text>"
            + "<rect x='%d' y='%d' width='%.1f' height='14' fill='#4c78a8'/>"
            + "<line x1='%.1f' x2='%.1f' y1='%5$d' y2='%5$d' transform='translate(0,7)' stroke='#000'/>"
            + "<text x='%.1f' y='%2$d'>%,.0f</text>%n",
        LEFT - 8,
        y + 12,
        name,
        LEFT,
        y,
        x(spread[0]) - LEFT,
        x(spread[1]),
        x(spread[2]),
        x(spread[2]) + 6,
        spread[0]);
  }

  private static double x(double value) {
    double share = Math.log(Math.max(LOW, value) / LOW) / Math.log(HIGH / LOW);
    return LEFT + share * (WIDTH - LEFT - 70);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
