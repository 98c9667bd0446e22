package io.tplus1.backtest;

import io.tplus1.score.Accuracy;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A backtest's figures as tables for people, at most 100 columns wide. */
public final class ReportTable {
  /** A figure and its heading. */
  record Column(String name, ToDoubleFunction<Accuracy> figure) {}

  static final List<Column> COLUMNS =
      List.of(
          new Column("MSE", Accuracy::mse),
          new Column("MAE", Accuracy::mae),
          new Column("MASE", Accuracy::mase),
          new Column("RMSSE", Accuracy::rmsse),
          new Column("sMAPE", Accuracy::smape),
          new Column("accuracy", Accuracy::accuracy),
          new Column("nats", Accuracy::logLoss));

  private static final int LINE = 100;
  private static final int LABEL = 20;

  /** A figure, and the blank before it. */
  private static final int COLUMN = 11;

  private ReportTable() {}

  /** Prints the report. */
  public static void print(PrintWriter print, BacktestReport report) {
    Map<String, Accuracy> forecasters = forecasters(report);
    List<Column> columns = columns(report);
    int label = labelWidth(forecasters.keySet(), columns.size());
    String cell = "  %-" + label + "s";
    print.printf(cell, "");
    columns.forEach(column -> print.printf(" %10s", column.name()));
    print.printf("%n");
    forecasters.forEach(
        (name, accuracy) -> {
          print.printf(cell, cut(name, label));
          columns.forEach(
              column -> print.printf(" %10s", number(column.figure().applyAsDouble(accuracy))));
          print.printf("%n");
        });
    shares(report).forEach(share -> print.printf("%n  %s", share));
    if (!shares(report).isEmpty()) {
      print.printf("%n");
    }
    if (!report.overall().rmse().isEmpty()) {
      print.printf("%n");
      printRmse(print, report.overall().rmse(), report.persistence().rmse());
    }
    if (Double.isFinite(report.overall().coverage())) {
      print.printf(
          Locale.ROOT,
          "%n  intervals of %s %%: %.1f %% inside, width %s, %s × the best constant in hindsight%n",
          percent(report.coverage()),
          100 * report.overall().coverage(),
          number(report.overall().width()),
          number(report.overall().widthRatio()));
    }
    print.printf(
        Locale.ROOT,
        "%n  %,d rows, %,d series, %s, %.1f s%n",
        report.rows(),
        report.series(),
        forecasts(report.scored(), report.horizon()),
        report.seconds());
  }

  /** Prints root mean squared errors by feature, if there are any. */
  public static void printRmse(
      PrintWriter print, Map<String, Double> rmse, Map<String, Double> persistence) {
    if (rmse.isEmpty()) {
      return;
    }
    print.printf("  %-20s %12s %12s %10s%n", "RMSE", "tplus1", "persistence", "ratio");
    rmse.forEach(
        (feature, error) -> {
          double last = persistence.get(feature);
          print.printf(
              "  %-20s %12s %12s %10s%n",
              label(feature), number(error), number(last), number(error / last));
        });
  }

  /** How many forecasts there were, and of how many steps each. */
  public static String forecasts(long count, int horizon) {
    return String.format(
        Locale.ROOT, "%,d forecasts of %d step%s", count, horizon, horizon == 1 ? "" : "s");
  }

  /** A name, cut off where its column ends. */
  public static String label(String name) {
    return cut(name, LABEL);
  }

  /** As wide as the longest name, as far as a line allows. */
  private static int labelWidth(Collection<String> names, int columns) {
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    return Math.max(LABEL, Math.min(longest, LINE - 2 - COLUMN * columns));
  }

  /** Everything that is compared, by name: the mix first. */
  static Map<String, Accuracy> forecasters(BacktestReport report) {
    Map<String, Accuracy> forecasters = new LinkedHashMap<>();
    forecasters.put("tplus1", report.overall());
    forecasters.put("persistence", report.persistence());
    report.seasonal().ifPresent(seasonal -> forecasters.put("seasonal", seasonal));
    report.experts().forEach((name, accuracy) -> forecasters.put("alone: " + name, accuracy));
    return forecasters;
  }

  /** The columns in which the mix has something to say. */
  static List<Column> columns(BacktestReport report) {
    List<Column> columns = new ArrayList<>(COLUMNS);
    columns.removeIf(column -> !Double.isFinite(column.figure().applyAsDouble(report.overall())));
    return columns;
  }

  /** Of how few of the forecasts a row is, where an expert had none, or none yet. */
  static List<String> shares(BacktestReport report) {
    List<String> shares = new ArrayList<>();
    forecasters(report)
        .forEach(
            (name, accuracy) -> {
              long compared = compared(accuracy, report.overall());
              if (accuracy.count() != compared) {
                shares.add(
                    String.format(
                        Locale.ROOT,
                        "%s: of %.1f %% of the forecasts, which may have been easier or harder ones",
                        label(name),
                        100.0 * accuracy.count() / compared));
              }
            });
    return shares;
  }

  /**
   * How many forecasts of the mix a row's figures stand beside: one that forecasts numbers alone
   * has none of categories to be held against theirs, and the other way round.
   */
  private static long compared(Accuracy row, Accuracy mix) {
    if (row.numbers() > 0 && row.categories() == 0) {
      return mix.numbers();
    }
    return row.categories() > 0 && row.numbers() == 0 ? mix.categories() : mix.count();
  }

  /** Four significant digits or four decimals; – for nothing. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    if (size >= 1e6 || (size > 0 && size < 5e-4)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    return String.format(
        Locale.ROOT,
        size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.4f",
        value);
  }

  /** A share as a percentage of at most four digits, such as 90 or 99.95. */
  static String percent(double share) {
    return BigDecimal.valueOf(100 * share)
        .round(new MathContext(4))
        .stripTrailingZeros()
        .toPlainString();
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
