package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.model.Shown;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's config as one chain of layers: a Sequential, or a functional model that is one.
 *
 * @param input shape of one input; width 1 for category ids
 * @param layers first to last, without input layers
 */
record KerasChain(Shape input, List<KerasLayer> layers) {
  private static final String INPUT = "InputLayer";

  static KerasChain of(JsonNode model) throws KerasImportException {
    String kind = model.path("class_name").asText("");
    JsonNode config = model.path("config");
    List<KerasLayer> layers =
        switch (kind) {
          case "Sequential" -> sequential(config);
          case "Model", "Functional" -> functional(config);
          default ->
              throw new KerasImportException(
                  ("the model is of class %s; Sequential and functional models are supported, so"
                          + " rebuild it as one of these and save it again")
                      .formatted(KerasLayer.show(model.path("class_name"))));
        };
    requireNames(layers);
    boolean explicit = layers.get(0).kind().equals(INPUT);
    List<KerasLayer> computing = layers.subList(explicit ? 1 : 0, layers.size());
    if (computing.isEmpty()) {
      throw new KerasImportException("the model has no layer that computes; " + Refusal.SAVE_AGAIN);
    }
    if (computing.size() > NetworkCodec.MAX_LAYERS) {
      throw new KerasImportException(
          "the model has %d layers, and at most %d are supported; use fewer and save it again"
              .formatted(computing.size(), NetworkCodec.MAX_LAYERS));
    }
    for (KerasLayer layer : computing) {
      if (layer.kind().equals(INPUT)) {
        throw layer.refuse("a second input is not supported, only one", "leave it out");
      }
    }
    layers.get(0).requireFullPrecision();
    Shape input = InputShape.of(layers.get(0), computing.get(0), config);
    return new KerasChain(input, List.copyOf(computing));
  }

  KerasChain withoutLast() {
    return new KerasChain(input, layers.subList(0, layers.size() - 1));
  }

  /** A list of layers in Keras 1 and early 2, an object with {@code layers} since 2.2.3. */
  private static List<KerasLayer> sequential(JsonNode config) throws KerasImportException {
    JsonNode list = config.isArray() ? config : config.path("layers");
    requireList(list);
    List<KerasLayer> layers = new ArrayList<>();
    for (JsonNode entry : list) {
      layers.add(layer(entry));
    }
    return layers;
  }

  private static List<KerasLayer> functional(JsonNode config) throws KerasImportException {
    JsonNode list = config.path("layers");
    requireList(list);
    String input = single(config.path("input_layers"), "inputs");
    String output = single(config.path("output_layers"), "outputs");
    Map<String, KerasLayer> byName = new HashMap<>();
    Map<String, String> consumers = new HashMap<>();
    for (JsonNode entry : list) {
      KerasLayer layer = layer(entry);
      byName.put(layer.name(), layer);
      if (layer.kind().equals(INPUT)) {
        continue;
      }
      String source = source(layer, entry.path("inbound_nodes"));
      if (consumers.put(source, layer.name()) != null) {
        throw branching(source);
      }
    }
    List<KerasLayer> chain = new ArrayList<>();
    for (String at = input; at != null && chain.size() < list.size(); at = consumers.get(at)) {
      KerasLayer layer = byName.get(at);
      if (layer == null) {
        break;
      }
      chain.add(layer);
    }
    // Anything beside the way from input to output is another branch, a cycle or a gap.
    if (chain.size() != list.size() || !chain.get(chain.size() - 1).name().equals(output)) {
      throw branching(output);
    }
    return chain;
  }

  private static void requireList(JsonNode list) throws KerasImportException {
    if (!list.isArray() || list.isEmpty()) {
      throw new KerasImportException("the model's config lists no layers; " + Refusal.SAVE_AGAIN);
    }
  }

  private static KerasLayer layer(JsonNode entry) throws KerasImportException {
    JsonNode kind = entry.path("class_name");
    JsonNode config = entry.path("config");
    JsonNode name = config.has("name") ? config.path("name") : entry.path("name");
    if (!kind.isTextual() || !config.isObject() || !name.isTextual()) {
      // A nested model's config may be a list; it has no name of its own then.
      throw new KerasImportException(
          "a layer of class %s has no name or no config; %s"
              .formatted(KerasLayer.show(kind), Refusal.SAVE_AGAIN));
    }
    return new KerasLayer(name.textValue(), kind.textValue(), config);
  }

  private static void requireNames(List<KerasLayer> layers) throws KerasImportException {
    Set<String> names = new HashSet<>();
    for (KerasLayer layer : layers) {
      // A name is a path in the file: it must lead to one group, and no two may share it.
      if (layer.name().isBlank() || !names.add(layer.name())) {
        throw layer.refuse(
            "its name is empty or used twice, and each layer needs its own", "rename it");
      }
    }
  }

  /** {@code [["input_1", 0, 0]]}, the inner list alone, or that under the name of an input. */
  private static String single(JsonNode ends, String what) throws KerasImportException {
    JsonNode only = ends.size() == 1 ? ends.iterator().next() : ends;
    JsonNode end = only.isArray() ? only : ends;
    if (!end.path(0).isTextual()) {
      throw new KerasImportException(
          ("the model has %d %s; one is supported, so build a model of one input and one output"
                  + " from these layers and save it")
              .formatted(ends.size(), what));
    }
    return end.path(0).textValue();
  }

  /**
   * Where a layer's only input comes from: {@code [[["lstm_1", 0, 0, {}]]]}, without the arguments
   * in Keras 1.
   */
  private static String source(KerasLayer layer, JsonNode nodes) throws KerasImportException {
    if (nodes.size() != 1) {
      throw layer.refuse(
          "it is used %d times, and each layer may be used once".formatted(nodes.size()),
          "make a copy for each use");
    }
    JsonNode node = nodes.path(0);
    JsonNode edge = node.path(0);
    if (edge.isTextual()) {
      // One bracket less, as TensorFlow saves what is done to a layer's output.
      throw layer.refuse(
          "operations between layers are not supported",
          layer.kind().equals("SlicingOpLambda")
              ? "if it takes the last step, build the model with return_sequences=False before it"
                  + " and with these weights"
              : "build the model without it");
    }
    if (node.size() != 1 || !edge.path(0).isTextual()) {
      throw layer.refuse(
          "it has %d inputs; only chains of layers of one input are supported"
              .formatted(node.size()),
          "build the model without it");
    }
    if (edge.path(1).asInt(0) != 0 || edge.path(2).asInt(0) != 0) {
      throw branching(edge.path(0).textValue());
    }
    for (Map.Entry<String, JsonNode> argument : edge.path(3).properties()) {
      JsonNode value = argument.getValue();
      boolean harmless =
          value.isNull() || (argument.getKey().equals("training") && !value.asBoolean());
      if (!harmless) {
        throw layer.refuse(
            "it is called with the argument %s, which is not supported"
                .formatted(Shown.quote(argument.getKey())),
            "call it without");
      }
    }
    return edge.path(0).textValue();
  }

  private static KerasImportException branching(String at) {
    return new KerasImportException(
        ("the model branches or has a gap at layer %s; only one chain from one input to one output"
                + " is supported, so rebuild it as a Sequential and save it again")
            .formatted(Shown.quote(at)));
  }
}
