package io.tplus1.pipeline;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSettings.Cell;
import java.util.stream.IntStream;

/** Window, vector and network, as in the kernel's benchmarks. */
enum Shape {
  A(2, 4, 8, Cell.SIMPLE_RNN),
  B(24, 7, 32, Cell.LSTM),
  C(96, 21, 64, Cell.LSTM);

  final int steps;
  final int features;
  final int units;
  final Cell cell;

  Shape(int steps, int features, int units, Cell cell) {
    this.steps = steps;
    this.features = features;
    this.units = units;
    this.cell = cell;
  }

  FeatureSchema schema() {
    return FeatureSchema.ofNumbers(
        IntStream.range(0, features).mapToObj(i -> "f" + i).toArray(String[]::new));
  }
}
