package io.tplus1.feature;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * One field of a feature vector: a number, or a category out of a vocabulary.
 *
 * <p>A category is held in a vector as its id: 0 is the slot of every category that is not in the
 * vocabulary, and the n-th word of the vocabulary (counted from 1) has the id n.
 *
 * @param name the field's name in records, such as {@code pressure}
 * @param kind number or category
 * @param vocabulary the known categories in id order; empty for a number
 */
public record Feature(String name, Kind kind, List<String> vocabulary) {

  /** What a field holds. */
  public enum Kind {
    NUMBER,
    CATEGORY
  }

  /** The id of every category that the vocabulary does not hold. */
  public static final int UNKNOWN = 0;

  /** Name under which probabilities of the {@link #UNKNOWN} category are reported. */
  public static final String UNKNOWN_NAME = "<unknown>";

  /**
   * @throws IllegalArgumentException if the name is blank, a number has a vocabulary, a category
   *     has none, a word stands twice, or is {@link #UNKNOWN_NAME}, or a text is one that UTF-8 has
   *     no bytes for
   */
  public Feature {
    vocabulary = List.copyOf(vocabulary);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a feature's name must not be blank");
    }
    CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    if (!utf8.canEncode(name)) {
      throw new IllegalArgumentException(
          "a feature's name must not hold half of a pair of surrogates, found '" + name + "'");
    }
    if (kind == Kind.NUMBER && !vocabulary.isEmpty()) {
      throw new IllegalArgumentException(
          "feature '" + name + "' is a number and takes no vocabulary, found " + vocabulary);
    }
    if (kind == Kind.CATEGORY && vocabulary.isEmpty()) {
      throw new IllegalArgumentException(
          "feature '" + name + "' is a category and needs a vocabulary of at least one word");
    }
    if (vocabulary.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          "the vocabulary of feature '%s' must not hold a blank word: %s"
              .formatted(name, vocabulary));
    }
    for (int i = 0; i < vocabulary.size(); i++) {
      if (!utf8.canEncode(vocabulary.get(i))) {
        throw new IllegalArgumentException(
            "the vocabulary of feature '%s' must not hold half of a pair of surrogates: word %d does"
                .formatted(name, i + 1));
      }
    }
    if (vocabulary.contains(UNKNOWN_NAME)) {
      throw new IllegalArgumentException(
          "the vocabulary of feature '%s' must not hold '%s', the name of every unknown word"
              .formatted(name, UNKNOWN_NAME));
    }
    // Set.copyOf takes minutes where somebody chose words of one hash code.
    if (new HashSet<>(vocabulary).size() != vocabulary.size()) {
      throw new IllegalArgumentException(
          "the vocabulary of feature '" + name + "' holds a word twice: " + vocabulary);
    }
  }

  public static Feature number(String name) {
    return new Feature(name, Kind.NUMBER, List.of());
  }

  public static Feature category(String name, List<String> vocabulary) {
    return new Feature(name, Kind.CATEGORY, vocabulary);
  }

  public boolean isCategory() {
    return kind == Kind.CATEGORY;
  }

  /** Number of ids of a category, the unknown one included; 1 for a number. */
  public int width() {
    return isCategory() ? vocabulary.size() + 1 : 1;
  }

  /** Whether a value is the id of one of a category's words, or of the unknown one. */
  public boolean isId(float value) {
    return value == (int) value && value >= 0 && value < width();
  }

  /**
   * What differs first between this feature and another of its name, for people.
   *
   * @param here who has this feature, such as {@code here}
   * @param there who has the other, such as {@code in the model}
   */
  String difference(Feature that, String here, String there) {
    if (kind != that.kind) {
      return "'%s' is a %s %s and a %s %s".formatted(name, noun(), here, that.noun(), there);
    }
    int first = Arrays.mismatch(vocabulary.toArray(), that.vocabulary.toArray());
    return "'%s' has %d words %s and %d %s; the first that differs, number %d, is %s %s and %s %s"
        .formatted(
            name,
            vocabulary.size(),
            here,
            that.vocabulary.size(),
            there,
            first + 1,
            quoted(first),
            here,
            that.quoted(first),
            there);
  }

  private String noun() {
    return isCategory() ? "category" : "number";
  }

  /** A word may be any character, and the sentence that it stands in is one line. */
  private String quoted(int word) {
    return word < vocabulary.size()
        ? "'" + vocabulary.get(word).replaceAll("\\p{Cntrl}", "?") + "'"
        : "absent";
  }

  /** The word of an id; {@link #UNKNOWN_NAME} for the unknown one. */
  public String category(int id) {
    return id == UNKNOWN ? UNKNOWN_NAME : vocabulary.get(id - 1);
  }
}
