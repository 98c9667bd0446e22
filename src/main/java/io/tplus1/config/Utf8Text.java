package io.tplus1.config;

import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/** What files of text have in common: they are UTF-8, and some programs begin them with a mark. */
public final class Utf8Text {
  private static final char MARK = '\ufeff';

  private Utf8Text() {}

  /**
   * The same text without the mark of byte order, which belongs to no text, if it begins with it.
   */
  public static Reader skipMark(Reader reader) throws IOException {
    PushbackReader text = new PushbackReader(reader);
    int first = text.read();
    if (first >= 0 && first != MARK) {
      text.unread(first);
    }
    return text;
  }

  /**
   * What to say, behind the file's name, of one that was not UTF-8; empty if it failed otherwise.
   */
  public static Optional<String> complaint(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return Optional.of(
            "is not UTF-8: convert it, as by `iconv -f latin1 -t utf-8`, with the charset that it has");
      }
    }
    return Optional.empty();
  }
}
