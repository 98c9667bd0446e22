package io.tplus1.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Shown;
import io.tplus1.model.Utf8;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads vectors in JSON, whatever stands there, and says what is wrong with what is none. Any
 * thread.
 */
final class JsonVectors {
  private static final int TIME = -1;
  private static final int NESTED = -2;

  /** Whole numbers up to here are exact as doubles. */
  private static final double MOST_EXACT = 1L << 53;

  private final JsonFactory json =
      JsonFactory.builder()
          // So that NaN is told apart from text that is no JSON at all.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Else each name that was ever read is kept: anybody's, in one table for all threads.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .errorReportConfiguration(NotJson.QUOTES)
          .build();
  private final VectorFormat format;
  private final boolean holes;
  private final FeatureSchema schema;
  private final Map<String, Integer> fields = new HashMap<>();
  private final List<Map<String, Integer>> vocabularies;

  /**
   * A reader.
   *
   * @param holes as {@link VectorDecoder} has it
   */
  JsonVectors(VectorFormat format, boolean holes) {
    this.format = format;
    this.holes = holes;
    this.schema = format.schema();
    fields.put(VectorFormat.FEATURES, NESTED);
    fields.put(format.timeField(), TIME);
    for (int i = 0; i < schema.size(); i++) {
      fields.put(schema.feature(i).name(), i);
    }
    this.vocabularies = schema.features().stream().map(JsonVectors::ids).toList();
  }

  private static Map<String, Integer> ids(Feature feature) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 1; id < feature.width() && feature.isCategory(); id++) {
      ids.put(feature.category(id), id);
    }
    return ids;
  }

  /** What stands there as a vector, or why it is none; {@link VectorDecoder} looks at the whole. */
  DecodedRecord read(byte[] value) {
    String text;
    try {
      text = Utf8.text(value);
    } catch (IOException e) {
      return DecodedRecord.rejected(value, RejectReason.UNPARSEABLE, NotJson.encoding(value));
    }
    try (JsonParser parser = json.createParser(text)) {
      Reading reading = new Reading(parser);
      reading.readValue();
      DecodedRecord vector = DecodedRecord.vector(value, reading.values, reading.timeMs);
      vector.noteUnknown(reading.unknown);
      return vector;
    } catch (Rejection e) {
      return DecodedRecord.rejected(value, e.reason, e.getMessage());
    } catch (StreamConstraintsException e) {
      return DecodedRecord.rejected(value, RejectReason.UNPARSEABLE, NotJson.limit(e));
    } catch (IOException e) {
      return DecodedRecord.rejected(value, RejectReason.UNPARSEABLE, NotJson.reason(value, e));
    }
  }

  /**
   * Ends the reading of one record; without a stack trace, because bad records may come in floods.
   */
  private static final class Rejection extends Exception {
    private static final long serialVersionUID = 1L;
    private final RejectReason reason;

    Rejection(RejectReason reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }
  }

  /** The reading of one record. */
  private final class Reading {
    private final JsonParser parser;
    private final float[] values = new float[schema.size()];
    private final boolean[] seen = new boolean[schema.size()];
    private boolean flat;
    private boolean nested;
    private boolean timeSeen;
    private long timeMs = DecodedRecord.NO_TIME;
    private DecodedRecord.UnknownWord unknown;

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    void readValue() throws IOException, Rejection {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new Rejection(RejectReason.UNPARSEABLE, "JSON was expected, found nothing");
      }
      if (first != JsonToken.START_OBJECT) {
        throw new Rejection(
            RejectReason.NOT_A_VECTOR, "a JSON object was expected, found " + describe(first));
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        Integer field = fields.get(name);
        parser.nextToken();
        if (field == null) {
          extra(name, !timeSeen && format.timeSource() != TimeSource.RECORD);
        } else if (field >= 0) {
          flat = true;
          feature(field);
        } else if (field == NESTED) {
          nested();
        } else {
          time();
        }
      }
      if (parser.nextToken() != null) {
        throw new Rejection(RejectReason.UNPARSEABLE, "JSON goes on behind the object");
      }
      requireAll();
    }

    private void nested() throws IOException, Rejection {
      if (nested) {
        throw new Rejection(
            RejectReason.DUPLICATE_FIELD, "'" + VectorFormat.FEATURES + "' stands there twice");
      }
      nested = true;
      switch (parser.currentToken()) {
        case START_ARRAY -> array();
        case START_OBJECT -> {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Integer field = fields.get(name);
            parser.nextToken();
            if (field == null || field < 0) {
              extra(VectorFormat.FEATURES + "." + name, false);
            } else {
              feature(field);
            }
          }
        }
        default ->
            throw new Rejection(
                RejectReason.NOT_A_VECTOR,
                "'"
                    + VectorFormat.FEATURES
                    + "' must be an object or an array, found "
                    + describe(parser.currentToken()));
      }
    }

    private void array() throws IOException, Rejection {
      int length = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == null) {
          throw new Rejection(RejectReason.UNPARSEABLE, "the value ends inside the array");
        }
        if (length < schema.size()) {
          feature(length);
        } else {
          parser.skipChildren();
        }
        length++;
      }
      if (length != schema.size()) {
        throw new Rejection(RejectReason.WRONG_LENGTH, format.wrongLength(length));
      }
    }

    private void feature(int index) throws IOException, Rejection {
      Feature feature = schema.feature(index);
      if (seen[index]) {
        throw new Rejection(
            RejectReason.DUPLICATE_FIELD, "'" + feature.name() + "' stands there twice");
      }
      JsonToken token = parser.currentToken();
      if (token == JsonToken.VALUE_NULL && holes) {
        seen[index] = true;
        values[index] = Float.NaN;
        return;
      }
      if (token == JsonToken.VALUE_NULL) {
        throw new Rejection(RejectReason.MISSING_FEATURE, "'" + feature.name() + "' is null");
      }
      seen[index] = true;
      values[index] = feature.isCategory() ? category(index, token) : number(feature, token);
    }

    private float number(Feature feature, JsonToken token) throws IOException, Rejection {
      if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
        throw new Rejection(
            RejectReason.WRONG_TYPE,
            "'" + feature.name() + "' must be a number, found " + describe(token));
      }
      double number = parser.getDoubleValue();
      float value =
          DecimalFloats.isBetween(number) ? Float.parseFloat(parser.getText()) : (float) number;
      if (!Float.isFinite(value) && holes) {
        return Float.NaN;
      }
      if (!Float.isFinite(value)) {
        throw new Rejection(
            RejectReason.NOT_FINITE,
            "'"
                + feature.name()
                + "' must be a finite 32-bit number, found "
                + Shown.quote(parser.getText()));
      }
      return value;
    }

    private float category(int index, JsonToken token) throws IOException, Rejection {
      if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
        throw new Rejection(
            RejectReason.WRONG_TYPE,
            "'%s' must be a category as a string or a whole number, found %s"
                .formatted(
                    schema.feature(index).name(),
                    token.isNumeric() ? Shown.quote(parser.getText()) : describe(token)));
      }
      String word = parser.getText();
      Integer id = vocabularies.get(index).get(word);
      if (id == null) {
        unknown = new DecodedRecord.UnknownWord(index, word, unknown);
        return Feature.UNKNOWN;
      }
      return id;
    }

    private void time() throws IOException, Rejection {
      if (format.timeSource() == TimeSource.RECORD) {
        parser.skipChildren();
        return;
      }
      if (timeSeen) {
        throw new Rejection(
            RejectReason.DUPLICATE_FIELD, "'" + format.timeField() + "' stands there twice");
      }
      timeSeen = true;
      JsonToken token = parser.currentToken();
      if (token == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        timeMs = parser.getLongValue();
        if (timeMs == DecodedRecord.NO_TIME) {
          throw new Rejection(
              RejectReason.NEGATIVE_TIME,
              "the event time must not lie before 1970, found " + timeMs);
        }
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        timeMs = wholeTime();
      } else if (token == JsonToken.VALUE_STRING) {
        try {
          timeMs = EventTime.parseIso(parser.getText());
        } catch (DateTimeException e) {
          throw invalidTime("the string \"" + Shown.quote(parser.getText()) + "\"");
        }
      } else if (token != JsonToken.VALUE_NULL) {
        throw invalidTime(token.isNumeric() ? Shown.quote(parser.getText()) : describe(token));
      }
    }

    /** Some clients write whole numbers with a fraction of nothing, such as 5.0. */
    private long wholeTime() throws IOException, Rejection {
      double value = parser.getDoubleValue();
      if (value != Math.rint(value) || !(value >= 0 && value <= MOST_EXACT)) {
        throw invalidTime(Shown.quote(parser.getText()));
      }
      return (long) value;
    }

    private Rejection invalidTime(String found) {
      return new Rejection(
          RejectReason.INVALID_TIME,
          "'%s' must be ISO-8601 or whole epoch milliseconds, found %s"
              .formatted(format.timeField(), found));
    }

    /**
     * @param mayBeTime whether it stands where the event time is looked for, and none was found yet
     */
    private void extra(String name, boolean mayBeTime) throws IOException, Rejection {
      if (!format.ignoreExtraFields()) {
        throw new Rejection(
            RejectReason.EXTRA_FIELD,
            "'%s' is not in the schema; %s; %s"
                .formatted(Shown.quote(name), remedy(name, mayBeTime), format.names()));
      }
      parser.skipChildren();
    }

    private String remedy(String name, boolean mayBeTime) {
      if (isEnvelope(name)) {
        return "if this is an envelope of Kafka Connect, value.converter.schemas.enable=false sends the vector without it";
      }
      return (mayBeTime ? "if it is the event time, name it in time.field; else " : "")
          + "features.extra=ignore would pass over it";
    }

    /** Whether a field looks like what Kafka Connect puts beside a value. */
    private boolean isEnvelope(String name) {
      JsonToken value = parser.currentToken();
      return name.equals("schema")
          && (value == JsonToken.START_OBJECT || value == JsonToken.VALUE_NULL);
    }

    private void requireAll() throws Rejection {
      if (flat && nested) {
        throw new Rejection(
            RejectReason.NOT_A_VECTOR,
            "features stand both in '" + VectorFormat.FEATURES + "' and beside it");
      }
      for (int i = 0; i < seen.length; i++) {
        if (!seen[i] && !holes) {
          throw new Rejection(
              RejectReason.MISSING_FEATURE, "'" + schema.feature(i).name() + "' is absent");
        }
        if (!seen[i]) {
          values[i] = Float.NaN;
        }
      }
    }

    private static String describe(JsonToken token) {
      if (token == null) {
        return "nothing";
      }
      return switch (token) {
        case START_OBJECT -> "an object";
        case START_ARRAY -> "an array";
        case VALUE_STRING -> "a string";
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
        case VALUE_TRUE, VALUE_FALSE -> "a boolean";
        case VALUE_NULL -> "null";
        default -> token.name();
      };
    }
  }
}
