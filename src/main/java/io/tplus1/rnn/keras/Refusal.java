package io.tplus1.rnn.keras;

/** The words that refusals share. */
final class Refusal {
  static final String SAVE_AGAIN =
      "only whole models of Keras are supported, so save the model again with"
          + " model.save('model.h5')";

  private static final int MAX_QUOTE = 80;

  private Refusal() {}

  /** Text of a file, made fit for one line of a message: short, printable. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(MAX_QUOTE)
        .forEach(
            c -> {
              boolean plain =
                  Character.isLetterOrDigit(c)
                      || Character.getType(c) == Character.OTHER_SYMBOL
                      || (c >= ' ' && c < 0x7f);
              out.appendCodePoint(plain ? c : '?');
            });
    return text.codePointCount(0, text.length()) > MAX_QUOTE
        ? out.append('…').toString()
        : out.toString();
  }
}
