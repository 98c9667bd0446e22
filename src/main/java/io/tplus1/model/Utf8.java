package io.tplus1.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Text of others' bytes, as it was meant or not at all, without a byte order mark before it. */
public final class Utf8 {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** What stands where bytes made no sense; it may have been meant, too. */
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /**
   * The text.
   *
   * @throws IOException if the bytes are no UTF-8
   */
  public static String text(byte[] bytes) throws IOException {
    String text = new String(bytes, UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      try {
        UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      } catch (CharacterCodingException e) {
        throw isNot(e);
      }
    }
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** What is said of bytes that are no UTF-8. */
  static IOException isNot(CharacterCodingException cause) {
    return new IOException("UTF-8 was expected, found other bytes", cause);
  }

  /**
   * The text little by little, for what is large; the reader throws a {@link
   * CharacterCodingException} if the bytes are no UTF-8.
   */
  static Reader reader(byte[] bytes) {
    boolean marked =
        bytes.length >= MARK.length
            && bytes[0] == MARK[0]
            && bytes[1] == MARK[1]
            && bytes[2] == MARK[2];
    int from = marked ? MARK.length : 0;
    return new InputStreamReader(
        new ByteArrayInputStream(bytes, from, bytes.length - from), UTF_8.newDecoder());
  }
}
