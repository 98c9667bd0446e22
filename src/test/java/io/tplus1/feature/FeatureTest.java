package io.tplus1.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureTest {

  @Test
  void number_hasWidthOne() {
    Feature feature = Feature.number("pressure");

    assertThat(feature.isCategory()).isFalse();
    assertThat(feature.width()).isEqualTo(1);
  }

  @Test
  void category_countsItsWordsFromOneBehindTheUnknown() {
    Feature feature = Feature.category("status", List.of("storm", "hurricane"));

    assertThat(feature.isCategory()).isTrue();
    assertThat(feature.width()).isEqualTo(3);
    assertThat(feature.category(0)).isEqualTo("<unknown>");
    assertThat(feature.category(1)).isEqualTo("storm");
    assertThat(feature.category(2)).isEqualTo("hurricane");
  }

  /** Where texts are read by their characters. */
  @Test
  void category_charactersOfAText_mayBeAnyCharacter() {
    Feature feature = Feature.category("character", List.of(" ", "?", "\n", ","));

    assertThat(feature.category(2)).isEqualTo("?");
    assertThat(feature.category(0)).isNotEqualTo("?");
  }

  @Test
  void constructor_emptyWord_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.category("status", List.of("a", "")))
        .withMessageContaining("must not hold a blank word");
  }

  @Test
  void constructor_blankName_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.number(" "))
        .withMessageContaining("name must not be blank");
  }

  /** No record holds it: in UTF-8 there is none. */
  @Test
  void constructor_halfOfAPair_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.number("a\ud83d"))
        .withMessageContaining("name must not hold half of a pair of surrogates");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.category("status", List.of("a", "\ude00b")))
        .withMessageContaining("'status' must not hold half of a pair of surrogates: word 2 does");
    assertThat(Feature.category("\ud83d\ude00", List.of("\ud83d\ude00")).width()).isEqualTo(2);
  }

  @Test
  void constructor_numberWithVocabulary_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Feature("wind", Feature.Kind.NUMBER, List.of("strong")))
        .withMessageContaining("'wind' is a number and takes no vocabulary, found [strong]");
  }

  @Test
  void constructor_categoryWithoutVocabulary_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.category("status", List.of()))
        .withMessageContaining("'status' is a category and needs a vocabulary");
  }

  @Test
  void constructor_wordTwice_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.category("status", List.of("a", "b", "a")))
        .withMessageContaining("'status' holds a word twice");
  }

  /** It would stand twice among the probabilities. */
  @Test
  void constructor_wordOfTheUnknown_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Feature.category("status", List.of("a", Feature.UNKNOWN_NAME)))
        .withMessageContaining("'status' must not hold '<unknown>'");
  }
}
