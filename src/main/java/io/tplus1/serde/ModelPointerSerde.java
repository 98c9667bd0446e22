package io.tplus1.serde;

import io.tplus1.model.ModelPointer;
import java.util.Set;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Champion pointers as JSON, in the form of {@code topics/schemas/model-pointer.json}. A reason is
 * cut to 4,096 characters.
 */
public final class ModelPointerSerde implements Serde<ModelPointer> {
  private static final int MOST_PREVIOUS = 100;
  private static final String WHAT = "a champion pointer";
  private static final Set<String> FIELDS =
      Set.of("champion", "previous", "pinned", "epoch", "reason");

  @Override
  public Serializer<ModelPointer> serializer() {
    return (topic, pointer) -> pointer == null ? null : write(pointer);
  }

  @Override
  public Deserializer<ModelPointer> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(ModelPointer pointer) {
    return StrictJson.write(
        WHAT,
        json -> {
          json.writeStringField("champion", pointer.champion());
          json.writeArrayFieldStart("previous");
          for (String hash : pointer.previous()) {
            json.writeString(hash);
          }
          json.writeEndArray();
          json.writeBooleanField("pinned", pointer.pinned());
          json.writeNumberField("epoch", pointer.epoch());
          json.writeStringField("reason", ModelEventSerde.cut(pointer.reason()));
        });
  }

  /**
   * Reads a record's value.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if it is no pointer
   */
  public static ModelPointer read(byte[] bytes) {
    return StrictJson.read(
        WHAT,
        bytes,
        FIELDS,
        json ->
            new ModelPointer(
                json.text("champion", ModelKeys.HASH),
                json.texts("previous", ModelKeys.HASH, MOST_PREVIOUS),
                json.flag("pinned"),
                json.whole("epoch", 0),
                json.text("reason", ModelEventSerde.REASON)));
  }
}
