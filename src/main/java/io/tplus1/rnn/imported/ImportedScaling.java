package io.tplus1.rnn.imported;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.Scaling;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Shown;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The scaling that a model was trained behind, which its own file does not hold: beside {@code
 * NAME.h5} or {@code NAME.zip}, {@code NAME.scaling.json} holds {@code {"inputs": {"shift": […],
 * "scale": […]}, "targets": {"shift": […], "scale": […]}}}.
 *
 * @param inputs a column per input of the schema; a category's is identity
 * @param targets a column per target of the schema, for every horizon; a category's is identity
 */
record ImportedScaling(Scaling inputs, Scaling targets) {
  private static final int MAX_BYTES = 1 << 20;

  /** Python writes NaN; read, it is refused in words of ours. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Where a model's scaling is read. */
  static Path file(Path model) {
    return model.resolveSibling(ImportedName.of(model) + ".scaling.json");
  }

  /**
   * A model's scaling; identity where there is no such file.
   *
   * @throws InvalidArtifactException if the file cannot be read, is not of this form, or not of
   *     this schema
   */
  static ImportedScaling of(Path model, FeatureSchema schema) throws InvalidArtifactException {
    Path file = file(model);
    if (Files.notExists(file)) {
      return new ImportedScaling(
          Scaling.identity(schema.inputs().size()), Scaling.identity(schema.targets().size()));
    }
    byte[] bytes = bytes(file);
    try {
      JsonNode root = JSON.readTree(bytes);
      requireMembers(root, Set.of("inputs", "targets"));
      return new ImportedScaling(
          columns(root, "inputs", schema.inputs().stream().map(schema::feature).toList()),
          columns(root, "targets", schema.targetFeatures()));
    } catch (JacksonException e) {
      throw refusal(file, e.getOriginalMessage(), e);
    } catch (IOException | IllegalArgumentException e) {
      throw refusal(file, e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) throws InvalidArtifactException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidArtifactException("%s has more than %d bytes".formatted(file, MAX_BYTES));
      }
      return Files.readAllBytes(file);
    } catch (AccessDeniedException e) {
      throw new InvalidArtifactException(file + " may not be read by this user", e);
    } catch (IOException e) {
      throw new InvalidArtifactException(
          "%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static InvalidArtifactException refusal(Path file, String why, Exception e) {
    return new InvalidArtifactException(
        "%s does not hold {\"inputs\": {\"shift\": [number], \"scale\": [number]}, \"targets\": {…}} for this model: %s"
            .formatted(file, why),
        e);
  }

  private static Scaling columns(JsonNode root, String name, List<Feature> features) {
    try {
      JsonNode node = root.get(name);
      requireMembers(node, Set.of("shift", "scale"));
      float[] shift = numbers(node, "shift", features);
      float[] scale = numbers(node, "scale", features);
      for (int i = 0; i < shift.length; i++) {
        if (features.get(i).isCategory() && (shift[i] != 0 || scale[i] != 1)) {
          throw new IllegalArgumentException(
              "'%s' is a category, which is not scaled: its shift must be 0 and its scale 1, found %s and %s"
                  .formatted(features.get(i).name(), shift[i], scale[i]));
        }
      }
      return new Scaling(shift, scale);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  private static void requireMembers(JsonNode node, Set<String> members) {
    Set<String> found =
        node.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    if (!found.equals(members)) {
      throw new IllegalArgumentException(
          "the members %s were expected, found %s"
              .formatted(new TreeSet<>(members), new TreeSet<>(found)));
    }
  }

  private static float[] numbers(JsonNode node, String name, List<Feature> features) {
    JsonNode array = node.get(name);
    if (!array.isArray() || array.size() != features.size()) {
      throw new IllegalArgumentException(
          "%s must be %d numbers, of %s, found %s"
              .formatted(
                  name,
                  features.size(),
                  features.stream().map(Feature::name).toList(),
                  array.isArray() ? array.size() : array.getNodeType()));
    }
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      if (!array.get(i).isNumber()) {
        throw new IllegalArgumentException(
            "%s must hold numbers, found %s".formatted(name, Shown.quote(array.get(i).toString())));
      }
      values[i] = array.get(i).floatValue();
    }
    return values;
  }
}
