package io.tplus1.rnn;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Measures a model against golden results in raw units, so that its scalings and the order of its
 * columns are held to them too.
 */
final class RawProver {
  private RawProver() {}

  /**
   * The result of the worst kernel that this JVM offers; an error is in scaled units.
   *
   * @param golden of a category with the probabilities that the network itself gives, so without
   *     the unknown word where it has none, or with a column for it
   * @throws IllegalArgumentException if the golden result is of other shapes than the manifest's
   */
  static Certificate.GoldenResult measure(ModelManifest manifest, Network network, Golden golden)
      throws InvalidArtifactException {
    ModelArtifact plain = ModelArtifact.of(manifest, RnnArtifacts.plain(List.of(network)));
    List<Forecaster> forecasters = new ArrayList<>();
    for (KernelKind kind : Prover.kinds()) {
      forecasters.add(new RnnModelLoader(kind).load(plain));
    }
    return measure(manifest, ForecastRows.of(manifest, network).width(), forecasters, golden);
  }

  /**
   * The result of the worst forecaster.
   *
   * @param width values of one horizon that the network puts out
   */
  static Certificate.GoldenResult measure(
      ModelManifest manifest, int width, List<Forecaster> forecasters, Golden golden) {
    double worst = 0;
    for (Forecaster forecaster : forecasters) {
      requireFit(forecaster, manifest.horizon() * width, golden);
      worst =
          Math.max(
              worst, error(forecaster, Column.of(manifest), withUnknownWords(manifest, golden)));
    }
    return new Certificate.GoldenResult(
        golden.name(),
        golden.windows().length,
        worst,
        Certificate.tolerance(roundingOfInputs(manifest, golden)));
  }

  private static void requireFit(Forecaster forecaster, int outputs, Golden golden) {
    int inputs = forecaster.schema().inputs().size();
    for (int i = 0; i < golden.windows().length; i++) {
      int steps = golden.windows()[i].length;
      boolean whole = Arrays.stream(golden.windows()[i]).allMatch(step -> step.length == inputs);
      if (!whole
          || steps < forecaster.fewestSteps()
          || steps > forecaster.steps()
          || (golden.outputs()[i].length != outputs
              && golden.outputs()[i].length != forecaster.outputLength())) {
        throw new IllegalArgumentException(
            "%s is no golden result of this model in raw units: it reads windows of %d to %d steps of %d inputs and puts out %d values, and sample %d is another"
                .formatted(
                    golden.name(),
                    forecaster.fewestSteps(),
                    forecaster.steps(),
                    inputs,
                    outputs,
                    i));
      }
    }
  }

  /** The unknown word of each category with nothing, where a sample has no column for it. */
  private static Golden withUnknownWords(ModelManifest manifest, Golden golden) {
    FeatureSchema schema = manifest.schema();
    float[][] outputs = new float[golden.outputs().length][];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = new float[manifest.horizon() * schema.outputWidth()];
      if (golden.outputs()[i].length == outputs[i].length) {
        outputs[i] = golden.outputs()[i];
        continue;
      }
      int from = 0;
      int to = 0;
      for (int h = 0; h < manifest.horizon(); h++) {
        for (Feature target : schema.targetFeatures()) {
          int unknown = target.isCategory() ? 1 : 0;
          int words = target.width() - unknown;
          System.arraycopy(golden.outputs()[i], from, outputs[i], to + unknown, words);
          from += words;
          to += target.width();
        }
      }
    }
    return new Golden(golden.name(), golden.windows(), outputs, true);
  }

  /**
   * What float32 may make of an input before it is scaled: raw values have 24 bits, of a large
   * shift and a small scale too.
   */
  private static double roundingOfInputs(ModelManifest manifest, Golden golden) {
    FeatureSchema schema = manifest.schema();
    double most = 0;
    for (int k = 0; k < schema.inputs().size(); k++) {
      if (!schema.feature(schema.inputs().get(k)).isCategory()) {
        float largest = 0;
        for (float[][] window : golden.windows()) {
          for (float[] step : window) {
            largest = Math.max(largest, Math.abs(step[k]));
          }
        }
        most = Math.max(most, Math.ulp(largest) / manifest.inputScaling().scale()[k]);
      }
    }
    return most;
  }

  /** By the size of its column, as {@link Agreement} measures it, but in raw units. */
  private static double error(Forecaster forecaster, List<Column> columns, Golden golden) {
    FeatureSchema schema = forecaster.schema();
    Forecaster.Session session = forecaster.newSession();
    float[] found = new float[forecaster.outputLength()];
    double[] errors = new double[columns.size()];
    double[] largest = new double[columns.size()];
    double[] sizes = new double[columns.size()];
    for (int i = 0; i < golden.windows().length; i++) {
      float[][] window = golden.windows()[i];
      FeatureVector[] vectors = new FeatureVector[window.length];
      for (int s = 0; s < window.length; s++) {
        float[] values = new float[schema.size()];
        for (int k = 0; k < window[s].length; k++) {
          values[schema.inputs().get(k)] = window[s][k];
        }
        vectors[s] = new FeatureVector(s, values);
      }
      session.forecast(FeatureWindow.of(vectors), found);
      for (int j = 0; j < found.length; j++) {
        int c = j % columns.size();
        double expected = golden.outputs()[i][j];
        double error = Math.abs(found[j] - expected);
        errors[c] = Math.max(errors[c], Double.isFinite(error) ? error : Double.MAX_VALUE);
        largest[c] = Math.max(largest[c], Math.abs(expected));
        sizes[c] = Math.max(sizes[c], Math.abs(expected - columns.get(c).shift));
      }
    }
    double worst = 0;
    for (int c = 0; c < errors.length; c++) {
      // Both outputs were rounded when they were brought into raw units.
      double rounding = 2 * Math.ulp((float) largest[c]);
      double size = Math.max(columns.get(c).scale, sizes[c]);
      worst = Math.max(worst, Math.max(0, errors[c] - rounding) / size);
    }
    return worst;
  }

  /**
   * A column of a horizon.
   *
   * @param shift raw units of a scaled 0
   * @param scale raw units that a scaled one has
   */
  private record Column(double shift, double scale) {
    static List<Column> of(ModelManifest manifest) {
      FeatureSchema schema = manifest.schema();
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < schema.targets().size(); i++) {
        Feature feature = schema.feature(schema.targets().get(i));
        Column column =
            feature.isCategory()
                ? new Column(0, 1)
                : new Column(
                    manifest.targetScaling().shift()[i], manifest.targetScaling().scale()[i]);
        columns.addAll(Collections.nCopies(feature.width(), column));
      }
      return columns;
    }
  }
}
