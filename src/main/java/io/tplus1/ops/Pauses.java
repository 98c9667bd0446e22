package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * When forecasts were last made, and which pause between them is nothing odd, so that silence can
 * be told from slowness: of a stream of one vector a day as well. Any thread.
 *
 * <p>A pause of hours is usual when it came twice of late, which is within eight times as long: one
 * may have been a failure. One of less than an hour is usual for an hour when it came once. Before
 * there was any, a stream that made forecasts in several steps has none.
 */
final class Pauses {
  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 3_600_000;

  /** Steps with forecasts behind which a stream without pauses is known to have none. */
  private static final int FEWEST_STEPS = 12;

  /** Pauses of a minute or more that are remembered: the longest. */
  private static final int MOST = 8;

  /** How many times as long as it took a pause is remembered. */
  private static final int REMEMBERED = 8;

  private final List<Pause> pauses = new ArrayList<>();
  private long lastMs = Long.MIN_VALUE;
  private int steps;

  private record Pause(long endMs, long ms) {}

  /**
   * Tells of a step of the clock; of one that goes on, again.
   *
   * @param timeMs its time, epoch milliseconds; before the last one where the clock was set back
   * @param made whether a forecast was made in it since it was last told of
   */
  synchronized void step(long timeMs, boolean made) {
    if (timeMs < lastMs) {
      lastMs = timeMs;
    }
    if (!made) {
      return;
    }
    pauses.removeIf(pause -> timeMs - pause.endMs() > Math.max(HOUR_MS, REMEMBERED * pause.ms()));
    if (lastMs != Long.MIN_VALUE && timeMs - lastMs >= MINUTE_MS) {
      pauses.add(new Pause(timeMs, timeMs - lastMs));
      if (pauses.size() > MOST) {
        pauses.remove(Collections.min(pauses, Comparator.comparingLong(Pause::ms)));
      }
    }
    steps = Math.min(FEWEST_STEPS, steps + (timeMs > lastMs ? 1 : 0));
    lastMs = timeMs;
  }

  /** Longest pause that is usual, in milliseconds; negative while none can be told. */
  private long usualMs() {
    long[] sorted = pauses.stream().mapToLong(Pause::ms).sorted().toArray();
    long twice = sorted.length > 1 ? sorted[sorted.length - 2] : -1;
    long lately =
        pauses.stream()
            .filter(pause -> pause.ms() <= HOUR_MS && lastMs - pause.endMs() <= HOUR_MS)
            .mapToLong(Pause::ms)
            .max()
            .orElse(steps < FEWEST_STEPS ? -1 : 0);
    return Math.max(twice, lately);
  }

  /** Adds what is known, under the names of {@code openapi.yaml}. */
  synchronized ObjectNode putTo(ObjectNode json) {
    if (lastMs != Long.MIN_VALUE) {
      json.put("lastForecast", lastMs);
      long usual = usualMs();
      if (usual >= 0) {
        json.put("usualPause", usual);
      }
    }
    return json;
  }

  /**
   * Adds what several instances know: the newest forecast, and the pause of the one that rests
   * least of those that still make any.
   */
  static ObjectNode putMerged(ObjectNode json, List<? extends JsonNode> instances) {
    long newest = instances.stream().mapToLong(Pauses::lastForecast).max().orElse(Long.MIN_VALUE);
    if (newest == Long.MIN_VALUE) {
      return json;
    }
    json.put("lastForecast", newest);
    instances.stream()
        .filter(one -> one.path("usualPause").isNumber())
        .filter(
            one ->
                newest - lastForecast(one)
                    <= Math.max(MINUTE_MS, 2 * one.path("usualPause").asLong()))
        .mapToLong(one -> one.path("usualPause").asLong())
        .min()
        .ifPresent(pause -> json.put("usualPause", pause));
    return json;
  }

  private static long lastForecast(JsonNode instance) {
    return instance.path("lastForecast").asLong(Long.MIN_VALUE);
  }
}
