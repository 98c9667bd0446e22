package io.tplus1.pipeline;

import io.tplus1.serde.Encoding;
import java.util.Map;

/** What is run. */
enum Variant {
  /** (a): reads vectors and writes them again, by the same serdes; no state. */
  PASS("pass-through"),
  /** (a) as one writes it first: the same vectors, read and written by Jackson's streams. */
  PASS_JACKSON("pass-through, Jackson"),
  /** (a2): reads vectors, and writes as many records and bytes as tplus1 did in the same round. */
  PASS_AS_MUCH("pass-through, as much written"),
  /** (b): tplus1 as shipped. */
  TPLUS1("tplus1"),
  /** (b) with the last value and the linear experts mixed in. */
  TPLUS1_MIX("tplus1, mix"),
  /** (b) with a training in the same JVM that never ends. */
  TPLUS1_RETRAIN("tplus1, training"),
  /** (c): a Jackson tree, N vectors fetched from RocksDB, DL4J at batch 1. */
  NAIVE("naive");

  /** Most lags of a linear expert. */
  private static final int LAGS = 8;

  final String title;

  Variant(String title) {
    this.title = title;
  }

  boolean isOurs() {
    return this == TPLUS1 || this == TPLUS1_MIX || this == TPLUS1_RETRAIN;
  }

  /** Whether it reads vectors in this form. */
  boolean reads(Encoding serde) {
    return serde == Encoding.JSON || (this != PASS_JACKSON && this != NAIVE);
  }

  /** Whether it is run for what it carries. */
  boolean hasThroughput() {
    return this != TPLUS1_RETRAIN;
  }

  /** Whether it is run for its latency. */
  boolean hasLatency() {
    return isOurs() || this == PASS;
  }

  /** Settings of tplus1 that make it what it is. */
  Map<String, String> settings(Shape shape) {
    // What they read lies within the window, behind its newest vector.
    String lags = "1-" + Math.min(LAGS, shape.steps - 1);
    return switch (this) {
      case TPLUS1_MIX ->
          Map.of(
              "experts", "last,linear,joint,series,rnn",
              "linear.lags", lags,
              "joint.lags", lags,
              "series.lags", lags);
      case TPLUS1_RETRAIN ->
          Map.of(
              "retrain.mode", "retrain",
              "retrain.every.samples", "100",
              "retrain.first.samples", "200",
              "retrain.cpu.share", "1",
              "retrain.time.limit", "1h",
              "train.cell", "lstm",
              "train.epochs", "100000");
      default -> Map.of();
    };
  }
}
