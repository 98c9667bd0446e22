package io.tplus1.rnn;

/**
 * Outputs that somebody else computed with a network, which it is held against.
 *
 * @param name where they come from, such as a file's name
 * @param windows {@code float[samples][steps][inputs]}, as the network reads them, oldest first
 * @param outputs {@code float[samples][outputs]}, as the network puts them out; a sequence as
 *     {@code [steps][width]} row-major
 */
public record Golden(String name, float[][][] windows, float[][] outputs) {
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
}
