package io.tplus1.model;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The manifest as JSON; the same manifest gives the same bytes. */
final class ManifestJson {
  private ManifestJson() {}

  static byte[] write(ModelManifest manifest) {
    ObjectNode root = ArtifactJson.object();
    root.put("format", manifest.format());
    root.set("schema", schema(manifest.schema()));
    root.put("steps", manifest.steps());
    root.put("horizon", manifest.horizon());
    root.put("strategy", manifest.strategy().name());
    root.set("inputScaling", scaling(manifest.inputScaling()));
    root.set("targetScaling", scaling(manifest.targetScaling()));
    root.set("provenance", provenance(manifest.provenance()));
    manifest
        .stepInputs()
        .ifPresent(inputs -> root.set("stepInputs", steps(inputs, manifest.meanChanges())));
    if (manifest.members() > 1) {
      root.put("members", manifest.members());
    }
    if (manifest.inputLimit() != ModelManifest.UNCUT) {
      root.put("inputLimit", manifest.inputLimit());
    }
    if (manifest.targetLimit() != ModelManifest.DEVIATIONS) {
      root.put("targetLimit", manifest.targetLimit());
    }
    return ArtifactJson.write(root);
  }

  static ModelManifest read(byte[] json) throws InvalidArtifactException {
    try {
      JsonNode root = ArtifactJson.read(json);
      int format = field(root, "format").asInt();
      if (format < 1) {
        throw new InvalidArtifactException("a format of 1 or more was expected, found " + format);
      }
      if (format > ModelManifest.FORMAT) {
        throw InvalidArtifactException.ofNewerFormat(
            "the artifact's format is %d, this version of tplus1 reads up to %d: use a version that writes it"
                .formatted(format, ModelManifest.FORMAT));
      }
      JsonNode steps = root.get("stepInputs");
      return new ModelManifest(
          schema(field(root, "schema")),
          field(root, "steps").asInt(),
          field(root, "horizon").asInt(),
          Strategy.valueOf(field(root, "strategy").asText()),
          scaling(field(root, "inputScaling")),
          scaling(field(root, "targetScaling")),
          provenance(field(root, "provenance")),
          steps == null ? Optional.empty() : Optional.of(steps(steps, format)),
          steps == null ? List.of() : boxed(floats(field(steps, "meanChanges"))),
          root.path("members").asInt(1),
          limit("an input limit", root.get("inputLimit"), ModelManifest.UNCUT),
          limit("a target limit", root.get("targetLimit"), ModelManifest.DEVIATIONS));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new InvalidArtifactException(
          "the manifest does not fit together: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidArtifactException("the manifest cannot be read: " + e.getMessage(), e);
    }
  }

  private static float limit(String what, JsonNode node, float unsaid)
      throws InvalidArtifactException {
    if (node == null) {
      return unsaid;
    }
    if (!(node.isNumber() && node.floatValue() > 0 && Float.isFinite(node.floatValue()))) {
      throw new InvalidArtifactException(
          "%s above 0 was expected, and finite, found %s".formatted(what, node));
    }
    return node.floatValue();
  }

  private static ObjectNode schema(FeatureSchema schema) {
    ObjectNode node = ArtifactJson.object();
    ArrayNode features = node.putArray("features");
    for (Feature feature : schema.features()) {
      ObjectNode one = features.addObject();
      one.put("name", feature.name());
      if (feature.isCategory()) {
        ArrayNode vocabulary = one.putArray("vocabulary");
        feature.vocabulary().forEach(vocabulary::add);
      }
    }
    ArrayNode inputs = node.putArray("inputs");
    schema.inputs().forEach(i -> inputs.add(schema.feature(i).name()));
    ArrayNode targets = node.putArray("targets");
    schema.targets().forEach(i -> targets.add(schema.feature(i).name()));
    return node;
  }

  private static FeatureSchema schema(JsonNode node) throws InvalidArtifactException {
    List<Feature> features = new ArrayList<>();
    // Not searched for: of a hundred thousand features that would be for minutes.
    Map<String, Integer> places = new HashMap<>();
    for (JsonNode one : field(node, "features")) {
      String name = field(one, "name").asText();
      JsonNode vocabulary = one.get("vocabulary");
      places.put(name, features.size());
      features.add(
          vocabulary == null ? Feature.number(name) : Feature.category(name, texts(vocabulary)));
    }
    return new FeatureSchema(
        features, places(places, field(node, "inputs")), places(places, field(node, "targets")));
  }

  private static List<Integer> places(Map<String, Integer> places, JsonNode names) {
    return texts(names).stream().map(name -> places.getOrDefault(name, -1)).toList();
  }

  private static ObjectNode scaling(Scaling scaling) {
    ObjectNode node = ArtifactJson.object();
    ArrayNode shift = node.putArray("shift");
    for (float value : scaling.shift()) {
      shift.add(value);
    }
    ArrayNode scale = node.putArray("scale");
    for (float value : scaling.scale()) {
      scale.add(value);
    }
    return node;
  }

  private static Scaling scaling(JsonNode node) throws InvalidArtifactException {
    return new Scaling(floats(field(node, "shift")), floats(field(node, "scale")));
  }

  private static ObjectNode steps(StepInputs inputs, List<Float> meanChanges) {
    ObjectNode node = ArtifactJson.object();
    ArrayNode columns = node.putArray("columns");
    inputs.columns().forEach(column -> columns.add(column.name()));
    ArrayNode lags = node.putArray("lags");
    inputs.lags().forEach(lags::add);
    ArrayNode traced = node.putArray("traced");
    inputs.traced().forEach(traced::add);
    node.put("steps", inputs.steps());
    node.put("scaleSteps", inputs.scaleSteps());
    if (inputs.scalePrior() > 0) {
      node.put("scalePrior", inputs.scalePrior());
    }
    node.put("trainingPart", inputs.trainingPart());
    node.put("lossFrom", inputs.lossFrom());
    node.put("shared", inputs.shared());
    node.put("clip", inputs.clip());
    if (inputs.needsLinear()) {
      ArrayNode bases = node.putArray("bases");
      inputs.bases().forEach(base -> bases.add(base.name()));
    }
    ArrayNode changes = node.putArray("meanChanges");
    meanChanges.forEach(changes::add);
    return node;
  }

  private static StepInputs steps(JsonNode node, int format) throws InvalidArtifactException {
    List<Integer> lags = new ArrayList<>();
    field(node, "lags").forEach(lag -> lags.add(lag.asInt()));
    return new StepInputs(
        texts(field(node, "columns")).stream().map(StepInputs.Column::valueOf).toList(),
        lags,
        texts(field(node, "traced")),
        field(node, "steps").asInt(),
        field(node, "scaleSteps").asInt(),
        node.path("scalePrior").asInt(),
        node.has("trainingPart") ? node.get("trainingPart").floatValue() : StepInputs.TRAINING_PART,
        field(node, "lossFrom").asInt(),
        field(node, "shared").asBoolean(),
        field(node, "clip").floatValue(),
        node.has("bases")
            ? texts(node.get("bases")).stream().map(StepInputs.Base::valueOf).toList()
            : List.of(StepInputs.Base.LAST),
        format < ModelManifest.LEVEL_FORMAT);
  }

  private static ObjectNode provenance(Provenance provenance) {
    ObjectNode node = ArtifactJson.object();
    node.put("source", provenance.source());
    node.put("fromMs", provenance.fromMs());
    node.put("toMs", provenance.toMs());
    node.put("samples", provenance.samples());
    node.put("seed", provenance.seed());
    ObjectNode versions = node.putObject("versions");
    new TreeMap<>(provenance.versions()).forEach(versions::put);
    ObjectNode figures = node.putObject("figures");
    new TreeMap<>(provenance.figures()).forEach(figures::put);
    return node;
  }

  private static Provenance provenance(JsonNode node) throws InvalidArtifactException {
    Map<String, String> versions = new TreeMap<>();
    field(node, "versions")
        .properties()
        .forEach(version -> versions.put(version.getKey(), version.getValue().asText()));
    Map<String, Double> figures = new TreeMap<>();
    field(node, "figures")
        .properties()
        .forEach(figure -> figures.put(figure.getKey(), figure.getValue().asDouble()));
    return new Provenance(
        field(node, "source").asText(),
        field(node, "fromMs").asLong(),
        field(node, "toMs").asLong(),
        field(node, "samples").asLong(),
        field(node, "seed").asLong(),
        versions,
        figures);
  }

  private static JsonNode field(JsonNode node, String name) throws InvalidArtifactException {
    JsonNode value = node == null ? null : node.get(name);
    if (value == null) {
      throw new InvalidArtifactException("the manifest has no field '" + name + "'");
    }
    return value;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
