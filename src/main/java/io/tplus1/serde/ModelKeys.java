package io.tplus1.serde;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keys of the topic {@code models}, UTF-8: {@code artifact/<hash>}, {@code champion/<model name>}
 * and {@code linear/<model name>/<expert>}.
 *
 * <p>A model name may hold slashes, an expert's name may not.
 */
public final class ModelKeys {
  private static final String ARTIFACT = "artifact/";
  private static final String CHAMPION = "champion/";
  private static final String LINEAR = "linear/";
  private static final int MAX_LENGTH = 1_024;

  /** A content hash. */
  static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** What a key says. */
  public sealed interface Key {}

  /**
   * An artifact's bytes.
   *
   * @param hash content hash, 64 hexadecimal digits
   */
  public record Artifact(String hash) implements Key {}

  /** The pointer to the champion of a model name. */
  public record Champion(String modelName) implements Key {}

  /** What a linear expert of a model name has learnt. */
  public record Linear(String modelName, String expert) implements Key {}

  private ModelKeys() {}

  /**
   * Key of an artifact.
   *
   * @param hash content hash, 64 hexadecimal digits
   */
  public static String artifact(String hash) {
    if (!isHash(hash)) {
      throw new IllegalArgumentException(
          "an artifact's hash has 64 hexadecimal digits, found '" + hash + "'");
    }
    return ARTIFACT + hash;
  }

  /** Key of the pointer to the champion. */
  public static String champion(String modelName) {
    return CHAMPION + requireName(modelName);
  }

  /** Key of a linear expert's part. */
  public static String linear(String modelName, String expert) {
    if (expert.isEmpty() || expert.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "an expert's name has no slash and is not empty, found '" + expert + "'");
    }
    return linearPrefix(modelName) + expert;
  }

  /** What the keys of a model name's linear experts begin with. */
  public static String linearPrefix(String modelName) {
    return LINEAR + requireName(modelName) + "/";
  }

  /**
   * What a record's key says.
   *
   * @param key as it came; may be null
   * @return empty if it is none of ours
   */
  public static Optional<Key> parse(byte[] key) {
    if (key == null || key.length > MAX_LENGTH) {
      return Optional.empty();
    }
    return parse(new String(key, StandardCharsets.UTF_8));
  }

  /**
   * What a key says.
   *
   * @return empty if it is none of ours
   */
  public static Optional<Key> parse(String key) {
    if (key.startsWith(ARTIFACT)) {
      return Optional.of(key.substring(ARTIFACT.length()))
          .filter(ModelKeys::isHash)
          .map(Artifact::new);
    }
    if (key.startsWith(CHAMPION)) {
      return Optional.of(key.substring(CHAMPION.length()))
          .filter(name -> !name.isEmpty())
          .map(Champion::new);
    }
    int slash = key.lastIndexOf('/');
    if (key.startsWith(LINEAR) && slash > LINEAR.length() && slash < key.length() - 1) {
      return Optional.of(
          new Linear(key.substring(LINEAR.length(), slash), key.substring(slash + 1)));
    }
    return Optional.empty();
  }

  /** Whether a text is a content hash. */
  public static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  private static String requireName(String modelName) {
    if (modelName.isEmpty()) {
      throw new IllegalArgumentException("a model's name is not empty");
    }
    return modelName;
  }
}
