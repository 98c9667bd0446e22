package io.tplus1.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a model comes from.
 *
 * @param source how it was made, such as {@code train} or {@code keras}
 * @param fromMs event time of the oldest vector it learnt from, epoch milliseconds
 * @param toMs event time of the newest vector it learnt from, epoch milliseconds
 * @param samples number of windows it learnt from
 * @param seed seed of the first weights, and of shuffling
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
    // Map.copyOf takes minutes where somebody chose names of one hash code.
    versions = Collections.unmodifiableMap(new TreeMap<>(versions));
    figures = Collections.unmodifiableMap(new TreeMap<>(figures));
  }

  /** The same with the version of one more thing that trained it. */
  public Provenance withVersion(String of, String version) {
    Map<String, String> all = new TreeMap<>(versions);
    all.put(of, version);
    return new Provenance(source, fromMs, toMs, samples, seed, all, figures);
  }

  /** The same of a model that went on from another, which had learnt before. */
  public Provenance since(Provenance start) {
    return start.tellsTime()
        ? new Provenance(
            source,
            Math.min(fromMs, start.fromMs),
            Math.max(toMs, start.toMs),
            samples,
            seed,
            versions,
            figures)
        : this;
  }

  /** Whether it is known when it learnt: an import does not tell. */
  public boolean tellsTime() {
    return samples > 0;
  }
}
