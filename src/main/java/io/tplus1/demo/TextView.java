package io.tplus1.demo;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tables for people: redrawn in place on a terminal, one plain line a second elsewhere. */
public final class TextView implements DemoView {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final PrintWriter print;
  private final boolean redraw;
  private final List<String> features;
  private int drawn;

  /**
   * @param redraw whether the output is a terminal
   * @param features names of the forecast features, in order
   */
  public TextView(PrintWriter print, boolean redraw, List<String> features) {
    this.print = print;
    this.redraw = redraw;
    this.features = List.copyOf(features);
  }

  @Override
  public void show(
      long second, Outcome outcome, long deadLettered, Lessons lessons, double perSecond) {
    if (!redraw) {
      print.printf(
          Locale.ROOT,
          "%4d s  %,d forecasts, %,d scored, %,d dead-lettered, %,d trainings, %,d promotions, %,.0f/s%s%n",
          second,
          outcome.forecasts(),
          outcome.scored(),
          deadLettered,
          lessons.trainings(),
          lessons.promotions(),
          perSecond,
          ratios(outcome));
      print.flush();
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d s   %,d forecasts   %,d scored   %,d dead-lettered   %,.0f forecasts/s",
            second,
            outcome.forecasts(),
            outcome.scored(),
            deadLettered,
            perSecond));
    lines.add(words(lessons));
    lines.add("");
    lines.addAll(errors(outcome));
    lines.add("");
    lines.addAll(examples(outcome));
    lines.add("");
    lines.add("Ctrl-C stops; the next start goes on from here.");
    draw(lines);
  }

  private static String words(Lessons lessons) {
    return String.format(
        Locale.ROOT,
        "learnt from the stream: %,d trainings   %,d promotions   %,d rejections   %,d rollbacks",
        lessons.trainings(),
        lessons.promotions(),
        lessons.rejections(),
        lessons.rollbacks());
  }

  private void draw(List<String> lines) {
    // Lines that wrapped would be more rows than are gone up again.
    StringBuilder screen = new StringBuilder("\u001b[?7l");
    if (drawn > 0) {
      screen.append("\u001b[").append(drawn).append('A');
    }
    for (String line : lines) {
      screen.append("\u001b[2K").append(line).append('\n');
    }
    screen.append("\u001b[J\u001b[?7h");
    drawn = lines.size();
    print.print(screen);
    print.flush();
  }

  private List<String> errors(Outcome outcome) {
    List<String> lines = new ArrayList<>();
    lines.add(String.format("%-22s%12s%12s%10s", "RMSE", "tplus1", "persistence", "ratio"));
    for (String feature : features) {
      double rmse = outcome.rmse().get(feature);
      double persistence = outcome.persistenceRmse().get(feature);
      lines.add(
          String.format(
              Locale.ROOT,
              "%-22s%12.3f%12.3f%10.3f",
              feature,
              rmse,
              persistence,
              rmse / persistence));
    }
    return lines;
  }

  private List<String> examples(Outcome outcome) {
    List<String> lines = new ArrayList<>();
    StringBuilder head =
        new StringBuilder(String.format("%-22s%-18s", "forecast → actual", "time (UTC)"));
    features.forEach(feature -> head.append(String.format("%20s", feature)));
    lines.add(head.toString());
    for (Outcome.Example example : outcome.latest()) {
      StringBuilder line =
          new StringBuilder(
              String.format(
                  "%-22s%-18s",
                  abridge(example.key()), TIME.format(Instant.ofEpochMilli(example.timeMs()))));
      for (int i = 0; i < features.size(); i++) {
        line.append(
            String.format(
                Locale.ROOT,
                "%20s",
                String.format(
                    Locale.ROOT, "%.1f → %.1f", example.forecast()[i], example.actual()[i])));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String abridge(String key) {
    return key.length() <= 20 ? key : key.substring(0, 19) + "…";
  }

  private String ratios(Outcome outcome) {
    if (outcome.scored() == 0) {
      return "";
    }
    StringBuilder line = new StringBuilder("  RMSE (persistence):");
    for (Map.Entry<String, Double> feature : outcome.rmse().entrySet()) {
      line.append(
          String.format(
              Locale.ROOT,
              " %s %.2f (%.2f)",
              feature.getKey(),
              feature.getValue(),
              outcome.persistenceRmse().get(feature.getKey())));
    }
    return line.toString();
  }

  @Override
  public void summary(Outcome outcome, long deadLettered, Lessons lessons, double perSecond) {
    print.printf(
        Locale.ROOT,
        "%n%,d forecasts, %,d scored, %,d dead-lettered, %,.0f forecasts/s%n",
        outcome.forecasts(),
        outcome.scored(),
        deadLettered,
        perSecond);
    print.println(words(lessons));
    errors(outcome).forEach(print::println);
    print.flush();
  }
}
