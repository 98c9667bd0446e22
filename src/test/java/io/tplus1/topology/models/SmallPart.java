package io.tplus1.topology.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import java.util.Arrays;
import java.util.List;

/** A linear part whose bytes are a text that begins with {@code part} and is its hash. */
record SmallPart(String hash, FeatureSchema schema, int horizon) implements LinearForecaster {
  static final FeatureSchema SCHEMA =
      FeatureSchema.of(List.of(Feature.number("a"), Feature.number("b")));

  /** A part of {@link #SCHEMA}; of another, if the text says so. */
  static SmallPart decode(byte[] bytes) throws InvalidArtifactException {
    String text = new String(bytes, UTF_8);
    if (text.startsWith("newer part")) {
      throw InvalidArtifactException.ofNewerFormat("a part was expected, found a newer one");
    }
    if (!text.startsWith("part")) {
      throw new InvalidArtifactException("a part was expected, found " + text.length() + " bytes");
    }
    return new SmallPart(
        text, text.contains("other") ? FeatureSchema.of(List.of(Feature.number("x"))) : SCHEMA, 1);
  }

  @Override
  public byte[] toBytes() {
    return hash.getBytes(UTF_8);
  }

  @Override
  public void forecast(FeatureWindow window, float[] out) {
    Arrays.fill(out, 0);
  }
}
