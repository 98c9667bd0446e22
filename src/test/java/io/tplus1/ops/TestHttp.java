package io.tplus1.ops;

import io.tplus1.config.HttpSettings;
import java.util.Optional;

/** How tests are watched: from this machine, without a token, at any rate. */
final class TestHttp {
  private TestHttp() {}

  static HttpSettings settings(String host) {
    return settings(host, Optional.empty());
  }

  static HttpSettings settings(String host, Optional<String> advertised) {
    return new HttpSettings(
        0, "http.port", host, advertised, Optional.empty(), 1_000_000, 1, 16, true, 0);
  }
}
