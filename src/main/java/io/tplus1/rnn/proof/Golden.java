package io.tplus1.rnn.proof;

import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;

/**
 * Outputs that somebody else computed with a network, which it is held against.
 *
 * @param name where they come from, such as a file's name
 * @param windows {@code float[samples][steps][inputs]}, as the network reads them (scaled), oldest
 *     first
 * @param outputs {@code float[samples][outputs]}, as the network puts them out (scaled); a sequence
 *     as {@code [steps][width]} row-major
 * @param raw whether both are in raw units, as a model reads and forecasts them around its network:
 *     windows of the schema's inputs, outputs {@code [horizon][targets]} row-major
 */
public record Golden(String name, float[][][] windows, float[][] outputs, boolean raw) {

  /**
   * @throws IllegalArgumentException if there is not one output per window, or no window
   */
  public Golden {
    if (windows.length == 0 || windows.length != outputs.length) {
      throw new IllegalArgumentException(
          "golden results need one output per window, found %d windows and %d outputs"
              .formatted(windows.length, outputs.length));
    }
  }

  /**
   * @throws IllegalArgumentException if a window or an output is not of the network's shapes
   */
  void requireFit(Network network) {
    requireFit(network.inputs(), network.steps(), network.output());
  }

  /**
   * @param inputs values that a network reads of a step
   * @param most steps of the longest window that it reads, or {@link Shape#ANY_STEPS}
   * @param out what it puts out
   * @throws IllegalArgumentException if a window or an output is not of these shapes
   */
  void requireFit(int inputs, int most, Shape out) {
    for (int i = 0; i < windows.length; i++) {
      int steps = windows[i].length;
      if (steps == 0 || (most != Shape.ANY_STEPS && steps > most)) {
        throw misfit(
            "input[%d] has %d steps, the network reads windows of %s"
                .formatted(i, steps, most == Shape.ANY_STEPS ? "1 or more" : "1 to " + most));
      }
      for (float[] values : windows[i]) {
        if (values.length != inputs) {
          throw misfit(
              "input[%d] has %d values a step, the network reads %d"
                  .formatted(i, values.length, inputs));
        }
      }
      int rows = out.steps() == Shape.ANY_STEPS ? steps : Math.max(1, out.steps());
      if (outputs[i].length != rows * out.width()) {
        throw misfit(
            "output[%d] has %d values, the network puts out %d of a window of %d steps"
                .formatted(i, outputs[i].length, rows * out.width(), steps));
      }
    }
  }

  private IllegalArgumentException misfit(String what) {
    return new IllegalArgumentException(
        "%s is no golden result of this network: %s".formatted(name, what));
  }
}
