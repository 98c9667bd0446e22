package io.tplus1.pipeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Vectors as flat fields, {@code {name: number, …}}, by Jackson's streams at their fastest. */
final class JacksonVectors {
  private final JsonFactory json =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();

  JacksonVectors(List<String> names) {
    this.names = names;
    for (int i = 0; i < names.size(); i++) {
      places.put(names.get(i), i);
    }
  }

  /** The numbers of a vector, by name; a name that is not known fails. */
  float[] read(byte[] value) {
    float[] vector = new float[names.size()];
    try (JsonParser parser = json.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("expected an object, found " + parser.currentToken());
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        int place = places.get(parser.currentName());
        parser.nextToken();
        vector[place] = parser.getFloatValue();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return vector;
  }

  byte[] write(float[] vector) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.writeStartObject();
      for (int i = 0; i < vector.length; i++) {
        generator.writeNumberField(names.get(i), vector[i]);
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
