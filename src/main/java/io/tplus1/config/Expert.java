package io.tplus1.config;

import io.tplus1.feature.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What forecasts, in the order in which forecasts, weights and traces list them. */
public enum Expert {
  /** The last value. */
  LAST(0),
  /** The value of each season before. */
  SEASONAL(1),
  /** A feature on its own past, shared by all series. */
  LINEAR(2),
  /** A feature on all features' past, shared by all series. */
  JOINT(3),
  /** A feature on its own past, per series. */
  SERIES(4),
  /** Counts of words. */
  MARKOV(5),
  /** The network. */
  RNN(6),
  /** A regression on what all others say; the last, for it reads what those before it say. */
  STACKED(7);

  private final int code;
  private final String name = name().toLowerCase(Locale.ROOT);

  Expert(int code) {
    this.code = code;
  }

  /** The one of a name; empty if there is none. */
  static Optional<Expert> named(String name) {
    return Arrays.stream(values()).filter(one -> one.name.equals(name)).findFirst();
  }

  public static List<String> names(List<Expert> experts) {
    return experts.stream().map(Expert::toString).toList();
  }

  /**
   * Stands for it in stored state: never changed, nor given to another one. 0 to 15, and at most 6
   * for one that {@link #isTraced}: a stored row has a bit for each, in one byte. All of these are
   * given, so another linear one needs a new version of rows.
   */
  public int code() {
    return code;
  }

  /** Whether it is linear: its forecasts of t+1 are kept beside each vector. */
  public boolean isTraced() {
    return isShared() || this == SERIES;
  }

  /** Whether it is linear, all series share it, and the side topology learns it. */
  public boolean isShared() {
    return this == LINEAR || this == JOINT;
  }

  /** Whether it has something to say of a target. */
  boolean forecasts(Feature target) {
    return switch (this) {
      case LAST, RNN -> true;
      case MARKOV -> target.isCategory();
      default -> !target.isCategory();
    };
  }

  /** Its name in settings, forecasts, topics and stores. */
  @Override
  public String toString() {
    return name;
  }
}
