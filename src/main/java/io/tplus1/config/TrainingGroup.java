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

/** How a network is built and trained: the settings {@code train.*}. */
final class TrainingGroup {
  private TrainingGroup() {}

  static SettingsGroup add(SettingsGroup before) {
    return before
        .group("Training")
        .add(
            "train.cell",
            STRING,
            "simple_rnn",
            HIGH,
            in("simple_rnn", "lstm"),
            "Kind of recurrent layer. This, `train.hidden`, `train.embedding` and `train.members` are of networks that begin: where learning goes on from those that are there, as in the stream, theirs stay.")
        .add(
            "train.hidden",
            LIST,
            List.of("32"),
            HIGH,
            null,
            "Units of each recurrent layer, first to last; of networks that begin, see `train.cell`.")
        .add(
            "train.decoder",
            BOOLEAN,
            false,
            MEDIUM,
            null,
            "Whether horizons come from an encoder-decoder instead of one dense layer; not with `retrain.mode=refresh`, `train.inputs` or `train.loss=huber`.")
        .add(
            "train.strategy",
            STRING,
            "direct",
            MEDIUM,
            in("direct", "recursive"),
            "How horizons are covered: all at once, or by feeding t+1 back (not with `train.inputs`, a category, or `targets` other than `inputs`).")
        .add(
            "train.embedding",
            INT,
            10,
            MEDIUM,
            between(1, 4_096),
            "Width of the embedding of the only input, where that is a category; beside others it is read one-hot. Of networks that begin, see `train.cell`.")
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
        .add("train.optimizer", STRING, "rmsprop", MEDIUM, in("rmsprop", "adam"), "Optimiser.")
        .add(
            "train.learning.rate",
            DOUBLE,
            0.001,
            MEDIUM,
            atLeast(1e-9),
            "Learning rate; Adam begins at three times it and falls to it over 600 updates. Whole trainings, with either optimiser, let it fall to a twentieth over the second half of `train.epochs`, as far as they get. Neither where DL4J trains.")
        .add("train.batch", INT, 50, MEDIUM, between(1, 100_000), "Windows per update.")
        .add("train.epochs", INT, 10, MEDIUM, between(1, 100_000), "Passes over the samples.")
        .add(
            "train.validation",
            DOUBLE,
            0.15,
            MEDIUM,
            between(0, 0.9),
            "Fraction of the samples, the newest, held out for validation: they are not learnt from, and `model.max.age` counts from the newest that is. With `retrain.mode=retrain` only if `train.patience` is not 0.")
        .add("train.l2", DOUBLE, 0.0, LOW, atLeast(0), "L2 penalty on the weights.")
        .add(
            "train.clip.norm",
            DOUBLE,
            0.0,
            LOW,
            atLeast(0),
            "Largest norm of the gradient: of all layers together, or of each where DL4J trains (dropout, `train.decoder`, a category of which `train.batch` × words are more than 16.8 million). 0: no limit. Set it, such as to 1, where a network by `model.file` learns on with `adam` in raw units: without a limit, one absurd value there throws all weights, and then all but stops their learning for thousands of updates.")
        .add(
            "train.patience",
            INT,
            0,
            LOW,
            atLeast(0),
            "Epochs without a better validation loss after which training stops. 0: never, as where `train.validation` is 0. If it is set, with `retrain.mode=retrain` and few series, keep `train.validation` small: otherwise all samples after a drift may be held out.")
        .add("train.seed", LONG, 1L, LOW, null, "Seed of weights and shuffling.")
        .add(
            "train.members",
            INT,
            1,
            LOW,
            between(1, 16),
            "Networks of the ensemble, from different initial weights; the forecast is their mean. Of networks that begin, see `train.cell`.")
        .add(
            "train.inputs",
            LIST,
            List.of(),
            MEDIUM,
            null,
            "What the network reads of each step, of `difference`, `level`, `value`, `lag`, `expert`, `calendar` (time of day and week, UTC), `year` (UTC), `identity`; it then forecasts the change in units of the recent changes, so not with a category among the targets. Empty: the vectors themselves, scaled.")
        .add(
            "train.inputs.steps",
            INT,
            0,
            MEDIUM,
            atLeast(0),
            "Newest steps of the window that the network reads, with `train.inputs`. 0: the window, with `lag` less the longest season.")
        .add(
            "train.inputs.scale.steps",
            INT,
            48,
            LOW,
            atLeast(1),
            "Newest steps whose mean change is the unit, with `train.inputs`.")
        .add(
            "train.inputs.scale.prior",
            INT,
            0,
            LOW,
            atLeast(0),
            "Steps that the mean change over the training counts as in that unit: many for short series.")
        .add(
            "train.inputs.scale.training",
            DOUBLE,
            0.1,
            LOW,
            between(0, 10),
            "Part of the mean change over the training that is added to that unit. 0 where series of different sizes share the network.")
        .add(
            "train.inputs.clip",
            DOUBLE,
            8.0,
            LOW,
            between(1e-3, 1e30),
            "Largest magnitude of an input, in that unit.")
        .add(
            "train.loss.from",
            INT,
            0,
            LOW,
            atLeast(0),
            "First of the network's steps, from 1, that the loss counts, with `train.inputs`; steps that were filled, or that filled targets follow, have none. 0: the last alone.")
        .add(
            "train.base",
            LIST,
            List.of("last"),
            LOW,
            null,
            "What the network's output is added to, with `train.inputs`: `last` (the last value), `linear` (what that expert forecasts; with `retrain.mode=refresh`). Both: `train.members` take turns.")
        .add(
            "train.shared",
            BOOLEAN,
            true,
            LOW,
            null,
            "Whether one network serves every target, each as a sequence of its own, with `train.inputs`.");
  }
}
