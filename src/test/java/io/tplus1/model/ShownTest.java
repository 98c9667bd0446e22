package io.tplus1.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShownTest {
  private static final String PAIR = "\ud83c\udf00";

  @Test
  void of_whatIsHidden_isAMark() {
    assertThat(Shown.of("a\u0000\r\n\t\u001b[2J\u007f\u009b\u2028\u202e\ufeffb"))
        .isEqualTo("a?????[2J?????b");
  }

  @Test
  void of_wordsOfAnyLanguage_areAsTheyAre() {
    String words = "Grüße, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, " + PAIR + " 台風";

    assertThat(Shown.of(words)).isEqualTo(words);
    assertThat(Shown.lines(words)).isEqualTo(words);
  }

  @Test
  void of_longerThanThereIsRoom_isCutBeforeAPairAndSaysSo() {
    assertThat(Shown.of("ab" + PAIR, 4)).isEqualTo("ab" + PAIR);
    assertThat(Shown.of("ab" + PAIR + "c", 4)).isEqualTo("ab" + PAIR + "…");
    assertThat(Shown.of("ab" + PAIR, 3)).isEqualTo("ab…");
  }

  /** JSON can hold one, and no encoder takes it. */
  @Test
  void of_halfOfAPair_isAMark() {
    assertThat(Shown.of("a" + PAIR.charAt(0) + "b" + PAIR.charAt(1))).isEqualTo("a?b?");
  }

  @Test
  void print_textsAndNumbers_fillTheFormatWhoseLineEndsStay() {
    StringWriter printed = new StringWriter();

    Shown.print(
        new PrintWriter(printed),
        "%s\t%,d %.1f%n%-6s|%n",
        List.of("a\nb\u001b[2J"),
        1_234,
        0.5,
        "\r");

    assertThat(printed).hasToString("[a?b?[2J]\t1,234 0.5%n?     |%n".formatted());
  }

  @Test
  void quote_ofAnyLength_isShort() {
    assertThat(Shown.quote("a".repeat(100))).isEqualTo("a".repeat(100));
    assertThat(Shown.quote("a".repeat(101))).isEqualTo("a".repeat(100) + "…");
  }
}
