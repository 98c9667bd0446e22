package io.tplus1.ops;

/** A request that cannot be answered, with the HTTP status and a sentence that say why. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  int status() {
    return status;
  }
}
