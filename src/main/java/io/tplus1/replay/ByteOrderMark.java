package io.tplus1.replay;

import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;

/** The mark with which some programs begin a file in UTF-8; it belongs to no text. */
final class ByteOrderMark {
  private static final char MARK = '\ufeff';

  private ByteOrderMark() {}

  /** The same text without the mark, if it begins with it. */
  static Reader skip(Reader reader) throws IOException {
    PushbackReader text = new PushbackReader(reader);
    int first = text.read();
    if (first >= 0 && first != MARK) {
      text.unread(first);
    }
    return text;
  }
}
