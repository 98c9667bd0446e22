package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The JSON Schemas of the topics, as the jar carries them. */
public final class JsonSchemas {
  private JsonSchemas() {}

  /** Reads {@code topics/schemas/NAME.json} from the class path. */
  public static Schema schema(String name) {
    try (InputStream file =
        JsonSchemas.class.getResourceAsStream("/topics/schemas/" + name + ".json")) {
      assertThat(file).as("topics/schemas/%s.json on the class path", name).isNotNull();
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that a value satisfies a schema. */
  public static void assertValid(Schema schema, String json) {
    assertThat(schema.validate(json, InputFormat.JSON)).as("%s", json).isEmpty();
  }

  /** Asserts that a value does not satisfy a schema. */
  public static void assertInvalid(Schema schema, String json) {
    assertThat(schema.validate(json, InputFormat.JSON)).as("%s", json).isNotEmpty();
  }
}
