package io.tplus1.rnn.kernel;

import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a recurrent layer and a Dense as the bytes of an ONNX model, protobuf by hand.
 *
 * <p>Field numbers are those of onnx.proto; {@code x} is {@code float[steps][1][features]}, {@code
 * y} {@code float[1][features]}.
 */
final class OnnxModel {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private OnnxModel() {}

  static byte[] of(Network network) {
    Layer.Dense dense = (Layer.Dense) network.layers().get(1);
    int features = network.inputs();
    Message graph = new Message().text(2, "g");
    int units;
    if (network.layers().get(0) instanceof Layer.Lstm lstm) {
      units = lstm.units();
      int[] order = {0, 3, 1, 2}; // ONNX: i, o, f, c
      graph.message(1, recurrent("LSTM", units));
      weights(graph, lstm.kernel(), lstm.recurrentKernel(), lstm.bias(), order, features, units);
    } else {
      Layer.SimpleRnn rnn = (Layer.SimpleRnn) network.layers().get(0);
      units = rnn.units();
      graph.message(1, recurrent("RNN", units));
      weights(
          graph, rnn.kernel(), rnn.recurrentKernel(), rnn.bias(), new int[] {0}, features, units);
    }
    graph.message(1, node("Squeeze", "h", "axes").text(2, "v"));
    graph.message(1, node("Gemm", "v", "D", "d").text(2, "y"));
    graph.message(5, tensor("D", dense.kernel(), units, dense.units()));
    graph.message(5, tensor("d", dense.bias(), dense.units()));
    byte[] axis = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0).array();
    graph.message(5, new Message().number(1, 1).number(2, INT64).text(8, "axes").bytes(9, axis));
    graph.message(11, value("x", network.steps(), 1, features));
    graph.message(12, value("y", 1, dense.units()));
    return new Message()
        .number(1, 8)
        .message(7, graph)
        .message(8, new Message().text(1, "").number(2, 14))
        .toBytes();
  }

  private static Message recurrent(String type, int units) {
    return node(type, "x", "W", "R", "B")
        .text(2, "")
        .text(2, "h")
        .message(5, new Message().text(1, "hidden_size").number(3, units).number(20, 2));
  }

  private static Message node(String type, String... inputs) {
    Message node = new Message();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(4, type);
  }

  private static void weights(
      Message graph,
      float[] kernel,
      float[] recurrent,
      float[] bias,
      int[] order,
      int features,
      int units) {
    int gates = order.length;
    float[] both = new float[2 * gates * units];
    System.arraycopy(transposed(bias, order, 1, units), 0, both, 0, gates * units);
    float[] w = transposed(kernel, order, features, units);
    float[] r = transposed(recurrent, order, units, units);
    graph.message(5, tensor("W", w, 1, gates * units, features));
    graph.message(5, tensor("R", r, 1, gates * units, units));
    graph.message(5, tensor("B", both, 1, 2 * gates * units));
  }

  /** From {@code [rows][gates][units]} to {@code [gates][units][rows]}. */
  private static float[] transposed(float[] keras, int[] order, int rows, int units) {
    float[] out = new float[keras.length];
    int at = 0;
    for (int gate : order) {
      for (int j = 0; j < units; j++) {
        for (int i = 0; i < rows; i++) {
          out[at++] = keras[(i * order.length + gate) * units + j];
        }
      }
    }
    return out;
  }

  private static Message tensor(String name, float[] values, int... dims) {
    Message tensor = new Message();
    for (int dim : dims) {
      tensor.number(1, dim);
    }
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
  }

  private static Message value(String name, int... dims) {
    Message shape = new Message();
    for (int dim : dims) {
      shape.message(1, new Message().number(1, dim));
    }
    Message type = new Message().message(1, new Message().number(1, FLOAT).message(2, shape));
    return new Message().text(1, name).message(2, type);
  }

  /** A protobuf message under construction. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.toBytes());
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    byte[] toBytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
