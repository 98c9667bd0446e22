package io.tplus1.serde;

import static io.tplus1.JsonSchemas.assertInvalid;
import static io.tplus1.JsonSchemas.assertValid;
import static io.tplus1.JsonSchemas.schema;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.model.ForecastStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas are schemas, say what the code does, and can refuse. */
class JsonSchemaTest {
  private static final String PREDICTION =
      "{\"key\":\"k\",\"time\":5,\"status\":\"OK\",\"model\":\"a\",\"forecasts\":"
          + "[{\"horizon\":1,\"targetTime\":6,\"values\":{\"x\":1.5}}]}";
  private static final String SCORE =
      "{\"key\":\"k\",\"time\":5,\"madeAt\":4,\"horizon\":1,\"status\":\"OK\",\"model\":\"a\","
          + "\"features\":{\"x\":{\"actual\":1,\"forecast\":2,\"error\":1,\"persistenceError\":0}}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "features",
        "prediction",
        "score",
        "model-command",
        "model-event",
        "model-scores",
        "model-pointer"
      })
  void schemaFile_isADraft202012Schema(String name) throws IOException {
    Schema draft =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));
    try (InputStream file = getClass().getResourceAsStream("/topics/schemas/" + name + ".json")) {
      assertThat(draft.validate(new String(file.readAllBytes(), UTF_8), InputFormat.JSON))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prediction", "score"})
  void status_namesWhatTheCodeHas(String name) throws IOException {
    try (InputStream file = getClass().getResourceAsStream("/topics/schemas/" + name + ".json")) {
      JsonNode status = new ObjectMapper().readTree(file).at("/properties/status/enum");
      Set<String> names = new TreeSet<>();
      status.forEach(one -> names.add(one.asText()));
      Set<String> expected = new TreeSet<>();
      for (ForecastStatus one : ForecastStatus.values()) {
        expected.add(one.name());
      }
      assertThat(names).isEqualTo(expected);
    }
  }

  @Test
  void prediction_anythingMissingOrAdded_isInvalid() {
    Schema schema = schema("prediction");
    assertValid(schema, PREDICTION);
    assertValid(schema, PREDICTION.replace("\"targetTime\":6", "\"targetTime\":null"));
    assertInvalid(schema, PREDICTION.replace("\"targetTime\":6,", ""));
    assertInvalid(schema, PREDICTION.replace("\"key\":\"k\",", ""));
    assertInvalid(schema, PREDICTION.replace("\"key\":\"k\"", "\"key\":\"k\",\"extra\":1"));
    assertInvalid(schema, PREDICTION.replace("\"OK\"", "\"FINE\""));
    assertInvalid(schema, PREDICTION.replace("1.5", "\"NaN\""));
    assertInvalid(schema, PREDICTION.replace("1.5", "null"));
    assertInvalid(schema, PREDICTION.replace("\"horizon\":1", "\"horizon\":0"));
    assertInvalid(schema, PREDICTION.replace("{\"x\":1.5}", "{}"));
  }

  @Test
  void score_anythingMissingOrAdded_isInvalid() {
    Schema schema = schema("score");
    assertValid(schema, SCORE);
    assertInvalid(schema, SCORE.replace("\"actual\":1,", ""));
    assertInvalid(schema, SCORE.replace("\"error\":1", "\"error\":\"Infinity\""));
    assertInvalid(schema, SCORE.replace("\"horizon\":1", "\"horizon\":1.5"));
    assertInvalid(schema, SCORE.replace("\"madeAt\":4", "\"madeAt\":-4"));
    assertInvalid(schema, SCORE.replace("\"model\":\"a\"", "\"model\":\"\""));
  }

  /** What the decoder takes, the schema takes; what it cannot take in any setting, neither does. */
  @Test
  void features_agreesWithTheDecoder() {
    FeatureSchema fields =
        FeatureSchema.of(List.of(Feature.number("x"), Feature.category("c", List.of("w"))));
    Schema schema = schema("features");
    for (String good :
        List.of(
            "{\"timestamp\":\"1975-06-27\",\"features\":{\"x\":1,\"c\":\"w\"}}",
            "{\"timestamp\":\"1975-06-27 06:00+02\",\"features\":{\"x\":1,\"c\":7}}",
            "{\"timestamp\":5,\"features\":[1.5,\"w\"]}",
            "{\"features\":[-1e-3,\"other\"]}",
            "{\"timestamp\":null,\"x\":1,\"c\":\"w\"}",
            "{\"timestamp\":1764150000000.0,\"features\":[1.5,\"w\"]}",
            "{\"x\":1,\"c\":\"w\",\"more\":{\"a\":[null]}}")) {
      assertThat(decoded(fields, good).detail()).as(good).isNull();
      assertValid(schema, good);
    }
    for (String holed :
        List.of(
            "{\"features\":{\"x\":null,\"c\":\"w\"}}",
            "{\"features\":[null,\"w\"]}",
            "{\"features\":[1,null]}")) {
      VectorFormat format =
          new VectorFormat(
              fields, TimeSource.AUTO, "timestamp", true, MissingValues.NONE, Optional.empty());
      assertThat(new VectorDecoder(format, true).deserialize("t", holed.getBytes(UTF_8)).detail())
          .as(holed)
          .isNull();
      assertValid(schema, holed);
    }
    for (String bad :
        List.of(
            "[1,2]",
            "{}",
            "null",
            "{\"features\":null}",
            "{\"features\":7}",
            "{\"features\":[]}",
            "{\"features\":{}}",
            "{\"features\":[true,\"w\"]}",
            "{\"features\":[1,\"w\"],\"timestamp\":1.5}",
            "{\"features\":[1,\"w\"],\"timestamp\":\"soon\"}",
            "{\"timestamp\":true,\"x\":1,\"c\":\"w\"}")) {
      assertThat(decoded(fields, bad).isRejected()).as(bad).isTrue();
      assertInvalid(schema, bad);
    }
  }

  private static DecodedRecord decoded(FeatureSchema fields, String json) {
    return new VectorDecoder(
            new VectorFormat(
                fields, TimeSource.AUTO, "timestamp", true, MissingValues.NONE, Optional.empty()),
            false)
        .deserialize("features", json.getBytes(UTF_8));
  }
}
