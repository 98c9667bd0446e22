package io.tplus1;

import ch.qos.logback.classic.Level;
import io.tplus1.backtest.Backtest;
import io.tplus1.backtest.BacktestReport;
import io.tplus1.backtest.ReportCsv;
import io.tplus1.backtest.ReportHtml;
import io.tplus1.backtest.ReportJson;
import io.tplus1.backtest.ReportTable;
import io.tplus1.config.BacktestSettings;
import io.tplus1.config.BrokerlessSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.Durations;
import io.tplus1.config.Expert;
import io.tplus1.config.HygieneSettings;
import io.tplus1.csv.CsvVectors;
import io.tplus1.doctor.SettingsChecks;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.SeriesVector;
import io.tplus1.harness.ForecastTestHarness;
import io.tplus1.lesson.RecordedSamples;
import io.tplus1.lesson.SampleAdvice;
import io.tplus1.serde.RejectReason;
import io.tplus1.topology.ForecastCounters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replays a file through the deployed topologies and reports how good the forecasts were. */
@Command(
    name = "backtest",
    description = {
      "Replays a file, test-then-train, through the topologies that `run` deploys, and reports errors.",
      "",
      "Each row is forecast before anything has seen it; then it settles what was forecast of it, and"
          + " then it is learnt from. config/backtest/ has a file for each kind of data.",
      "",
      "It begins without a model: model.file is not read. The first network is trained after"
          + " retrain.first.samples, and serves once it beats the last value.",
      "",
      "An empty cell is an absent feature, as in the stream: missing.fill fills it, and what is filled"
          + " is not scored. Where that is off, the row is left out, as `run` dead-letters it;"
          + " one without any value always is.",
      "",
      "All series are one task here. Of several partitions each learns what series share from its own"
          + " (mix.pool.rows, stacked.pool, interval.pool, counts of markov)."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.USAGE_LINE},
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 backtest ETTh1.csv --config config/backtest/etth.properties --out report",
      "  tplus1 backtest my.csv --config my.properties --no-rnn --json"
    },
    mixinStandardHelpOptions = true)
final class BacktestCommand implements Callable<Integer> {
  private static final String HTML = "report.html";
  private static final String FIGURES = "report.json";
  private static final String SERIES = "series.csv";

  @Mixin private ConfigurationOptions options;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA.csv",
      description = "Recorded vectors; csv.* settings say which column is what.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for report.html, report.json and series.csv. Default: none is written.")
  private Path out;

  @Option(names = "--json", description = "Print report.json instead of the table.")
  private boolean json;

  @Option(names = "--no-rnn", description = "Leave the network out of the mix.")
  private boolean noRnn;

  @Option(names = "--no-linear", description = "Leave the linear experts out of the mix.")
  private boolean noLinear;

  @Override
  public Integer call() throws Exception {
    PrintWriter print = spec.commandLine().getOut();
    Map<String, String> settings = settings();
    Configuration configuration = new Configuration(settings);
    if (out != null) {
      for (String name : List.of(HTML, FIGURES, SERIES)) {
        Outputs.requireFile(spec, "--out", out.resolve(name), List.of(data, options.file));
      }
    }
    DataFile file = new DataFile(spec, "DATA.csv", data);
    // How often the words of the whole file come, and in which order, is not told.
    Map<String, List<String>> vocabularies = file.vocabularies(configuration);
    FeatureSchema schema = configuration.schema(vocabularies);
    BacktestSettings borders = configuration.backtest();
    CsvVectors read = file.read(configuration, schema);
    file.tellOf(
        read,
        configuration,
        Clock.systemUTC().instant(),
        "as in the stream the first is forecast and scored, and the last stands in the windows");
    List<SeriesVector> rows = Backtest.rows(read.vectors(), borders);
    Stream.of(SettingsChecks.idle(configuration), SettingsChecks.filledAlike(configuration))
        .flatMap(Optional::stream)
        .forEach(idle -> spec.commandLine().getErr().println(idle.line()));
    BacktestReport report;
    // The report counts promotions; a line for each would tear that of the progress.
    try (LogLevel quiet = LogLevel.unlessAsked(Level.WARN, System.getenv());
        ForecastTestHarness harness = ForecastTestHarness.ofReplay(settings, vocabularies)) {
      Backtest backtest = new Backtest(harness, configuration, rows);
      report =
          backtest.run(
              new BacktestProgress(spec.commandLine().getErr(), Terminal.isErrorInteractive()));
      tellOfDeadLetters(harness.counters());
      tellOfNetworks(backtest.withoutNetwork(), report.scored(), configuration);
      tellOfUnscaled(backtest.unscaled());
    }
    if (json) {
      ReportJson.write(report, print);
    } else {
      ReportTable.print(print, report);
    }
    // Whatever becomes of the files, the work was not in vain.
    print.flush();
    if (report.overall().count() == 0) {
      tellOfNoScore(configuration, schema, rows);
      return ExitCodes.FAILED; // An older report, which says something, stays.
    }
    if (out != null) {
      write(report);
      if (!json) {
        print.printf("%nReport: %s%n", out.resolve(HTML).toAbsolutePath());
        print.flush();
      }
    }
    if (report.scored() == 0) {
      tellOfNoNextStep(configuration);
    }
    return ExitCodes.OK;
  }

  private void tellOfNoScore(
      Configuration configuration, FeatureSchema schema, List<SeriesVector> rows) {
    PrintWriter err = spec.commandLine().getErr();
    RecordedSamples recorded =
        new RecordedSamples(schema, configuration.windows(), configuration.hygiene());
    err.printf(
        "tplus1: no forecast was scored: %s%n",
        recorded.cut(rows).isEmpty()
            ? new SampleAdvice(recorded, configuration.csv()).tooFew(rows)
            : "none of those of %d rows lies whole in the part that is scored: give more data, or lower backtest.warmup, backtest.warmup.rows, backtest.score.from or forecast.horizon, or raise backtest.score.to"
                .formatted(rows.size()));
    err.flush();
  }

  /** Else nobody sees why there are figures of no forecast. */
  private void tellOfNoNextStep(Configuration configuration) {
    PrintWriter err = spec.commandLine().getErr();
    HygieneSettings hygiene = configuration.hygiene();
    err.printf(
        "t+1 was never scored, for no target came at any such step: what gap.fill=%s and missing.fill=%s fill is not scored, and the figures are of later steps. Set step.interval, which is %s, to the time between rows%n",
        hygiene.gapFill().name().toLowerCase(Locale.ROOT),
        hygiene.missingFill().name().toLowerCase(Locale.ROOT),
        configuration.windows().interval().map(Durations::text).orElse("not set"));
    err.flush();
  }

  private void tellOfDeadLetters(ForecastCounters counters) {
    PrintWriter err = spec.commandLine().getErr();
    for (RejectReason reason : RejectReason.values()) {
      if (counters.deadLetters(reason) > 0) {
        err.printf(
            "%,d rows were refused as in the stream, where they would be dead-lettered: %s%n",
            counters.deadLetters(reason), reason);
      }
    }
    err.flush();
  }

  /** Else nobody sees why the mix is persistence. */
  private void tellOfNetworks(long without, long scored, Configuration configuration) {
    if (without > 0) {
      PrintWriter err = spec.commandLine().getErr();
      boolean learns = configuration.retrain().trains();
      err.printf(
          "%,d of %,d scored forecasts had no network: a backtest does not read model.file, and %s%n",
          without,
          scored,
          learns
              ? "its first network is trained after retrain.first.samples=%d, and serves once it beats the last value"
                  .formatted(configuration.retrain().schedule().firstSamples())
              : "nothing learns; set retrain.mode, or leave networks out with --no-rnn");
      err.flush();
    }
  }

  private void tellOfUnscaled(List<String> targets) {
    if (!targets.isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "%s did not vary in the rows of backtest.scale.rows: errors stay in raw units there, also in the averages; raise it, or leave them out of targets%n",
          targets);
      err.flush();
    }
  }

  private void write(BacktestReport report) throws IOException {
    Outputs.write(
        out.resolve(HTML), file -> ReportHtml.write(report, data.getFileName().toString(), file));
    Outputs.write(out.resolve(FIGURES), file -> ReportJson.write(report, file));
    Outputs.write(out.resolve(SERIES), file -> ReportCsv.write(report, file));
  }

  /** What a replay needs whatever the stream's own settings say. */
  private Map<String, String> settings() {
    Map<String, String> settings = BrokerlessSettings.of(options.together());
    settings.remove("model.file");
    settings.put("samples.rate", "all");
    settings.put("window.store", "memory");
    settings.put("time.max.ahead", "off");
    settings.put("time.source", "record"); // a row's time is csv.time's
    if (noRnn) {
      settings.put("retrain.mode", "off");
      settings.put("train.inputs", "");
    }
    Configuration given = new Configuration(settings);
    List<Expert> experts = new ArrayList<>(given.experts().experts());
    if (noRnn) {
      experts.remove(Expert.RNN);
    }
    if (noLinear) {
      experts.removeIf(Expert::isTraced);
      settings.put("train.base", "last");
      settings.computeIfPresent(
          "train.inputs",
          (name, inputs) ->
              Stream.of(inputs.split("\\s*,\\s*"))
                  .filter(input -> !input.equals("expert"))
                  .collect(Collectors.joining(",")));
    }
    // Of those who stay, some may have no target, and one says nothing without others.
    if (experts.size() < given.experts().experts().size()
        && experts.stream()
            .filter(expert -> expert != Expert.STACKED)
            .noneMatch(expert -> given.experts().has(expert, given.unlearntSchema()))) {
      experts.add(Expert.LAST);
    }
    settings.put("experts", String.join(",", Expert.names(experts)));
    return settings;
  }
}
