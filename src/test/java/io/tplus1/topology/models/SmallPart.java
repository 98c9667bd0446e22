package io.tplus1.topology.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.LinearForecaster;
import java.util.List;

/**
 * A linear part whose bytes are its hash.
 *
 * @param share of a feature's sum over the window that it forecasts, by steps; of each place of its
 *     forecast another one
 */
public record SmallPart(String hash, FeatureSchema schema, int horizon, float share)
    implements LinearForecaster {
  static final FeatureSchema SCHEMA =
      FeatureSchema.of(List.of(Feature.number("a"), Feature.number("b")));

  /**
   * Reads a text that begins with {@code part}.
   *
   * @return a part of {@link #SCHEMA}; of another, if the text says so
   */
  static SmallPart decode(byte[] bytes) throws InvalidArtifactException {
    String text = new String(bytes, UTF_8);
    if (text.startsWith("newer part")) {
      throw InvalidArtifactException.ofNewerFormat("a part was expected, found a newer one");
    }
    if (!text.startsWith("part")) {
      throw new InvalidArtifactException("a part was expected, found " + text.length() + " bytes");
    }
    return new SmallPart(
        text,
        text.contains("other") ? FeatureSchema.of(List.of(Feature.number("x"))) : SCHEMA,
        1,
        0);
  }

  @Override
  public byte[] toBytes() {
    return hash.getBytes(UTF_8);
  }

  @Override
  public void forecast(FeatureWindow window, float[] out) {
    for (int i = 0; i < out.length; i++) {
      float sum = 0;
      for (int s = 0; s < window.steps(); s++) {
        sum += window.value(s, i % schema.size());
      }
      out[i] = share * (sum + i) / window.steps();
    }
  }
}
