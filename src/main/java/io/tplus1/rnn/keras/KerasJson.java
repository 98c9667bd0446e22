package io.tplus1.rnn.keras;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tplus1.model.Shown;

/** Parses the JSON inside a file's attributes, within bounds of size, depth and count. */
final class KerasJson {
  /** A model of a hundred layers needs about 60 kB. */
  static final int MAX_CHARS = 2 << 20;

  /** Wrapper in model in initializer: a dozen in earnest. */
  private static final int MAX_DEPTH = 64;

  /** A parsed token may cost a hundred bytes. */
  private static final int MAX_TOKENS = 400_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(100)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  // Else each name that was ever read is kept.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  // Python writes NaN and Infinity, for example as an optimizer's clip value.
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private KerasJson() {}

  static JsonNode parse(String attribute, String text) throws KerasImportException {
    if (text.length() > MAX_CHARS) {
      throw new KerasImportException(
          "its %s has %d characters, and at most %d are supported; save the model with fewer layers"
              .formatted(attribute, text.length(), MAX_CHARS));
    }
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new KerasImportException(
          "its %s is not readable JSON (%s); %s"
              .formatted(attribute, Shown.quote(e.getOriginalMessage()), Refusal.SAVE_AGAIN),
          e);
    }
  }
}
