#!/usr/bin/env python3
"""Writes the models of this folder: Keras' layouts by hand, outputs from numpy.

Needs python3 with h5py and numpy (Debian: python3-h5py), not Keras. Run it in this folder; the
seeds are fixed, so the weights come out the same. The forward pass below is written from Keras'
documentation and shares nothing with the Java code.
"""
import json
import zlib

import h5py
import numpy as np

RNG = np.random.RandomState(0)


# ---------------------------------------------------------------- forward pass

def act(name, x):
    return {
        "linear": lambda: x,
        "tanh": lambda: np.tanh(x),
        "sigmoid": lambda: 1 / (1 + np.exp(-x)),
        "hard_sigmoid": lambda: np.clip(0.2 * x + 0.5, 0, 1),
        "relu": lambda: np.maximum(x, 0),
        "relu6": lambda: np.clip(x, 0, 6),
        "elu": lambda: np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1),
        "selu": lambda: 1.0507009873554805
        * np.where(x > 0, x, 1.6732632423543772 * (np.exp(np.minimum(x, 0)) - 1)),
        "swish": lambda: x / (1 + np.exp(-x)),
        "softplus": lambda: np.log1p(np.exp(x)),
        "softsign": lambda: x / (1 + np.abs(x)),
        "exponential": lambda: np.exp(x),
        "softmax": lambda: np.exp(x - x.max(-1, keepdims=True))
        / np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True),
    }[name]()


def cell_step(cell, x, state):
    k, u, b = cell["kernel"], cell["recurrent"], cell["bias"]
    n = cell["units"]
    h = state[0]
    a = cell["activation"]
    if cell["kind"] == "SimpleRNN":
        return (act(a, x @ k + h @ u + b),)
    r = cell["recurrent_activation"]
    if cell["kind"] == "LSTM":
        z = x @ k + h @ u + b
        i, f, g, o = (z[:, j * n:(j + 1) * n] for j in range(4))
        c = act(r, f) * state[1] + act(r, i) * act(a, g)
        return (act(r, o) * act(a, c), c)
    if cell["reset_after"]:
        xs, hs = x @ k + b[0], h @ u + b[1]
        z = act(r, xs[:, :n] + hs[:, :n])
        s = act(r, xs[:, n:2 * n] + hs[:, n:2 * n])
        g = act(a, xs[:, 2 * n:] + s * hs[:, 2 * n:])
    else:
        xs = x @ k + b
        z = act(r, xs[:, :n] + h @ u[:, :n])
        s = act(r, xs[:, n:2 * n] + h @ u[:, n:2 * n])
        g = act(a, xs[:, 2 * n:] + (s * h) @ u[:, 2 * n:])
    return (z * h + (1 - z) * g,)


def run(cell, x, mask, backwards, zero_masked=False):
    batch, steps, _ = x.shape
    state = tuple(np.zeros((batch, cell["units"])) for _ in range(2 if cell["kind"] == "LSTM" else 1))
    out = []
    order = reversed(range(steps)) if backwards else range(steps)
    for t in order:
        new = cell_step(cell, x[:, t], state)
        if mask is not None:
            m = mask[:, t][:, None]
            new = tuple(np.where(m, a, b) for a, b in zip(new, state))
        state = new
        shown = state[0]
        if mask is not None and zero_masked:
            shown = np.where(mask[:, t][:, None], shown, 0)
        out.append(shown)
    return np.stack(out, 1)


def forward(layers, x):
    mask = None
    for l in layers:
        kind = l["kind"]
        if kind == "Embedding":
            ids = x[:, :, 0].astype(int)
            x = l["table"][ids]
            if l["mask_zero"]:
                mask = ids != 0
        elif kind == "Masking":
            mask = np.any(x != l["value"], axis=-1)
            x = x * mask[:, :, None]
        elif kind in ("SimpleRNN", "LSTM", "GRU"):
            y = run(l, x, mask, l["go_backwards"])
            if l["return_sequences"]:
                x = y
            else:
                x, mask = y[:, -1], None
        elif kind == "Bidirectional":
            seq = l["forward"]["return_sequences"]
            f = run(l["forward"], x, mask, l["forward"]["go_backwards"], seq)
            b = run(l["backward"], x, mask, not l["forward"]["go_backwards"], seq)
            if seq:
                b = b[:, ::-1]
            else:
                f, b, mask = f[:, -1], b[:, -1], None
            x = {"concat": lambda: np.concatenate([f, b], -1), "sum": lambda: f + b,
                 "mul": lambda: f * b, "ave": lambda: (f + b) / 2}[l["merge"]]()
        elif kind == "Dense":
            x = act(l["activation"], x @ l["kernel"] + l["bias"])
        elif kind == "Activation":
            x = act(l["activation"], x)
        elif kind == "RepeatVector":
            x, mask = np.repeat(x[:, None], l["n"], 1), None
        elif kind == "Flatten":
            x, mask = x.reshape(len(x), -1), None
        elif kind != "Identity":
            raise ValueError(kind)
    return x


# ---------------------------------------------------------------- layers: forward, config, weights

def w(*shape, scale=0.7):
    return RNG.uniform(-scale, scale, shape).astype("f4")


GATES = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}


def rnn(kind, n_in, units, activation="tanh", recurrent_activation="hard_sigmoid", seq=False,
        back=False, bias=True, reset_after=False):
    g = GATES[kind]
    shape = (2, g * units) if reset_after else (g * units,)
    return {"kind": kind, "units": units, "activation": activation,
            "recurrent_activation": recurrent_activation, "return_sequences": seq,
            "go_backwards": back, "use_bias": bias, "reset_after": reset_after,
            "kernel": w(n_in, g * units), "recurrent": w(units, g * units),
            "bias": w(*shape) if bias else np.zeros(shape, "f4")}


def bi(forward, backward, merge="concat"):
    return {"kind": "Bidirectional", "forward": forward, "backward": backward, "merge": merge}


def dense(n_in, units, activation="linear", bias=True, td=False):
    return {"kind": "Dense", "units": units, "activation": activation, "use_bias": bias, "td": td,
            "kernel": w(n_in, units), "bias": w(units) if bias else np.zeros(units, "f4")}


def embedding(n, width, mask_zero=False):
    return {"kind": "Embedding", "n": n, "width": width, "mask_zero": mask_zero,
            "table": w(n, width)}


def activation(name):
    return {"kind": "Activation", "activation": name}


def other(class_name, **config):
    return {"kind": "Identity", "class": class_name, "config": config}


def keras2_config(l, name, extra):
    kind = l["kind"]
    if kind in GATES:
        c = {"name": name, "trainable": True, "return_sequences": l["return_sequences"],
             "return_state": False, "go_backwards": l["go_backwards"], "stateful": False,
             "unroll": False, "units": l["units"], "activation": l["activation"],
             "use_bias": l["use_bias"],
             "kernel_initializer": {"class_name": "VarianceScaling",
                                    "config": {"scale": 1.0, "mode": "fan_avg", "seed": None}},
             "recurrent_initializer": {"class_name": "Orthogonal",
                                       "config": {"gain": 1.0, "seed": None}},
             "dropout": 0.1, "recurrent_dropout": 0.2}
        if kind != "SimpleRNN":
            c["recurrent_activation"] = l["recurrent_activation"]
            c["implementation"] = 1
        if kind == "GRU" and "reset_after" not in extra:
            c["reset_after"] = l["reset_after"]
        return kind, c
    if kind == "Bidirectional":
        inner, c = keras2_config(l["forward"], "inner", {})
        return kind, {"name": name, "trainable": True, "merge_mode": l["merge"],
                      "layer": {"class_name": inner, "config": c}}
    if kind == "Dense":
        c = {"name": name, "trainable": True, "units": l["units"], "activation": l["activation"],
             "use_bias": l["use_bias"]}
        if l["td"]:
            return "TimeDistributed", {"name": name, "trainable": True,
                                       "layer": {"class_name": "Dense",
                                                 "config": dict(c, name="inner")}}
        return "Dense", c
    if kind == "Embedding":
        return kind, {"name": name, "trainable": True, "input_dim": l["n"],
                      "output_dim": l["width"], "mask_zero": l["mask_zero"], "input_length": None}
    if kind == "Activation":
        return kind, {"name": name, "trainable": True, "activation": l["activation"]}
    if kind == "Masking":
        return kind, {"name": name, "trainable": True, "mask_value": l["value"]}
    if kind == "RepeatVector":
        return kind, {"name": name, "trainable": True, "n": l["n"]}
    if kind == "Flatten":
        return kind, {"name": name, "trainable": True, "data_format": "channels_last"}
    return l["class"], dict(l["config"], name=name, trainable=True)


def keras2_weights(l):
    """[(name, array)] in Keras' order."""
    kind = l["kind"]
    if kind in GATES:
        out = [("kernel", l["kernel"]), ("recurrent_kernel", l["recurrent"])]
        return out + ([("bias", l["bias"])] if l["use_bias"] else [])
    if kind == "Bidirectional":
        return [("forward_" + n, a) for n, a in keras2_weights(l["forward"])] \
            + [("backward_" + n, a) for n, a in keras2_weights(l["backward"])]
    if kind == "Dense":
        return [("kernel", l["kernel"])] + ([("bias", l["bias"])] if l["use_bias"] else [])
    if kind == "Embedding":
        return [("embeddings", l["table"])]
    return []


def keras1_config(l, name, mode):
    kind = l["kind"]
    if kind in GATES:
        c = {"name": name, "trainable": True, "return_sequences": l["return_sequences"],
             "go_backwards": l["go_backwards"], "stateful": False, "unroll": False,
             "consume_less": mode, "output_dim": l["units"], "activation": l["activation"],
             "init": "glorot_uniform", "inner_init": "orthogonal", "input_dim": None,
             "input_length": None, "dropout_U": 0.0, "dropout_W": 0.3, "W_regularizer": None}
        if kind != "SimpleRNN":
            c["inner_activation"] = l["recurrent_activation"]
        return kind, c
    if kind == "Bidirectional":
        inner, c = keras1_config(l["forward"], "inner", mode)
        return kind, {"name": name, "trainable": True, "merge_mode": l["merge"],
                      "layer": {"class_name": inner, "config": c}}
    if kind == "Dense":
        return ("TimeDistributedDense" if l["td"] else "Dense"), {
            "name": name, "trainable": True, "output_dim": l["units"], "bias": l["use_bias"],
            "activation": l["activation"], "init": "glorot_uniform", "input_dim": None,
            "W_constraint": None}
    if kind == "Embedding":
        return kind, {"name": name, "trainable": True, "input_dim": l["n"],
                      "output_dim": l["width"], "mask_zero": l["mask_zero"], "input_length": None,
                      "init": "uniform", "input_dtype": "int32", "dropout": 0.0}
    if kind == "Identity" and l["class"] == "Dropout":
        return "Dropout", {"name": name, "trainable": True, "p": 0.5}
    return keras2_config(l, name, {})


def keras1_weights(l, mode):
    kind = l["kind"]
    if kind in GATES and kind != "SimpleRNN" and mode != "gpu":
        n = l["units"]
        gates = {"LSTM": (("i", 0), ("c", 2), ("f", 1), ("o", 3)),
                 "GRU": (("z", 0), ("r", 1), ("h", 2))}[kind]
        out = []
        for g, j in gates:
            cut = slice(j * n, (j + 1) * n)
            out += [("W_" + g, l["kernel"][:, cut]), ("U_" + g, l["recurrent"][:, cut]),
                    ("b_" + g, l["bias"][cut])]
        return out
    if kind in GATES:
        return [("W", l["kernel"]), ("U", l["recurrent"]), ("b", l["bias"])]
    if kind == "Bidirectional":
        return [("forward_" + n, a) for n, a in keras1_weights(l["forward"], mode)] \
            + [("backward_" + n, a) for n, a in keras1_weights(l["backward"], mode)]
    if kind == "Dense":
        return [("W", l["kernel"])] + ([("b", l["bias"])] if l["use_bias"] else [])
    if kind == "Embedding":
        return [("W", l["table"])]
    return []


def to_cudnn(l):
    """The weights as CuDNNLSTM and CuDNNGRU keep them: the inverse of Keras' own conversion."""
    g = GATES[l["kind"]]
    kernel = np.hstack([k.T.reshape(k.shape, order="C") for k in np.hsplit(l["kernel"], g)])
    # reshape(order="C") of the transpose is what Keras applies on the way to CuDNN.
    recurrent = np.hstack([k.T for k in np.hsplit(l["recurrent"], g)])
    if l["kind"] == "GRU":
        bias = l["bias"].reshape(-1)
    else:
        half = w(4 * l["units"])
        bias = np.concatenate([half, l["bias"] - half]).astype("f4")
        l["bias"] = (bias[:len(half)] + bias[len(half):]).astype("f4")
    return [("kernel", kernel), ("recurrent_kernel", recurrent), ("bias", bias)]


# ---------------------------------------------------------------- files

TRAINING = {"optimizer_config": {"class_name": "Adam", "config": {"learning_rate": 0.002}},
            "loss": "mse", "metrics": ["mae"], "loss_weights": None, "sample_weight_mode": None}


def names_of(layers):
    counts, names = {}, []
    for l in layers:
        base = l.get("class", l["kind"]).lower()
        counts[base] = counts.get(base, 0) + 1
        names.append("%s_%d" % (base, counts[base]))
    return names


def write(file, layers, x, keras=2, form="list", version="2.2.4", mode="cpu", suffix=":0",
          scope="{0}/", dtype="f4", root=False, libver="earliest", training=None, options=None,
          text=np.bytes_, cudnn=False, steps=None, split_names=False, config_extra=()):
    names = names_of(layers)
    shape = [None, steps, x.shape[2]]
    if layers[0]["kind"] == "Embedding":
        shape = [None, steps]
    configs, weights = [], []
    for i, (l, name) in enumerate(zip(layers, names)):
        if keras == 1:
            kind, c = keras1_config(l, name, mode)
            ws = [(("%s_%s" if l["kind"] != "Bidirectional" else "%s_%s") % (name, n) + suffix, a)
                  for n, a in keras1_weights(l, mode)]
        else:
            kind, c = keras2_config(l, name, config_extra)
            ws = [(scope.format(name) + n + suffix, a)
                  for n, a in (to_cudnn(l) if cudnn and l["kind"] in GATES else keras2_weights(l))]
            if cudnn and l["kind"] in GATES:
                kind = "CuDNN" + kind
                c = {k: v for k, v in c.items()
                     if k in ("name", "units", "return_sequences", "return_state", "go_backwards",
                              "stateful")}
        if i == 0 and form in ("list", "dict"):
            c["batch_input_shape"] = shape
        configs.append({"class_name": kind, "config": c})
        weights.append((name, ws))
    if form == "list":
        model = {"class_name": "Sequential", "config": configs}
    elif form == "dict":
        model = {"class_name": "Sequential",
                 "config": {"name": "sequential", "layers": configs,
                            "build_input_shape": shape}}
    else:
        entries = [{"name": "input_1", "class_name": "InputLayer", "inbound_nodes": [],
                    "config": {"name": "input_1", "batch_input_shape": shape, "dtype": "float32",
                               "sparse": False}}]
        before = "input_1"
        for c in configs:
            edge = [before, 0, 0] + ([{}] if keras == 2 else [])
            before = c["config"]["name"]
            entries.append(dict(c, name=before, inbound_nodes=[[edge]]))
        # The order of the list means nothing in a functional model.
        model = {"class_name": "Model" if form == "model" else "Functional",
                 "config": {"name": "model_1", "layers": entries[::-1],
                            "input_layers": [["input_1", 0, 0]],
                            "output_layers": [[before, 0, 0]]}}
        weights.insert(0, ("input_1", []))
    with h5py.File(file + ".h5", "w", libver=libver) as h:
        h.attrs["model_config"] = text(json.dumps(model))
        if version:
            h.attrs["keras_version"] = text(version)
            h.attrs["backend"] = text("tensorflow" if suffix else "theano")
        if training:
            h.attrs["training_config"] = text(json.dumps(training))
        g = h if root else h.create_group("model_weights")
        encoded = np.array([n for n, _ in weights], dtype="S") if text is np.bytes_ else [
            n for n, _ in weights]
        g.attrs["layer_names"] = encoded
        for name, ws in weights:
            lg = g.create_group(name)
            all_names = [n for n, _ in ws]
            as_list = np.array(all_names, dtype="S") if text is np.bytes_ and ws else all_names
            if split_names and ws:
                for i, n in enumerate(all_names):
                    lg.attrs["weight_names%d" % i] = np.array([n], dtype="S")
            else:
                lg.attrs["weight_names"] = as_list
            for n, a in ws:
                lg.create_dataset(n, data=a.astype(dtype), **(options or {}))
    y = forward(layers, x.astype("f8"))
    kinds = " > ".join(l.get("class", l["kind"]) for l in layers)
    with open(file + ".json", "w") as f:
        json.dump({"layers": kinds, "input": x.tolist(), "output": np.round(y, 9).tolist()}, f)
        f.write("\n")


def values(batch, steps, features):
    return np.round(RNG.normal(size=(batch, steps, features)), 4)


def ids(batch, steps, n, zeros=False):
    out = RNG.randint(1, n, (batch, steps, 1)).astype("f8")
    if zeros:
        out[:, 0] = 0
        out[0, 2] = 0
        out[1, 3] = 0
    return out


def with_masked(x, value):
    x[0, 0] = value
    x[0, 2] = value
    x[1, 1] = value
    x[1, -1] = value
    return x


def main():
    seeded = globals()

    def model(name):
        seeded["RNG"] = np.random.RandomState(zlib.crc32(name.encode()) & 0x7fffffff)
        return name

    # GRU, both forms.
    n = model("gru_reset_before")
    write(n, [rnn("GRU", 3, 4, seq=True), rnn("GRU", 4, 3, bias=False)], values(2, 5, 3))
    n = model("gru_reset_after")
    write(n, [rnn("GRU", 3, 4, seq=True, reset_after=True, recurrent_activation="sigmoid"),
              rnn("GRU", 4, 3, bias=False, reset_after=True, back=True)], values(2, 5, 3),
          form="functional", version="2.4.0", scope="{0}/gru_cell/")
    n = model("gru_old_config_without_reset_after")
    write(n, [rnn("GRU", 3, 4)], values(2, 4, 3), version="2.1.3", config_extra=("reset_after",))

    # Categories.
    n = model("embedding_lstm_softmax")
    write(n, [embedding(7, 4), rnn("LSTM", 4, 5), dense(5, 3, "softmax")], ids(3, 6, 7), steps=6,
          training=dict(TRAINING, loss="categorical_crossentropy"))
    n = model("embedding_mask_zero_lstm")
    write(n, [embedding(7, 4, True), rnn("LSTM", 4, 5, seq=True), dense(5, 3, "softmax", td=True)],
          ids(3, 6, 7, zeros=True), form="dict", version="2.2.4-tf")
    n = model("embedding_mask_zero_gru")
    write(n, [embedding(7, 4, True), rnn("GRU", 4, 5), dense(5, 2)], ids(3, 6, 7, zeros=True),
          form="model")
    n = model("keras1_embedding_mask_zero_lstm")
    write(n, [embedding(7, 4, True), rnn("LSTM", 4, 5), other("Dropout"),
              dense(5, 1, "sigmoid"), activation("linear")],
          ids(3, 6, 7, zeros=True), keras=1, version=None, steps=6)

    # Masks in mid-sequence.
    n = model("masking_mid_sequence_lstm")
    write(n, [{"kind": "Masking", "value": 0.0}, rnn("LSTM", 2, 4, seq=True), rnn("LSTM", 4, 3)],
          with_masked(values(3, 5, 2), 0), steps=5)
    n = model("masking_two_gru_sequences")
    write(n, [{"kind": "Masking", "value": 2.0}, rnn("GRU", 2, 4, seq=True, back=True)],
          with_masked(values(3, 5, 2), 2))
    n = model("masking_bidirectional_sequences")
    write(n, [{"kind": "Masking", "value": -1.0},
              bi(rnn("SimpleRNN", 2, 3, seq=True), rnn("SimpleRNN", 2, 3, seq=True)),
              dense(6, 2)],
          with_masked(values(3, 5, 2), -1), version="2.4.0", form="dict", steps=5)
    n = model("masking_bidirectional_last")
    write(n, [{"kind": "Masking", "value": 0.0}, bi(rnn("LSTM", 2, 3), rnn("LSTM", 2, 3), "sum")],
          with_masked(values(3, 5, 2), 0), steps=5)

    # Encoder-decoder.
    n = model("encoder_decoder_lstm")
    write(n, [rnn("LSTM", 2, 5), {"kind": "RepeatVector", "n": 3}, rnn("LSTM", 5, 4, seq=True),
              dense(4, 2, td=True)], values(2, 6, 2), steps=6, training=TRAINING)
    n = model("encoder_decoder_gru_flatten")
    write(n, [rnn("GRU", 2, 4, reset_after=True), {"kind": "RepeatVector", "n": 3},
              rnn("GRU", 4, 3, seq=True, reset_after=True), {"kind": "Flatten"}, dense(9, 2)],
          values(2, 4, 2), form="functional", version="2.8.0", scope="{0}/cell/")

    # Both directions.
    for i, (kind, merge, seq, back) in enumerate([
            ("SimpleRNN", "concat", True, False), ("LSTM", "sum", True, False),
            ("GRU", "mul", True, True), ("LSTM", "ave", False, False),
            ("GRU", "concat", False, True), ("SimpleRNN", "mul", False, False)]):
        n = model("bidirectional_%s_%s_%s" % (kind.lower(), merge, "sequences" if seq else "last"))
        write(n, [bi(rnn(kind, 3, 4, seq=seq, back=back), rnn(kind, 3, 4, seq=seq, back=back),
                     merge), activation("softsign")], values(2, 4, 3), steps=4,
              form=("list", "dict", "model")[i % 3])

    # Keras 1: gate after gate, or together; names of TensorFlow and Theano.
    n = model("keras1_lstm_cpu")
    write(n, [rnn("LSTM", 3, 4, seq=True), rnn("LSTM", 4, 3, activation="relu"), dense(3, 2)],
          values(2, 4, 3), keras=1, version="1.2.2", steps=4, training={
              "optimizer_config": {"class_name": "RMSprop", "config": {"lr": 0.01}},
              "loss": "mean_absolute_error", "metrics": [], "sample_weight_mode": None})
    n = model("keras1_lstm_gpu_theano")
    write(n, [rnn("LSTM", 3, 4, back=True), dense(4, 2, bias=False)], values(2, 4, 3), keras=1,
          version="1.1.0", mode="gpu", suffix="")
    n = model("keras1_gru_mem_theano")
    write(n, [rnn("GRU", 3, 4, seq=True), dense(4, 2, "tanh", td=True)], values(2, 4, 3), keras=1,
          version="1.2.0", mode="mem", suffix="")
    n = model("keras1_simple_rnn_model")
    write(n, [rnn("SimpleRNN", 3, 4), dense(4, 2)], values(2, 4, 3), keras=1, version="1.0.8",
          form="model")
    n = model("keras1_bidirectional_lstm")
    write(n, [bi(rnn("LSTM", 3, 2, seq=True), rnn("LSTM", 3, 2, seq=True)), dense(4, 2, td=True)],
          values(2, 4, 3), keras=1, version="1.2.2")

    # CuDNN's layout.
    n = model("cudnn_lstm")
    write(n, [rnn("LSTM", 3, 4, recurrent_activation="sigmoid", seq=True),
              rnn("LSTM", 4, 2, recurrent_activation="sigmoid")], values(2, 4, 3), cudnn=True)
    n = model("cudnn_gru")
    write(n, [rnn("GRU", 3, 4, recurrent_activation="sigmoid", reset_after=True)],
          values(2, 4, 3), cudnn=True)

    # Activations, in cells and beside them.
    for a, r in [("relu", "sigmoid"), ("elu", "tanh"), ("selu", "hard_sigmoid"),
                 ("softplus", "softsign"), ("linear", "swish"), ("sigmoid", "relu6")]:
        n = model("activation_%s_%s" % (a, r))
        write(n, [rnn("LSTM", 2, 3, a, r, seq=True), rnn("SimpleRNN", 3, 3, a, bias=False, seq=True),
                  rnn("GRU", 3, 2, r, a), dense(2, 2, "exponential")], values(2, 4, 2) * 0.5,
              steps=4, form="dict")
    n = model("identity_layers")
    write(n, [other("GaussianNoise", stddev=0.1), rnn("SimpleRNN", 2, 3, seq=True),
              other("SpatialDropout1D", rate=0.2), other("Dropout", rate=0.5),
              dict(activation("relu")), other("AlphaDropout", rate=0.1), {"kind": "Flatten"},
              dense(12, 2)], values(2, 4, 2), steps=4)

    # Ways to store the same.
    n = model("stored_gzip_chunks")
    write(n, [rnn("LSTM", 5, 6), dense(6, 3)], values(2, 3, 5),
          options={"compression": "gzip", "shuffle": True, "fletcher32": True, "chunks": True})
    n = model("stored_small_chunks")
    write(n, [rnn("SimpleRNN", 5, 7, bias=False), dense(7, 5, bias=False)], values(2, 3, 5),
          options={"chunks": (2, 3)})
    n = model("stored_double")
    write(n, [rnn("GRU", 3, 4)], values(2, 4, 3), dtype="f8")
    n = model("stored_big_endian")
    write(n, [rnn("GRU", 3, 4)], values(2, 4, 3), dtype=">f4")
    n = model("stored_at_root")
    write(n, [rnn("LSTM", 3, 4), dense(4, 1)], values(2, 4, 3), root=True)
    n = model("stored_latest_format")
    write(n, [rnn("LSTM", 3, 4), dense(4, 1)], values(2, 4, 3), libver="latest")
    n = model("stored_variable_length_text")
    write(n, [rnn("LSTM", 3, 4), dense(4, 1)], values(2, 4, 3), text=str, version="2.15.0")
    n = model("stored_split_names")
    write(n, [rnn("LSTM", 3, 4), dense(4, 1)], values(2, 4, 3), split_names=True)


if __name__ == "__main__":
    main()
