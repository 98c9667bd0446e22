package io.tplus1.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tplus1.config.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How tests are watched: from this machine, without a token, at any rate; and what else may answer.
 */
final class TestHttp {
  private TestHttp() {}

  static HttpSettings settings(String host) {
    return settings(host, Optional.empty());
  }

  static HttpSettings settings(String host, Optional<String> advertised) {
    return new HttpSettings(
        0, "http.port", host, advertised, Optional.empty(), 1_000_000, 1, 16, true, 0);
  }

  /** A server that answers everything alike. */
  static HttpServer answering(int status, String body) throws IOException {
    return answering(status, body, exchange -> {});
  }

  /**
   * A server that answers everything alike.
   *
   * @param seen told of each request
   */
  static HttpServer answering(int status, String body, Consumer<HttpExchange> seen)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.accept(exchange);
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }
}
