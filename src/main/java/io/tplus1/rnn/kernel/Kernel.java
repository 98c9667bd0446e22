package io.tplus1.rnn.kernel;

/**
 * A compiled forward pass of one network: immutable and shared by threads; each thread brings its
 * own {@link Scratch}, so that a forecast neither allocates nor locks.
 */
public interface Kernel {

  /** Features of an input step. */
  int inputs();

  /** Longest window that fits a scratch; a shorter one is a left-padded, masked window. */
  int maxSteps();

  /** Number of values that {@link #forward} writes: vector length, or steps × width, row-major. */
  int outputs();

  /**
   * Which kernel and which version of it computes, such as {@code plain-1}; part of certificates.
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
   * @param steps number of steps, 1 to {@link #maxSteps()}
   * @param scratch from {@link #newScratch()} of this very kernel, owned by the calling thread
   * @param output receives {@link #outputs()} values from index 0
   */
  void forward(float[] window, int offset, int steps, Scratch scratch, float[] output);

  /** Working memory of one thread for one kernel; its contents mean nothing between calls. */
  interface Scratch {}
}
