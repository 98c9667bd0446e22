package io.tplus1.model;

import java.util.Map;

/**
 * Where a model comes from.
 *
 * @param source how it was made, such as {@code train} or {@code keras}
 * @param fromMs event time of the oldest vector it learnt from, epoch milliseconds
 * @param toMs event time of the newest vector it learnt from, epoch milliseconds
 * @param samples number of windows it learnt from
 * @param seed seed of weights and shuffling
 * @param versions versions of what trained it, by name
 * @param figures measured figures by name, such as {@code validationMse}
 */
public record Provenance(
    String source,
    long fromMs,
    long toMs,
    long samples,
    long seed,
    Map<String, String> versions,
    Map<String, Double> figures) {

  public Provenance {
    versions = Map.copyOf(versions);
    figures = Map.copyOf(figures);
  }

  /** From when on it learnt, {@link #fromMs}; {@link Long#MAX_VALUE} if that is not known. */
  public long learntFromMs() {
    return tellsTime() ? fromMs : Long.MAX_VALUE;
  }

  /** Whether it is known when it learnt: an import does not tell. */
  public boolean tellsTime() {
    return samples > 0;
  }
}
