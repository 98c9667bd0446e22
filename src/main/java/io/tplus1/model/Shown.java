package io.tplus1.model;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** Text of others as people are shown it: it forges no line, steers no terminal, and ends. */
public final class Shown {
  /** Longest {@link #quote}, in characters: a class of DL4J with its package is not cut. */
  public static final int LONGEST_QUOTE = 100;

  /**
   * Control characters, line ends of all kinds, halves of pairs, and what turns the direction of
   * writing; not the joiners that Persian and emojis are spelt with.
   */
  private static final String HIDDEN = "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\\u200c\\u200d]]";

  private static final Pattern ALL = Pattern.compile(HIDDEN);
  private static final Pattern ALL_BUT_LINES = Pattern.compile("(?!\\r?\\n|\\t)" + HIDDEN);

  private Shown() {}

  /** The whole text, as a part of a line. */
  public static String of(String text) {
    return ALL.matcher(text).replaceAll("?");
  }

  /**
   * The beginning of a text, as a part of a line.
   *
   * @param most characters; where more were cut off, an ellipsis follows
   */
  public static String of(String text, int most) {
    if (text.length() <= most) {
      return of(text);
    }
    return of(beginning(text, most)) + "…";
  }

  /**
   * The beginning of a text as it is, which ends with a whole character: nobody need read half of
   * one.
   *
   * @param most Java's characters, at least 1, of which what lies beyond 16 bits takes two
   */
  public static String beginning(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  /** As much of a name or a value as a sentence has room for. */
  public static String quote(String text) {
    return of(text, LONGEST_QUOTE);
  }

  /**
   * Prints what a format makes of texts that may be of others: its own line ends and columns stay,
   * and each text is a part of its line.
   *
   * @param parts numbers, and what is printed as the text that it is
   */
  public static void print(PrintWriter print, String format, Object... parts) {
    print.printf(
        Locale.ROOT,
        format,
        Arrays.stream(parts)
            .map(part -> part instanceof Number ? part : of(String.valueOf(part)))
            .toArray());
  }

  /** A text of several lines, which keeps their ends, and tabs. */
  public static String lines(String text) {
    return ALL_BUT_LINES.matcher(text).replaceAll("?");
  }
}
