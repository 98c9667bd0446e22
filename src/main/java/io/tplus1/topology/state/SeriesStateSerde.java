package io.tplus1.topology.state;

import io.tplus1.feature.KeptState;
import io.tplus1.model.ForecastStatus;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A series' state in its store and changelog, big-endian.
 *
 * <p>Version 1, read and no longer written: version byte, newest time (64 bits), number of waiting
 * forecasts (16), and for each: answered horizons (16), made at (64), status (8), length (16) and
 * UTF-8 of the model's hash, lengths (32) and floats of last values and forecast values.
 *
 * <p>Version 2: the same, but of forecast values only those that are not answered yet, behind their
 * number (32) and that of the answered ones (32); then the number of experts (8), for each its code
 * (8) and its values likewise, and the half widths of the intervals likewise. Behind the forecasts
 * the number of parts (8), for each its tag (8, see {@link StateLayout}), length (32) and bytes.
 *
 * <p>Version 3, written where a pool of intervals learns: the same, and behind the half widths of
 * each forecast what the pool is to know of it, likewise.
 */
final class SeriesStateSerde implements Serde<SeriesState> {
  private static final byte PLAIN = 1;
  private static final byte WITH_PARTS = 2;
  private static final byte WITH_INPUTS = 3;

  /** More values than any forecast has. */
  private static final int MOST_VALUES = 1 << 20;

  private final StateLayout layout;

  /** The threads of an instance share one serde. */
  private final ThreadLocal<StateOutput> outputs = ThreadLocal.withInitial(StateOutput::new);

  SeriesStateSerde(StateLayout layout) {
    this.layout = layout;
  }

  @Override
  public Serializer<SeriesState> serializer() {
    return (topic, state) -> state == null ? null : write(state);
  }

  @Override
  public Deserializer<SeriesState> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private byte[] write(SeriesState state) {
    StateOutput bytes = outputs.get().begin();
    write(state, bytes);
    return bytes.toBytes();
  }

  private static boolean hasInputs(SeriesState state) {
    for (PendingForecast forecast : state.pending()) {
      if (forecast.inputs().length > 0) {
        return true;
      }
    }
    return false;
  }

  private void write(SeriesState state, StateOutput bytes) {
    boolean inputs = hasInputs(state);
    bytes.room(9).put(inputs ? WITH_INPUTS : WITH_PARTS).putLong(state.lastTimeMs());
    bytes.room(2).putShort((short) state.pending().size());
    for (PendingForecast forecast : state.pending()) {
      writeHead(bytes, forecast);
      bytes.putFloats(forecast.last());
      int answered = forecast.answered() * layout.outputWidth();
      bytes.putRest(forecast.values(), answered);
      bytes.room(1).put((byte) forecast.experts().length);
      for (int e = 0; e < forecast.experts().length; e++) {
        bytes.room(1).put(layout.expertCode(e));
        float[] values = forecast.experts()[e];
        bytes.putRest(values == null ? new float[0] : values, answered);
      }
      int slots = forecast.answered() * layout.targets();
      bytes.putRest(forecast.halfWidths(), slots);
      if (inputs) {
        bytes.putRest(forecast.inputs(), slots * layout.inputs());
      }
    }
    layout.write(state, bytes);
  }

  private static void writeHead(StateOutput bytes, PendingForecast forecast) {
    byte[] model = bytes.utf8(forecast.model());
    bytes
        .room(13 + model.length)
        .putShort((short) forecast.answered())
        .putLong(forecast.madeAtMs())
        .put(forecast.status().code())
        .putShort((short) model.length)
        .put(model);
  }

  private SeriesState read(byte[] stored) {
    byte version = stored.length == 0 ? -1 : stored[0];
    if (version < PLAIN || version > WITH_INPUTS) {
      throw new SerializationException(
          KeptState.ofAnotherVersion(
              "a series' state in version %d to %d was expected, found version %d"
                  .formatted(PLAIN, WITH_INPUTS, version),
              KeptState.BEGIN_ANEW));
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(stored, 1, stored.length - 1);
      SeriesState state = read(bytes, version);
      if (bytes.hasRemaining()) {
        throw new IndexOutOfBoundsException(bytes.remaining() + " bytes too many");
      }
      return state;
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | IllegalArgumentException e) {
      throw new SerializationException(
          "a series' state of " + stored.length + " bytes is broken", e);
    }
  }

  private SeriesState read(ByteBuffer bytes, byte version) {
    long lastTimeMs = bytes.getLong();
    PendingForecast[] pending = new PendingForecast[count(bytes.getShort())];
    for (int i = 0; i < pending.length; i++) {
      pending[i] = readForecast(bytes, version);
    }
    ByteBuffer[] parts = new ByteBuffer[StateLayout.TAGS];
    int count = version == PLAIN ? 0 : bytes.get();
    for (int i = 0; i < count; i++) {
      int tag = bytes.get();
      int length = bytes.getInt();
      parts[tag] = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
    }
    SeriesState state = layout.read(lastTimeMs, parts);
    for (PendingForecast forecast : pending) {
      state.pending().addLast(forecast);
    }
    return state;
  }

  private PendingForecast readForecast(ByteBuffer bytes, byte version) {
    int answered = bytes.getShort();
    long madeAt = bytes.getLong();
    ForecastStatus status = ForecastStatus.ofCode(bytes.get());
    byte[] model = new byte[bytes.getShort()];
    bytes.get(model);
    String hash = new String(model, StandardCharsets.UTF_8);
    float[] last = getFloats(bytes);
    if (version == PLAIN) {
      return new PendingForecast(madeAt, status, hash, answered, last, getFloats(bytes));
    }
    float[] values = getRest(bytes);
    byte[] codes = new byte[count(bytes.get())];
    float[][] stored = new float[codes.length][];
    for (int e = 0; e < codes.length; e++) {
      codes[e] = bytes.get();
      float[] rest = getRest(bytes);
      stored[e] = rest.length == 0 ? null : rest;
    }
    return new PendingForecast(
        madeAt,
        status,
        hash,
        answered,
        last,
        values,
        layout.experts(codes, stored),
        getRest(bytes),
        version == WITH_INPUTS ? getRest(bytes) : new float[0]);
  }

  private static int count(int stored) {
    if (stored < 0) {
      throw new IndexOutOfBoundsException(stored);
    }
    return stored;
  }

  private static float[] getFloats(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining() / Float.BYTES) {
      throw new IndexOutOfBoundsException(length);
    }
    float[] values = new float[length];
    bytes.asFloatBuffer().get(values);
    bytes.position(bytes.position() + Float.BYTES * length);
    return values;
  }

  private static float[] getRest(ByteBuffer bytes) {
    int length = bytes.getInt();
    int from = bytes.getInt();
    if (from < 0
        || length < from
        || length > MOST_VALUES
        || length - from > bytes.remaining() / Float.BYTES) {
      throw new IndexOutOfBoundsException(length);
    }
    float[] values = new float[length];
    Arrays.fill(values, 0, from, Float.NaN);
    bytes.asFloatBuffer().get(values, from, length - from);
    bytes.position(bytes.position() + Float.BYTES * (length - from));
    return values;
  }
}
