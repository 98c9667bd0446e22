package io.tplus1.topology.notice;

import io.tplus1.feature.KeptState;
import io.tplus1.serde.EpochUnit;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once where the first time after a start looks like one in another unit: a stream of nothing
 * but epoch seconds is late or ahead of nothing, so no dead letter would tell. Any thread.
 */
public final class FirstTimes {
  private static final Logger LOG = LoggerFactory.getLogger(FirstTimes.class);

  private final Clock clock;
  private final AtomicBoolean said = new AtomicBoolean();

  public FirstTimes(Clock clock) {
    this.clock = clock;
  }

  /** Looks at the first vector that a task takes. */
  public void look(String series, long timeMs) {
    EpochUnit.mistaken(timeMs, clock.millis())
        .filter(mistake -> said.compareAndSet(false, true))
        .ifPresent(
            mistake ->
                LOG.warn(
                    "The time of a vector of series {}, {}, is {} in epoch milliseconds: {}, or ISO 8601. If so, windows, gaps, retention and target times are wrong by the same factor: send the right times, to an application that begins anew "
                        + KeptState.CHANGING
                        + ". (Said once)",
                    series,
                    timeMs,
                    Instant.ofEpochMilli(timeMs),
                    mistake));
  }
}
