package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * What an HTTP request is answered with.
 *
 * @param status HTTP status
 * @param type content type
 * @param body the content; given away
 */
record Answer(int status, String type, byte[] body) {
  static final String JSON = "application/json";

  /** A JSON value, fresh at every request. */
  static Answer json(int status, JsonNode value) {
    return new Answer(status, JSON, Json.bytes(value));
  }

  static Answer ok(JsonNode value) {
    return json(200, value);
  }

  /** What is wrong with a request, and what to do. */
  static Answer problem(int status, String sentence) {
    return json(status, Json.object().put("error", sentence));
  }

  static Answer problem(Refusal refusal) {
    return problem(refusal.status(), refusal.getMessage());
  }

  /** What is said where stores throw that they cannot be read now. */
  static Answer storesOpening() {
    return problem(
        503,
        "stores are opening or moving: ask again in a few seconds; if this lasts, they are restored from the brokers, which may take minutes or hours: /health/ready and the log tell");
  }

  static Answer text(int status, String type, String text) {
    return new Answer(status, type, text.getBytes(StandardCharsets.UTF_8));
  }
}
