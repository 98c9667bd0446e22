package io.tplus1.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text of others' bytes, as it was meant or not at all. Any thread. */
public final class Utf8 {
  /** What some editors and libraries begin a text with. */
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private Utf8() {}

  /**
   * The text, without a byte order mark before it.
   *
   * @throws IOException if the bytes are no UTF-8
   */
  public static String text(byte[] bytes) throws IOException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      if (text.hasRemaining() && text.charAt(0) == BYTE_ORDER_MARK) {
        text.get();
      }
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new IOException("UTF-8 was expected, found other bytes", e);
    }
  }

  /** Whether bytes are UTF-8. */
  public static boolean is(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
