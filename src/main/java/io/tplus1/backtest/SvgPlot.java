package io.tplus1.backtest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws one plot as inline SVG, coloured by the classes of the page that it stands in. Values that
 * are not finite leave gaps.
 */
final class SvgPlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 240;
  private static final int LEAST_LEFT = 56;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int BOTTOM = 30;
  private static final int MOST_TICKS = 12;

  /** Between a label and the axis. */
  private static final int GAP = 8;

  /** Most that a digit takes. */
  private static final int DIGIT = 7;

  /** Values over the plot's width, and the class of their colour. */
  record Line(String name, String style, double[] values) {}

  /** A line of the grid. */
  private record Tick(double value, String text) {}

  private final StringBuilder svg = new StringBuilder();
  private final double low;
  private final double high;
  private final int left;

  /**
   * Begins a plot.
   *
   * @param id unique on the page
   * @param title read out by screen readers, as is the description
   * @param low least value of the vertical axis
   * @param high greatest value; where it is not above {@code low}, there is some room above that
   */
  SvgPlot(String id, String title, String description, double low, double high) {
    this.low = low;
    // Beside a large value, 1 is nothing.
    this.high = high > low ? high : low + Math.max(1, Math.abs(low) / 1_000);
    List<Tick> ticks = ticks();
    int longest = ticks.stream().mapToInt(tick -> tick.text().length()).max().orElse(0);
    this.left = Math.max(LEAST_LEFT, GAP + DIGIT * longest);
    svg.append(
        format(
            """
            <svg viewBox="0 0 %d %d" role="img" aria-labelledby="%s-t %s-d">
            <title id="%s-t">%s</title><desc id="%s-d">%s</desc>
            """,
            WIDTH, HEIGHT, id, id, id, Html.escaped(title), id, Html.escaped(description)));
    for (Tick tick : ticks) {
      svg.append(
          format(
              "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                  + "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
              left,
              WIDTH - RIGHT,
              y(tick.value()),
              y(tick.value()),
              left - GAP,
              y(tick.value()) + 4,
              tick.text()));
    }
  }

  private List<Tick> ticks() {
    double step = step((high - low) / 4);
    double first = Math.ceil(low / step - 1e-9);
    List<Tick> ticks = new ArrayList<>();
    // Counted: beside a large value, a step may be nothing.
    for (int i = 0; i <= MOST_TICKS; i++) {
      double tick = (first + i) * step;
      if (tick > high + step * 1e-9) {
        break;
      }
      ticks.add(new Tick(tick, tickText(tick, step)));
    }
    return ticks;
  }

  /** 1, 2 or 5 times a power of ten, at least as large as asked for. */
  private static double step(double least) {
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double digit = least / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  /** With as many digits as tell it from the next one. */
  private String tickText(double tick, double step) {
    double value = Math.abs(tick) < step / 2 ? 0 : tick;
    int decimals = -exponent(step);
    double most = Math.max(Math.abs(low), Math.abs(high));
    if (most < 1e6 && most >= 1e-4) {
      return format("%." + Math.max(0, decimals) + "f", value);
    }
    if (value == 0) {
      return "0";
    }
    return format("%." + Math.max(0, exponent(value) + decimals) + "e", value)
        .replaceFirst("e\\+0*(?=\\d)", "e")
        .replaceFirst("e-0*(?=\\d)", "e-");
  }

  private static int exponent(double value) {
    return (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  }

  private double y(double value) {
    double clipped = Math.max(low, Math.min(high, value));
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (clipped - low) / (high - low));
  }

  private double x(int i, int count) {
    return left + (WIDTH - left - RIGHT) * (count < 2 ? .5 : i / (count - 1.0));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Dates at the ends and between, in UTC. */
  SvgPlot times(long[] timesMs) {
    int count = timesMs.length;
    if (count == 0) {
      return this;
    }
    boolean days = timesMs[count - 1] - timesMs[0] > 3 * 86_400_000L;
    for (int i = 0; i < 3; i++) {
      int at = (count - 1) * i / 2;
      String time = Instant.ofEpochMilli(timesMs[at]).toString();
      String text = days ? time.substring(0, time.indexOf('T')) : time.substring(0, 16);
      svg.append(
          format(
              "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
              x(at, count), HEIGHT - 8, List.of("start", "middle", "end").get(i), text));
    }
    return this;
  }

  /** Fills between two rows of values. */
  SvgPlot band(double[] lower, double[] upper) {
    int from = 0;
    while (from < lower.length) {
      int to = from;
      while (to < lower.length && Double.isFinite(lower[to]) && Double.isFinite(upper[to])) {
        to++;
      }
      if (to > from) {
        List<String> points = new ArrayList<>();
        for (int i = from; i < to; i++) {
          points.add(format("%.1f,%.1f", x(i, lower.length), y(upper[i])));
        }
        for (int i = to - 1; i >= from; i--) {
          points.add(format("%.1f,%.1f", x(i, lower.length), y(lower[i])));
        }
        svg.append("<polygon class=\"band\" points=\"")
            .append(String.join(" ", points))
            .append("\"/>\n");
      }
      from = to + 1;
    }
    return this;
  }

  SvgPlot line(Line line) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < line.values().length; i++) {
      if (Double.isFinite(line.values()[i])) {
        path.append(
            format(
                "%s%.1f %.1f",
                drawing ? "L" : "M", x(i, line.values().length), y(line.values()[i])));
        drawing = true;
      } else {
        drawing = false;
      }
    }
    svg.append("<path class=\"line ").append(line.style()).append("\" d=\"").append(path);
    svg.append("\"/>\n");
    return this;
  }

  /** A dashed line across, such as what was wished. */
  SvgPlot mark(double value) {
    svg.append(
        format(
            "<line class=\"mark\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
            left, WIDTH - RIGHT, y(value), y(value)));
    return this;
  }

  /** Bars beside each other, one group per name. */
  SvgPlot bars(List<String> names, List<Line> groups) {
    double room = (WIDTH - left - RIGHT) / (double) names.size();
    double bar = Math.min(34, room * .72 / groups.size());
    int every = (int) Math.ceil(names.stream().mapToInt(String::length).max().orElse(1) * 7 / room);
    for (int i = 0; i < names.size(); i++) {
      double middle = left + room * (i + .5);
      for (int g = 0; g < groups.size(); g++) {
        double value = groups.get(g).values()[i];
        if (Double.isFinite(value)) {
          svg.append(
              format(
                  "<rect class=\"fill %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                      + "<title>%s, %s: %s</title></rect>%n",
                  groups.get(g).style(),
                  middle + (g - groups.size() / 2.0) * bar + .5,
                  y(value),
                  Math.max(.8 * bar, bar - 1),
                  y(low) - y(value),
                  Html.escaped(names.get(i)),
                  Html.escaped(groups.get(g).name()),
                  ReportTable.number(value)));
        }
      }
      if (i % every == 0) {
        svg.append(
            format(
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                middle, HEIGHT - 8, Html.escaped(names.get(i))));
      }
    }
    return this;
  }

  /** The plot; nothing can be added afterwards. */
  String end() {
    return svg.append("</svg>\n").toString();
  }
}
