package io.tplus1.train;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Whether one model's errors are below another's by more than chance, on the same samples. For one
 * thread.
 *
 * <p>With d the difference of both errors of a sample, and S the sum of d over the samples of one
 * event time, Σd / √ΣS² has about the standard normal law if both are equally good. Samples of many
 * series at one time are one cluster, since what moves them together (a storm, a feast day) is no
 * new evidence with each of them. Nor is it where each series has times of its own, as of devices
 * that report every hour, each at another second: a cluster spans at least half of the step that
 * most samples have, and of series that report together never two steps.
 *
 * <p>At most {@value #MOST} clusters are told apart: of more, neighbours are merged by doubling the
 * span of time that one stands for. So series that come one after another, each with the same
 * times, still meet in the same clusters, at a bounded cost.
 */
final class PairedEvidence {
  /** Evidence that equally good models exceed by chance in about 2 of 100 cases, on one side. */
  static final double LIMIT = 2;

  /** Clusters below which evidence says little: of n, it is √n at most. */
  static final int FEWEST = 10;

  /** Most clusters. */
  static final int MOST = 256;

  /** Of each cluster the event time divided by 2^shift, ascending. */
  private final long[] times = new long[MOST];

  private final double[] sums = new double[MOST];

  /** How many samples ask for each shift, so that a cluster spans half a step of their series. */
  private final long[] asking = new long[Long.SIZE];

  /** How many of them ask for more than the present one. */
  private long askingForMore;

  private long samples;
  private int size;
  private int shift;
  private int before;
  private double sum;
  private double squares;

  /**
   * Takes one sample into account.
   *
   * @param timeMs event time at which it was forecast, or came true: of all samples the same, epoch
   *     milliseconds
   * @param stepMs usual time between two vectors of its series; a cluster spans half of it at least
   *     where most samples have such a step, so that one slow series holds up no others
   * @param difference of both errors, times what the sample stands for
   */
  void add(long timeMs, long stepMs, double difference) {
    samples++;
    int asked = shift(stepMs);
    asking[asked]++;
    if (asked > shift) {
      askingForMore++;
    }
    while (samples >= FEWEST && 2 * askingForMore > samples) {
      coarsen();
    }
    int at = Arrays.binarySearch(times, 0, size, timeMs >> shift);
    if (at < 0 && size == MOST) {
      do {
        coarsen();
      } while (size == MOST);
      at = Arrays.binarySearch(times, 0, size, timeMs >> shift);
    }
    if (at < 0) {
      at = -at - 1;
      System.arraycopy(times, at, times, at + 1, size - at);
      System.arraycopy(sums, at, sums, at + 1, size - at);
      size++;
      times[at] = timeMs >> shift;
      sums[at] = 0;
    }
    squares += difference * (2 * sums[at] + difference);
    sums[at] += difference;
    sum += difference;
  }

  /** The power of two that a step has reached; one below 1 ms counts as 1. */
  static int shift(long stepMs) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, stepMs));
  }

  /**
   * Lets clusters span half of such a step from the first one on, where it is known: else the first
   * samples are to tell. Before any.
   */
  void span(long stepMs) {
    shift = shift(stepMs);
  }

  private void coarsen() {
    shift++;
    askingForMore -= asking[shift];
    int last = -1;
    for (int i = 0; i < size; i++) {
      long time = times[i] >> 1;
      if (last >= 0 && times[last] == time) {
        squares += 2 * sums[last] * sums[i];
        sums[last] += sums[i];
      } else {
        last++;
        times[last] = time;
        sums[last] = sums[i];
      }
    }
    size = last + 1;
  }

  /**
   * How sure it is, in standard deviations: below 0 if the first model is better.
   *
   * @param horizon H, steps that a sample's error covers: it shares H − 1 with the next of its
   *     series, so that there is √H less
   */
  double evidence(int horizon) {
    return squares > 0 ? sum / Math.sqrt(squares * horizon) : 0;
  }

  /** Clusters so far, with those of before a restart. */
  int clusters() {
    return before + size;
  }

  /** Σd. */
  double sum() {
    return sum;
  }

  /** ΣS². */
  double squares() {
    return squares;
  }

  /** Forgets everything. */
  void clear() {
    goOn(0, 0, 0);
  }

  /**
   * Goes on after a restart with what is known of the clusters before; what comes makes new ones.
   */
  void goOn(double sumBefore, double squaresBefore, int clustersBefore) {
    size = 0;
    shift = 0;
    samples = 0;
    askingForMore = 0;
    Arrays.fill(asking, 0);
    sum = sumBefore;
    squares = squaresBefore;
    before = clustersBefore;
  }

  /** Bytes that {@link #write} writes. */
  static final int BYTES = 2 * Double.BYTES + Integer.BYTES;

  /** Writes the sums and how many clusters there were, big-endian, not the clusters themselves. */
  void write(ByteBuffer bytes) {
    PairedEvidence settled = settled();
    bytes.putDouble(settled.sum).putDouble(settled.squares).putInt(settled.clusters());
  }

  /** Goes on with what {@link #write} wrote. */
  void read(ByteBuffer bytes) {
    goOn(bytes.getDouble(), bytes.getDouble(), bytes.getInt());
  }

  /** Bytes that {@link #writeSpan} writes. */
  static final int SPAN_BYTES = 1;

  /**
   * Writes how long a cluster is: until there were samples enough to tell, each would be one again.
   */
  void writeSpan(ByteBuffer bytes) {
    bytes.put((byte) settled().shift);
  }

  /** Goes on with what {@link #writeSpan} wrote, after {@link #read}. */
  void readSpan(ByteBuffer bytes) {
    shift = bytes.get();
  }

  /**
   * The same with clusters as long as most samples ask, however few these are: what was written
   * cannot be merged any more.
   */
  private PairedEvidence settled() {
    if (samples >= FEWEST || 2 * askingForMore <= samples) {
      return this;
    }
    PairedEvidence settled = new PairedEvidence();
    settled.goOn(sum, squares, before);
    settled.samples = samples;
    settled.size = size;
    settled.shift = shift;
    settled.askingForMore = askingForMore;
    System.arraycopy(times, 0, settled.times, 0, size);
    System.arraycopy(sums, 0, settled.sums, 0, size);
    System.arraycopy(asking, 0, settled.asking, 0, asking.length);
    while (2 * settled.askingForMore > samples) {
      settled.coarsen();
    }
    return settled;
  }
}
