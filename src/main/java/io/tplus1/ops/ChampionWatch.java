package io.tplus1.ops;

import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelRegistry;
import java.time.Clock;
import java.util.Optional;

/**
 * Sees which model serves, since when, and how often that changed. One thread calls {@link #look},
 * any thread reads.
 */
final class ChampionWatch {
  private final ModelRegistry registry;
  private final Clock clock;
  private volatile Seen seen;

  /**
   * What served at the last look.
   *
   * @param champion the forecaster; null while there is none
   * @param sinceMs when it was first seen, epoch milliseconds
   * @param swaps how often one model followed another
   */
  record Seen(Forecaster champion, long sinceMs, long swaps) {

    /** Whether it is this one, by whatever kernel. */
    private boolean shows(Forecaster forecaster) {
      return champion != null && champion.modelHash().equals(forecaster.modelHash());
    }
  }

  ChampionWatch(ModelRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    this.seen = new Seen(registry.champion(), clock.millis(), 0);
  }

  /** Looks again; another kernel of the same artifact is no swap. */
  void look() {
    Forecaster now = registry.champion();
    Seen before = seen;
    if (now == before.champion()) {
      return;
    }
    boolean first = before.champion() == null || now == null;
    boolean same = !first && before.shows(now);
    seen =
        new Seen(
            now,
            same ? before.sinceMs() : clock.millis(),
            before.swaps() + (first || same ? 0 : 1));
  }

  Seen seen() {
    return seen;
  }

  /** Since when a model serves, epoch milliseconds: now for one that came since the last look. */
  long sinceMs(Forecaster serving) {
    Seen last = seen;
    return last.shows(serving) ? last.sinceMs() : clock.millis();
  }

  ModelRegistry.Serving serving() {
    return registry.serving();
  }

  /** Hash of the champion, even of one that cannot serve here; empty while no pointer names one. */
  Optional<String> named() {
    return registry.named();
  }
}
