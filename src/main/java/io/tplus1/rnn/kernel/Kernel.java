package io.tplus1.rnn.kernel;

/**
 * A compiled forward pass of one network: immutable and shared by threads; each thread brings its
 * own {@link Scratch}, so that a forecast neither allocates nor locks.
 *
 * <p>A network whose first layer with weights is recurrent, with no mask before it, can be run in
 * two halves: {@link #project} maps one vector of a window to what the first layer makes of it
 * whatever its place, and {@link #forwardProjected} runs the rest over the projections of a whole
 * window. A caller that keeps the projections of the vectors that stay in the window saves that
 * part of the work on every forecast. Both ways give the same floats, bit for bit.
 */
public interface Kernel {

  /** Features of an input step. */
  int inputs();

  /**
   * Number of values that {@link #forward} writes: vector length, or steps × width, row-major. For
   * a network that puts out one row for each of any number of input steps it is the number at the
   * longest window; a shorter one writes fewer.
   */
  int outputs();

  /**
   * Which kernel and which version of it computes, such as {@code vector-1}; part of certificates.
   */
  default String version() {
    return name();
  }

  /**
   * What gives the same bits for the same window, such as {@code plain-1}, or {@code vector-1/16}:
   * the version and the lanes of its vectors, which are the machine's; part of receipts.
   */
  String name();

  /** New working memory for one thread. */
  Scratch newScratch();

  /**
   * Runs the network over one window.
   *
   * @param window scaled values, {@code float[steps][inputs]} row-major from {@code offset}, oldest
   *     first; only read
   * @param offset index of the first value of the oldest step
   * @param steps number of steps, 1 to those of the longest window
   * @param scratch from {@link #newScratch()} of this very kernel, owned by the calling thread
   * @param output receives {@link #outputs()} values from index 0
   * @throws IllegalArgumentException if {@code steps} is out of range or the scratch is of another
   *     kernel
   */
  void forward(float[] window, int offset, int steps, Scratch scratch, float[] output);

  /** Length of the projection of one vector; 0 where the projected form is not offered. */
  default int projectionWidth() {
    return 0;
  }

  /**
   * Whether it is quicker to keep projections of many series in memory than to compute them again.
   *
   * <p>Measured on a busy machine, in CPU time, with shape B (1,000 and 20,000 series) and C (1,000
   * and 8,000) of the benchmarks: it saves the plain kernel 9 to 19 % of a forecast, and costs the
   * vector kernel nothing to 36 %, presumably because it computes a window's projections faster
   * than memory hands them over.
   */
  default boolean projectionsPay() {
    return false;
  }

  /**
   * Computes the projection of one vector of a window, to be kept as long as the vector stays.
   *
   * @param vector scaled values, {@link #inputs()} of them from {@code offset}; only read
   * @param scratch from {@link #newScratch()} of this very kernel, owned by the calling thread
   * @param projections receives {@link #projectionWidth()} values from index {@code at}
   * @throws UnsupportedOperationException if the projected form is not offered
   */
  default void project(float[] vector, int offset, Scratch scratch, float[] projections, int at) {
    throw new UnsupportedOperationException(name() + " has no projected form of this network");
  }

  /**
   * Runs the network over one window given as projections; equal to {@link #forward} bit for bit.
   *
   * @param projections {@code float[steps][projectionWidth]} row-major from {@code offset}, oldest
   *     first, each row from {@link #project}; only read
   * @param offset index of the first value of the oldest step
   * @param steps number of steps, 1 to those of the longest window
   * @param scratch from {@link #newScratch()} of this very kernel, owned by the calling thread
   * @param output receives {@link #outputs()} values from index 0
   * @throws UnsupportedOperationException if the projected form is not offered
   */
  default void forwardProjected(
      float[] projections, int offset, int steps, Scratch scratch, float[] output) {
    throw new UnsupportedOperationException(name() + " has no projected form of this network");
  }

  /** Working memory of one thread for one kernel; its contents mean nothing between calls. */
  interface Scratch {}
}
