package io.tplus1.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CsvVocabularyTest {
  @Test
  void learn_severalColumns_theirWordsInAlphabeticalOrder() {
    assertThat(learn(List.of("c", "d"), "a,c,d", "1,v,y", "2, u ,x", "3,v,NA", "4,,x", "", "5,u,y"))
        .isEqualTo(Map.of("c", List.of("u", "v"), "d", List.of("x", "y")));
  }

  /** That is what each word is called that has no id, so it has none. */
  @Test
  void learn_nameOfUnknownWords_isNone() {
    assertThat(learn(List.of("c"), "a,c", "1,u", "2,<unknown>"))
        .isEqualTo(Map.of("c", List.of("u")));
    assertThatThrownBy(() -> learn(List.of("c"), "a,c", "1,<unknown>"))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv: column 'c' (setting categories) has no words");
  }

  @Test
  void learn_byteOrderMark_isNoPartOfTheName() {
    assertThat(learn(List.of("c"), "\ufeffc,a", "u,1")).isEqualTo(Map.of("c", List.of("u")));
  }

  @Test
  void learn_quotedBehindABlank_isTheWordWithoutQuotes() {
    assertThat(learn(List.of("c"), "a, c", "1, \"storm, late\"", "2, calm", "3,\"calm\""))
        .isEqualTo(Map.of("c", List.of("calm", "storm, late")));
  }

  @Test
  void learn_noSuchColumn_errorNamesItAndItsSetting() {
    assertThatThrownBy(() -> learn(List.of("e"), "a,c", "1,u"))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv has no column 'e' (setting categories): its header is [a, c]");
  }

  @Test
  void learn_shortRow_errorNamesLine() {
    assertThatThrownBy(() -> learn(List.of("c"), "a,c", "1,u", "2"))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv, line 3: 2 cells were expected, as in the header, found 1");
  }

  @Test
  void learn_noWords_errorSaysSo() {
    assertThatThrownBy(() -> learn(List.of("c"), "a,c", "1,NA", "2,"))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv: column 'c' (setting categories) has no words");
  }

  @Test
  void learn_nothing_errorAsksForHeader() {
    assertThatThrownBy(() -> learn(List.of("c")))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv is empty: a header line was expected");
  }

  @Test
  void learn_tooManyWords_errorAsksWhetherItIsACategory() {
    String rows =
        IntStream.rangeClosed(0, CsvVocabulary.MOST_WORDS)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining("\n"));

    assertThatThrownBy(() -> learn(List.of("c"), "c", rows))
        .isInstanceOf(CsvException.class)
        .hasMessage(
            "data.csv: column 'c' has more than 100000 different values: is it a category?");
  }

  private static Map<String, List<String>> learn(List<String> columns, String... lines) {
    return CsvVocabulary.learn(
        "data.csv",
        new StringReader(String.join("\n", lines)),
        CsvVectorsTest.settings(null, null),
        columns,
        Integer.MAX_VALUE);
  }
}
