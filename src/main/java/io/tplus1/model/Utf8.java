package io.tplus1.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text of others' bytes, as it was meant or not at all. Any thread. */
public final class Utf8 {
  private Utf8() {}

  /**
   * The text.
   *
   * @throws IOException if the bytes are no UTF-8
   */
  public static String text(byte[] bytes) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
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
