package io.tplus1.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.util.List;
import java.util.Map;

/**
 * What forecasts, the network among it, how it is mixed, and what happens where the stream has
 * holes.
 */
final class ForecastGroup {
  /** Lags from 1 on that a linear expert reads where none are set, as far as the window goes. */
  static final Map<Expert, Integer> USUAL_LAGS =
      Map.of(Expert.LINEAR, 24, Expert.JOINT, 4, Expert.SERIES, 8);

  private ForecastGroup() {}

  static SettingsGroup add(SettingsGroup before) {
    return before
        .group("Experts")
        .add(
            "experts",
            LIST,
            List.of(Expert.RNN.toString()),
            HIGH,
            null,
            "What forecasts, of `last` (the last value), `seasonal` (the value of each season before), `linear` (a feature on its own past), `joint` (on all features' past), `series` (linear, of each series), `markov` (categories), `rnn`, `stacked` (a regression on what the others say of all targets); mixed by their matured errors. `linear` and `joint` are learnt by the retrain role, and say nothing until it has run. `rnn` alone: the network's forecast as it is; without `rnn` no network is asked.")
        .add(
            "mix.exponent",
            DOUBLE,
            6.0,
            MEDIUM,
            between(0, 64),
            "p: an expert's weight is proportional to 1 / MSE^p of its matured errors; for a category to e^(−p × its mean log-loss in nats).")
        .add(
            "mix.decay",
            DOUBLE,
            0.999,
            MEDIUM,
            between(1e-9, 1),
            "Decay of an error's weight in that MSE, or mean log-loss, at each newer one, as a factor (1: the last million errors count, of a group of horizons together).")
        .add(
            "mix.error",
            STRING,
            "squared",
            MEDIUM,
            in("squared", "absolute"),
            "Which errors of numbers decide: `absolute` puts the square of the mean absolute error in the place of the MSE, so that frequent spikes do not dominate. One absurd value dominates neither: a row's error counts at most 100 times the worst expert's mean.")
        .add(
            "mix.pool.rows",
            DOUBLE,
            20.0,
            LOW,
            between(0, 1_000_000),
            "Weight of the errors of all series together in the mix of each, in rows of its own. 0: nothing is pooled.")
        .add(
            "season.steps",
            LIST,
            List.of(),
            MEDIUM,
            null,
            "Seasons in steps, shortest first, such as `24,168`: for `seasonal`, which is an expert for each, and the input `lag`. `auto`: for `seasonal` alone, one that is found in each series, of at most `window.steps` less 2 steps: let a window hold one and a half of it.")
        .with(
            group ->
                linear(group, Expert.LINEAR, "each feature on its own past, shared by all series"))
        .with(group -> levels(group, Expert.LINEAR))
        .with(group -> linear(group, Expert.JOINT, "each feature on the past of all of them"))
        .with(group -> levels(group, Expert.JOINT))
        .with(group -> linear(group, Expert.SERIES, "each feature on its own past, per series"))
        .add(
            "stacked.ridge",
            DOUBLE,
            10.0,
            LOW,
            between(1e-6, 1e9),
            "How strongly `stacked` is held to what the mix of the others says: as much as so many rows of noise would. Its state and its cost grow with the square and the cube of number targets x (experts + 1), at most 128.")
        .add(
            "stacked.forgetting",
            DOUBLE,
            0.998,
            LOW,
            between(0.5, 1),
            "What a row's weight in `stacked` is multiplied with at each newer one (0.998 remembers some 500 rows, 1 a million, or of horizons that share what is learnt a million in all); with `stacked.pool` a newer one of any series.")
        .add(
            "stacked.huber",
            DOUBLE,
            0.5,
            LOW,
            atLeast(0),
            "How many times its usual size the mix's error may be before its row weighs less in `stacked`. 0: off.")
        .add(
            "stacked.pool",
            BOOLEAN,
            false,
            LOW,
            null,
            "Whether all series of a task learn `stacked` together, in raw units, in place of each alone: for many short series of one kind. With it, bring `stacked.forgetting` near 1, such as 0.9995.")
        .add(
            "linear.every",
            INT,
            24,
            LOW,
            atLeast(1),
            "Samples between two solutions of the shared linear experts.")
        .add(
            "markov.contexts",
            LIST,
            List.of("1", "2"),
            LOW,
            null,
            "What the counts of `markov` depend on, shortest first, since each falls back on the one before it: a number of preceding words, and readings of other features beside it: `+wind/5` (in bins of 5), `+wind~0` (the sign of the last change above 0), such as `1+wind/5+wind~0`. Beyond t+1 the counts tell of repetitions and of how often each word comes, whatever the context. Each context that was seen is kept for good: mind many words (65,535 at most), narrow bins and readings without bounds.")
        .add(
            "interval.coverage",
            DOUBLE,
            0.9,
            HIGH,
            between(0, 0.999),
            "Nominal coverage: fraction of the actuals that intervals are to contain. 0: no intervals.")
        .add(
            "interval.pool",
            BOOLEAN,
            false,
            LOW,
            null,
            "Whether all series of a task also learn the size of errors together: for many series of a few dozen vectors, whose intervals are else wider and cover less.")
        .group("Holes")
        .add(
            "gap.fill",
            STRING,
            "off",
            MEDIUM,
            in("off", "last", "linear"),
            "How absent steps are filled: with the value before them, or on the line across the gap. With `window.steps` below 4 it needs `step.interval`.")
        .add(
            "gap.limit",
            INT,
            3,
            MEDIUM,
            between(1, 1_000),
            "Most absent steps in a row that are filled; a longer gap, or one of more than `window.max.age`, starts the window anew.")
        .add(
            "missing.fill",
            STRING,
            "off",
            MEDIUM,
            in("off", "last", "linear"),
            "How an absent or null feature is filled. `last`: with its last value. `linear`: along its last change, if the vector before came whole and is not the only one of the window, but targets (all features, unless `targets` is set) and categories with their last value. `off`, or with no vector before it within `window.max.age`: the record is dead-lettered.")
        .add(
            "missing.values",
            LIST,
            "",
            MEDIUM,
            null,
            "Numbers that stand for no value, such as `-9999`, in every feature that is no category, or as `NAME:-9999` in one: read as null, in files, too.")
        .add(
            "missing.limit",
            INT,
            24,
            MEDIUM,
            between(1, 1_000),
            "Most vectors in a row in which a feature is filled. If it is absent for longer, vectors are dead-lettered until a whole one comes, which starts the window anew.")
        .add(
            "model.max.age",
            STRING,
            "",
            MEDIUM,
            Durations.OPTIONAL,
            "Event time since the champion's newest sample beyond which forecasts say `STALE_MODEL`. Empty: never.");
  }

  /** The settings of one linear expert. */
  private static SettingsGroup linear(SettingsGroup group, Expert expert, String what) {
    return group
        .add(
            expert + ".lags",
            LIST,
            List.of(),
            MEDIUM,
            null,
            "Steps before the last value that `"
                + expert
                + "` reads ("
                + what
                + "), as numbers and ranges below `window.steps`: `1-24,168`. Empty: `1-"
                + USUAL_LAGS.get(expert)
                + "`, or what of it is below `window.steps`.")
        .add(
            expert + ".lags.by",
            STRING,
            "vector",
            LOW,
            in("vector", "time"),
            "What a lag of `"
                + expert
                + "` counts: vectors, or times of `step.interval`, with values on the line between two vectors, for irregular steps.")
        .add(
            expert + ".forgetting",
            DOUBLE,
            0.9995,
            MEDIUM,
            between(0.5, 1),
            "What a row's weight in `"
                + expert
                + "` is multiplied with at each newer one"
                + (expert == Expert.SERIES ? " (1: a million rows count)." : "."))
        .add(
            expert + ".ridge",
            DOUBLE,
            0.01,
            LOW,
            between(0, 1_000_000),
            "Penalty on a coefficient of `" + expert + "`, as a share of its input's variance.")
        .add(
            expert + ".scale.steps",
            INT,
            0,
            LOW,
            between(0, 65_536),
            "Newest steps whose mean change is the unit of `"
                + expert
                + "`, where series of different sizes share it. 0: raw units.")
        .add(
            expert + ".huber",
            DOUBLE,
            0.0,
            LOW,
            between(0, 1_000_000),
            "Multiple of the mean error beyond which an error's row weighs less in `"
                + expert
                + "`; small ones, such as 0.3, forecast close to the median. 0: off.");
  }

  /** Of an expert whose sums are doubles: those of levels fit in no float. */
  private static SettingsGroup levels(SettingsGroup group, Expert expert) {
    return group.add(
        expert + ".levels",
        BOOLEAN,
        false,
        LOW,
        null,
        "Whether `" + expert + "` reads the last values too, besides the changes since the lags.");
  }
}
