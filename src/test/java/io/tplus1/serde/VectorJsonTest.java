package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorJsonTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("wind \"1\""), Feature.category("status", List.of("storm", "low"))));

  private final VectorJson json = new VectorJson(SCHEMA);

  @Test
  void write_numbersAndCategories_asFieldsAndWords() {
    assertThat(new String(json.write(new float[] {27.5f, 2}), UTF_8))
        .isEqualTo("{\"wind \\\"1\\\"\":27.5,\"status\":\"low\"}");
  }

  @Test
  void write_aValueThatIsAbsent_asNull() {
    assertThat(new String(json.write(new float[] {Float.NaN, 0}), UTF_8))
        .isEqualTo("{\"wind \\\"1\\\"\":null,\"status\":\"<unknown>\"}");
  }
}
