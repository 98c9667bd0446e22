package io.tplus1.backtest;

import io.tplus1.score.Accuracy;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Writes a backtest's report as one page that needs nothing else: tables, plots as inline SVG, each
 * beside a table of its values, light or dark as the reader's system is.
 */
public final class ReportHtml {
  private static final int COLOURS = 6;
  private static final int TABLE_ROWS = 24;

  private final BacktestReport report;
  private final HtmlPage page;

  private ReportHtml(BacktestReport report, String title) {
    this.report = report;
    this.page = new HtmlPage(title, "tplus1 backtest");
  }

  /**
   * Writes the page and leaves the writer open.
   *
   * @param title such as the name of the file that was replayed
   */
  public static void write(BacktestReport report, String title, Writer writer) throws IOException {
    writer.write(new ReportHtml(report, title).text());
  }

  private String text() {
    page.paragraph(
        String.format(
            Locale.ROOT,
            "%,d rows, %,d series, %s, replayed in %.1f s. Each forecast was scored before anything"
                + " learnt from its actual.",
            report.rows(),
            report.series(),
            ReportTable.forecasts(report.scored(), report.horizon()),
            report.seconds()));
    forecasters();
    rmse();
    errorOverTime();
    bands();
    features();
    horizons();
    coverage();
    weights();
    return page.end();
  }

  private void forecasters() {
    page.heading("Errors");
    List<ReportTable.Column> columns = ReportTable.columns(report);
    List<List<String>> rows = new ArrayList<>();
    ReportTable.forecasters(report)
        .forEach(
            (name, accuracy) -> {
              List<String> row = new ArrayList<>(List.of(name));
              columns.forEach(
                  column -> row.add(ReportTable.number(column.figure().applyAsDouble(accuracy))));
              rows.add(row);
            });
    List<String> head = new ArrayList<>(List.of("forecaster"));
    columns.forEach(column -> head.add(column.name()));
    page.table(head, rows, true);
    ReportTable.shares(report).forEach(page::paragraph);
  }

  private void rmse() {
    if (report.overall().rmse().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    report
        .overall()
        .rmse()
        .forEach(
            (feature, rmse) -> {
              double persistence = report.persistence().rmse().get(feature);
              rows.add(
                  List.of(
                      feature,
                      ReportTable.number(rmse),
                      ReportTable.number(persistence),
                      ReportTable.number(rmse / persistence)));
            });
    page.table(List.of("RMSE, raw units", "tplus1", "persistence", "ratio"), rows, false);
  }

  private void errorOverTime() {
    List<BacktestReport.TimelineBin> bins = report.timeline();
    if (bins.isEmpty()) {
      return;
    }
    page.heading("Error over time");
    page.paragraph(
        "Mean absolute error in units of the usual change over the horizon; wrong answers of"
            + " categories.");
    double[] mix = bins.stream().mapToDouble(BacktestReport.TimelineBin::mix).toArray();
    double[] last = bins.stream().mapToDouble(BacktestReport.TimelineBin::persistence).toArray();
    long[] times = bins.stream().mapToLong(BacktestReport.TimelineBin::timeMs).toArray();
    page.key("k0", "tplus1");
    page.key("k1", "persistence");
    page.plot(
        new SvgPlot(
                "time",
                "Error over time",
                "Error of tplus1 and of persistence in the order in which forecasts matured.",
                0,
                Curves.high(0, mix, last))
            .times(times)
            .line(new SvgPlot.Line("persistence", "c1", last))
            .line(new SvgPlot.Line("tplus1", "c0", mix))
            .end());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < bins.size(); i += 1 + (bins.size() - 1) / TABLE_ROWS) {
      rows.add(List.of(time(times[i]), ReportTable.number(mix[i]), ReportTable.number(last[i])));
    }
    page.details(List.of("made at", "tplus1", "persistence"), rows);
  }

  private void bands() {
    int number = 0;
    for (BacktestReport.Band band : report.bands()) {
      if (band.timesMs().length == 0) {
        continue;
      }
      if (number == 0) {
        page.heading("Forecasts beside actuals");
        page.paragraph("The last forecasts of the next step, with their intervals.");
      }
      double[] actual = column(band, 0);
      double[] forecast = column(band, 1);
      double[] lower = column(band, 2);
      double[] upper = column(band, 3);
      page.subheading(band.series() + " · " + band.feature());
      page.key("kink", "actual");
      page.key("k0", "forecast");
      if (Arrays.stream(lower).anyMatch(Double::isFinite)) {
        page.key("box k0", "interval");
      }
      double high = Curves.max(actual, forecast, upper);
      double low =
          -Curves.max(Curves.negative(actual), Curves.negative(forecast), Curves.negative(lower));
      page.plot(
          new SvgPlot(
                  "band" + number++,
                  band.series() + ", " + band.feature(),
                  "Actual values, forecasts of the next step, and their intervals.",
                  low,
                  high)
              .times(band.timesMs())
              .band(lower, upper)
              .line(new SvgPlot.Line("actual", "ink", actual))
              .line(new SvgPlot.Line("forecast", "c0", forecast))
              .end());
      List<List<String>> rows = new ArrayList<>();
      for (int i = Math.max(0, actual.length - TABLE_ROWS); i < actual.length; i++) {
        rows.add(
            List.of(
                time(band.timesMs()[i]),
                ReportTable.number(actual[i]),
                ReportTable.number(forecast[i]),
                ReportTable.number(lower[i]),
                ReportTable.number(upper[i])));
      }
      page.details(List.of("made at", "actual", "forecast", "lower", "upper"), rows);
    }
  }

  private static double[] column(BacktestReport.Band band, int column) {
    return Arrays.stream(band.points()).mapToDouble(point -> point[column]).toArray();
  }

  private void features() {
    if (report.perFeature().size() < 2) {
      return;
    }
    page.heading("By feature");
    Map<String, BacktestReport.Compared> shown = new LinkedHashMap<>(report.perFeature());
    if (!report.overall().rmse().isEmpty()) {
      shown.keySet().retainAll(report.overall().rmse().keySet()); // categories have no such bars
    }
    compared("feature", List.copyOf(shown.keySet()), shown.values());
  }

  private void horizons() {
    if (report.horizon() < 2) {
      return;
    }
    page.heading("By horizon");
    List<String> names = new ArrayList<>();
    for (int h = 1; h <= report.horizon(); h++) {
      names.add("t+" + h);
    }
    compared("horizon", names, report.perHorizon());
  }

  /** Bars of MASE where every row has it, else of MAE, else of wrong answers. */
  private void compared(
      String what, List<String> names, Collection<BacktestReport.Compared> entries) {
    ToDoubleFunction<Accuracy> figure = a -> 1 - a.accuracy();
    String name = "share of wrong answers";
    if (entries.stream().allMatch(e -> Double.isFinite(e.mix().mase()))) {
      figure = Accuracy::mase;
      name = "MASE";
    } else if (entries.stream().anyMatch(e -> Double.isFinite(e.mix().mae()))) {
      figure = Accuracy::mae;
      name = "MAE";
    }
    double[] mix = entries.stream().map(e -> e.mix()).mapToDouble(figure).toArray();
    double[] last = entries.stream().map(e -> e.persistence()).mapToDouble(figure).toArray();
    page.paragraph(Character.toUpperCase(name.charAt(0)) + name.substring(1) + ".");
    page.key("k0", "tplus1");
    page.key("k1", "persistence");
    page.plot(
        new SvgPlot(
                what,
                name + " by " + what,
                "Bars of tplus1 beside persistence for each " + what + ".",
                0,
                Curves.high(0, mix, last))
            .bars(
                names,
                List.of(
                    new SvgPlot.Line("tplus1", "c0", mix),
                    new SvgPlot.Line("persistence", "c1", last)))
            .end());
    List<List<String>> rows = new ArrayList<>();
    int i = 0;
    for (BacktestReport.Compared entry : entries) {
      rows.add(
          List.of(
              names.get(i),
              ReportTable.number(mix[i]),
              ReportTable.number(last[i]),
              ReportTable.number(entry.mix().coverage()),
              ReportTable.number(entry.mix().widthRatio())));
      i++;
    }
    page.details(
        List.of(what, "tplus1", "persistence", "coverage", "width over best constant"), rows);
  }

  private void coverage() {
    double[] inside =
        Curves.smooth(
            report.timeline().stream().mapToDouble(BacktestReport.TimelineBin::coverage).toArray());
    if (!Double.isFinite(report.overall().coverage())) {
      return;
    }
    page.heading("Coverage of the intervals");
    page.paragraph(
        String.format(
            Locale.ROOT,
            "%.1f %% of the actuals lay in their interval; %s %% were wished (dashed). The mean width"
                + " was %s, %s times that of the best constant in hindsight.",
            100 * report.overall().coverage(),
            ReportTable.percent(report.coverage()),
            ReportTable.number(report.overall().width()),
            ReportTable.number(report.overall().widthRatio())));
    double least = Arrays.stream(inside).filter(Double::isFinite).min().orElse(0);
    long[] times = report.timeline().stream().mapToLong(bin -> bin.timeMs()).toArray();
    page.plot(
        new SvgPlot(
                "coverage",
                "Coverage over time",
                "Share of the actuals in their interval, beside the share that was wished.",
                Math.max(0, Math.min(.8 * report.coverage(), least - .02)),
                1)
            .times(times)
            .mark(report.coverage())
            .line(new SvgPlot.Line("coverage", "c0", inside))
            .end());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < inside.length; i += 1 + (inside.length - 1) / TABLE_ROWS) {
      rows.add(List.of(time(times[i]), ReportTable.number(inside[i])));
    }
    page.details(List.of("made at", "coverage"), rows);
  }

  private void weights() {
    List<BacktestReport.TimelineBin> bins = report.timeline();
    List<String> experts = List.copyOf(report.experts().keySet());
    if (bins.stream().allMatch(bin -> bin.weights().length == 0)) {
      return;
    }
    page.heading("Weights of the experts");
    long[] times = bins.stream().mapToLong(BacktestReport.TimelineBin::timeMs).toArray();
    SvgPlot plot =
        new SvgPlot(
                "weights",
                "Weights of the experts over time",
                "Mean share of each expert in the mix: " + String.join(", ", experts) + ".",
                0,
                1)
            .times(times);
    List<double[]> shares = new ArrayList<>();
    for (int e = 0; e < experts.size(); e++) {
      int expert = e;
      double[] share =
          bins.stream()
              .mapToDouble(bin -> bin.weights().length == 0 ? Double.NaN : bin.weights()[expert])
              .toArray();
      shares.add(share);
      page.key("k" + e % COLOURS, experts.get(e));
      plot.line(new SvgPlot.Line(experts.get(e), "c" + e % COLOURS, share));
    }
    page.plot(plot.end());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < bins.size(); i += 1 + (bins.size() - 1) / TABLE_ROWS) {
      List<String> row = new ArrayList<>(List.of(time(times[i])));
      for (double[] share : shares) {
        row.add(ReportTable.number(share[i]));
      }
      rows.add(row);
    }
    List<String> head = new ArrayList<>(List.of("made at"));
    head.addAll(experts);
    page.details(head, rows);
  }

  private static String time(long timeMs) {
    return Instant.ofEpochMilli(timeMs).toString();
  }
}
