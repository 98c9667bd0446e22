package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.model.Shown;
import io.tplus1.rnn.hdf5.Hdf5Exception;
import io.tplus1.rnn.hdf5.Hdf5File;
import io.tplus1.rnn.hdf5.Hdf5Group;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import io.tplus1.rnn.network.ShapeRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads whole models from HDF5 files of Keras 1 and 2, and each Sequential of Keras 3, which it
 * still writes in the form of Keras 2 ({@code legacy_h5_format.py}) with {@code batch_shape} and
 * type policies in its config; how they were compiled is not looked at.
 *
 * <p>Stateless; every thread may call it. A hostile file costs what {@link Hdf5File} and {@link
 * KerasJson} allow, about 200 MB and a few seconds at the worst, and ends in a refusal.
 */
public final class KerasImporter {
  /** Values between two layers; beyond that a file asks for more than any forecast needs. */
  private static final long MAX_LAYER_VALUES = 4 << 20;

  private KerasImporter() {}

  /**
   * Reads a model.
   *
   * @throws KerasImportException if the file cannot be read, or is not a model that is supported
   */
  public static KerasModel read(Path file) throws KerasImportException {
    String name = Shown.quote(String.valueOf(file.getFileName()));
    try {
      NotHdf5.refuse(file);
      try (Hdf5File hdf5 = Hdf5File.open(file)) {
        return read(hdf5.root());
      }
    } catch (KerasImportException e) {
      throw new KerasImportException(name + ": " + e.getMessage(), e.getCause());
    } catch (Hdf5Exception e) {
      throw new KerasImportException(
          "%s: the file is damaged, too large or not as Keras writes it (%s); %s"
              .formatted(name, e.getMessage(), Refusal.SAVE_AGAIN),
          e);
    } catch (IOException e) {
      throw new KerasImportException(
          "%s: the file cannot be read (%s); give the path of a readable .h5 file"
              .formatted(name, Shown.quote(String.valueOf(e))),
          e);
    } catch (RuntimeException e) {
      // Whatever a broken file found that nobody thought of: the caller still gets a refusal.
      throw new KerasImportException(
          "%s: the file makes no sense as a Keras model (%s); %s"
              .formatted(name, Shown.quote(String.valueOf(e)), Refusal.SAVE_AGAIN),
          e);
    }
  }

  private static KerasModel read(Hdf5Group root) throws IOException, KerasImportException {
    Hdf5Group weights = root.group("model_weights").orElse(root);
    Optional<String> version = first(root, weights, "keras_version");
    Optional<String> backend = first(root, weights, "backend");
    int major = version.map(KerasModel::major).orElse(0);
    if (major > 3) {
      throw new KerasImportException(
          "it was written by Keras %s; only Keras 1 to 3 are supported, so %s"
              .formatted(Shown.quote(version.get()), Refusal.REBUILD));
    }
    String config =
        root.string("model_config")
            .orElseThrow(
                () ->
                    new KerasImportException(
                        "it has no model_config, so it holds weights at most; a whole model is"
                            + " needed, so save it with model.save(path) instead of"
                            + " save_weights(path)"));
    JsonNode model = KerasJson.parse("model_config", config);
    if (major == 3 && !model.path("class_name").asText("").equals("Sequential")) {
      throw new KerasImportException(
          "it is a model of class %s of Keras 3, of which only Sequential is supported; so %s"
              .formatted(KerasLayer.show(model.path("class_name")), Refusal.REBUILD));
    }
    KerasChain chain = KerasChain.of(model);
    if (major == 3) {
      requireSameFunctions(chain);
    }
    KerasLayer last = chain.layers().get(chain.layers().size() - 1);
    boolean reshaped = chain.layers().size() > 1 && OutputReshape.is(last);
    Network network = network(reshaped ? chain.withoutLast() : chain, weights);
    MaskedRows.requireZeros(version, chain, network.layers());
    int rows = reshaped ? OutputReshape.rows(last, network.output()) : 0;
    return new KerasModel(network, rows, version, backend);
  }

  /** What has kept its name in Keras 3, and computes something else there. */
  private static void requireSameFunctions(KerasChain chain) throws KerasImportException {
    for (KerasLayer layer : chain.layers()) {
      for (String key : List.of("activation", "recurrent_activation")) {
        if (layer.config().findValuesAsText(key).contains("hard_sigmoid")) {
          throw layer.refuse(
              "hard_sigmoid is x/6 + 0.5 in Keras 3, and x/5 + 0.5 of Keras 1 and 2 is supported",
              "train it with sigmoid");
        }
      }
    }
  }

  private static Network network(KerasChain chain, Hdf5Group weights)
      throws IOException, KerasImportException {
    List<Layer> layers = new ArrayList<>();
    Shape shape = chain.input();
    for (KerasLayer layer : chain.layers()) {
      requireSize(layer, shape);
      LayerWeights own = LayerWeights.of(weights, layer);
      Layer read = LayerReader.read(layer, shape, own);
      try {
        shape = ShapeRules.after(read, shape);
      } catch (IllegalArgumentException e) {
        throw layer.refuse(e.getMessage(), "change the layers' order or input shape");
      }
      own.requireNoneLeft();
      layers.add(read);
      requireSize(layer, shape);
    }
    return new Network(chain.input().width(), chain.input().steps(), layers);
  }

  private static void requireSize(KerasLayer layer, Shape shape) throws KerasImportException {
    long values = Math.max(1L, shape.steps()) * shape.width();
    if (values > MAX_LAYER_VALUES) {
      throw layer.refuse(
          "its values of shape " + shape + " are more than the " + MAX_LAYER_VALUES + " supported",
          "use fewer steps or units");
    }
  }

  private static Optional<String> first(Hdf5Group root, Hdf5Group weights, String attribute)
      throws IOException {
    Optional<String> found = root.string(attribute);
    return found.isPresent() ? found : weights.string(attribute);
  }
}
