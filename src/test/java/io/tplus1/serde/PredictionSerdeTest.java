package io.tplus1.serde;

import static io.tplus1.JsonSchemas.assertValid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.Schema;
import io.tplus1.JsonSchemas;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionSerdeTest {
  private static final FeatureSchema SCHEMA =
      new FeatureSchema(
          List.of(
              Feature.number("wind"),
              Feature.category("status", List.of("storm", "hurricane")),
              Feature.number("unseen")),
          List.of(0, 1, 2),
          List.of(1, 0));
  private static final Schema JSON_SCHEMA = JsonSchemas.schema("prediction");

  private final PredictionSerde serde = new PredictionSerde(SCHEMA);

  private String write(Prediction prediction) {
    return new String(serde.serializer().serialize("t", prediction), UTF_8);
  }

  private Prediction read(String json) {
    return serde.deserializer().deserialize("t", json.getBytes(UTF_8));
  }

  @Test
  void serialize_numbersAndCategories_isTheDocumentedJson() {
    String json =
        write(
            Predictions.plain(
                "AL011975",
                1_000,
                ForecastStatus.COLD_START,
                "abc",
                new long[] {2_000, Prediction.UNKNOWN_TIME},
                new float[] {0.25f, 0.5f, 0.25f, 61.5f, 0.1f, 0.2f, 0.7f, -3f}));

    assertThat(json)
        .isEqualTo(
            "{\"key\":\"AL011975\",\"time\":1000,\"status\":\"COLD_START\",\"model\":\"abc\",\"forecasts\":["
                + "{\"horizon\":1,\"targetTime\":2000,\"values\":{\"status\":{\"likeliest\":\"storm\","
                + "\"probabilities\":{\"<unknown>\":0.25,\"storm\":0.5,\"hurricane\":0.25}},\"wind\":61.5}},"
                + "{\"horizon\":2,\"targetTime\":null,\"values\":{\"status\":{\"likeliest\":\"hurricane\","
                + "\"probabilities\":{\"<unknown>\":0.1,\"storm\":0.2,\"hurricane\":0.7}},\"wind\":-3.0}}]}");
    assertValid(JSON_SCHEMA, json);
  }

  /** Its double lies in the middle between two floats, and the even one is the other. */
  @Test
  void deserialize_theOneFloatThatADoubleRoundsToAnother_comesBack() {
    float value = 7.038531E-26f;
    PredictionSerde numbers = new PredictionSerde(FeatureSchema.ofNumbers("x"));

    byte[] json =
        numbers
            .serializer()
            .serialize(
                "t",
                Predictions.plain(
                    "k", 1, ForecastStatus.OK, "m", new long[] {2}, new float[] {value}));

    assertThat(new String(json, UTF_8)).contains("7.038531E-26");
    assertThat(numbers.deserializer().deserialize("t", json).values()).containsExactly(value);
  }

  @Test
  void serialize_intervalsAndReceipt_areTheDocumentedJsonAndComeBack() {
    float nan = Float.NaN;
    Prediction prediction =
        new Prediction(
            "k",
            1_000,
            ForecastStatus.OK,
            "abc",
            new long[] {2_000, 3_000},
            new float[] {0.25f, 0.5f, 0.25f, 61.5f, 0.1f, 0.2f, 0.7f, -3f},
            new float[] {nan, 60.5f, nan, nan},
            new float[] {nan, 62.5f, nan, nan},
            Optional.of(
                new Receipt(
                    "plain-1",
                    new Receipt.Window(10, 3, "00ff00ff00ff00ff", 2, Receipt.UNKNOWN, 77),
                    List.of("last", "rnn"),
                    new float[][][] {{{.25f, .75f}, {0, 1}}, {{.5f, .5f}, {1, 0}}},
                    Map.of("linear", "aa"),
                    Map.of("linear", new float[] {1, nan}),
                    new byte[] {1, 2, 3})));

    String json = write(prediction);

    assertThat(json)
        .contains("\"lower\":{\"wind\":60.5},\"upper\":{\"wind\":62.5}")
        .contains(
            ",\"receipt\":{\"kernel\":\"plain-1\",\"window\":{\"from\":10,\"steps\":3,"
                + "\"hash\":\"00ff00ff00ff00ff\",\"partition\":2,\"lastOffset\":77},"
                + "\"experts\":[\"last\",\"rnn\"],"
                + "\"weights\":[[[0.25,0.75],[0.0,1.0]],[[0.5,0.5],[1.0,0.0]]],"
                + "\"linear\":{\"linear\":\"aa\"},\"given\":{\"linear\":\"P4AAAH/AAAA=\"},\"intervals\":\"AQID\"}}");
    assertValid(JSON_SCHEMA, json);
    Prediction back = read(json);
    assertThat(write(back)).isEqualTo(json);
    assertThat(back.receipt().orElseThrow().window())
        .isEqualTo(prediction.receipt().orElseThrow().window());
  }

  @Property(tries = 300, seed = "20261124")
  void deserialize_ofSerialized_isTheSameAndFitsTheSchema(
      @ForAll @StringLength(min = 1, max = 10) String key,
      @ForAll @LongRange(min = 0) long timeMs,
      @ForAll ForecastStatus status,
      @ForAll @Size(min = 1, max = 4) List<@LongRange(min = 0) Long> targets,
      @ForAll @Size(16) float[] random,
      @ForAll @IntRange(max = 4) int unknown) {
    String name = new String(key.getBytes(UTF_8), UTF_8);
    long[] targetTimes = targets.stream().mapToLong(Long::longValue).toArray();
    if (unknown < targetTimes.length) {
      targetTimes[unknown] = Prediction.UNKNOWN_TIME;
    }
    float[] values = java.util.Arrays.copyOf(random, 4 * targetTimes.length);
    Prediction prediction =
        Predictions.plain(name, timeMs, status, "persistence", targetTimes, values);

    String json = write(prediction);

    assertThat(read(json)).usingRecursiveComparison().isEqualTo(prediction);
    assertValid(JSON_SCHEMA, json);
  }

  /** A float's shortest decimal goes through a double on its way back. */
  @Property(tries = 2_000, seed = "20261124")
  void deserialize_anyFiniteFloat_isTheSameBits(
      @ForAll @FloatRange(min = -Float.MAX_VALUE, max = Float.MAX_VALUE) float value) {
    Prediction prediction =
        Predictions.plain(
            "k", 1, ForecastStatus.OK, "m", new long[] {2}, new float[] {1, 0, 0, value});

    assertThat(Float.floatToIntBits(read(write(prediction)).values()[3]))
        .isEqualTo(Float.floatToIntBits(value));
  }

  @Test
  void serializers_null_isNull() {
    assertThat(serde.serializer().serialize("t", null)).isNull();
    assertThat(serde.deserializer().deserialize("t", null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"key\":\"k\"|\"kee\":\"k\"",
        "\"time\":5|\"time\":\"5\"",
        "\"time\":5|\"time\":null",
        "\"time\":5|\"time\":5.5",
        "\"OK\"|\"FINE\"",
        "\"model\":\"m\"|\"model\":null",
        "\"wind\":1.5|\"wind\":\"1.5\"",
        "\"wind\":1.5|\"wind\":null",
        "\"wind\":1.5|\"wint\":1.5",
        "\"wind\":1.5|\"wind\":1e300",
        "\"storm\":0.5|\"storm\":\"0.5\"",
        "\"storm\":0.5|\"sturm\":0.5",
        "\"targetTime\":6|\"targetTime\":\"6\"",
        "\"targetTime\":6|\"target\":6",
        "\"horizon\":1|\"horizon\":2",
        "\"forecasts\":[|\"forecast\":[",
        "}]}|}]",
      })
  void deserialize_anythingBroken_isRefused(String part, String broken) {
    String good =
        "{\"key\":\"k\",\"time\":5,\"status\":\"OK\",\"model\":\"m\",\"forecasts\":[{\"horizon\":1,"
            + "\"targetTime\":6,\"values\":{\"status\":{\"likeliest\":\"storm\",\"probabilities\":"
            + "{\"<unknown>\":0.25,\"storm\":0.5,\"hurricane\":0.25}},\"wind\":1.5}}]}";
    assertThat(read(good).values()).containsExactly(0.25f, 0.5f, 0.25f, 1.5f);
    assertThat(good).contains(part);

    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> read(good.replace(part, broken)))
        .withMessageContaining("not a prediction over");
  }

  /** Whoever reads a series from its beginning passes over them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"given\":{\"linear\":\"P4AAAA==\"}|\"given\":{\"linear\":1}",
        "\"given\":{\"linear\":\"P4AAAA==\"}|\"given\":{\"linear\":\"P4\"}",
        "\"given\":{\"linear\":\"P4AAAA==\"}|\"given\":{\"linear\":\"P4AA\"}",
        "\"given\":{\"linear\":\"P4AAAA==\"}|\"given\":{\"linear\":null}",
        "\"weights\":[[[1]]]|\"weights\":{\"a\":1}",
        "\"weights\":[[[1]]]|\"weights\":[{\"a\":1}]",
        "\"weights\":[[[1]]]|\"weights\":[[{\"a\":1}]]",
        "\"weights\":[[[1]]]|\"weights\":[[[\"1\"]]]",
        "\"weights\":[[[1]]]|\"weights\":null",
        "\"intervals\":\"AQID\"|\"intervals\":5",
        "\"intervals\":\"AQID\"|\"intervals\":null",
        "\"hash\":\"00\"|\"hash\":0",
      })
  void deserialize_brokenReceipt_isRefused(String part, String broken) {
    String good =
        "{\"key\":\"k\",\"time\":5,\"status\":\"OK\",\"model\":\"m\",\"forecasts\":[],\"receipt\":{"
            + "\"window\":{\"from\":0,\"hash\":\"00\"},\"experts\":[\"linear\"],\"weights\":[[[1]]],"
            + "\"given\":{\"linear\":\"P4AAAA==\"},\"intervals\":\"AQID\"}}";
    assertThat(read(good).receipt().orElseThrow().given().get("linear")).containsExactly(1);
    assertThat(good).contains(part);

    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> read(good.replace(part, broken)))
        .withMessageContaining("not a prediction over");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"horizon\":1}", "{}", "\"x\"", "1", "null", "[1]", "[[]]", "[null]"})
  void deserialize_forecastsThatAreNoArrayOfObjects_isRefused(String forecasts) {
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(
            () ->
                read(
                    "{\"key\":\"k\",\"time\":1,\"status\":\"OK\",\"model\":\"m\",\"forecasts\":%s}"
                        .formatted(forecasts)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"''", "null", "[]", "{}", "7", "x"})
  void deserialize_otherJson_isRefused(String json) {
    assertThatExceptionOfType(SerializationException.class).isThrownBy(() -> read(json));
  }
}
