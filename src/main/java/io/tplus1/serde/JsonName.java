package io.tplus1.serde;

import io.tplus1.feature.Feature;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A field's name with its quotes and colon, made once and written eight bytes at a time: names are
 * short, and a copy of a few bytes costs a call. Immutable; any thread.
 */
final class JsonName {
  private final long[] words;
  private final int length;

  private JsonName(byte[] bytes) {
    this.length = bytes.length;
    this.words = new long[(length + Long.BYTES - 1) / Long.BYTES];
    byte[] padded = Arrays.copyOf(bytes, words.length * Long.BYTES);
    for (int i = 0; i < words.length; i++) {
      words[i] = (long) WholeDigits.BYTES.get(padded, i * Long.BYTES);
    }
  }

  /** A name, escaped as JSON wants it. */
  static JsonName of(String name) {
    JsonBytes json = new JsonBytes();
    json.writeString(name);
    byte[] quoted = json.toBytes();
    byte[] bytes = Arrays.copyOf(quoted, quoted.length + 1);
    bytes[quoted.length] = ':';
    return new JsonName(bytes);
  }

  /** This name, and the first within the object that it begins. */
  JsonName beginning(JsonName first) {
    String text = this + "{" + first;
    return new JsonName(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The names of features, in order. */
  static JsonName[] of(List<Feature> features) {
    return features.stream().map(feature -> of(feature.name())).toArray(JsonName[]::new);
  }

  /** The names of a feature's categories, in order. */
  static JsonName[] categories(Feature feature) {
    return IntStream.range(0, feature.isCategory() ? feature.width() : 0)
        .mapToObj(id -> of(feature.category(id)))
        .toArray(JsonName[]::new);
  }

  /** Most bytes that {@link #write} touches. */
  int mostBytes() {
    return words.length * Long.BYTES;
  }

  /**
   * Writes the name.
   *
   * @param to has room for {@link #mostBytes}
   * @param at where to begin
   * @return where it ends
   */
  int write(byte[] to, int at) {
    for (int i = 0; i < words.length; i++) {
      WholeDigits.BYTES.set(to, at + i * Long.BYTES, words[i]);
    }
    return at + length;
  }

  @Override
  public String toString() {
    byte[] bytes = new byte[mostBytes()];
    return new String(bytes, 0, write(bytes, 0), StandardCharsets.UTF_8);
  }
}
