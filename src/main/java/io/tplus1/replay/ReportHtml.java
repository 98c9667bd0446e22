package io.tplus1.replay;

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
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--page:#fcfcfb;--ink:#14140f;--soft:#5c5b55;--rule:#e2e1dc;
      --c0:#2a78d6;--c1:#8a8983;--c2:#1baf7a;--c3:#c98500;--c4:#9b4fd1;--c5:#d9485f}
      @media(prefers-color-scheme:dark){:root{--page:#191918;--ink:#f3f2ec;--soft:#a9a8a0;--rule:#383733;
      --c0:#5b9df0;--c1:#96958d;--c2:#35c48f;--c3:#e0a330;--c4:#bd86e6;--c5:#ee7284}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:800px;padding:32px 20px 64px;background:var(--page);color:var(--ink);
      font:15px/1.5 system-ui,sans-serif}
      h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:40px 0 4px}p{margin:4px 0;color:var(--soft)}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%;margin:12px 0;font-variant-numeric:tabular-nums}
      th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--rule);font-weight:400}
      th:first-child,td:first-child{text-align:left;padding-left:0}thead th{color:var(--soft);font-size:13px}
      tbody tr.first>*{font-weight:650}
      svg{display:block;width:100%;height:auto;margin:8px 0}
      .grid{stroke:var(--rule)}.tick{fill:var(--soft);font:12px system-ui,sans-serif}
      .mark{stroke:var(--soft);stroke-dasharray:5 4}
      .line{fill:none;stroke-width:1.8;stroke-linejoin:round}.band{fill:var(--c0);opacity:.18}
      .key{display:inline-flex;align-items:center;margin-right:16px;color:var(--ink);font-size:13px}
      .key i{width:14px;height:3px;border-radius:2px;margin-right:6px;background:currentColor}
      .key .box{height:12px;opacity:.3}
      .line.c0{stroke:var(--c0)}.line.c1{stroke:var(--c1)}.line.c2{stroke:var(--c2)}
      .line.c3{stroke:var(--c3)}.line.c4{stroke:var(--c4)}.line.c5{stroke:var(--c5)}
      .fill.c0,.k0{fill:var(--c0);color:var(--c0)}.fill.c1,.k1{fill:var(--c1);color:var(--c1)}
      .k2{color:var(--c2)}.k3{color:var(--c3)}.k4{color:var(--c4)}.k5{color:var(--c5)}
      .line.ink{stroke:var(--ink);stroke-width:1.3}.kink{color:var(--ink)}
      details{color:var(--soft);font-size:13px}summary{cursor:pointer}
      """;

  private static final int COLOURS = 6;
  private static final int TABLE_ROWS = 24;

  private final BacktestReport report;
  private final StringBuilder page = new StringBuilder();

  private ReportHtml(BacktestReport report) {
    this.report = report;
  }

  /**
   * Writes the page and leaves the writer open.
   *
   * @param title such as the name of the file that was replayed
   */
  public static void write(BacktestReport report, String title, Writer writer) throws IOException {
    writer.write(new ReportHtml(report).page(title));
  }

  private String page(String title) {
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    page.append(Html.escaped(title)).append(" – tplus1 backtest</title>\n<style>\n").append(STYLE);
    page.append("</style>\n</head>\n<body>\n<main>\n<h1>").append(Html.escaped(title));
    page.append("</h1>\n");
    paragraph(
        String.format(
            Locale.ROOT,
            "%,d rows, %,d series, %,d forecasts of %d step%s, replayed in %.1f s. Each forecast was"
                + " scored before anything learnt from its actual.",
            report.rows(),
            report.series(),
            report.scored(),
            report.horizon(),
            report.horizon() == 1 ? "" : "s",
            report.seconds()));
    forecasters();
    rmse();
    errorOverTime();
    bands();
    features();
    horizons();
    coverage();
    weights();
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private void forecasters() {
    heading("Errors");
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
    table(head, rows, true);
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
    table(List.of("RMSE, raw units", "tplus1", "persistence", "ratio"), rows, false);
  }

  private void errorOverTime() {
    List<BacktestReport.TimelineBin> bins = report.timeline();
    if (bins.isEmpty()) {
      return;
    }
    heading("Error over time");
    paragraph(
        "Mean absolute error in units of the usual change over the horizon; wrong answers of"
            + " categories.");
    double[] mix = bins.stream().mapToDouble(BacktestReport.TimelineBin::mix).toArray();
    double[] last = bins.stream().mapToDouble(BacktestReport.TimelineBin::persistence).toArray();
    long[] times = bins.stream().mapToLong(BacktestReport.TimelineBin::timeMs).toArray();
    key("k0", "tplus1");
    key("k1", "persistence");
    page.append(
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
    details(List.of("made at", "tplus1", "persistence"), rows);
  }

  private void bands() {
    int number = 0;
    for (BacktestReport.Band band : report.bands()) {
      if (band.timesMs().length == 0) {
        continue;
      }
      if (number == 0) {
        heading("Forecasts beside actuals");
        paragraph("The last forecasts of the next step, with their intervals.");
      }
      double[] actual = column(band, 0);
      double[] forecast = column(band, 1);
      double[] lower = column(band, 2);
      double[] upper = column(band, 3);
      page.append("<h3>").append(Html.escaped(band.series() + " · " + band.feature()));
      page.append("</h3>\n");
      key("kink", "actual");
      key("k0", "forecast");
      if (Arrays.stream(lower).anyMatch(Double::isFinite)) {
        page.append("<span class=\"key\"><i class=\"box k0\"></i>interval</span>\n");
      }
      double high = Curves.max(actual, forecast, upper);
      double low =
          -Curves.max(Curves.negative(actual), Curves.negative(forecast), Curves.negative(lower));
      page.append(
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
      details(List.of("made at", "actual", "forecast", "lower", "upper"), rows);
    }
  }

  private static double[] column(BacktestReport.Band band, int column) {
    return Arrays.stream(band.points()).mapToDouble(point -> point[column]).toArray();
  }

  private void features() {
    if (report.perFeature().size() < 2) {
      return;
    }
    heading("By feature");
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
    heading("By horizon");
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
    paragraph(Character.toUpperCase(name.charAt(0)) + name.substring(1) + ".");
    key("k0", "tplus1");
    key("k1", "persistence");
    page.append(
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
    details(List.of(what, "tplus1", "persistence", "coverage", "width over best constant"), rows);
  }

  private void coverage() {
    double[] inside =
        Curves.smooth(
            report.timeline().stream().mapToDouble(BacktestReport.TimelineBin::coverage).toArray());
    if (!Double.isFinite(report.overall().coverage())) {
      return;
    }
    heading("Coverage of the intervals");
    paragraph(
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
    page.append(
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
    details(List.of("made at", "coverage"), rows);
  }

  private void weights() {
    List<BacktestReport.TimelineBin> bins = report.timeline();
    List<String> experts = List.copyOf(report.experts().keySet());
    if (bins.stream().allMatch(bin -> bin.weights().length == 0)) {
      return;
    }
    heading("Weights of the experts");
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
      key("k" + e % COLOURS, experts.get(e));
      plot.line(new SvgPlot.Line(experts.get(e), "c" + e % COLOURS, share));
    }
    page.append(plot.end());
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
    details(head, rows);
  }

  private static String time(long timeMs) {
    return Instant.ofEpochMilli(timeMs).toString();
  }

  private void heading(String text) {
    page.append("<h2>").append(Html.escaped(text)).append("</h2>\n");
  }

  private void paragraph(String text) {
    page.append("<p>").append(Html.escaped(text)).append("</p>\n");
  }

  private void key(String style, String name) {
    page.append("<span class=\"key\"><i class=\"").append(style).append("\"></i>");
    page.append(Html.escaped(name)).append("</span>\n");
  }

  private void details(List<String> head, List<List<String>> rows) {
    page.append("<details><summary>Values</summary>\n");
    table(head, rows, false);
    page.append("</details>\n");
  }

  private void table(List<String> head, List<List<String>> rows, boolean firstStands) {
    page.append("<div class=\"scroll\"><table><thead><tr>");
    head.forEach(
        text -> page.append("<th scope=\"col\">").append(Html.escaped(text)).append("</th>"));
    page.append("</tr></thead><tbody>\n");
    boolean first = firstStands;
    for (List<String> row : rows) {
      page.append(first ? "<tr class=\"first\">" : "<tr>");
      first = false;
      page.append("<th scope=\"row\">").append(Html.escaped(row.get(0))).append("</th>");
      row.stream()
          .skip(1)
          .forEach(text -> page.append("<td>").append(Html.escaped(text)).append("</td>"));
      page.append("</tr>\n");
    }
    page.append("</tbody></table></div>\n");
  }
}
