package io.tplus1.serde;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a forecast was made of, so that it can be made again.
 *
 * <p>The forecast is the experts' mix: {@code (float) (Σ w f / Σ w)}, in doubles and in this order,
 * over the experts whose forecast f is finite. Arrays are only to be read.
 *
 * @param kernel what computed the network, such as {@code vector-1/16}; empty where none was asked
 * @param window what was read
 * @param experts names of the mixed experts, in order; empty where nothing is mixed
 * @param weights {@code float[groups][targets][experts]}: the weights w of horizons 1, 2–3, 4–7, …;
 *     empty where nothing is mixed
 * @param linear hash of what each shared linear expert had learnt, by expert
 * @param given what those experts forecast that cannot be asked again, by expert: linear ones (from
 *     t+2 on, {@code float[horizon - 1][numbers]}; of t+1 it stands in the window), counts of
 *     symbols (of t+1, without a context of all horizons, {@code float[…]}, the probabilities of
 *     each category), what is stacked on the others (from t+1 on, {@code float[horizon][numbers]}),
 *     and {@code seasonal} where its season was found ({@code float[1]}, the season's steps). Who
 *     said nothing is absent
 * @param intervals state of the series' intervals, as {@link io.tplus1.score.IntervalPlan#read}
 *     reads it; empty where there are none
 */
public record Receipt(
    String kernel,
    Window window,
    List<String> experts,
    float[][][] weights,
    Map<String, String> linear,
    Map<String, float[]> given,
    byte[] intervals) {

  /** Stands where an offset is not known. */
  public static final long UNKNOWN = -1;

  /**
   * The window that was read.
   *
   * @param fromMs event time of the oldest vector, epoch milliseconds; that of the newest is the
   *     prediction's own time
   * @param steps number of vectors, filled ones included
   * @param hash see {@link io.tplus1.feature.WindowHash}
   * @param partition of the topic of vectors
   * @param firstOffset where the oldest vector was read there; {@link #UNKNOWN} where it was
   *     filled, or was read by another run of the task, before the series last left the heap
   *     (window.heap.series, window.heap.share), or before a vector of it came late or was
   *     corrected
   * @param lastOffset where the newest was read
   */
  public record Window(
      long fromMs, int steps, String hash, int partition, long firstOffset, long lastOffset) {}

  public Receipt {
    experts = List.copyOf(experts);
    linear = Map.copyOf(linear);
    given = Map.copyOf(given);
  }

  /** By content, to the bit. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Receipt that
        && kernel.equals(that.kernel)
        && window.equals(that.window)
        && experts.equals(that.experts)
        && Arrays.deepEquals(weights, that.weights)
        && linear.equals(that.linear)
        && given.keySet().equals(that.given.keySet())
        && given.entrySet().stream()
            .allMatch(one -> Arrays.equals(one.getValue(), that.given.get(one.getKey())))
        && Arrays.equals(intervals, that.intervals);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kernel, window, experts, linear, Arrays.hashCode(intervals));
  }

  @Override
  public String toString() {
    Map<String, String> texts = new TreeMap<>();
    given.forEach((expert, values) -> texts.put(expert, Arrays.toString(values)));
    return "Receipt[kernel=%s, window=%s, experts=%s, weights=%s, linear=%s, given=%s, intervals=%d bytes]"
        .formatted(
            kernel, window, experts, Arrays.deepToString(weights), linear, texts, intervals.length);
  }
}
