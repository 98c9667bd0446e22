package io.tplus1.ops;

/**
 * An address, or all below one, with what answers there.
 *
 * @param prefix whether whatever follows the path is answered, and not the path itself
 * @param handler null where a stream answers
 * @param streamer null where no stream answers
 */
record Route(
    String path,
    boolean prefix,
    HttpEndpoint.Access access,
    Handler handler,
    HttpEndpoint.Streamer streamer) {
  private static final String WAITING = "/api/";

  /**
   * Whether other instances or a broker are asked for an answer. What an instance asks of another
   * must not be: two would wait for each other.
   */
  boolean mayWait(Call call) {
    boolean ofInstance = call.isLocal() && access == HttpEndpoint.Access.READ && streamer == null;
    return path.startsWith(WAITING) && !ofInstance;
  }

  boolean matches(String asked) {
    return prefix ? asked.startsWith(path) && asked.length() > path.length() : asked.equals(path);
  }
}
