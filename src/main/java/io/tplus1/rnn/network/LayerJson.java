package io.tplus1.rnn.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Shown;
import java.nio.ByteBuffer;

/** One layer's architecture as JSON, and back with its weights from a buffer. */
final class LayerJson {
  private LayerJson() {}

  static ObjectNode write(Layer layer) {
    if (layer instanceof Layer.Embedding e) {
      return node("embedding")
          .put("vocabulary", e.vocabulary())
          .put("width", e.width())
          .put("maskZero", e.maskZero());
    } else if (layer instanceof Layer.Masking m) {
      return node("masking").put("value", m.value());
    } else if (layer instanceof Layer.Recurrent recurrent) {
      return write(recurrent);
    } else if (layer instanceof Layer.Bidirectional b) {
      ObjectNode node = node("bidirectional").put("merge", JsonFields.name(b.merge()));
      node.set("forward", write(b.forward()));
      node.set("backward", write(b.backward()));
      return node;
    } else if (layer instanceof Layer.Dense d) {
      return node("dense").put("units", d.units()).put("activation", name(d.activation()));
    } else if (layer instanceof Layer.Activation a) {
      return node("activation").put("activation", name(a.function()));
    } else if (layer instanceof Layer.Dropout d) {
      return node("dropout").put("rate", d.rate());
    } else if (layer instanceof Layer.RepeatVector r) {
      return node("repeat_vector").put("times", r.times());
    }
    return node("flatten");
  }

  private static ObjectNode write(Layer.Recurrent layer) {
    ObjectNode node;
    if (layer instanceof Layer.SimpleRnn rnn) {
      node = node("simple_rnn").put("activation", name(rnn.activation()));
    } else if (layer instanceof Layer.Lstm lstm) {
      node =
          node("lstm")
              .put("activation", name(lstm.activation()))
              .put("recurrentActivation", name(lstm.recurrentActivation()));
    } else {
      Layer.Gru gru = (Layer.Gru) layer;
      node =
          node("gru")
              .put("activation", name(gru.activation()))
              .put("recurrentActivation", name(gru.recurrentActivation()))
              .put("resetAfter", gru.resetAfter());
    }
    return node.put("units", layer.units())
        .put("returnSequences", layer.returnSequences())
        .put("goBackwards", layer.goBackwards());
  }

  /**
   * @param in width of what comes into the layer
   * @param weights the weights that follow; the layer's are taken from it
   */
  static Layer read(JsonNode node, int in, ByteBuffer weights) throws InvalidArtifactException {
    JsonFields fields = new JsonFields(node, "a layer");
    String type = fields.text("type");
    Layer layer =
        switch (type) {
          case "embedding" -> {
            int vocabulary = fields.integer("vocabulary");
            int width = fields.integer("width");
            boolean maskZero = fields.flag("maskZero");
            yield new Layer.Embedding(
                vocabulary, width, maskZero, take(weights, vocabulary, width));
          }
          case "masking" -> new Layer.Masking((float) fields.number("value"));
          case "simple_rnn", "lstm", "gru" -> recurrent(type, fields, in, weights);
          case "bidirectional" -> bidirectional(fields, in, weights);
          case "dense" -> {
            int units = fields.integer("units");
            yield new Layer.Dense(
                units, activation(fields), take(weights, in, units), take(weights, 1, units));
          }
          case "activation" -> new Layer.Activation(activation(fields));
          case "dropout" -> new Layer.Dropout(fields.number("rate"));
          case "repeat_vector" -> new Layer.RepeatVector(fields.integer("times"));
          case "flatten" -> new Layer.Flatten();
          default -> throw unknown(type);
        };
    fields.requireNoOthers();
    return layer;
  }

  private static Layer.Bidirectional bidirectional(JsonFields fields, int in, ByteBuffer weights)
      throws InvalidArtifactException {
    return new Layer.Bidirectional(
        direction(fields.object("forward"), in, weights),
        direction(fields.object("backward"), in, weights),
        fields.constant("merge", Layer.Merge.class));
  }

  private static Layer.Recurrent direction(JsonNode node, int in, ByteBuffer weights)
      throws InvalidArtifactException {
    JsonFields fields = new JsonFields(node, "a direction of a bidirectional layer");
    Layer.Recurrent layer = recurrent(fields.text("type"), fields, in, weights);
    fields.requireNoOthers();
    return layer;
  }

  private static Layer.Recurrent recurrent(
      String type, JsonFields fields, int in, ByteBuffer weights) throws InvalidArtifactException {
    int units = fields.integer("units");
    boolean sequences = fields.flag("returnSequences");
    boolean backwards = fields.flag("goBackwards");
    ActivationFunction activation = activation(fields);
    switch (type) {
      case "simple_rnn" -> {
        return new Layer.SimpleRnn(
            units,
            activation,
            sequences,
            backwards,
            take(weights, in, units),
            take(weights, units, units),
            take(weights, 1, units));
      }
      case "lstm" -> {
        return new Layer.Lstm(
            units,
            activation,
            fields.constant("recurrentActivation", ActivationFunction.class),
            sequences,
            backwards,
            take(weights, in, 4L * units),
            take(weights, units, 4L * units),
            take(weights, 4, units));
      }
      case "gru" -> {
        boolean resetAfter = fields.flag("resetAfter");
        return new Layer.Gru(
            units,
            activation,
            fields.constant("recurrentActivation", ActivationFunction.class),
            resetAfter,
            sequences,
            backwards,
            take(weights, in, 3L * units),
            take(weights, units, 3L * units),
            take(weights, resetAfter ? 6 : 3, units));
      }
      default -> throw unknown(type);
    }
  }

  /** The next {@code rows × columns} weights; refuses before it allocates. */
  private static float[] take(ByteBuffer weights, long rows, long columns)
      throws InvalidArtifactException {
    int left = weights.remaining() / Float.BYTES;
    if (rows < 1 || columns < 1 || rows > left || columns > left || rows * columns > left) {
      throw new InvalidArtifactException(
          "a layer needs %d × %d weights, and %d are left".formatted(rows, columns, left));
    }
    float[] array = new float[(int) (rows * columns)];
    weights.asFloatBuffer().get(array);
    weights.position(weights.position() + array.length * Float.BYTES);
    return array;
  }

  private static ActivationFunction activation(JsonFields fields) throws InvalidArtifactException {
    return fields.constant("activation", ActivationFunction.class);
  }

  private static InvalidArtifactException unknown(String type) {
    return new InvalidArtifactException(
        "this version of tplus1 does not know the layer type '%s'".formatted(Shown.quote(type)));
  }

  private static ObjectNode node(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static String name(ActivationFunction function) {
    return JsonFields.name(function);
  }
}
