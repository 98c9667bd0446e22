package io.tplus1.serde;

import static io.tplus1.JsonSchemas.assertValid;
import static io.tplus1.JsonSchemas.schema;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.JsonSchemas;
import io.tplus1.model.ModelPointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The records of learning that are JSON: written as their schemas say, read back, and strict. */
class ModelRecordSerdesTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  /** A kind of record with one of it in JSON, every optional field present. */
  record Form(String schema, Serde<?> serde, Function<byte[], Object> read, String json) {
    @Override
    public String toString() {
      return schema;
    }
  }

  static List<Form> forms() {
    return List.of(
        new Form(
            "model-command",
            new ModelCommandSerde(),
            ModelCommandSerde::read,
            "{\"id\":\"c-1\",\"kind\":\"PROMOTE\",\"hash\":\"01ab\",\"time\":5}"),
        new Form(
            "model-event",
            new ModelEventSerde(),
            ModelEventSerde::read,
            ("{\"kind\":\"PROMOTED\",\"time\":5,\"hash\":\"H\",\"champion\":\"H\","
                    + "\"command\":\"c-1\",\"reason\":\"better\",\"figures\":{\"mse\":1.5,\"n\":24}}")
                .replace("\"H\"", "\"" + HASH + "\"")),
        new Form(
            "model-scores",
            new ModelScoresSerde(),
            ModelScoresSerde::read,
            "{\"task\":\"0_3\",\"to\":7,\"models\":{\"persistence\":{\"count\":2,\"error\":1.5,"
                + "\"network\":1.5,\"persistence\":2.5,\"covered\":1,\"intervals\":2}}}"),
        new Form(
            "model-pointer",
            new ModelPointerSerde(),
            ModelPointerSerde::read,
            ("{\"champion\":\"H\",\"previous\":[\"H\"],\"pinned\":true,\"epoch\":3,"
                    + "\"reason\":\"better\"}")
                .replace("\"H\"", "\"" + HASH + "\"")));
  }

  private static <T> T roundTrip(Serde<T> serde, String schema, T record) {
    byte[] bytes = serde.serializer().serialize("t", record);
    assertValid(schema(schema), new String(bytes, UTF_8));
    return serde.deserializer().deserialize("t", bytes);
  }

  private static String hash(Random random) {
    StringBuilder hash = new StringBuilder();
    while (hash.length() < 64) {
      hash.append(Character.forDigit(random.nextInt(16), 16));
    }
    return hash.toString();
  }

  private static String words(Random random) {
    return "c\u0000\"é\n" + random.nextInt();
  }

  private static <T> Optional<T> maybe(Random random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  private static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static double figure(Random random) {
    return Double.isNaN(random.nextGaussian()) ? 0 : random.nextGaussian() * 1e9;
  }

  @Property(tries = 200, seed = "20261124")
  void command_writtenAndRead_isTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    ModelCommand.Kind kind = any(random, List.of(ModelCommand.Kind.values()));
    ModelCommand command =
        new ModelCommand(
            words(random),
            kind,
            kind == ModelCommand.Kind.PROMOTE
                ? Optional.of(hash(random).substring(0, 1 + random.nextInt(64)))
                : maybe(random, hash(random)),
            random.nextLong() >>> 1);

    assertThat(roundTrip(new ModelCommandSerde(), "model-command", command)).isEqualTo(command);
  }

  @Property(tries = 200, seed = "20261124")
  void event_writtenAndRead_isTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    Map<String, Double> figures = new TreeMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      figures.put("f" + i, i == 1 ? Double.NaN : figure(random));
    }
    ModelEvent event =
        new ModelEvent(
            any(random, List.of(ModelEvent.Kind.values())),
            random.nextLong() >>> 1,
            maybe(random, hash(random)),
            maybe(random, hash(random)),
            maybe(random, words(random)),
            words(random),
            figures);

    assertThat(roundTrip(new ModelEventSerde(), "model-event", event)).isEqualTo(event);
  }

  /** Half of a pair is no text to strict readers of JSON. */
  @Test
  void event_reasonCutInAPair_endsWithAWholeCharacter() {
    String whole = "x".repeat(ModelEventSerde.LONGEST_REASON - 1);
    ModelEvent event =
        new ModelEvent(
            ModelEvent.Kind.FAILED,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            whole + "\ud83c\udf00 and more",
            Map.of());

    assertThat(roundTrip(new ModelEventSerde(), "model-event", event).reason()).isEqualTo(whole);
  }

  @Property(tries = 200, seed = "20261124")
  void scores_writtenAndRead_areTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    Map<String, ModelScores.Sums> byModel = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byModel.put(
          i == 1 ? "persistence" : hash(random),
          new ModelScores.Sums(
              random.nextLong() >>> 1,
              i == 2 ? Double.NaN : figure(random),
              figure(random),
              figure(random),
              random.nextLong() >>> 1,
              random.nextLong() >>> 1));
    }
    ModelScores scores = new ModelScores("0_" + random.nextInt(9), random.nextLong(), byModel);

    assertThat(roundTrip(new ModelScoresSerde(), "model-scores", scores)).isEqualTo(scores);
  }

  @Property(tries = 200, seed = "20261124")
  void pointer_writtenAndRead_isTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    List<String> previous = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      previous.add(hash(random));
    }
    ModelPointer pointer =
        new ModelPointer(
            hash(random), previous, random.nextBoolean(), random.nextLong() >>> 1, words(random));

    assertThat(roundTrip(new ModelPointerSerde(), "model-pointer", pointer)).isEqualTo(pointer);
  }

  @Test
  void longReasons_areCut() {
    ModelPointer pointer = new ModelPointer(HASH, List.of(), false, 1, "x".repeat(5_000));

    assertThat(roundTrip(new ModelPointerSerde(), "model-pointer", pointer).reason())
        .hasSize(4_096);
  }

  @Test
  void infinity_isReadAsNoNumber() {
    ModelScores.Sums sums = new ModelScores.Sums(1, Double.POSITIVE_INFINITY, 1, 1, 0, 0);
    ModelScores scores = new ModelScores("0_0", 1, Map.of(HASH, sums));

    assertThat(
            roundTrip(new ModelScoresSerde(), "model-scores", scores).byModel().get(HASH).error())
        .isNaN();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void read_theForm_isWhatTheSchemaSays(Form form) throws Exception {
    assertValid(schema(form.schema()), form.json());
    byte[] again = write(form.serde(), form.read().apply(form.json().getBytes(UTF_8)));
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(again).toString())
        .isEqualTo(mapper.readTree(form.json()).toString().replace("\"n\":24", "\"n\":24.0"));
  }

  @SuppressWarnings("unchecked")
  private static <T> byte[] write(Serde<T> serde, Object record) {
    return serde.serializer().serialize("t", (T) record);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void nothing_isNothing(Form form) {
    assertThat(write(form.serde(), null)).isNull();
    assertThat((Object) form.serde().deserializer().deserialize("t", (byte[]) null)).isNull();
  }

  static Stream<Arguments> broken() {
    return forms().stream()
        .flatMap(
            form -> {
              String json = form.json();
              List<String> bad =
                  new ArrayList<>(List.of("", "null", "[]", "7", "\"x\"", "{", "{}"));
              for (int length = 1; length < json.length(); length += 7) {
                bad.add(json.substring(0, length));
              }
              bad.add(json + json);
              bad.add(json + "x");
              bad.add(json.replaceFirst("\\{", "{\"more\":1,"));
              bad.add(json.replaceFirst("\\{(\"[a-z]+\":[^,]+),", "{$1,$1,"));
              bad.add(json.replaceAll(":([0-9.]+)", ":\"$1\""));
              bad.add(json.replaceAll(":([0-9.]+)", ":-1.5").replaceAll("true", "1"));
              bad.add(json.replaceAll(":([0-9.]+)", ":1e999"));
              bad.add(json.replaceAll(":([0-9.]+)", ":NaN"));
              bad.add(json.replaceAll(":\"[^\"]*\"", ":\"\"").replace("0_3", ""));
              bad.add(json.replaceAll(":\"[^\"]*\"", ":\"" + "x".repeat(5_000) + "\""));
              bad.add(json.replaceAll(":\"[^\"]*\"", ":7"));
              bad.add(
                  json.replaceFirst(
                      ":([0-9]+)", ":" + "[".repeat(2_000) + "1" + "]".repeat(2_000)));
              bad.add(json.replaceFirst(":([0-9]+)", ":" + "9".repeat(100_000)));
              bad.add(" ".repeat(2 << 20) + json);
              return bad.stream().map(text -> Arguments.of(form, text));
            });
  }

  @ParameterizedTest
  @MethodSource("broken")
  void read_broken_isRefusedSayingWhy(Form form, String json) {
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> form.read().apply(json.getBytes(UTF_8)))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2_000));
  }

  /** The log tells it, and anybody who may write to the topic chose the words. */
  @ParameterizedTest
  @MethodSource("forms")
  void read_longNamesAndWords_areQuotedInPart(Form form) {
    String name = "\"" + "x".repeat(900) + "\":1";
    for (String json :
        List.of("{" + name + "," + name + "}", "x".repeat(900), "{\"time\":\u202e")) {
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> form.read().apply(json.getBytes(UTF_8)))
          .satisfies(
              e ->
                  assertThat(e.getMessage())
                      .startsWith("not a")
                      .hasSizeLessThan(300)
                      .doesNotContain("x".repeat(101))
                      .doesNotContainPattern("[\\n\\u202e]"));
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void read_bytesThatAreNotUtf8_isToldSo(Form form) {
    byte[] bytes = form.json().replaceFirst("\"", "\"é").getBytes(ISO_8859_1);

    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> form.read().apply(bytes))
        .withMessageContaining("UTF-8 was expected");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyField_isNeededUnlessTheSchemaLetsItGo(Form form) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode whole = mapper.readTree(form.json());
    for (String field : new TreeSet<>(fields(whole))) {
      com.fasterxml.jackson.databind.node.ObjectNode less = whole.deepCopy();
      less.remove(field);
      boolean allowed =
          schema(form.schema())
              .validate(less.toString(), com.networknt.schema.InputFormat.JSON)
              .isEmpty();
      boolean read;
      try {
        read = form.read().apply(less.toString().getBytes(UTF_8)) != null;
      } catch (SerializationException e) {
        read = false;
      }
      assertThat(read).as("without %s", field).isEqualTo(allowed);
      com.fasterxml.jackson.databind.node.ObjectNode typed = whole.deepCopy();
      typed.putNull(field);
      JsonSchemas.assertInvalid(schema(form.schema()), typed.toString());
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> form.read().apply(typed.toString().getBytes(UTF_8)));
    }
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void read_wordsOutsideTheBounds_areRefused() {
    for (String hash : List.of("0", HASH.toUpperCase(java.util.Locale.ROOT), HASH + "0")) {
      String json = forms().get(3).json().replaceFirst(HASH, hash);
      assertThatExceptionOfType(SerializationException.class)
          .isThrownBy(() -> ModelPointerSerde.read(json.getBytes(UTF_8)))
          .withMessageContaining("'champion' must be a string like [0-9a-f]{64}");
      JsonSchemas.assertInvalid(schema("model-pointer"), json);
    }
    String many =
        forms().get(3).json().replaceFirst("\\[", "[" + ("\"" + HASH + "\",").repeat(100));
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> ModelPointerSerde.read(many.getBytes(UTF_8)))
        .withMessageContaining("at most 100 strings");
    JsonSchemas.assertInvalid(schema("model-pointer"), many);
    String kind = forms().get(0).json().replace("PROMOTE", "EXPLODE");
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> ModelCommandSerde.read(kind.getBytes(UTF_8)))
        .withMessageContaining("'kind' must be one of [RETRAIN, PROMOTE,");
    JsonSchemas.assertInvalid(schema("model-command"), kind);
    String ofNothing = forms().get(0).json().replace("\"hash\":\"01ab\",", "");
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> ModelCommandSerde.read(ofNothing.getBytes(UTF_8)))
        .withMessageContaining("PROMOTE needs a 'hash'");
  }
}
