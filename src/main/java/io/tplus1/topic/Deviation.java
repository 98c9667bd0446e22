package io.tplus1.topic;

import java.util.Optional;

/**
 * What of a cluster's topics is not as their contracts say.
 *
 * @param found what is, and what comes of it; without a full stop
 * @param remedy what to do about it; empty where it may be meant
 */
public record Deviation(String found, Optional<String> remedy) {
  static Deviation of(String found, String remedy) {
    return new Deviation(found, Optional.of(remedy));
  }

  static Deviation perhapsMeant(String found) {
    return new Deviation(found, Optional.empty());
  }

  /** One line for people. */
  @Override
  public String toString() {
    return remedy.map(what -> found + ". Remedy: " + what).orElse(found);
  }
}
