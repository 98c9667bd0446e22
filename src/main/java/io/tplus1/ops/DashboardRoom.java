package io.tplus1.ops;

import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import java.util.Optional;

/**
 * What the dashboard may take of the heap: the forecasts and scores of as many series as are set,
 * or as a part of it has room for.
 */
public final class DashboardRoom {
  /** Part of the heap for what is held of series, beside that of the tasks' windows and states. */
  public static final double PART = 0.1;

  private final HttpSettings settings;
  private final long bytesEach;

  /**
   * @param schema with all words, which tell how long a forecast is
   */
  public DashboardRoom(FeatureSchema schema, int horizon, HttpSettings settings) {
    this.settings = settings;
    this.bytesEach = LiveEntry.bytes(schema, horizon);
  }

  /** Most bytes that one series takes. */
  long bytesEach() {
    return bytesEach;
  }

  /** Bytes of all series that are set, whether there is room for them or not. */
  public long bytesOfAll() {
    return settings.series() * bytesEach;
  }

  /**
   * Most bytes that it takes.
   *
   * @param heap largest heap, bytes
   */
  public double bytes(long heap) {
    return Math.min((double) bytesOfAll(), PART * heap);
  }

  /**
   * Most series that it holds.
   *
   * @param heap largest heap, bytes
   */
  int series(long heap) {
    return (int) Math.min(settings.series(), room(heap));
  }

  private long room(long heap) {
    return (long) (PART * heap / bytesEach);
  }

  /**
   * How many series it holds where these are fewer than are set; empty where all have room.
   *
   * @param heap largest heap, bytes
   */
  public Optional<Long> fewer(long heap) {
    return Optional.of(room(heap)).filter(room -> room < settings.series());
  }
}
