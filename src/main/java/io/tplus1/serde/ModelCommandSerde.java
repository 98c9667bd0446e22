package io.tplus1.serde;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Commands as JSON, in the form of {@code topics/schemas/model-command.json}. */
public final class ModelCommandSerde implements Serde<ModelCommand> {
  /** No record is longer, bytes. */
  public static final int MAX_BYTES = 1_000;

  static final Pattern ID = Pattern.compile("(?s).{1,100}");
  private static final Pattern HASH_BEGINNING = Pattern.compile("[0-9a-f]{1,64}");
  private static final String WHAT = "a model command";
  private static final Set<String> FIELDS = Set.of("id", "kind", "hash", "time");

  @Override
  public Serializer<ModelCommand> serializer() {
    return (topic, command) -> command == null ? null : write(command);
  }

  @Override
  public Deserializer<ModelCommand> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(ModelCommand command) {
    return StrictJson.write(
        WHAT,
        json -> {
          json.writeStringField("id", command.id());
          json.writeStringField("kind", command.kind().name());
          StrictJson.writeText(json, "hash", command.hash());
          json.writeNumberField("time", command.timeMs());
        });
  }

  /**
   * Reads a record's value.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if it is no command
   */
  public static ModelCommand read(byte[] bytes) {
    return StrictJson.read(
        WHAT,
        bytes,
        FIELDS,
        json -> {
          ModelCommand.Kind kind = json.word("kind", ModelCommand.Kind.class);
          Optional<String> hash = json.optionalText("hash", HASH_BEGINNING);
          return new ModelCommand(json.text("id", ID), kind, hash, json.whole("time", 0));
        });
  }
}
