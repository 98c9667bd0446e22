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
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.util.List;

/** The settings of forecasting and learning, beside those of the stream in {@link Settings}. */
final class LearningSettings {
  private LearningSettings() {}

  static SettingsGroup add(SettingsGroup before) {
    return before
        .group("Training")
        .add(
            "train.cell",
            STRING,
            "simple_rnn",
            HIGH,
            in("simple_rnn", "lstm"),
            "Kind of recurrent layer.")
        .add(
            "train.hidden",
            LIST,
            List.of("32"),
            HIGH,
            null,
            "Units of each recurrent layer, first to last.")
        .add(
            "train.decoder",
            BOOLEAN,
            false,
            MEDIUM,
            null,
            "Whether horizons come from an encoder-decoder instead of one dense layer.")
        .add(
            "train.strategy",
            STRING,
            "direct",
            MEDIUM,
            in("direct", "recursive"),
            "How horizons are covered: all at once, or by feeding t+1 back.")
        .add(
            "train.embedding",
            INT,
            10,
            MEDIUM,
            between(1, 4_096),
            "Width of the embedding of a category.")
        .add(
            "train.loss",
            STRING,
            "mse",
            MEDIUM,
            in("mse", "mae", "huber"),
            "What is minimised for numbers; categories have the cross-entropy.")
        .add(
            "train.huber.delta",
            DOUBLE,
            1.0,
            LOW,
            atLeast(1e-6),
            "Error, in scaled units, beyond which the Huber loss grows linearly.")
        .add(
            "train.optimizer",
            STRING,
            "rmsprop",
            MEDIUM,
            in("rmsprop", "adam"),
            "Rule of the update.")
        .add("train.learning.rate", DOUBLE, 0.001, MEDIUM, atLeast(1e-9), "Step of the update.")
        .add("train.batch", INT, 50, MEDIUM, between(1, 100_000), "Windows per update.")
        .add("train.epochs", INT, 10, MEDIUM, between(1, 100_000), "Passes over the samples.")
        .add(
            "train.validation",
            DOUBLE,
            0.15,
            MEDIUM,
            between(0, 0.9),
            "Last part of the samples, in time order, that is watched and not learnt from.")
        .add("train.l2", DOUBLE, 0.0, LOW, atLeast(0), "Weight of the squared weights in the loss.")
        .add(
            "train.clip.norm",
            DOUBLE,
            0.0,
            LOW,
            atLeast(0),
            "Largest norm of a layer's gradient. 0: no limit.")
        .add(
            "train.patience",
            INT,
            0,
            LOW,
            atLeast(0),
            "Epochs without a better validation loss after which training stops. 0: never.")
        .add("train.seed", LONG, 1L, LOW, null, "Seed of weights and shuffling.")
        .add(
            "train.members",
            INT,
            1,
            LOW,
            between(1, 16),
            "Networks of different first weights whose mean is the forecast.")
        .add(
            "train.inputs",
            LIST,
            List.of(),
            MEDIUM,
            null,
            "What the network reads of each step, of `difference`, `level`, `lag`, `expert`, `calendar`, `year`, `identity`; it then forecasts the change in units of the recent changes. Empty: the vectors themselves, scaled.")
        .add(
            "train.inputs.steps",
            INT,
            0,
            MEDIUM,
            atLeast(0),
            "Newest steps of the window that the network reads, with `train.inputs`. 0: the window less the longest lag.")
        .add(
            "train.inputs.scale.steps",
            INT,
            48,
            LOW,
            atLeast(1),
            "Newest steps whose mean change is the unit, with `train.inputs`.")
        .add(
            "train.inputs.clip",
            DOUBLE,
            8.0,
            LOW,
            atLeast(1e-3),
            "Largest magnitude of an input, in that unit.")
        .add(
            "train.loss.from",
            INT,
            0,
            LOW,
            atLeast(0),
            "First of the network's steps, from 1, that the loss counts, with `train.inputs`. 0: the last alone.")
        .add(
            "train.shared",
            BOOLEAN,
            true,
            LOW,
            null,
            "Whether one network serves every target, each as a sequence of its own, with `train.inputs`.")
        .group("Experts")
        .add(
            "experts",
            LIST,
            List.of("rnn"),
            HIGH,
            null,
            "What forecasts, of `last` (the last value), `seasonal`, `linear` (a feature on its own past), `joint` (on all features' past), `series` (linear, of each series), `markov` (categories), `rnn`; mixed by their matured errors. `rnn` alone: the network's forecast as it is.")
        .add(
            "mix.exponent",
            DOUBLE,
            6.0,
            MEDIUM,
            between(0, 64),
            "p: an expert's weight is proportional to 1 / MSE^p of its matured errors.")
        .add(
            "mix.decay",
            DOUBLE,
            0.999,
            MEDIUM,
            between(0, 1),
            "What an error's weight in that MSE is multiplied with at each newer one.")
        .add(
            "season.steps",
            LIST,
            List.of(),
            MEDIUM,
            null,
            "Seasons in steps, shortest first, such as `24,168`: for `seasonal`, the linear experts and the input `lag`.")
        .with(
            group ->
                linear(
                    group, "linear", "1-24", "each feature on its own past, shared by all series"))
        .with(group -> linear(group, "joint", "1-4", "each feature on the past of all of them"))
        .with(group -> linear(group, "series", "1-8", "each feature on its own past, per series"))
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
            "What the counts of `markov` depend on: a number of preceding words, and readings of other features beside it: `+wind/5` (in bins of 5), `+wind~0` (the sign of the last change above 0), such as `1+wind/5+wind~0`.")
        .add(
            "interval.coverage",
            DOUBLE,
            0.9,
            HIGH,
            between(0, 0.999),
            "Part of the actuals that the intervals are to hold. 0: no intervals.")
        .group("Holes")
        .add(
            "gap.fill",
            STRING,
            "off",
            MEDIUM,
            in("off", "last", "linear"),
            "How absent steps are filled: with the value before them, or on the line across the gap.")
        .add(
            "gap.limit",
            INT,
            3,
            MEDIUM,
            between(1, 1_000),
            "Most absent steps in a row that are filled; a longer gap starts the window anew.")
        .add(
            "missing.fill",
            STRING,
            "off",
            MEDIUM,
            in("off", "last", "linear"),
            "How an absent or null feature is filled: with its last value, or along its last change. `off`: the record is dead-lettered.")
        .add(
            "model.max.age",
            STRING,
            "",
            MEDIUM,
            Durations.OPTIONAL,
            "Event time since the champion's newest sample beyond which forecasts say `STALE_MODEL`. Empty: never.")
        .group("Learning in the stream")
        .add(
            "samples.rate",
            STRING,
            "50",
            MEDIUM,
            null,
            "Training samples per second and task; `all` for every one, as a replay wants.")
        .add(
            "retrain.mode",
            STRING,
            "off",
            HIGH,
            in("off", "refresh", "retrain"),
            "`refresh`: a few steps often, the optimiser's state kept. `retrain`: epochs over the buffer with the settings `train.*`.")
        .add(
            "retrain.every",
            STRING,
            "",
            MEDIUM,
            Durations.OPTIONAL,
            "Time between two trainings. Empty: not by the clock.")
        .add(
            "retrain.event.every",
            STRING,
            "",
            MEDIUM,
            Durations.OPTIONAL,
            "Event time between two trainings. Empty: not by event time.")
        .add(
            "retrain.every.samples",
            INT,
            0,
            MEDIUM,
            atLeast(0),
            "Samples between two trainings. 0: not by samples.")
        .add(
            "retrain.on.drift",
            BOOLEAN,
            true,
            MEDIUM,
            null,
            "Whether drift of the matured errors (Page-Hinkley) starts a training.")
        .add(
            "retrain.first.samples",
            INT,
            500,
            MEDIUM,
            atLeast(1),
            "Samples that must have come before the first training.")
        .add("retrain.first.steps", INT, 600, LOW, atLeast(1), "Steps of the first refresh.")
        .add("retrain.steps", INT, 8, MEDIUM, atLeast(1), "Steps of every later refresh.")
        .add(
            "retrain.recent",
            INT,
            336,
            MEDIUM,
            atLeast(1),
            "Newest samples from which half of each batch of a refresh is drawn; the other half is drawn from all.")
        .add(
            "retrain.buffer",
            INT,
            4_000,
            MEDIUM,
            atLeast(2),
            "Newest samples that are kept to learn from.")
        .add(
            "retrain.reservoir",
            INT,
            0,
            LOW,
            atLeast(0),
            "Older samples that are kept too, even over series.")
        .add(
            "retrain.warm",
            BOOLEAN,
            true,
            LOW,
            null,
            "Whether a training of mode `retrain` begins with the champion's weights.")
        .add(
            "retrain.cpu.share",
            DOUBLE,
            1.0,
            MEDIUM,
            between(0.01, 1),
            "Part of one core that training may use.")
        .add(
            "retrain.time.limit",
            STRING,
            "10m",
            LOW,
            Durations.VALID,
            "Longest training; then it is given up.")
        .add(
            "retrain.memory.limit",
            LONG,
            536_870_912L,
            LOW,
            atLeast(1_000_000),
            "Most bytes of heap that the buffer and a training may need, by estimate.")
        .add(
            "gate.samples",
            INT,
            24,
            MEDIUM,
            atLeast(1),
            "Fewest unseen samples on which a challenger is held against the champion and persistence.")
        .add(
            "gate.margin",
            DOUBLE,
            0.0,
            MEDIUM,
            between(0, 0.9),
            "Part by which a challenger's error must be below both.")
        .add(
            "gate.decay",
            DOUBLE,
            0.99,
            LOW,
            between(0.5, 1),
            "What an error's weight in the gate is multiplied with at each newer sample.")
        .add(
            "probation.scores",
            INT,
            200,
            MEDIUM,
            atLeast(1),
            "Matured scores of a new champion before it is judged against its predecessor and persistence.")
        .add(
            "models.keep",
            INT,
            5,
            LOW,
            between(1, 100),
            "Former champions to which one can go back.")
        .add(
            "models.keep.ms",
            LONG,
            604_800_000L,
            LOW,
            atLeast(0),
            "Milliseconds for which other artifacts stay before they are deleted.")
        .group("Backtest")
        .add(
            "backtest.rows",
            INT,
            0,
            LOW,
            atLeast(0),
            "Rows of each series that are streamed. 0: all.")
        .add(
            "backtest.warmup",
            DOUBLE,
            0.25,
            MEDIUM,
            between(0, 0.99),
            "Part of each series' rows, from its start, whose forecasts are not scored.")
        .add("backtest.warmup.rows", INT, 1, LOW, atLeast(1), "Fewest rows of that part.")
        .add(
            "backtest.score.from",
            INT,
            0,
            MEDIUM,
            atLeast(0),
            "First row of a series whose forecasts are scored, from 0. 0: the end of the warm-up.")
        .add(
            "backtest.score.to",
            INT,
            0,
            MEDIUM,
            atLeast(0),
            "Row of a series before which scoring ends. 0: none.")
        .add(
            "backtest.scale.rows",
            INT,
            0,
            MEDIUM,
            atLeast(0),
            "First rows on which a z-score is fitted, in whose units errors are told. 0: raw units.");
  }

  /** The settings of one linear expert. */
  private static SettingsGroup linear(
      SettingsGroup group, String expert, String lags, String what) {
    return group
        .add(
            expert + ".lags",
            LIST,
            List.of(lags),
            MEDIUM,
            null,
            "Steps before the last value that `"
                + expert
                + "` reads ("
                + what
                + "), as numbers and ranges: `1-24,168`.")
        .add(
            expert + ".forgetting",
            DOUBLE,
            0.9995,
            MEDIUM,
            between(0.5, 1),
            "What a row's weight in `" + expert + "` is multiplied with at each newer one.")
        .add(
            expert + ".ridge",
            DOUBLE,
            0.01,
            LOW,
            atLeast(0),
            "Penalty on a coefficient of `" + expert + "`, as a share of its input's variance.")
        .add(
            expert + ".levels",
            BOOLEAN,
            false,
            LOW,
            null,
            "Whether `"
                + expert
                + "` reads the last values too, besides the changes since the lags.")
        .add(
            expert + ".scale.steps",
            INT,
            0,
            LOW,
            atLeast(0),
            "Newest steps whose mean change is the unit of `"
                + expert
                + "`, where series of different sizes share it. 0: raw units.")
        .add(
            expert + ".huber",
            DOUBLE,
            0.0,
            LOW,
            atLeast(0),
            "How often the mean error an error may be before its row weighs less in `"
                + expert
                + "`; small ones, such as 0.3, forecast close to the median. 0: off.");
  }
}
