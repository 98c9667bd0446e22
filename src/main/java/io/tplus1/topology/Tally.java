package io.tplus1.topology;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each of an enum's constants occurred. Any thread counts, any thread reads. */
public final class Tally<E extends Enum<E>> {
  private final Map<E, LongAdder> adders;

  /** Nothing counted yet. */
  public Tally(Class<E> type) {
    adders = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      adders.put(constant, new LongAdder());
    }
  }

  /** Counts one. */
  public void count(E constant) {
    adders.get(constant).increment();
  }

  /** Counts several. */
  public void count(E constant, long times) {
    adders.get(constant).add(times);
  }

  /** How often a constant occurred. */
  public long of(E constant) {
    return adders.get(constant).sum();
  }

  /** How often any of them did. */
  public long total() {
    return adders.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
