package io.tplus1.rnn.dl4j;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.model.ArtifactJson;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Shown;
import io.tplus1.rnn.network.NetworkCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DL4J's own file of a network, written by DL4J and read as data.
 *
 * <p>DL4J's reader would deserialise Java objects that it finds in the zip, make an instance of any
 * class that the configuration names, and hand lengths from the file to native code. So this reader
 * knows the three entries that hold data and refuses any other, lets the configuration name known
 * classes only, and reads the numbers itself; DL4J then gets a configuration, written anew from
 * what was checked, and an array.
 */
final class NetworkZip {
  static final int MAX_BYTES = 64 << 20;
  private static final int MAX_SHAPE_LENGTH = 64;
  private static final int MAX_REPEATS = 1 << 16;

  /** Of a configuration: DL4J reads it again for each layer that lacks a loss or an activation. */
  private static final int MAX_CONFIGURATION_BYTES = 2 << 20;

  /** The others that DL4J knows are objects of Java, or networks without weights. */
  private static final Set<String> ENTRIES =
      Set.of(
          ModelSerializer.CONFIGURATION_JSON,
          ModelSerializer.COEFFICIENTS_BIN,
          ModelSerializer.UPDATER_BIN);

  /** A name with type parameters would let a reader look for more classes than the one. */
  private static final Pattern CLASS_NAME = Pattern.compile("[A-Za-z0-9_.$]+");

  private static final String LAYERS = "org.deeplearning4j.nn.conf.layers.";
  private static final Set<String> LAYER_CLASSES =
      Set.of(
          LAYERS + "ActivationLayer",
          LAYERS + "BatchNormalization",
          LAYERS + "DenseLayer",
          LAYERS + "DropoutLayer",
          LAYERS + "EmbeddingSequenceLayer",
          LAYERS + "GravesLSTM",
          LAYERS + "LSTM",
          LAYERS + "LossLayer",
          LAYERS + "OutputLayer",
          LAYERS + "RnnLossLayer",
          LAYERS + "RnnOutputLayer",
          LAYERS + "misc.RepeatVector",
          LAYERS + "recurrent.Bidirectional",
          LAYERS + "recurrent.LastTimeStep",
          LAYERS + "recurrent.SimpleRnn");

  private static final Set<String> OTHER_CLASSES =
      Set.of(
          TargetLoss.class.getName(),
          FlattenSequence.class.getName(),
          "org.deeplearning4j.nn.conf.distribution.NormalDistribution",
          "org.deeplearning4j.nn.conf.distribution.UniformDistribution",
          "org.deeplearning4j.nn.conf.dropout.Dropout",
          "org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor",
          "org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor");

  /** Packages of DL4J whose classes are plain settings. */
  private static final List<String> SETTINGS_PACKAGES =
      List.of(
          "org.nd4j.linalg.activations.impl.",
          "org.nd4j.linalg.learning.config.",
          "org.nd4j.linalg.learning.regularization.",
          "org.nd4j.linalg.lossfunctions.impl.",
          "org.nd4j.linalg.schedule.", // the penalties of weights are of it
          "org.deeplearning4j.nn.weights.WeightInit");

  private NetworkZip() {}

  /**
   * The network's file.
   *
   * @param withUpdater whether to save the updater's state; DL4J fails to for bidirectional layers
   *     that put out their last step
   */
  static byte[] write(MultiLayerNetwork network, boolean withUpdater) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(network, bytes, withUpdater);
    } catch (IOException e) {
      throw new IllegalStateException("a zip in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  /** The network, without the state of its updater: what is read here runs, and does not learn. */
  static MultiLayerNetwork read(byte[] zip) throws InvalidArtifactException {
    Map<String, byte[]> entries = entries(zip);
    byte[] configuration = required(entries, ModelSerializer.CONFIGURATION_JSON);
    String checked = requireKnownClasses(configuration).toString();
    float[] parameters = floats(required(entries, ModelSerializer.COEFFICIENTS_BIN));
    Native.start();
    try {
      MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(checked));
      network.init(Nd4j.create(parameters, new long[] {1, parameters.length}), false);
      MaskedLstm.replaceIn(network);
      return network;
    } catch (RuntimeException e) {
      // DL4J reports a configuration that does not fit together by many kinds of exception.
      throw new InvalidArtifactException("DL4J refuses the network: " + e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> entries(byte[] zip) throws InvalidArtifactException {
    Map<String, byte[]> entries = new HashMap<>();
    int left = MAX_BYTES;
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!ENTRIES.contains(entry.getName())) {
          throw new InvalidArtifactException(
              "a DL4J network of %s was expected, found an entry '%s', which tplus1 does not read%s"
                  .formatted(
                      new TreeSet<>(ENTRIES),
                      Shown.quote(entry.getName()),
                      remedy(entry.getName())));
        }
        byte[] content = in.readNBytes(left);
        left -= content.length;
        if (left == 0) {
          throw new InvalidArtifactException(
              "a DL4J network has less than %d bytes".formatted(MAX_BYTES));
        }
        if (entries.put(entry.getName(), content) != null) {
          throw new InvalidArtifactException("a DL4J network with an entry twice");
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidArtifactException("a DL4J network must be a zip: " + e.getMessage(), e);
    }
    return entries;
  }

  /** What to do about an entry of DL4J's own. */
  private static String remedy(String name) {
    return switch (name) {
      case ModelSerializer.NORMALIZER_BIN, ModelSerializer.PREPROCESSOR_BIN ->
          ", as it reads no normalizers: put the figures of that normalizer into NAME.scaling.json beside NAME.zip, and take it out (zip -d NAME.zip %s)"
              .formatted(name);
      case ModelSerializer.NO_PARAMS_MARKER -> ": it says that the network has no weights";
      default -> "";
    };
  }

  private static byte[] required(Map<String, byte[]> entries, String name)
      throws InvalidArtifactException {
    byte[] content = entries.get(name);
    if (content == null) {
      throw new InvalidArtifactException("a DL4J network without " + name);
    }
    return content;
  }

  private static JsonNode requireKnownClasses(byte[] configuration)
      throws InvalidArtifactException {
    if (configuration.length > MAX_CONFIGURATION_BYTES) {
      throw new InvalidArtifactException(
          "DL4J's configuration has %d bytes, at most %d bytes are read"
              .formatted(configuration.length, MAX_CONFIGURATION_BYTES));
    }
    JsonNode root;
    try {
      // Whatever two readers may read differently is refused: DL4J's is not this one.
      root = ArtifactJson.read(configuration);
    } catch (JacksonException e) {
      throw new InvalidArtifactException(
          "DL4J's configuration is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidArtifactException(
          "DL4J's configuration cannot be read: " + e.getMessage(), e);
    }
    if (root != null && root.has("vertices")) {
      throw new InvalidArtifactException(
          "it is a ComputationGraph, and a MultiLayerNetwork alone is read: build the same layers as one, setParams(graph.params()), and save that");
    }
    if (root == null || !root.path("confs").isArray() || root.path("confs").isEmpty()) {
      throw new InvalidArtifactException("DL4J's configuration has no layers");
    }
    if (root.path("confs").size() > NetworkCodec.MAX_LAYERS) {
      throw new InvalidArtifactException(
          "a network has at most %d layers, found %d"
              .formatted(NetworkCodec.MAX_LAYERS, root.path("confs").size()));
    }
    for (JsonNode conf : root.path("confs")) {
      JsonNode layer = conf.path("layer").path("@class");
      if (layer.isMissingNode()) {
        throw new InvalidArtifactException(
            "DL4J's configuration has a layer without a class, as releases before 1.0 wrote them: load it with DL4J 1.0.0-M2.1, and save it again");
      }
      if (!LAYER_CLASSES.contains(layer.asText())) {
        throw unknownClass(layer.asText());
      }
    }
    for (JsonNode named : root.findValues("@class")) {
      String name = named.asText();
      boolean known =
          LAYER_CLASSES.contains(name)
              || OTHER_CLASSES.contains(name)
              || (CLASS_NAME.matcher(name).matches()
                  && SETTINGS_PACKAGES.stream().anyMatch(name::startsWith));
      if (!named.isTextual() || !known || name.contains("Orthogonal")) {
        throw unknownClass(name);
      }
    }
    if (Stream.of("rnnDataFormat", "dataFormat", "outputFormat")
        .flatMap(format -> root.findValues(format).stream())
        .anyMatch(format -> format.asText().equals(RNNFormat.NWC.name()))) {
      throw new InvalidArtifactException(
          "it reads [mini-batch][time][features] (RNNFormat.NWC), and [mini-batch][features][time] alone is fed (NCW): build the same layers with RNNFormat.NCW, and setParams(network.params())");
    }
    for (JsonNode times : root.findValues("n")) {
      if (!times.isInt() || times.asInt() < 1 || times.asInt() > MAX_REPEATS) {
        throw new InvalidArtifactException(
            "DL4J's configuration repeats a vector %s times, at most %d are read"
                .formatted(Shown.quote(times.toString()), MAX_REPEATS));
      }
    }
    return root;
  }

  private static InvalidArtifactException unknownClass(String name) {
    return new InvalidArtifactException(
        "DL4J's configuration names the class '%s', which is not one of a network that tplus1 reads: where it only matters to training, as of frozen layers and constraints, build the same layers without it, setParams(network.params()), and save that"
            .formatted(Shown.quote(name)));
  }

  /**
   * Reads what {@code Nd4j.write} writes of a vector: a buffer of int64 that describes the shape,
   * then a buffer of float32, each as allocation mode, length, type, values, big-endian.
   */
  private static float[] floats(byte[] bytes) throws InvalidArtifactException {
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
    try (DataInputStream in = new DataInputStream(stream)) {
      in.readUTF();
      long shapeLength = in.readLong();
      String shapeType = in.readUTF();
      if (!shapeType.equals("LONG") || shapeLength < 0 || shapeLength > MAX_SHAPE_LENGTH) {
        throw new InvalidArtifactException(
            "a DL4J array whose shape is %d values of %s"
                .formatted(shapeLength, Shown.quote(shapeType)));
      }
      in.skipNBytes(shapeLength * Long.BYTES);
      in.readUTF();
      long length = in.readLong();
      String type = in.readUTF();
      if (type.equals("DOUBLE") || type.equals("HALF")) {
        throw new InvalidArtifactException(
            "the weights are of the type %s, and FLOAT is read: save network.convertDataType(DataType.FLOAT)"
                .formatted(type));
      }
      if (!type.equals("FLOAT") || length != stream.available() / Float.BYTES) {
        throw new InvalidArtifactException(
            "a DL4J array of %d values of %s, found %d bytes and expected FLOAT"
                .formatted(length, Shown.quote(type), stream.available()));
      }
      float[] values = new float[(int) length];
      for (int i = 0; i < values.length; i++) {
        values[i] = in.readFloat();
        if (!Float.isFinite(values[i])) {
          throw new InvalidArtifactException("a DL4J array must be finite, found " + values[i]);
        }
      }
      return values;
    } catch (IOException e) {
      throw new InvalidArtifactException("a DL4J array that is cut short", e);
    }
  }
}
