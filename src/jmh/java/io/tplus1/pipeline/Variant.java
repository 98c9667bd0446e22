package io.tplus1.pipeline;

/** What is run. */
enum Variant {
  /** (a): reads vectors and writes them again, by the same serdes; no state. */
  PASS("pass-through"),
  /** (a2): reads vectors, and writes as many records and bytes as tplus1 did in the same round. */
  PASS_AS_MUCH("pass-through, as much written"),
  /** (b): tplus1 as shipped. */
  TPLUS1("tplus1"),
  /** (b) with the last value and the linear experts mixed in. */
  TPLUS1_MIX("tplus1, mix"),
  /** (c): a Jackson tree, N vectors fetched from RocksDB, DL4J at batch 1. */
  NAIVE("naive");

  final String title;

  Variant(String title) {
    this.title = title;
  }

  boolean isOurs() {
    return this == TPLUS1 || this == TPLUS1_MIX;
  }
}
