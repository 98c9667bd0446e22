package io.tplus1.rnn.keras;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.nio.file.Path;
import java.util.Map;

/** Writes Keras files with jhdf, to order. */
public final class KerasFiles {
  private KerasFiles() {}

  /**
   * Writes a model.
   *
   * @param version that is said to have written it; null for none
   * @param modelConfig JSON
   * @param weights by layer, in Keras' order; {@code float[]} or {@code float[][]}
   */
  public static Path write(
      Path file, String version, String modelConfig, Map<String, Object[]> weights) {
    try (WritableHdfFile hdf5 = HdfFile.write(file)) {
      hdf5.putAttribute("model_config", modelConfig);
      if (version != null) {
        hdf5.putAttribute("keras_version", version);
      }
      WritableGroup model = hdf5.putGroup("model_weights");
      weights.forEach(
          (layer, arrays) -> {
            WritableGroup group = model.putGroup(layer);
            String[] names = new String[arrays.length];
            for (int i = 0; i < arrays.length; i++) {
              names[i] = "weight" + i;
              group.putDataset(names[i], arrays[i]);
            }
            group.putAttribute("weight_names", names);
          });
    }
    return file;
  }

  /** A Sequential in Keras 2's later form: each layer as {@code Class{settings}}. */
  public static String sequential(String... layers) {
    StringBuilder list = new StringBuilder();
    for (String layer : layers) {
      int brace = layer.indexOf('{');
      list.append(list.length() == 0 ? "" : ",")
          .append(
              "{\"class_name\":\"%s\",\"config\":%s}"
                  .formatted(layer.substring(0, brace), layer.substring(brace)));
    }
    return ("{\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":[" + list + "]}}")
        .replace('\'', '"');
  }

  /** Zeros of a shape. */
  public static float[][] matrix(int rows, int columns) {
    return new float[rows][columns];
  }
}
