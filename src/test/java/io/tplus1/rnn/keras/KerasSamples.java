package io.tplus1.rnn.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Keras files of the test resources, each with a golden input and output beside it. */
public final class KerasSamples {
  private static final Path FOLDER =
      Path.of(System.getProperty("project.root", "."), "src/test/resources/keras");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private KerasSamples() {}

  /** What Keras itself wrote. */
  public static List<Path> real() throws IOException {
    return files(FOLDER);
  }

  /** What generate.py wrote. */
  public static List<Path> generated() throws IOException {
    return files(FOLDER.resolve("generated"));
  }

  public static List<Path> all() throws IOException {
    List<Path> all = new ArrayList<>(real());
    all.addAll(generated());
    return all;
  }

  public static Path generated(String name) {
    return FOLDER.resolve("generated").resolve(name + ".h5");
  }

  public static Path real(String name) {
    return FOLDER.resolve(name + ".h5");
  }

  /**
   * What a file's model should give.
   *
   * @param input {@code double[batch][steps][features]}
   * @param output {@code double[batch][]}, flattened where the model gives sequences
   */
  public record Golden(double[][][] input, double[][] output) {}

  public static Golden golden(Path h5) throws IOException {
    String name = h5.getFileName().toString().replace(".h5", ".json");
    JsonNode json = JSON.readTree(h5.resolveSibling(name).toFile());
    double[][] output = new double[json.path("output").size()][];
    for (int i = 0; i < output.length; i++) {
      output[i] = flat(json.path("output").path(i)).stream().mapToDouble(v -> v).toArray();
    }
    return new Golden(JSON.convertValue(json.path("input"), double[][][].class), output);
  }

  private static List<Double> flat(JsonNode node) {
    List<Double> values = new ArrayList<>();
    if (node.isNumber()) {
      values.add(node.doubleValue());
    }
    node.elements().forEachRemaining(child -> values.addAll(flat(child)));
    return values;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".h5")).sorted().toList();
    }
  }
}
