package io.tplus1.serde;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.model.Shown;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Events as JSON, in the form of {@code topics/schemas/model-event.json}. A reason is cut to 4,096
 * characters; a figure that is not finite is written as null and read as NaN.
 */
public final class ModelEventSerde implements Serde<ModelEvent> {
  /**
   * No record is longer, bytes: a reason of control characters, and as many figures as are read.
   */
  public static final int MAX_BYTES = 100_000;

  static final int LONGEST_REASON = 4_096;
  static final Pattern REASON = Pattern.compile("(?s).{0," + LONGEST_REASON + "}");
  private static final int MOST_FIGURES = 100;
  private static final int LONGEST_NAME = 100;
  private static final String WHAT = "a model event";
  private static final Set<String> FIELDS =
      Set.of("kind", "time", "hash", "champion", "command", "reason", "figures");

  @Override
  public Serializer<ModelEvent> serializer() {
    return (topic, event) -> event == null ? null : write(event);
  }

  @Override
  public Deserializer<ModelEvent> deserializer() {
    return (topic, bytes) -> bytes == null ? null : read(bytes);
  }

  private static byte[] write(ModelEvent event) {
    return StrictJson.write(WHAT, tree(event));
  }

  /** An event as a tree: its value on the topic, and what is told of it elsewhere. */
  public static ObjectNode tree(ModelEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", event.kind().name()).put("time", event.timeMs());
    event.hash().ifPresent(hash -> json.put("hash", hash));
    event.champion().ifPresent(hash -> json.put("champion", hash));
    event.command().ifPresent(command -> json.put("command", command));
    json.put("reason", cut(event.reason()));
    JsonNumbers.put(json.putObject("figures"), new TreeMap<>(event.figures()));
    return json;
  }

  /** The reason as it is written. */
  static String cut(String reason) {
    return Shown.beginning(reason, LONGEST_REASON);
  }

  /**
   * Reads a record's value.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if it is no event
   */
  public static ModelEvent read(byte[] bytes) {
    return StrictJson.read(
        WHAT,
        bytes,
        FIELDS,
        json -> {
          StrictJson figures = json.map("figures", MOST_FIGURES, LONGEST_NAME);
          Map<String, Double> byName = new TreeMap<>();
          figures.names().forEach(name -> byName.put(name, figures.number(name)));
          return new ModelEvent(
              json.word("kind", ModelEvent.Kind.class),
              json.whole("time", 0),
              json.optionalText("hash", ModelKeys.HASH),
              json.optionalText("champion", ModelKeys.HASH),
              json.optionalText("command", ModelCommandSerde.ID),
              json.text("reason", REASON),
              byName);
        });
  }
}
