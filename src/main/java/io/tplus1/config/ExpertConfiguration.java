package io.tplus1.config;

import io.tplus1.score.MixSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The settings of {@link ForecastGroup} that say who forecasts, checked and parsed. */
final class ExpertConfiguration {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  /** In place of seasons: one is found for each series. */
  private static final String FOUND = "auto";

  /** Most words of a context that are counted. */
  private static final int MOST_SYMBOLS = 64;

  private static final Pattern SYMBOLS = Pattern.compile("\\d{1,2}");
  private static final Pattern READING =
      Pattern.compile("(.+?)(?:([/~])(\\d{1,9}(?:\\.\\d{1,9})?))?");

  private final AbstractConfig config;
  private final WindowSettings windows;

  private ExpertConfiguration(AbstractConfig config, WindowSettings windows) {
    this.config = config;
    this.windows = windows;
  }

  /**
   * Parses them.
   *
   * @throws ConfigException if they do not fit each other or the window
   */
  static ExpertSettings parse(AbstractConfig config, WindowSettings windows) {
    return new ExpertConfiguration(config, windows).parse();
  }

  private ExpertSettings parse() {
    List<String> names = config.getList("experts");
    TreeSet<Expert> experts = new TreeSet<>();
    for (String name : names) {
      experts.add(
          Expert.named(name)
              .orElseThrow(
                  () ->
                      new ConfigException(
                          "experts", names, "'" + name + "' is none of " + known())));
    }
    if (names.isEmpty()) {
      throw new ConfigException("experts", names, "name at least one of " + known());
    }
    boolean findsSeason = config.getList("season.steps").equals(List.of(FOUND));
    List<Integer> seasons = findsSeason ? List.of() : seasonSteps();
    if (experts.contains(Expert.SEASONAL) && seasons.isEmpty() && !findsSeason) {
      throw new ConfigException(
          "experts",
          names,
          "'seasonal' needs a season: set season.steps, such as season.steps=24, or auto");
    }
    if (findsSeason && !experts.contains(Expert.SEASONAL)) {
      throw new ConfigException(
          "season.steps", FOUND, "is found for the expert seasonal: add it to experts");
    }
    if (seasons.size() > 16) {
      throw new ConfigException("season.steps", seasons, "name at most 16 seasons");
    }
    if (experts.contains(Expert.SEASONAL) || config.getList("train.inputs").contains("lag")) {
      seasons.forEach(season -> requireWithin("season.steps", season, windows.steps()));
    }
    return new ExpertSettings(
        List.copyOf(experts),
        mix(),
        seasons,
        findsSeason,
        linear(Expert.LINEAR, experts, config.getBoolean("linear.levels")),
        linear(Expert.JOINT, experts, config.getBoolean("joint.levels")),
        linear(Expert.SERIES, experts, false),
        new StackedSettings(
            config.getDouble("stacked.ridge"),
            config.getDouble("stacked.forgetting"),
            config.getDouble("stacked.huber"),
            config.getBoolean("stacked.pool")),
        contexts(experts.contains(Expert.MARKOV)),
        config.getInt("linear.every"),
        config.getDouble("interval.coverage"),
        config.getBoolean("interval.pool"));
  }

  private static String known() {
    return Arrays.toString(Expert.values());
  }

  private MixSettings mix() {
    return new MixSettings(
        config.getString("mix.error").equals("absolute")
            ? MixSettings.Loss.ABSOLUTE
            : MixSettings.Loss.SQUARED,
        config.getDouble("mix.exponent"),
        config.getDouble("mix.decay"),
        config.getDouble("mix.pool.rows"));
  }

  private LinearSettings linear(Expert expert, Set<Expert> experts, boolean levels) {
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
      int usual = ForecastGroup.USUAL_LAGS.get(expert);
      IntStream.rangeClosed(1, Math.min(usual, Math.max(1, windows.steps() - 1)))
          .forEach(lags::add);
    }
    boolean inTime = config.getString(expert + ".lags.by").equals("time");
    int scaleSteps = config.getInt(expert + ".scale.steps");
    // Of one that does not forecast nothing is read.
    if (experts.contains(expert)) {
      requireWithin(setting, lags.last(), windows.steps() - 1);
      if (inTime && windows.interval().isEmpty()) {
        throw new ConfigException(
            expert + ".lags.by", "time", "needs step.interval, the time of a step: set it");
      }
      if (levels && scaleSteps > 0) {
        throw new ConfigException(
            expert + ".levels",
            true,
            "last values have no place beside %s.scale.steps=%d, the unit of changes of series of different sizes: set it to false, or the steps to 0"
                .formatted(expert, scaleSteps));
      }
    }
    return new LinearSettings(
        List.copyOf(lags),
        levels,
        config.getDouble(expert + ".ridge"),
        config.getDouble(expert + ".forgetting"),
        scaleSteps,
        config.getDouble(expert + ".huber"),
        inTime ? windows.interval() : Optional.empty());
  }

  private List<ContextSettings> contexts(boolean counts) {
    List<String> names = config.getList("features");
    List<ContextSettings> contexts = new ArrayList<>();
    if (counts && config.getList("markov.contexts").isEmpty()) {
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
          boolean change = "~".equals(matcher.group(2));
          valid = width > 0 || change;
          readings.add(new ContextSettings.Reading(matcher.group(1), width, change));
        }
      }
      if (!valid) {
        throw new ConfigException(
            "markov.contexts",
            text,
            "a number of words, at most %d, and readings of features in bins wider than 0 are expected, such as 2 or 1+wind/5+wind~0"
                .formatted(MOST_SYMBOLS));
      }
      ContextSettings context = new ContextSettings(Integer.parseInt(parts[0]), readings);
      if (contexts.contains(context)) {
        throw new ConfigException("markov.contexts", text, "stands there twice: take one out");
      }
      contexts.add(context);
    }
    if (counts && ContextSettings.areOfText(contexts)) {
      requireShortestFirst(contexts);
    }
    return contexts;
  }

  /** Else the short ones, which know nearly every word, leave the long ones nothing to learn. */
  private void requireShortestFirst(List<ContextSettings> contexts) {
    for (int i = 1; i < contexts.size(); i++) {
      if (contexts.get(i).symbols() < contexts.get(i - 1).symbols()) {
        throw new ConfigException(
            "markov.contexts",
            config.getList("markov.contexts"),
            "name them from the shortest to the longest, since each falls back on the one before it, and %d stands behind %d"
                .formatted(contexts.get(i).symbols(), contexts.get(i - 1).symbols()));
      }
    }
  }

  private void requireWithin(String setting, int lag, int longest) {
    if (lag > longest) {
      throw new ConfigException(
          setting,
          lag,
          "%d at most lies within a window of window.steps=%d: raise window.steps to %d, or lower it"
              .formatted(longest, windows.steps(), windows.steps() + lag - longest));
    }
  }

  private List<Integer> seasonSteps() {
    List<String> texts = config.getList("season.steps");
    List<Integer> seasons = new ArrayList<>();
    for (String text : texts) {
      int season = season(text);
      if (season < 2) {
        throw new ConfigException(
            "season.steps", texts, "whole numbers of at least 2 are expected, with commas");
      }
      if (seasons.contains(season)) {
        throw new ConfigException(
            "season.steps", texts, season + " stands there twice: take one out");
      }
      seasons.add(season);
    }
    return List.copyOf(seasons);
  }

  /** The number; 0 for what is none. */
  private static int season(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
