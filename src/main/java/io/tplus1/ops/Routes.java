package io.tplus1.ops;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * What the server answers at which address, and who may take it. Until {@linkplain #complete all
 * are there}, only what asks for health is found. Any thread.
 */
final class Routes {
  private final LongSupplier nanoClock;
  private final List<Route> routes = new CopyOnWriteArrayList<>();
  private volatile boolean complete;

  /** Who may take a route. */
  enum Access {
    /** Anybody: there is no data in it. */
    OPEN,
    /** Anybody, at any rate, so that whoever asks too much gets no healthy instance restarted. */
    HEALTH,
    /** Who may read. */
    READ,
    /** Who may command models; by POST. */
    COMMAND
  }

  /** Answers by a stream without end; takes the exchange over. */
  @FunctionalInterface
  interface Streamer {
    void stream(Call call, HttpExchange exchange) throws Refusal, IOException;
  }

  /**
   * One address, or all below it.
   *
   * @param path the address, or what comes before it
   * @param prefix whether it is for all that follows the path, and not for the path itself
   * @param handler answers; null where a streamer does
   * @param streamer answers; null where a handler does
   */
  record Route(String path, boolean prefix, Access access, Handler handler, Streamer streamer) {
    /**
     * Whether other instances or a broker are asked for an answer. What an instance asks of another
     * must not be: two would wait for each other.
     */
    boolean mayWait(Call call) {
      boolean ofInstance = call.isLocal() && access == Access.READ && streamer == null;
      return path.startsWith("/api/") && !ofInstance;
    }

    /** Refuses a request by another method, or of somebody who may not take the route. */
    void requireAccess(HttpExchange exchange, Admission admission) throws Refusal {
      String method = exchange.getRequestMethod();
      boolean post = access == Access.COMMAND;
      if (post ? !method.equals("POST") : !method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", post ? "POST" : "GET, HEAD");
        throw new Refusal(405, "this address is for " + (post ? "POST" : "GET"));
      }
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      switch (access) {
        case OPEN, HEALTH -> {}
        case READ -> admission.requireReader(authorization);
        case COMMAND -> admission.requireCommander(authorization);
      }
    }

    private boolean matches(String asked) {
      return prefix ? asked.startsWith(path) && asked.length() > path.length() : asked.equals(path);
    }
  }

  /**
   * @param nanoClock by which health is worked out anew
   */
  Routes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Adds a route for one path. */
  Routes add(String path, Access access, Handler handler) {
    Handler given = access == Access.HEALTH ? new RecentAnswer(handler, nanoClock) : handler;
    routes.add(new Route(path, false, access, given, null));
    return this;
  }

  /** Adds a route for whatever follows a path. */
  Routes addBelow(String path, Access access, Handler handler) {
    routes.add(new Route(path, true, access, handler, null));
    return this;
  }

  /** Adds a route that is answered by a stream. */
  Routes addStream(String path, Streamer streamer) {
    routes.add(new Route(path, false, Access.READ, null, streamer));
    return this;
  }

  /** From now on all are found. */
  void complete() {
    complete = true;
  }

  boolean areComplete() {
    return complete;
  }

  /** The route of an address. */
  Optional<Route> find(URI uri) {
    String path = uri.getRawPath();
    return path == null
        ? Optional.empty()
        : routes.stream()
            .filter(route -> complete || route.access() == Access.HEALTH)
            .filter(route -> route.matches(path))
            .findFirst();
  }

  /** What is said where there is no route, or not yet. */
  Refusal nothingThere() {
    if (!complete) {
      return new Refusal(503, "the instance is starting: ask again; /health/ready says what for");
    }
    return new Refusal(404, "there is nothing at this address; /openapi.yaml lists what there is");
  }
}
