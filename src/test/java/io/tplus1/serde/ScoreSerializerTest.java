package io.tplus1.serde;

import static io.tplus1.JsonSchemas.assertValid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import io.tplus1.JsonSchemas;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScoreSerializerTest {
  private static final Schema JSON_SCHEMA = JsonSchemas.schema("score");
  private static final FeatureSchema NUMBERS = FeatureSchema.ofNumbers("wind");
  private static final FeatureSchema MIXED =
      FeatureSchema.of(
          List.of(
              Feature.category("status", List.of("storm", "hurricane")), Feature.number("wind")));

  private static String write(
      FeatureSchema schema, float[] actual, float[] forecast, float[] last) {
    String json =
        new String(
            new ScoreSerializer(schema)
                .serialize(
                    "t",
                    new Score(
                        "k",
                        20,
                        10,
                        2,
                        ForecastStatus.OK,
                        "abc",
                        actual,
                        forecast,
                        last,
                        new float[0],
                        new float[0][])),
            UTF_8);
    assertValid(JSON_SCHEMA, json);
    return json;
  }

  @Test
  void serialize_numbers_holdsErrorsAsForecastLessActual() {
    assertThat(write(NUMBERS, new float[] {10}, new float[] {12.5f}, new float[] {9}))
        .isEqualTo(
            "{\"key\":\"k\",\"time\":20,\"madeAt\":10,\"horizon\":2,\"status\":\"OK\",\"model\":\"abc\","
                + "\"features\":{\"wind\":{\"actual\":10.0,\"forecast\":12.5,\"error\":2.5,"
                + "\"persistenceError\":-1.0}}}");
  }

  @Test
  void serialize_category_holdsWordsProbabilityAndLoss() throws IOException {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                write(
                    MIXED,
                    new float[] {2, 30},
                    new float[] {0.125f, 0.625f, 0.25f, 31},
                    new float[] {2, 29}));

    JsonNode status = json.at("/features/status");
    assertThat(status.get("actual").asText()).isEqualTo("hurricane");
    assertThat(status.get("forecast").asText()).isEqualTo("storm");
    assertThat(status.get("probability").asDouble()).isEqualTo(0.25);
    assertThat(status.get("logLoss").asDouble()).isCloseTo(Math.log(4), within(1e-12));
    assertThat(status.get("correct").asBoolean()).isFalse();
    assertThat(status.get("persistenceCorrect").asBoolean()).isTrue();
    assertThat(json.at("/features/wind/error").asDouble()).isEqualTo(1);
  }

  @Test
  void serialize_probabilityOfNothing_hasAFiniteLoss() throws IOException {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                write(MIXED, new float[] {0, 1}, new float[] {0, 1, 0, 1}, new float[] {0, 1}));

    assertThat(json.at("/features/status/actual").asText()).isEqualTo("<unknown>");
    assertThat(json.at("/features/status/logLoss").asDouble())
        .isCloseTo(-Math.log(1e-7), within(1e-9));
  }

  @Test
  void serialize_probabilityOfOneAndAHair_hasNoLoss() {
    for (float one : new float[] {1f, Math.nextUp(1f)}) {
      assertThat(write(MIXED, new float[] {1, 1}, new float[] {0, one, 0, 1}, new float[] {1, 1}))
          .contains("\"logLoss\":0.0,\"correct\":true");
    }
  }

  /** Two finite floats can lie further apart than a float reaches. */
  @Test
  void serialize_errorBeyondFloat_isStillANumber() throws IOException {
    JsonNode wind =
        new ObjectMapper()
            .readTree(
                write(NUMBERS, new float[] {-3e38f}, new float[] {3e38f}, new float[] {3e38f}))
            .at("/features/wind");

    assertThat(wind.get("error").asDouble()).isCloseTo(6e38, within(1e32));
    assertThat(wind.get("persistenceError").asDouble()).isCloseTo(6e38, within(1e32));
  }

  @Property(tries = 300, seed = "20261124")
  void serialize_anyFiniteNumbers_fitsTheSchemaAndHoldsBothErrors(
      @ForAll float actual, @ForAll float forecast, @ForAll float last) throws IOException {
    JsonNode wind =
        new ObjectMapper()
            .readTree(
                write(NUMBERS, new float[] {actual}, new float[] {forecast}, new float[] {last}))
            .at("/features/wind");

    assertIsError(wind.get("error"), forecast, actual);
    assertIsError(wind.get("persistenceError"), last, actual);
  }

  private static void assertIsError(JsonNode written, float forecast, float actual) {
    double error = (double) forecast - actual;
    assertThat(written.asDouble()).isCloseTo(error, within(1e-6 * Math.abs(error) + 1e-40));
  }

  @Test
  void serialize_null_isNull() {
    assertThat(new ScoreSerializer(NUMBERS).serialize("t", null)).isNull();
  }
}
