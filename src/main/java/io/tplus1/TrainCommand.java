package io.tplus1;

import io.tplus1.config.BrokerlessSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.Durations;
import io.tplus1.csv.CsvVectors;
import io.tplus1.csv.CsvVocabulary;
import io.tplus1.doctor.SettingsChecks;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.SeriesVector;
import io.tplus1.lesson.Lesson;
import io.tplus1.lesson.RecordedSamples;
import io.tplus1.lesson.SampleErrors;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.StepInputs.Column;
import io.tplus1.model.Strategy;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.score.ErrorSums;
import io.tplus1.serde.EventTime;
import io.tplus1.topology.ForecastPlan;
import io.tplus1.train.TrainingSamples;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a network on a file and saves it as an artifact. */
@Command(
    name = "train",
    description = {
      "Trains a network on a CSV file and saves it as an artifact that `run` loads.",
      "",
      "The last part of the samples in time order (train.validation) is watched, not learnt from."
          + " With --until, what comes later is kept out altogether and forecast afterwards.",
      "",
      "An empty cell is an absent feature, as in the stream: missing.fill fills it, and what is filled"
          + " is not learnt as what followed. Where that is off, the row is left out;"
          + " one without any value always is."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {"0:trained and saved", ExitCodes.FAILED_LINE, ExitCodes.USAGE_LINE},
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 train --config my.properties --data my.csv",
      "  tplus1 train --config my.properties --data my.csv --until 2026-01-01 --out model.zip"
    },
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private static final String MODEL_FILE = "model.file";

  @Mixin private ConfigurationOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE.csv",
      description = "Data with a header line; csv.* settings say which column is what.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where the artifact goes. Default: the setting model.file, by which `run` finds it, else tplus1-data/model.zip.")
  private Path out;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Learn only from vectors before this time (ISO-8601).")
  private String until;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Read only the first N rows.",
      converter = AtLeastOne.class)
  private int rows = Integer.MAX_VALUE;

  @Override
  public Integer call() throws Exception {
    PrintWriter print = spec.commandLine().getOut();
    Map<String, String> given = options.together();
    // It asks no brokers, so it needs none of their secrets.
    Configuration configuration = new Configuration(BrokerlessSettings.of(given, out == null));
    Path target = target(configuration);
    String named = out == null ? MODEL_FILE : "--out";
    Outputs.requireArtifact(spec, named, target, List.of(data, options.file));
    SettingsChecks.unwatched(configuration)
        .ifPresent(vain -> spec.commandLine().getErr().println(vain.line()));
    DataFile file = new DataFile(spec, "--data", data);
    long border = border();
    FeatureSchema schema =
        configuration.needsVocabulary()
            ? wordsMet(configuration, file, border)
            : configuration.schema();
    ForecastPlan.requireKeepable(configuration, schema); // Else `run` would refuse what is learnt.
    CsvVectors read = file.read(configuration, schema, rows);
    print.printf("%s: %,d vectors of %s%n", data, read.vectors().size(), schema.names());
    file.tellOf(read, configuration, Clock.systemUTC().instant(), "the last counts");
    if (read.areOfNoClock(configuration.csv())) {
      tellOfCounted(configuration);
    }

    List<SeriesVector> known = TrainingSamples.before(read.vectors(), border);
    if (known.isEmpty() && !read.vectors().isEmpty()) {
      throw untilIsTooEarly(read.vectors());
    }
    Lesson lesson =
        Lesson.of(
            known,
            recorded(configuration, schema),
            configuration.csv(),
            configuration.validationFraction());
    TrainingSamples.HoldOut parts = lesson.parts();
    print.printf(
        "%,d samples, of which %,d are watched%n",
        parts.training().size() + parts.validation().size(), parts.validation().size());
    if (lesson.between() > 0) {
      print.printf(
          "%,d samples between are neither learnt from nor watched, for what followed them is watched (train.validation, forecast.horizon)%n",
          lesson.between());
    }
    lesson
        .refusal()
        .ifPresent(
            refusal ->
                print.printf(
                    "%,d samples are refused, as the stream does, and left out: of the first, %s%n",
                    lesson.refused(), refusal));
    if (lesson.leftOut() > 0) {
      print.printf(
          "%,d samples hold a value out of all proportion and are left out%n", lesson.leftOut());
    }
    if (!read.areOfNoClock(configuration.csv())) {
      tellOfStale(configuration, parts);
    }
    lesson.neverFull().ifPresent(why -> print.printf("No window is full: %s%n", why));
    TrainingProgress progress =
        new TrainingProgress(spec.commandLine().getErr(), Terminal.isErrorInteractive());
    ModelArtifact artifact;
    try {
      artifact =
          new RnnTrainer()
              .train(
                  configuration.task(schema),
                  configuration.training(),
                  parts.training(),
                  parts.validation(),
                  progress);
    } finally {
      progress.end();
    }
    Outputs.write(target, artifact);
    print.printf("Saved %s%n  model %s, %,d bytes%n", target, artifact.hash(), Files.size(target));
    if (given.getOrDefault(MODEL_FILE, "").isBlank()) {
      print.printf("  run reads it with %s=%s in the settings%n", MODEL_FILE, target);
    }
    report(print, configuration, artifact, lesson, read.vectors(), border);
    print.flush();
    return ExitCodes.OK;
  }

  private static RecordedSamples recorded(Configuration configuration, FeatureSchema schema) {
    return new RecordedSamples(schema, configuration.windows(), configuration.hygiene());
  }

  /** What comes after the border is not known of, and be it a word. */
  private FeatureSchema wordsMet(Configuration configuration, DataFile file, long border)
      throws IOException {
    Map<String, List<String>> words = file.vocabularies(configuration, rows);
    FeatureSchema all = configuration.schema(words);
    if (until == null) {
      return all; // each was met
    }
    List<SeriesVector> known =
        TrainingSamples.before(file.read(configuration, all, rows).vectors(), border);
    return configuration.schema(CsvVocabulary.met(words, all, known));
  }

  /** Rows of no clock teach what a stream, which has one, does not show. */
  private void tellOfCounted(Configuration configuration) {
    PrintWriter err = spec.commandLine().getErr();
    String counted = data + ": rows are counted, from 1970 on";
    String dated =
        configuration.csv().text()
            ? ""
            : "set csv.time and csv.time.format, so that they have times, or ";
    String columns =
        configuration.stepInputs().stream()
            .flatMap(inputs -> inputs.columns().stream())
            .filter(column -> column == Column.CALENDAR || column == Column.YEAR)
            .map(column -> column.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" and "));
    if (!columns.isEmpty()) {
      err.printf(
          "%s, so that by %s (train.inputs) the network learns hours and days that are not those of a stream: %sleave %s out%n",
          counted, columns, dated, columns);
    }
    configuration
        .hygiene()
        .modelMaxAge()
        .ifPresent(
            age ->
                err.printf(
                    "%s, so that `run` will take the model for older than model.max.age, %s: %sleave it out%n",
                    counted, Durations.text(age), dated));
    err.flush();
  }

  /** What is watched is the newest there is, and may be longer than a model may be old. */
  private void tellOfStale(Configuration configuration, TrainingSamples.HoldOut parts) {
    Optional<Duration> maxAge = configuration.hygiene().modelMaxAge();
    if (maxAge.isEmpty() || parts.validation().isEmpty()) {
      return;
    }
    long learntMs = newestMs(parts.training());
    long ageMs = maxAge.get().toMillis();
    if (newestMs(parts.validation()) - learntMs > ageMs) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "%s: the newest %,d samples are watched, and not learnt from (train.validation), so that the newest that is learnt is of %s, and `run` will say STALE_MODEL from %s on (model.max.age, %s), while this model serves: lower train.validation, or raise model.max.age%n",
          data,
          parts.validation().size(),
          Instant.ofEpochMilli(learntMs),
          Instant.ofEpochMilli(learntMs + ageMs),
          Durations.text(maxAge.get()));
      err.flush();
    }
  }

  private static long newestMs(List<TrainingSample> samples) {
    return samples.stream().mapToLong(one -> one.following().lastTimeMs()).max().orElseThrow();
  }

  private long border() {
    if (until == null) {
      return Long.MAX_VALUE;
    }
    try {
      return EventTime.parseIso(until);
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--until: ISO-8601 was expected, such as 1995-01-01, found " + until,
          e);
    }
  }

  private ParameterException untilIsTooEarly(List<SeriesVector> vectors) {
    return new ParameterException(
        spec.commandLine(),
        "--until: nothing comes before %s: %s".formatted(until, times(vectors)));
  }

  private String times(List<SeriesVector> vectors) {
    LongSummaryStatistics times =
        vectors.stream().mapToLong(one -> one.vector().timeMs()).summaryStatistics();
    return "the vectors of %s are from %s to %s"
        .formatted(
            data, Instant.ofEpochMilli(times.getMin()), Instant.ofEpochMilli(times.getMax()));
  }

  private Path target(Configuration configuration) {
    return out != null
        ? out
        : configuration.modelFile().orElse(Path.of("tplus1-data", "model.zip"));
  }

  private void report(
      PrintWriter print,
      Configuration configuration,
      ModelArtifact artifact,
      Lesson lesson,
      List<SeriesVector> vectors,
      long border)
      throws Exception {
    Forecaster forecaster = new RnnModelLoader().load(artifact);
    List<TrainingSample> later =
        recorded(configuration, forecaster.schema()).cut(vectors).stream()
            .filter(sample -> sample.following().timeMs(0) >= border)
            .toList();
    if (!later.isEmpty()) {
      print.printf(
          "%nForecasts of what came from %s on, not learnt from:%n", Instant.ofEpochMilli(border));
      report(print, configuration, forecaster.schema(), SampleErrors.of(forecaster, later));
      long absurd = later.stream().filter(lesson.learnable().negate()).count();
      if (absurd > 0) {
        print.printf(
            "  %,d of these samples hold a value out of all proportion, which this training would have left out: most of the errors may be theirs%n",
            absurd);
      }
      return;
    }
    if (until != null) {
      print.printf(
          "%nNo forecast can be tried on what --until keeps out: no whole sample comes from %s on, and %s%n",
          Instant.ofEpochMilli(border), times(vectors));
    }
    List<TrainingSample> watched = lesson.parts().validation();
    if (!watched.isEmpty()) {
      print.printf(
          "%nForecasts of the last %,d samples, %s:%n",
          watched.size(), how(configuration, artifact));
      report(print, configuration, forecaster.schema(), SampleErrors.of(forecaster, watched));
    }
  }

  /** What the training did with the samples that it did not learn from. */
  private String how(Configuration configuration, ModelArtifact artifact) {
    if (!artifact.manifest().provenance().figures().containsKey(Trainer.VALIDATION_SAMPLES)) {
      return "not learnt from, and in which nothing moves, so that no epoch was chosen by them";
    }
    if (configuration.training().patience() == 0) {
      return "watched and not learnt from";
    }
    return "not learnt from, but the best epoch was chosen by them"
        + (until == null ? " (--until keeps some out)" : "");
  }

  private static void report(
      PrintWriter print, Configuration configuration, FeatureSchema schema, ErrorSums errors) {
    ErrorTable.print(print, errors, configuration.windows().horizon());
    boolean behind =
        errors.rmse().entrySet().stream()
            .anyMatch(of -> of.getValue() > errors.persistenceRmse().get(of.getKey()));
    if (behind && configuration.stepInputs().isEmpty()) {
      print.printf(
          "%nWhere the last value is better: of values that drift, or of series at levels of their own, a network%nlearns more from changes than from the values: train.inputs=difference,level%s%n",
          besides(configuration.training(), schema));
    }
  }

  /** What else must be set with step inputs, which are refused beside what is set now. */
  private static String besides(TrainingSettings settings, FeatureSchema schema) {
    List<String> others = new ArrayList<>();
    if (settings.decoder()) {
      others.add("train.decoder=false");
    }
    if (settings.strategy() != Strategy.DIRECT) {
      others.add("train.strategy=direct");
    }
    List<Feature> targets = schema.targetFeatures();
    String numbers =
        targets.stream()
            .filter(target -> !target.isCategory())
            .map(Feature::name)
            .collect(Collectors.joining(","));
    if (targets.stream().anyMatch(Feature::isCategory)) {
      others.add("targets=" + numbers + " (a category has no changes)");
    }
    return others.isEmpty() ? "" : ", with " + String.join(" and ", others);
  }
}
