package io.tplus1.rnn.proof;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.model.Shown;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Golden results in a file: {@code {"input": [batch][time][feature], "output": [batch][…]}}. An
 * input of category ids may be {@code [batch][time]}; an output may be a vector or a sequence per
 * sample. With {@code "raw": true} both are in raw units.
 */
public final class GoldenFile {
  private static final int MAX_BYTES = 256 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(16).build())
                  // Python writes NaN; read, it is refused in words of ours.
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Set<String> MEMBERS = Set.of("input", "output", "raw");

  private GoldenFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, is larger than 256 MiB, or is not of this form
   */
  public static Golden read(Path file) throws IOException {
    byte[] bytes = bytes(file);
    try {
      JsonNode root = JSON.readTree(bytes);
      for (Map.Entry<String, JsonNode> member : root.properties()) {
        // Others may say what the file is of; one of these, written otherwise, would be passed
        // over.
        String meant = member.getKey().toLowerCase(Locale.ROOT);
        if (MEMBERS.contains(meant) && !meant.equals(member.getKey())) {
          throw new IllegalArgumentException(
              "'%s' was expected, found '%s'".formatted(meant, member.getKey()));
        }
      }
      JsonNode input = array(root.get("input"), "input");
      JsonNode output = array(root.get("output"), "output");
      float[][][] windows = new float[input.size()][][];
      for (int i = 0; i < windows.length; i++) {
        JsonNode steps = array(input.get(i), "input[" + i + "]");
        windows[i] = new float[steps.size()][];
        for (int s = 0; s < steps.size(); s++) {
          windows[i][s] = flatten(steps.get(s));
        }
      }
      float[][] outputs = new float[output.size()][];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = flatten(output.get(i));
      }
      JsonNode raw = root.path("raw");
      if (!raw.isMissingNode() && !raw.isBoolean()) {
        throw new IllegalArgumentException("'raw' is neither true nor false");
      }
      return new Golden(file.getFileName().toString(), windows, outputs, raw.asBoolean());
    } catch (JacksonException e) {
      throw refusal(file, e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | IOException e) {
      throw refusal(file, e.getMessage(), e);
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("%s has more than %d bytes".formatted(file, MAX_BYTES));
    }
    try {
      return Files.readAllBytes(file);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read by this user", e);
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static IOException refusal(Path file, String why, Exception e) {
    return new IOException(
        "%s does not hold {\"input\": [batch][time][feature], \"output\": [batch][…]}: %s"
            .formatted(file, why),
        e);
  }

  private static JsonNode array(JsonNode node, String name) {
    if (node == null || !node.isArray()) {
      throw new IllegalArgumentException("'" + name + "' is not an array");
    }
    return node;
  }

  private static float[] flatten(JsonNode node) {
    List<Float> numbers = new ArrayList<>();
    collect(node, numbers);
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return values;
  }

  private static void collect(JsonNode node, List<Float> numbers) {
    if (node.isArray()) {
      node.forEach(element -> collect(element, numbers));
    } else if (node.isNumber() && Float.isFinite(node.floatValue())) {
      numbers.add(node.floatValue());
    } else {
      throw new IllegalArgumentException(
          "a finite number was expected, found "
              + Shown.quote(node.isNumber() ? node.asText() : node.toString()));
    }
  }
}
