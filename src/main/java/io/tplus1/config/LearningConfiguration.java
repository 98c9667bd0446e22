package io.tplus1.config;

import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSettings;
import io.tplus1.score.MixSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of {@link TrainingGroup}, {@link ForecastGroup} and {@link RetrainGroup}, checked
 * and parsed into narrow records.
 */
final class LearningConfiguration {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  /** In place of seasons: one is found for each series. */
  private static final String FOUND = "auto";

  /** Most words of a context that are counted. */
  private static final int MOST_SYMBOLS = 64;

  private static final Pattern SYMBOLS = Pattern.compile("\\d{1,2}");
  private static final Pattern READING =
      Pattern.compile("(.+?)(?:([/~])(\\d{1,9}(?:\\.\\d{1,9})?))?");

  private final AbstractConfig config;
  private final TrainingSettings training;
  private final ExpertSettings experts;
  private final Optional<StepInputs> stepInputs;
  private final SampleSettings samples;
  private final RetrainSettings retrain;
  private final HygieneSettings hygiene;

  LearningConfiguration(AbstractConfig config, WindowSettings windows) {
    this.config = config;
    this.training = parseTraining();
    this.experts = parseExperts(windows);
    this.stepInputs = parseStepInputs(windows);
    this.samples = parseSamples();
    this.retrain = parseRetrain();
    this.hygiene = parseHygiene();
  }

  TrainingSettings training() {
    return training;
  }

  ExpertSettings experts() {
    return experts;
  }

  Optional<StepInputs> stepInputs() {
    return stepInputs;
  }

  SampleSettings samples() {
    return samples;
  }

  RetrainSettings retrain() {
    return retrain;
  }

  HygieneSettings hygiene() {
    return hygiene;
  }

  private TrainingSettings parseTraining() {
    try {
      return new TrainingSettings(
          TrainingSettings.Cell.valueOf(upper("train.cell")),
          config.getList("train.hidden").stream().map(Integer::valueOf).toList(),
          config.getBoolean("train.decoder"),
          Strategy.valueOf(upper("train.strategy")),
          config.getInt("train.embedding"),
          TrainingSettings.Loss.valueOf(upper("train.loss")),
          TrainingSettings.Optimizer.valueOf(upper("train.optimizer")),
          config.getDouble("train.learning.rate"),
          config.getInt("train.batch"),
          config.getInt("train.epochs"),
          config.getDouble("train.l2"),
          config.getDouble("train.clip.norm"),
          config.getInt("train.patience"),
          config.getLong("train.seed"),
          config.getDouble("train.huber.delta"),
          config.getInt("train.members"));
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "train.hidden", config.getList("train.hidden"), "whole numbers are expected");
    } catch (IllegalArgumentException e) {
      throw new ConfigException("Training settings (train.*) do not fit: " + e.getMessage());
    }
  }

  private ExpertSettings parseExperts(WindowSettings windows) {
    List<String> names = config.getList("experts");
    for (String name : names) {
      if (!ExpertSettings.ALL.contains(name)) {
        throw new ConfigException(
            "experts", names, "'" + name + "' is none of " + ExpertSettings.ALL);
      }
    }
    if (names.isEmpty()) {
      throw new ConfigException("experts", names, "name at least one of " + ExpertSettings.ALL);
    }
    boolean findsSeason = config.getList("season.steps").equals(List.of(FOUND));
    List<Integer> seasons = findsSeason ? List.of() : wholeNumbers("season.steps", 2);
    if (names.contains("seasonal") && seasons.isEmpty() && !findsSeason) {
      throw new ConfigException(
          "experts",
          names,
          "'seasonal' needs a season: set season.steps, such as season.steps=24, or auto");
    }
    if (findsSeason && !names.contains("seasonal")) {
      throw new ConfigException(
          "season.steps", FOUND, "is found for the expert seasonal: add it to experts");
    }
    if (seasons.size() > 16) {
      throw new ConfigException("season.steps", seasons, "name at most 16 seasons");
    }
    for (int season : seasons) {
      requireWithin("season.steps", season, windows);
    }
    return new ExpertSettings(
        ExpertSettings.ALL.stream().filter(names::contains).toList(),
        mix(),
        seasons,
        findsSeason,
        linear("linear", names, windows),
        linear("joint", names, windows),
        linear("series", names, windows),
        new StackedSettings(
            config.getDouble("stacked.ridge"),
            config.getDouble("stacked.forgetting"),
            config.getDouble("stacked.huber"),
            config.getBoolean("stacked.pool")),
        contexts(),
        config.getInt("linear.every"),
        config.getDouble("interval.coverage"),
        config.getBoolean("interval.pool"));
  }

  private MixSettings mix() {
    return new MixSettings(
        config.getString("mix.error").equals("absolute")
            ? MixSettings.Loss.ABSOLUTE
            : MixSettings.Loss.SQUARED,
        config.getDouble("mix.exponent"),
        config.getDouble("mix.decay"),
        MixSettings.Horizons.DOUBLING,
        config.getDouble("mix.pool.rows"));
  }

  private LinearSettings linear(String expert, List<String> experts, WindowSettings windows) {
    String setting = expert + ".lags";
    TreeSet<Integer> lags = new TreeSet<>();
    for (String range : config.getList(setting)) {
      Matcher matcher = RANGE.matcher(range);
      if (!matcher.matches()) {
        throw new ConfigException(
            setting, config.getList(setting), "numbers and ranges such as 1-24,168 are expected");
      }
      int from = Integer.parseInt(matcher.group(1));
      int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (from < 1 || to < from) {
        throw new ConfigException(
            setting, config.getList(setting), "'" + range + "' must ascend, from 1 on");
      }
      IntStream.rangeClosed(from, to).forEach(lags::add);
    }
    if (lags.isEmpty()) {
      throw new ConfigException(setting, config.getList(setting), "name at least one lag");
    }
    if (experts.contains(expert)) {
      requireWithin(setting, lags.last(), windows);
    }
    boolean inTime = config.getString(expert + ".lags.by").equals("time");
    if (inTime && windows.interval().isEmpty()) {
      throw new ConfigException(
          expert + ".lags.by", "time", "needs step.interval, the time of a step: set it");
    }
    return new LinearSettings(
        List.copyOf(lags),
        config.getBoolean(expert + ".levels"),
        config.getDouble(expert + ".ridge"),
        config.getDouble(expert + ".forgetting"),
        config.getInt(expert + ".scale.steps"),
        config.getDouble(expert + ".huber"),
        inTime ? windows.interval() : Optional.empty());
  }

  private List<ContextSettings> contexts() {
    List<String> names = config.getList("features");
    List<ContextSettings> contexts = new ArrayList<>();
    if (config.getList("markov.contexts").isEmpty()
        && config.getList("experts").contains("markov")) {
      throw new ConfigException("markov.contexts", "", "name at least one, such as 1");
    }
    for (String text : config.getList("markov.contexts")) {
      String[] parts = text.strip().split("\\+", -1);
      List<ContextSettings.Reading> readings = new ArrayList<>();
      boolean valid =
          SYMBOLS.matcher(parts[0]).matches() && Integer.parseInt(parts[0]) <= MOST_SYMBOLS;
      for (int i = 1; i < parts.length; i++) {
        Matcher matcher = READING.matcher(parts[i]);
        valid = valid && matcher.matches() && names.contains(matcher.group(1));
        if (valid) {
          float width = matcher.group(3) == null ? 1f : Float.parseFloat(matcher.group(3));
          readings.add(
              new ContextSettings.Reading(matcher.group(1), width, "~".equals(matcher.group(2))));
        }
      }
      if (!valid) {
        throw new ConfigException(
            "markov.contexts",
            text,
            "a number of words, at most %d, and readings of features are expected, such as 2 or 1+wind/5+wind~0"
                .formatted(MOST_SYMBOLS));
      }
      contexts.add(new ContextSettings(Integer.parseInt(parts[0]), readings));
    }
    return contexts;
  }

  private static void requireWithin(String setting, int lag, WindowSettings windows) {
    if (lag >= windows.steps() + (setting.endsWith(".lags") ? 0 : 1)) {
      throw new ConfigException(
          setting,
          lag,
          "does not lie within a window of window.steps=%d: raise window.steps, or lower it"
              .formatted(windows.steps()));
    }
  }

  private Optional<StepInputs> parseStepInputs(WindowSettings windows) {
    List<String> names = config.getList("train.inputs");
    if (names.isEmpty()) {
      return Optional.empty();
    }
    if (experts.findsSeason() && names.contains("lag")) {
      throw new ConfigException(
          "train.inputs",
          names,
          "'lag' needs seasons that are set: name them in season.steps, or take it out");
    }
    int longest = experts.seasons().stream().mapToInt(season -> season).max().orElse(0);
    int wanted = config.getInt("train.inputs.steps");
    int steps = wanted == 0 ? Math.max(1, windows.steps() - longest) : wanted;
    if (steps > windows.steps()) {
      throw new ConfigException(
          "train.inputs.steps", wanted, "must not be more than window.steps, " + windows.steps());
    }
    int from = config.getInt("train.loss.from");
    try {
      return Optional.of(
          new StepInputs(
              names.stream()
                  .map(name -> StepInputs.Column.valueOf(name.toUpperCase(Locale.ROOT)))
                  .toList(),
              experts.seasons(),
              experts.traced(),
              steps,
              config.getInt("train.inputs.scale.steps"),
              config.getInt("train.inputs.scale.prior"),
              config.getDouble("train.inputs.scale.training").floatValue(),
              from == 0 ? steps : from,
              config.getBoolean("train.shared"),
              config.getDouble("train.inputs.clip").floatValue(),
              bases()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException("train.inputs", names, e.getMessage());
    }
  }

  private List<StepInputs.Base> bases() {
    List<String> names = config.getList("train.base");
    if (names.isEmpty() || !List.of("last", "linear").containsAll(names)) {
      throw new ConfigException("train.base", names, "last, linear or both are expected");
    }
    if (names.size() > config.getInt("train.members")) {
      throw new ConfigException(
          "train.base", names, "is for a member each: set train.members to as many, or more");
    }
    if (names.contains("linear")) {
      if (!experts.experts().contains("linear")) {
        throw new ConfigException(
            "train.base", names, "'linear' needs the expert linear: add it to experts");
      }
      if (!config.getString("retrain.mode").equals("refresh")) {
        throw new ConfigException(
            "train.base", names, "'linear' is learnt in the stream: set retrain.mode=refresh");
      }
    }
    return names.stream()
        .map(name -> StepInputs.Base.valueOf(name.toUpperCase(Locale.ROOT)))
        .toList();
  }

  private SampleSettings parseSamples() {
    String rate = config.getString("samples.rate");
    if (rate.equals("all")) {
      return new SampleSettings(OptionalDouble.empty());
    }
    try {
      double perSecond = Double.parseDouble(rate);
      if (perSecond >= 0 && perSecond < Double.POSITIVE_INFINITY) {
        return new SampleSettings(OptionalDouble.of(perSecond));
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ConfigException(
        "samples.rate", rate, "a number of samples per second, or all, is expected");
  }

  private RetrainSettings parseRetrain() {
    return new RetrainSettings(
        RetrainSettings.Mode.valueOf(upper("retrain.mode")),
        duration("retrain.every"),
        duration("retrain.event.every"),
        config.getInt("retrain.every.samples"),
        config.getBoolean("retrain.on.drift"),
        config.getDouble("retrain.drift.delta"),
        config.getDouble("retrain.drift.threshold"),
        config.getInt("retrain.drift.minimum"),
        config.getInt("retrain.first.samples"),
        config.getInt("retrain.first.steps"),
        config.getInt("retrain.steps"),
        config.getInt("retrain.recent"),
        config.getInt("retrain.buffer"),
        config.getInt("retrain.reservoir"),
        config.getBoolean("retrain.warm"),
        config.getDouble("retrain.cpu.share"),
        Durations.parse(config.getString("retrain.time.limit")),
        config.getLong("retrain.memory.limit"),
        config.getInt("gate.samples"),
        config.getDouble("gate.margin"),
        config.getDouble("gate.decay"),
        config.getInt("probation.scores"),
        config.getInt("models.keep"),
        Duration.ofMillis(config.getLong("models.keep.ms")));
  }

  private HygieneSettings parseHygiene() {
    return new HygieneSettings(
        HygieneSettings.Fill.valueOf(upper("gap.fill")),
        config.getInt("gap.limit"),
        HygieneSettings.Fill.valueOf(upper("missing.fill")),
        config.getInt("missing.limit"),
        duration("model.max.age"));
  }

  BacktestSettings backtest() {
    int rows = config.getInt("backtest.rows");
    int to = config.getInt("backtest.score.to");
    return new BacktestSettings(
        rows == 0 ? Integer.MAX_VALUE : rows,
        config.getDouble("backtest.warmup"),
        config.getInt("backtest.warmup.rows"),
        nonZero("backtest.score.from"),
        to == 0 ? Integer.MAX_VALUE : to,
        nonZero("backtest.scale.rows"));
  }

  private OptionalInt nonZero(String setting) {
    int value = config.getInt(setting);
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private List<Integer> wholeNumbers(String setting, int least) {
    List<String> texts = config.getList(setting);
    try {
      List<Integer> numbers = texts.stream().map(Integer::valueOf).toList();
      if (numbers.stream().allMatch(number -> number >= least)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ConfigException(
        setting, texts, "whole numbers of at least " + least + " are expected, with commas");
  }

  private Optional<Duration> duration(String setting) {
    return Optional.of(config.getString(setting))
        .filter(value -> !value.isEmpty())
        .map(Durations::parse);
  }

  private String upper(String setting) {
    return config.getString(setting).toUpperCase(Locale.ROOT);
  }
}
