package io.tplus1.pipeline;

import io.tplus1.serde.Encoding;

/**
 * One measurement of a round.
 *
 * @param serde form of vectors, forecasts and scores
 * @param keys number of series
 * @param threads stream threads, and partitions
 */
record Case(
    Variant variant,
    Encoding serde,
    String guarantee,
    Shape shape,
    int keys,
    int threads,
    int round) {

  Results.Subject subject(String metric, String unit) {
    return new Results.Subject(variant, serde, guarantee, shape, keys, threads, metric, unit);
  }

  /** The same of another variant. */
  Case of(Variant other) {
    return new Case(other, serde, guarantee, shape, keys, threads, round);
  }

  String features() {
    return "features-%s-%s-%d-%d".formatted(serde, shape, keys, threads);
  }
}
