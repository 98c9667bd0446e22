package io.tplus1.ops;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What instances show one another in place of {@code http.token}, of which it is made and does not
 * tell: it opens what is read, and no command. Where others are reached, any member of the Kafka
 * group says for itself.
 */
final class PeerToken {
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] PURPOSE =
      "instances read from one another".getBytes(StandardCharsets.US_ASCII);

  private PeerToken() {}

  static String of(String token) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(PURPOSE));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each Java has " + ALGORITHM, e);
    }
  }
}
