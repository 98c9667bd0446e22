package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Against Jackson's generator. */
class JsonBytesTest {

  @Property(seed = "20261130")
  void length_anyText_isThatOfWhatIsWritten(@ForAll @StringLength(max = 80) String text) {
    String whatever = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    JsonBytes json = new JsonBytes().begin();

    json.writeString(whatever);

    assertThat(JsonBytes.length(whatever)).isEqualTo(json.toBytes().length - 2);
  }

  @Property(seed = "20261124")
  void write_anything_writesWhatJacksonWrites(
      @ForAll @StringLength(max = 80) String text,
      @ForAll long whole,
      @ForAll float value,
      @ForAll double wide,
      @ForAll boolean flag,
      @ForAll byte[] binary)
      throws IOException {
    // A half of a surrogate pair is no text.
    String whatever = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    StringWriter expected = new StringWriter();
    JsonFactory jackson =
        JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();
    try (JsonGenerator json = jackson.createGenerator(expected)) {
      json.writeStartObject();
      json.writeStringField(whatever, whatever);
      json.writeNumberField("whole", whole);
      json.writeObjectFieldStart("within");
      json.writeBooleanField("flag", flag);
      json.writeNullField("null");
      json.writeEndObject();
      json.writeArrayFieldStart("array");
      json.writeNumber(value);
      json.writeNumber(-value);
      json.writeString(whatever);
      json.writeStartArray();
      json.writeEndArray();
      json.writeNull();
      json.writeNumber(-whole);
      json.writeEndArray();
      json.writeBinaryField("binary", binary);
      json.writeEndObject();
    }

    JsonBytes json = new JsonBytes().begin();
    json.writeStartObject();
    json.writeStringField(JsonName.of(whatever), whatever);
    json.writeNumberField(JsonName.of("whole"), whole);
    json.writeObjectFieldStart(JsonName.of("within"));
    json.writeBooleanField(JsonName.of("flag"), flag);
    json.writeNullField(JsonName.of("null"));
    json.writeEndObject();
    json.writeArrayFieldStart(JsonName.of("array"));
    json.writeNumber(value);
    json.writeNumber(-value);
    json.writeString(whatever);
    json.writeStartArray();
    json.writeEndArray();
    json.writeNull();
    json.writeNumber(-whole);
    json.writeEndArray();
    json.writeBinaryField(JsonName.of("binary"), binary);
    json.writeEndObject();

    assertThat(new String(json.toBytes(), StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    json.begin();
    json.writeNumber(wide);
    assertThat(
            Double.parseDouble(
                new String(json.toBytes(), StandardCharsets.UTF_8).replace("\"", "")))
        .isEqualTo(wide);
  }

  @Test
  void beginning_names_areThatOfAnObjectAndOfItsFirstField() {
    JsonBytes json = new JsonBytes().begin();
    json.writeStartObject();
    json.writeNumberField(JsonName.of("a\"").beginning(JsonName.of("actual")), 1.5f);
    json.writeNumberField(JsonName.of("é"), Float.NaN);
    json.writeEndObject();
    json.writeEndObject();
    assertThat(new String(json.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"a\\\"\":{\"actual\":1.5,\"é\":\"NaN\"}}");
  }

  @Test
  void writeNumber_extremes_areWritten() {
    JsonBytes json = new JsonBytes().begin();
    json.writeStartArray();
    json.writeNumber(Long.MIN_VALUE);
    json.writeNumber(Long.MAX_VALUE);
    json.writeNumber(0L);
    json.writeNumber(Float.NaN);
    json.writeNumber(Float.NEGATIVE_INFINITY);
    json.writeNumber(-0f);
    json.writeEndArray();
    assertThat(new String(json.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo("[-9223372036854775808,9223372036854775807,0,\"NaN\",\"-Infinity\",-0.0]");
  }

  @Test
  void writeString_halfOfASurrogatePair_isRefused() {
    JsonBytes json = new JsonBytes().begin();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> json.writeString("a\ud800b"))
        .withMessageContaining("found half of one at 1");
  }
}
