package io.tplus1.rnn.training;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.OutputLayout;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.Network;

/**
 * The loss of a network's forecasts, as training minimises it: the mean squared or absolute error
 * over the numbers, in scaled units, plus the cross-entropy, mean over categories and horizons.
 *
 * <p>It runs on the plain kernel: quicker than DL4J, and the same on any machine.
 */
final class ForecastLoss {
  private static final double LEAST_PROBABILITY = 1e-10;

  private final int[] widths;
  private final boolean[] categories;
  private final int width;
  private final int horizon;
  private final boolean absolute;
  private final OutputLayout scaled;

  /**
   * @param scaled turns the network's values into scaled units and probabilities
   */
  ForecastLoss(
      FeatureSchema schema, int horizon, TrainingSettings.Loss numbers, OutputLayout scaled) {
    int targets = schema.targets().size();
    this.widths = new int[targets];
    this.categories = new boolean[targets];
    for (int i = 0; i < targets; i++) {
      widths[i] = schema.targetFeatures().get(i).width();
      categories[i] = schema.targetFeatures().get(i).isCategory();
    }
    this.width = schema.outputWidth();
    this.horizon = horizon;
    this.absolute = numbers == TrainingSettings.Loss.MAE;
    this.scaled = scaled;
  }

  /** The mean loss over samples; NaN without any. */
  double of(Network network, int steps, SampleSet samples) {
    Kernel kernel = Kernels.compile(network, steps, KernelKind.PLAIN);
    Kernel.Scratch scratch = kernel.newScratch();
    float[] window = new float[steps * kernel.inputs()];
    float[] values = new float[kernel.outputs()];
    float[] forecast = new float[horizon * width];
    float[] labels = new float[horizon * width];
    double sum = 0;
    for (int i = 0; i < samples.size(); i++) {
      int length = samples.window(i, window);
      kernel.forward(window, 0, length, scratch, values);
      for (int h = 0; h < horizon; h++) {
        scaled.decode(values, h * width, forecast, h * width);
      }
      samples.labels(i, labels);
      sum += of(forecast, labels);
    }
    return samples.size() == 0 ? Double.NaN : sum / samples.size();
  }

  private double of(float[] forecast, float[] labels) {
    double numbers = 0;
    int count = 0;
    int words = 0;
    double entropy = 0;
    int at = 0;
    for (int h = 0; h < horizon; h++) {
      for (int target = 0; target < widths.length; target++) {
        if (categories[target]) {
          for (int k = at; k < at + widths[target]; k++) {
            entropy -= labels[k] * Math.log(Math.max(forecast[k], LEAST_PROBABILITY));
          }
          words++;
        } else {
          double error = (double) forecast[at] - labels[at];
          numbers += absolute ? Math.abs(error) : error * error;
          count++;
        }
        at += widths[target];
      }
    }
    return (count == 0 ? 0 : numbers / count) + (words == 0 ? 0 : entropy / words);
  }
}
