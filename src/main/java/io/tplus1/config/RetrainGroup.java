package io.tplus1.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

/** How the side topology learns and judges, and how a backtest replays it: the settings. */
final class RetrainGroup {
  private RetrainGroup() {}

  static SettingsGroup add(SettingsGroup before) {
    return before
        .group("Learning in the stream")
        .add(
            "samples.rate",
            STRING,
            "50",
            MEDIUM,
            null,
            "Training samples per second and task in the mean, thinned where more come; of many at once as many as a second's (16 at least) pass with each doubling. `all`: every one, as a replay wants. 0, for none, is refused where anything learns.")
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
            STRING,
            "auto",
            MEDIUM,
            null,
            "Samples between two trainings. 0: not by samples. `auto`: 500 where neither `retrain.every` nor `retrain.event.every` is set, else 0.")
        .add(
            "retrain.on.drift",
            BOOLEAN,
            true,
            MEDIUM,
            null,
            "Whether drift of the matured errors (Page-Hinkley) starts a training; in mode `retrain` once the challenger before is judged, unless that is promoted and another schedule is set.")
        .add(
            "retrain.drift.delta",
            DOUBLE,
            0.2,
            LOW,
            between(0, 100),
            "Page-Hinkley's δ: growth of the errors that is no drift, as a fraction of their mean since the last drift or change of champion.")
        .add(
            "retrain.drift.threshold",
            DOUBLE,
            50.0,
            LOW,
            between(0.001, 1e9),
            "Page-Hinkley's λ: the summed excess over that, in units of their mean, beyond which there is drift; samples of one event time count as one error, their mean, capped at 10 in this sum and at 30 in the running mean. With the default, errors that double are a drift after 63 event times at the earliest, and none where fewer than 123 came before (that triple 53, fivefold 30), as the mean follows them; the means of many series vary less, so that a smaller one does for them. With a `forecast.horizon` H above 2, λ and these event times count times (H + 2)/4, for an error shares most of its steps with the next.")
        .add(
            "retrain.drift.minimum",
            INT,
            30,
            LOW,
            atLeast(1),
            "Fewest errors of a champion, one for each event time, before a drift, and between two.")
        .add(
            "retrain.first.samples",
            INT,
            500,
            MEDIUM,
            atLeast(1),
            "Samples that must have come before the first training, and be there: not those that `retrain.mode=off`, or other settings, let go. Where these leave none, it waits so again.")
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
            "Whether a training of mode `retrain` begins with the champion's weights, unless persistence has long been clearly better than it. While it does, `train.cell`, `train.hidden`, `train.embedding` and `train.members` change nothing.")
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
            Durations.POSITIVE,
            "Longest training; then it is given up.")
        .add(
            "retrain.memory.limit",
            LONG,
            536_870_912L,
            LOW,
            atLeast(1_000_000),
            "Most bytes of heap that the buffer and a training may need, by estimate. Where more samples were to be kept, fewer are: newest and older ones in the same proportion.")
        .add(
            "gate.samples",
            INT,
            24,
            MEDIUM,
            atLeast(1),
            "Fewest unseen samples on which a challenger is held against the champion and persistence; one of mode `retrain` is given four times as many to prove itself.")
        .add(
            "gate.margin",
            DOUBLE,
            0.0,
            MEDIUM,
            between(0, 0.9),
            "Fraction by which a challenger's error must be below both; below the champion's alone, but clearly, where persistence beats that.")
        .add(
            "gate.decay",
            DOUBLE,
            0.99,
            LOW,
            between(0.5, 1),
            "Decay of an error's weight at each newer sample, as a factor, for champions and for the line of mode `refresh`. A challenger of mode `retrain` is judged for a bounded time, and none of its errors fades.")
        .add(
            "probation.scores",
            INT,
            200,
            MEDIUM,
            atLeast(1),
            "Matured scores of a new champion before it is judged against its predecessor and persistence, at ten event times at least, or as many as this if it is less.")
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
            "Milliseconds for which other artifacts stay before they are deleted; while they are more than 256 MiB together the oldest go sooner. What came by model.file stays.")
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
}
