package io.tplus1.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Records per second of every variant as bars on a logarithmic scale, with least and greatest. */
final class Plot {
  private static final int LEFT = 330;
  private static final int WIDTH = 900;
  private static final int ROW = 22;
  private static final double LOW = 100;
  private static final double HIGH = 1_000_000;

  private final Results results;
  private final Options options;

  Plot(Results results, Options options) {
    this.results = results;
    this.options = options;
  }

  void write(Path file) throws IOException {
    StringBuilder rows = new StringBuilder();
    int y = 30;
    for (Shape shape : options.shapes()) {
      for (int keys : options.keys()) {
        for (String guarantee : options.guarantees()) {
          for (Variant variant : options.variants()) {
            double[] spread =
                results.spread(
                    new Results.Subject(
                        variant, "json", guarantee, shape, keys, "throughput", "records/s"));
            if (spread != null) {
              String name = "%s, %s, %s, %,d".formatted(variant.title, guarantee, shape, keys);
              rows.append(row(name, spread, y));
              y += ROW;
            }
          }
          y += ROW / 2;
        }
      }
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
