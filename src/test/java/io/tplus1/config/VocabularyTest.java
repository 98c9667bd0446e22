package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code vocabulary.NAME} lists words. */
class VocabularyTest {
  private static Configuration configuration(String words) {
    return new Configuration(Map.of("features", "s", "categories", "s", "vocabulary.s", words));
  }

  @Test
  void schema_arrayOfJson_holdsAnyWords() {
    assertThat(
            configuration(" [\"a\", \",\",\" \",\"\\n\",\" b \",\"\\\"\"] ")
                .schema()
                .feature(0)
                .vocabulary())
        .containsExactly("a", ",", " ", "\n", " b ", "\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " [unk] , a ,b|[unk];a;b",
        "[a],[b]|[a];[b]",
        "[a]|[a]",
        "[a,b]|[a;b]",
        "[1],2|[1];2",
        "[,]|[;]"
      })
  void schema_commasBetween_areSplitThere(String words, String expected) {
    assertThat(configuration(words).schema().feature(0).vocabulary())
        .containsExactly(expected.split(";"));
  }

  /** Whole numbers are words too, where records have them. */
  @Test
  void constructor_arrayOfNumbers_saysHowTheyAreWritten() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration("[1, 2]"))
        .withMessageContaining("must hold strings alone, found 1: write [\"1\",\"2\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"a\",\"b]",
        "[\"a\",null]",
        "[\"a\"],b",
        "[\"a\",1]",
        "[1,2]",
        "[1,\"a\"]",
        "[null,\"a\"]",
        "[ ]"
      })
  void constructor_arrayThatIsNone_isRefused(String words) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration(words))
        .withMessageContaining("vocabulary.s")
        .withMessageContaining("an array of JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b,a|holds a word twice",
        "a,,b|blank",
        "a,<unknown>|must not hold '<unknown>'",
        "''|blank",
        "[\"a\",\"b\\ud83d\"]|half of a pair of surrogates"
      })
  void constructor_wrongWords_areRefused(String words, String expected) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> configuration(words))
        .withMessageContaining("vocabulary.s")
        .withMessageContaining(expected);
  }
}
