package io.tplus1.topology;

import io.tplus1.feature.FeatureSchema;
import java.nio.ByteBuffer;

/**
 * What a series' state holds beside times and forecasts, by these settings. Immutable.
 *
 * <p>Parts that the settings ask for begin anew where the store has none, and parts that they no
 * longer ask for are dropped.
 */
final class StateLayout {
  /** Tags lie below this, and are never given to another part. */
  static final int TAGS = 16;

  private static final byte CHANGES = 1;

  private final int targets;
  private final int outputWidth;
  private final boolean learning;

  StateLayout(FeatureSchema schema, ForecastSettings settings) {
    this.targets = schema.targets().size();
    this.outputWidth = schema.outputWidth();
    this.learning = settings.learning();
  }

  int targets() {
    return targets;
  }

  int outputWidth() {
    return outputWidth;
  }

  /** The state of a series that speaks for the first time. */
  SeriesState start(long timeMs) {
    return new SeriesState(timeMs, learning ? new MeanChanges(targets) : null);
  }

  /** Whether there is nothing but times and forecasts. */
  boolean isPlain(SeriesState state) {
    return state.changes() == null;
  }

  /** Writes number of parts (8 bits), and of each tag (8), length (32) and bytes. */
  void write(SeriesState state, SeriesStateSerde.Output bytes) {
    int parts = state.changes() == null ? 0 : 1;
    bytes.room(1).put((byte) parts);
    if (state.changes() != null) {
      int length = state.changes().bytes();
      state.changes().write(bytes.room(5 + length).put(CHANGES).putInt(length));
    }
  }

  /**
   * A state of stored parts.
   *
   * @param parts what was stored, by tag; null where there is nothing
   */
  SeriesState read(long timeMs, ByteBuffer[] parts) {
    if (!learning || parts[CHANGES] == null) {
      return start(timeMs);
    }
    return new SeriesState(timeMs, MeanChanges.read(parts[CHANGES], targets));
  }

  /** The code of an expert in stored forecasts, by its place in the mix. */
  byte expertCode(int expert) {
    return (byte) expert;
  }

  /** Stored forecasts of experts in the order of today's mix. */
  float[][] experts(byte[] codes, float[][] stored) {
    return new float[0][];
  }
}
