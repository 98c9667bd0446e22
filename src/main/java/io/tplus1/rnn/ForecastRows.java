package io.tplus1.rnn;

import io.tplus1.model.ModelManifest;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;

/**
 * Which values of a network are the forecast: the last {@code horizons × width} that it puts out.
 *
 * <p>A vector holds the horizons side by side, and a decoder puts out a row for each. A network
 * with a row for each step of its window forecasts at each, as Keras' models are trained, the step
 * after it: its last row is t+1. Where the model forecasts as many steps ahead as its window has,
 * the rows are taken for the horizons.
 *
 * @param horizons that one pass forecasts
 * @param width values of each
 * @param fewestSteps shortest window that has them all
 */
public record ForecastRows(int horizons, int width, int fewestSteps) {

  /**
   * The rows of a network in its plain form.
   *
   * @throws IllegalArgumentException if the output does not fit the manifest, saying what does not
   */
  public static ForecastRows of(ModelManifest manifest, Network network) {
    ForecastRows rows = of(manifest, network.output(), network.isStepwise());
    boolean turned =
        network.isStepwise() && network.layers().stream().anyMatch(ForecastRows::readsBackwards);
    return turned ? new ForecastRows(rows.horizons, rows.width, manifest.steps()) : rows;
  }

  /** Behind such a layer the padding of a short window is where its last row should be. */
  private static boolean readsBackwards(Layer layer) {
    return (layer instanceof Layer.Recurrent recurrent && recurrent.goBackwards())
        || (layer instanceof Layer.Bidirectional both && both.forward().goBackwards());
  }

  /**
   * The rows of whatever computes a network.
   *
   * @param output shape of what the network puts out
   * @param stepwise whether it is a row for each step of the window
   * @throws IllegalArgumentException if the output does not fit the manifest, saying what does not
   */
  public static ForecastRows of(ModelManifest manifest, Shape output, boolean stepwise) {
    int horizons = manifest.rowsAtOnce();
    int rows = output.steps() == Shape.ANY_STEPS ? manifest.steps() : Math.max(1, output.steps());
    boolean last = stepwise && horizons == 1;
    if (stepwise && !last && rows != horizons) {
      throw new IllegalArgumentException(
          ("the network puts out a row for each of %d steps: with forecast.horizon=1 its last row is"
                  + " the forecast, with %d its rows are t+1 to t+%d, found %d")
              .formatted(rows, rows, rows, horizons));
    }
    int values = last ? output.width() : rows * output.width();
    boolean rowed = last || rows == 1 || rows == horizons;
    int width = values / horizons;
    if (!rowed || values % horizons != 0 || !isWidth(manifest, width)) {
      throw new IllegalArgumentException(
          "the network puts out %s values, and the schema's targets over %d steps ahead are %d × %d, as rows or as one vector (%s)"
              .formatted(
                  rows > 1 ? rows + " × " + output.width() : String.valueOf(output.width()),
                  horizons,
                  horizons,
                  manifest.schema().outputWidth(),
                  manifest.schema()));
    }
    return new ForecastRows(horizons, width, stepwise && !last ? manifest.steps() : 1);
  }

  private static boolean isWidth(ModelManifest manifest, int width) {
    return width == manifest.schema().outputWidth()
        || width == OutputLayout.widthWithoutUnknowns(manifest.schema());
  }

  /** Values of all horizons. */
  int values() {
    return horizons * width;
  }
}
