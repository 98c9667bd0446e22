package io.tplus1.rnn.network;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.model.ArtifactJson;
import io.tplus1.model.InvalidArtifactException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A network as two byte arrays: its architecture as JSON, its weights as little-endian float32.
 *
 * <p>The weights are a header of 16 bytes ({@code T1NW}, the format as int32, the number of weights
 * as int64) and then the arrays of {@link Weights} of each layer, first to last. Their lengths
 * follow from the architecture, and are checked against the bytes before anything is allocated.
 */
public final class NetworkCodec {
  /** Name of the architecture among an artifact's entries. */
  public static final String ARCHITECTURE = "network.json";

  /** Name of the weights among an artifact's entries. */
  public static final String WEIGHTS = "network.bin";

  /** Version of both forms; a reader refuses any other. */
  public static final int FORMAT = 1;

  /**
   * Most values that one layer may hand on, so that no description of a network fills the heap. Of
   * what serves, {@link Network#MOST_SERVED_VALUES} bounds all layers together.
   */
  static final long MAX_VALUES = 1L << 24;

  /** Most layers of a network that is read. */
  public static final int MAX_LAYERS = 256;

  private static final int MAGIC = 0x574e3154; // "T1NW", read as little-endian
  private static final int HEADER_BYTES = 16;

  private NetworkCodec() {}

  /** The architecture, without weights; the same network gives the same bytes. */
  public static byte[] architecture(Network network) {
    ObjectNode root = ArtifactJson.object();
    root.put("format", FORMAT);
    root.put("inputs", network.inputs());
    root.put("steps", network.steps());
    ArrayNode layers = root.putArray("layers");
    network.layers().forEach(layer -> layers.add(LayerJson.write(layer)));
    return ArtifactJson.write(root);
  }

  /** The weights of all layers. */
  public static byte[] weights(Network network) {
    long count = network.parameters();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(HEADER_BYTES + count * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC)
            .putInt(FORMAT)
            .putLong(count);
    for (Layer layer : network.layers()) {
      for (float[] array : Weights.of(layer)) {
        for (float weight : array) {
          bytes.putFloat(weight);
        }
      }
    }
    return bytes.array();
  }

  /**
   * Reads what {@link #architecture} and {@link #weights} wrote.
   *
   * @throws InvalidArtifactException if the bytes are broken, of another format, too large, or do
   *     not fit each other
   */
  public static Network read(byte[] architecture, byte[] weights) throws InvalidArtifactException {
    ByteBuffer floats = header(weights);
    try {
      JsonNode root = ArtifactJson.read(architecture);
      JsonFields fields = new JsonFields(root, "the network");
      int format = fields.integer("format");
      if (format != FORMAT) {
        throw new InvalidArtifactException(
            "the network's format is %d, this version of tplus1 reads %d"
                .formatted(format, FORMAT));
      }
      int inputs = fields.integer("inputs");
      int steps = fields.integer("steps");
      List<Layer> layers = layers(fields.array("layers"), inputs, steps, floats);
      fields.requireNoOthers();
      if (floats.hasRemaining()) {
        throw new InvalidArtifactException(
            "the network has fewer weights than its file: %d bytes are left over"
                .formatted(floats.remaining()));
      }
      return new Network(inputs, steps, layers);
    } catch (JacksonException e) {
      throw new InvalidArtifactException(
          "the network's architecture is not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidArtifactException("the network does not fit together: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidArtifactException("the network cannot be read: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer header(byte[] weights) throws InvalidArtifactException {
    ByteBuffer bytes = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
    if (weights.length < HEADER_BYTES || bytes.getInt() != MAGIC) {
      throw new InvalidArtifactException("the network's weights do not begin with T1NW");
    }
    int format = bytes.getInt();
    if (format != FORMAT) {
      throw new InvalidArtifactException(
          "the format of the network's weights is %d, this version of tplus1 reads %d"
              .formatted(format, FORMAT));
    }
    long count = bytes.getLong();
    if (bytes.remaining() % Float.BYTES != 0 || count != bytes.remaining() / Float.BYTES) {
      throw new InvalidArtifactException(
          "the network's weights say that they are %d, found %d bytes of them"
              .formatted(count, bytes.remaining()));
    }
    return bytes;
  }

  private static List<Layer> layers(JsonNode array, int inputs, int steps, ByteBuffer floats)
      throws InvalidArtifactException {
    if (array.size() > MAX_LAYERS) {
      throw new InvalidArtifactException(
          "a network has at most %d layers, found %d".formatted(MAX_LAYERS, array.size()));
    }
    Shape shape = Shape.sequence(steps, inputs);
    requireSize(shape);
    List<Layer> layers = new ArrayList<>();
    for (JsonNode node : array) {
      Layer layer = LayerJson.read(node, shape.width(), floats);
      shape = ShapeRules.after(layer, shape);
      requireSize(shape);
      layers.add(layer);
    }
    return layers;
  }

  private static void requireSize(Shape shape) throws InvalidArtifactException {
    if (Math.max(1L, shape.steps()) * shape.width() > MAX_VALUES) {
      throw new InvalidArtifactException(
          "a layer hands on at most %d values, found %s".formatted(MAX_VALUES, shape));
    }
  }
}
