package io.tplus1.rnn.imported;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.ForecastRows;
import io.tplus1.rnn.RnnArtifacts;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.LastLayer;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.proof.Agreement;
import io.tplus1.rnn.proof.Certificate;
import io.tplus1.rnn.proof.Golden;
import io.tplus1.rnn.proof.ReferenceKernel;
import io.tplus1.rnn.proof.SmallOutputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

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
    for (KernelKind kind : Kernels.kinds()) {
      forecasters.add(new RnnModelLoader(kind).load(plain));
    }
    return measure(
        manifest,
        ForecastRows.of(manifest, network).width(),
        forecasters,
        golden,
        Optional.of(network),
        Optional.of((window, noise) -> inDoubles(plain, network, window, noise)));
  }

  /**
   * The result of the worst forecaster.
   *
   * @param width values of one horizon that the network puts out
   * @param end a network that ends as the one that is measured; empty where nothing tells
   * @param pass the model in doubles; empty where nothing computes that
   */
  static Certificate.GoldenResult measure(
      ModelManifest manifest,
      int width,
      List<Forecaster> forecasters,
      Golden golden,
      Optional<Network> end,
      Optional<SmallOutputs.Pass> pass) {
    for (Forecaster forecaster : forecasters) {
      requireFit(forecaster, manifest.horizon() * width, golden);
    }
    Golden known = withUnknownWords(manifest, golden);
    List<Agreement.Outputs> outputs = new ArrayList<>();
    for (int i = 0; i < known.windows().length; i++) {
      float[][] window = known.windows()[i];
      List<float[]> found = forecasters.stream().map(f -> forecast(f, window)).toList();
      outputs.add(new Agreement.Outputs(window, found, known.outputs()[i]));
    }
    List<Column> columns = Column.of(manifest);
    Agreement.Result result =
        new Agreement.Result(
            error(columns, outputs), Certificate.tolerance(roundingOfInputs(manifest, golden)));
    boolean probabilities =
        end.map(LastLayer::of).filter(LastLayer::givesProbabilities).isPresent();
    Agreement.Result bySize =
        SmallOutputs.bySize(result, bySize(columns, known, probabilities), outputs, pass);
    return new Certificate.GoldenResult(
        golden.name(), golden.windows().length, bySize.error(), bySize.tolerance());
  }

  private static double[] inDoubles(
      ModelArtifact plain, Network network, float[][] window, Optional<Random> noise) {
    ModelManifest manifest = plain.manifest();
    DoubleUnaryOperator rounding =
        noise.map(Agreement::randomly).orElseGet(DoubleUnaryOperator::identity);
    Kernel kernel = new ReferenceKernel(network, manifest.steps(), rounding);
    Forecaster forecaster = RnnModelLoader.onKernel(plain, network, kernel, true);
    return Agreement.doubles(
        forecast(
            forecaster,
            noise
                .filter(random -> network.layers().stream().noneMatch(RawProver::readsAsTheyAre))
                .map(random -> moved(manifest.schema(), window, random))
                .orElse(window)));
  }

  /** Whether a number that is moved is another: a masked step is none any more, an id the next. */
  private static boolean readsAsTheyAre(Layer layer) {
    return layer instanceof Layer.Masking || layer instanceof Layer.Embedding;
  }

  /** Numbers as they may be before float32 rounds them: scalers have read them in doubles. */
  private static float[][] moved(FeatureSchema schema, float[][] window, Random random) {
    float[][] moved = new float[window.length][];
    for (int s = 0; s < window.length; s++) {
      moved[s] = window[s].clone();
      for (int k = 0; k < moved[s].length; k++) {
        if (!schema.feature(schema.inputs().get(k)).isCategory()) {
          moved[s][k] += (random.nextInt(3) - 1) * Math.ulp(moved[s][k]);
        }
      }
    }
    return moved;
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

  private static float[] forecast(Forecaster forecaster, float[][] window) {
    FeatureSchema schema = forecaster.schema();
    FeatureVector[] vectors = new FeatureVector[window.length];
    for (int s = 0; s < window.length; s++) {
      float[] values = new float[schema.size()];
      for (int k = 0; k < window[s].length; k++) {
        values[schema.inputs().get(k)] = window[s][k];
      }
      vectors[s] = new FeatureVector(s, values);
    }
    float[] found = new float[forecaster.outputLength()];
    forecaster.newSession().forecast(FeatureWindow.of(vectors), found);
    return found;
  }

  /** By the size of its column, as {@link Agreement} measures it, but in raw units. */
  private static double error(List<Column> columns, List<Agreement.Outputs> windows) {
    double[] errors = new double[columns.size()];
    double[] largest = new double[columns.size()];
    double[] sizes = new double[columns.size()];
    for (Agreement.Outputs outputs : windows) {
      for (int j = 0; j < outputs.expected().length; j++) {
        int c = j % columns.size();
        double expected = outputs.expected()[j];
        for (float[] found : outputs.found()) {
          double error = Math.abs(found[j] - expected);
          errors[c] = Math.max(errors[c], Double.isFinite(error) ? error : Double.MAX_VALUE);
        }
        largest[c] = Math.max(largest[c], Math.abs(expected));
        sizes[c] = Math.max(sizes[c], Math.abs(expected - columns.get(c).shift));
      }
    }
    double worst = 0;
    for (int c = 0; c < errors.length; c++) {
      double size = Math.max(columns.get(c).scale, sizes[c]);
      worst = Math.max(worst, Math.max(0, errors[c] - rounding(largest[c])) / size);
    }
    return worst;
  }

  /** Both outputs were rounded when they were brought into raw units. */
  private static double rounding(double largest) {
    return 2 * Math.ulp((float) largest);
  }

  private static List<SmallOutputs.Column> bySize(
      List<Column> columns, Golden golden, boolean probabilities) {
    double[] largest = new double[columns.size()];
    for (float[] outputs : golden.outputs()) {
      for (int j = 0; j < outputs.length; j++) {
        int c = j % columns.size();
        largest[c] = Math.max(largest[c], Math.abs(outputs[j]));
      }
    }
    List<SmallOutputs.Column> all = new ArrayList<>();
    for (int c = 0; c < largest.length; c++) {
      Column column = columns.get(c);
      boolean sized = column.probability || probabilities;
      all.add(
          new SmallOutputs.Column(column.shift, sized ? 0 : column.scale, rounding(largest[c])));
    }
    return all;
  }

  /**
   * A column of a horizon.
   *
   * @param shift raw units of a scaled 0
   * @param scale raw units that a scaled one has
   * @param probability whether it is one of a category's
   */
  private record Column(double shift, double scale, boolean probability) {
    static List<Column> of(ModelManifest manifest) {
      FeatureSchema schema = manifest.schema();
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < schema.targets().size(); i++) {
        Feature feature = schema.feature(schema.targets().get(i));
        Column column =
            feature.isCategory()
                ? new Column(0, 1, true)
                : new Column(
                    manifest.targetScaling().shift()[i],
                    manifest.targetScaling().scale()[i],
                    false);
        columns.addAll(Collections.nCopies(feature.width(), column));
      }
      return columns;
    }
  }
}
