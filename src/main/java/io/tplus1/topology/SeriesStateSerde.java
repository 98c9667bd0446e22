package io.tplus1.topology;

import io.tplus1.model.ForecastStatus;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A series' state in its store and changelog, big-endian: version byte, newest time (64 bits),
 * number of waiting forecasts (16), and for each: answered horizons (16), made at (64), status (8),
 * length (16) and UTF-8 of the model's hash, lengths (32) and floats of last values and forecast
 * values.
 */
final class SeriesStateSerde implements Serde<SeriesState> {
  private static final byte VERSION = 1;

  @Override
  public Serializer<SeriesState> serializer() {
    return (topic, state) -> state == null ? null : write(state);
  }

  @Override
  public Deserializer<SeriesState> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(SeriesState state) {
    int size = 1 + Long.BYTES + Short.BYTES;
    for (SeriesState.Waiting waiting : state.pending()) {
      PendingForecast forecast = waiting.forecast();
      size += Short.BYTES + Long.BYTES + 1 + Short.BYTES + model(forecast).length;
      size += 2 * Integer.BYTES + Float.BYTES * (forecast.last().length + forecast.values().length);
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    bytes.put(VERSION).putLong(state.lastTimeMs()).putShort((short) state.pending().size());
    for (SeriesState.Waiting waiting : state.pending()) {
      PendingForecast forecast = waiting.forecast();
      byte[] model = model(forecast);
      bytes.putShort((short) waiting.answered()).putLong(forecast.madeAtMs());
      bytes.put(forecast.status().code()).putShort((short) model.length).put(model);
      putFloats(bytes, forecast.last());
      putFloats(bytes, forecast.values());
    }
    return bytes.array();
  }

  private static byte[] model(PendingForecast forecast) {
    return forecast.model().getBytes(StandardCharsets.UTF_8);
  }

  private static SeriesState read(byte[] stored) {
    if (stored.length == 0 || stored[0] != VERSION) {
      throw new SerializationException(
          "a series' state in version %d was expected, found version %d: it was written by another version of tplus1"
              .formatted(VERSION, stored.length == 0 ? -1 : stored[0]));
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(stored, 1, stored.length - 1);
      SeriesState state = new SeriesState(bytes.getLong());
      int count = bytes.getShort();
      for (int i = 0; i < count; i++) {
        int answered = bytes.getShort();
        long madeAt = bytes.getLong();
        ForecastStatus status = ForecastStatus.ofCode(bytes.get());
        byte[] model = new byte[bytes.getShort()];
        bytes.get(model);
        String hash = new String(model, StandardCharsets.UTF_8);
        float[] last = getFloats(bytes);
        float[] values = getFloats(bytes);
        state
            .pending()
            .addLast(
                new SeriesState.Waiting(
                    new PendingForecast(madeAt, status, hash, last, values), answered));
      }
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

  private static void putFloats(ByteBuffer bytes, float[] values) {
    bytes.putInt(values.length);
    for (float value : values) {
      bytes.putFloat(value);
    }
  }

  private static float[] getFloats(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining() / Float.BYTES) {
      throw new IndexOutOfBoundsException(length);
    }
    float[] values = new float[length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat();
    }
    return values;
  }
}
