package io.tplus1.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.CsvSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextVectorsTest {
  private static final CsvSettings TEXT =
      new CsvSettings(
          true,
          Optional.empty(),
          Optional.empty(),
          "iso",
          Duration.ofSeconds(1),
          "NA",
          MissingValues.NONE);

  private static CsvVectors read(FeatureSchema schema, String text) {
    return CsvVectors.read("a.txt", new StringReader(text), TEXT, schema);
  }

  @Test
  void learn_text_isItsCharactersOnceInOrder() {
    assertThat(
            CsvVocabulary.learn(
                "a.txt", new StringReader("b\na, b?"), TEXT, List.of("symbol"), 100))
        .containsEntry("symbol", List.of("\n", " ", ",", "?", "a", "b"));
  }

  @Test
  void learn_markOfByteOrder_isNoSymbol() {
    assertThat(
            CsvVocabulary.learn(
                "a.txt", new StringReader("\ufeffab"), TEXT, List.of("symbol"), 100))
        .containsEntry("symbol", List.of("a", "b"));
  }

  @Test
  void learn_firstCharacters_theOthersAreNone() {
    List<String> columns = List.of("symbol");
    assertThat(CsvVocabulary.learn("a.txt", new StringReader("😀abc"), TEXT, columns, 2))
        .containsEntry("symbol", List.of("a", "😀"));
  }

  @Test
  void read_text_isAVectorACharacterAtItsPosition() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.category("symbol", List.of("\n", "a", "b"))));

    CsvVectors read = read(schema, "ab\nX");

    assertThat(read.unknownWords())
        .containsExactly("1 of 4 words of 'symbol' are not in its vocabulary, such as 'X'");

    assertThat(read.vectors())
        .extracting(v -> v.vector().values()[0])
        .containsExactly(2f, 3f, 1f, 0f);
    assertThat(read.vectors())
        .extracting(v -> v.vector().timeMs())
        .containsExactly(0L, 1000L, 2000L, 3000L);
    assertThat(CsvVectors.read("a.txt", new StringReader("abc"), TEXT, schema, 2).vectors())
        .hasSize(2);
  }

  /** Outside the first 65,536 characters each takes two of Java's. */
  @Test
  void read_charactersOfTwoHalves_areOneVectorEach() {
    String text = "😀😁😀";
    List<String> words =
        CsvVocabulary.learn("a.txt", new StringReader(text), TEXT, List.of("symbol"), 100)
            .get("symbol");
    assertThat(words).containsExactly("😀", "😁");

    assertThat(read(FeatureSchema.of(List.of(Feature.category("symbol", words))), text).vectors())
        .extracting(v -> v.vector().values()[0])
        .containsExactly(1f, 2f, 1f);
  }

  @Test
  void read_schemaOfNumbers_isRefused() {
    assertThatThrownBy(() -> read(FeatureSchema.ofNumbers("x"), "ab"))
        .isInstanceOf(CsvException.class)
        .hasMessageContaining("one feature, a category");
  }
}
