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
import java.util.Arrays;
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
   * @throws IllegalArgumentException if the golden result is of other shapes than the manifest's
   */
  static Certificate.GoldenResult measure(ModelManifest manifest, Network network, Golden golden)
      throws InvalidArtifactException {
    ModelArtifact plain = ModelArtifact.of(manifest, RnnArtifacts.plain(List.of(network)));
    double worst = 0;
    for (KernelKind kind : Prover.kinds()) {
      Forecaster forecaster = new RnnModelLoader(kind).load(plain);
      requireFit(forecaster, golden);
      worst = Math.max(worst, error(forecaster, scales(manifest), golden));
    }
    return new Certificate.GoldenResult(
        golden.name(), golden.windows().length, worst, Certificate.TOLERANCE);
  }

  private static void requireFit(Forecaster forecaster, Golden golden) {
    int inputs = forecaster.schema().inputs().size();
    for (int i = 0; i < golden.windows().length; i++) {
      int steps = golden.windows()[i].length;
      boolean whole = Arrays.stream(golden.windows()[i]).allMatch(step -> step.length == inputs);
      if (!whole
          || steps < forecaster.fewestSteps()
          || steps > forecaster.steps()
          || golden.outputs()[i].length != forecaster.outputLength()) {
        throw new IllegalArgumentException(
            "%s is no golden result of this model in raw units: it reads windows of %d to %d steps of %d inputs and puts out %d values, and sample %d is another"
                .formatted(
                    golden.name(),
                    forecaster.fewestSteps(),
                    forecaster.steps(),
                    inputs,
                    forecaster.outputLength(),
                    i));
      }
    }
  }

  private static double error(Forecaster forecaster, double[] scales, Golden golden) {
    FeatureSchema schema = forecaster.schema();
    Forecaster.Session session = forecaster.newSession();
    float[] found = new float[forecaster.outputLength()];
    double[] errors = new double[scales.length];
    double[] largest = new double[scales.length];
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
        int c = j % scales.length;
        double expected = golden.outputs()[i][j];
        double error = Math.abs(found[j] - expected);
        errors[c] = Math.max(errors[c], Double.isFinite(error) ? error : Double.MAX_VALUE);
        largest[c] = Math.max(largest[c], Math.abs(expected));
      }
    }
    double worst = 0;
    for (int c = 0; c < scales.length; c++) {
      // Raw values have 24 bits: of a large shift and a small scale that is more than 1e-5.
      double rounding = Math.ulp((float) largest[c]);
      worst = Math.max(worst, Math.max(0, errors[c] - rounding) / scales[c]);
    }
    return worst;
  }

  /** One for each column of a horizon: how many raw units a scaled one has. */
  private static double[] scales(ModelManifest manifest) {
    FeatureSchema schema = manifest.schema();
    double[] scales = new double[schema.outputWidth()];
    int column = 0;
    for (int i = 0; i < schema.targets().size(); i++) {
      Feature feature = schema.feature(schema.targets().get(i));
      double scale = feature.isCategory() ? 1 : manifest.targetScaling().scale()[i];
      Arrays.fill(scales, column, column + feature.width(), scale);
      column += feature.width();
    }
    return scales;
  }
}
