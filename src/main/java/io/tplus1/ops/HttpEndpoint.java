package io.tplus1.ops;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tplus1.config.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: its threads, and what holds of every request, whichever of the {@link Routes} it
 * takes. The JDK's own server, because few routes and one kind of stream need no library.
 *
 * <p>Up to {@value #READERS} threads read requests, which clients may send in drops, refuse them,
 * and answer what asks for health; where none is free, the accepting thread reads itself, so that
 * it accepts no more. At most {@value #THREADS} others answer, and as many again what may have to
 * wait for another instance or a broker, so that metrics never stand behind that. Behind them
 * requests queue, and behind the queues all else is refused.
 */
final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final int READERS = 64;
  private static final int THREADS = 6;
  private static final int MOST_QUEUED = 128;
  private static final int BACKLOG = 64;
  private static final int LOOK_SECONDS = 5;
  private static final int LEAST_COMPRESSED = 1_400;
  private static final String LONGEST_REQUEST = "sun.net.httpserver.maxReqTime";
  private static final int LONGEST_REQUEST_SECONDS = 10;
  private static final String LARGEST_HEAD = "sun.net.httpserver.maxReqHeaderSize";

  /** In bytes: an address, a token, and what a browser has of other servers on this host. */
  private static final int LARGEST_HEAD_BYTES = 4 * Call.MOST_ADDRESS;

  private static final String MOST_CONNECTIONS = "jdk.httpserver.maxConnections";

  static final String NO_DELAY = "sun.net.httpserver.nodelay";

  /** Beside event streams; without a bound, strangers could take all files that may be open. */
  private static final int BESIDE_STREAMS = 512;

  /** A connection that ends sooner without a request was closed by its client. */
  private static final Duration SLOW_REQUEST = Duration.ofSeconds(1);

  private final HttpServer server;
  private final ThreadPoolExecutor readers =
      new ThreadPoolExecutor(
          0,
          READERS,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DaemonThreads.named("http-read"),
          new ThreadPoolExecutor.CallerRunsPolicy());
  private final ThreadPoolExecutor answering = threads("http");
  private final ThreadPoolExecutor waiting = threads("http-api");

  /** Whether the reader at work has got a whole request. */
  private final ThreadLocal<Boolean> isWhole = new ThreadLocal<>();

  private final LongSupplier nanoClock;
  private final Writes writes;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("http-watch"));
  private final Admission admission;
  private final Routes routes;
  private final BiConsumer<String, Integer> counter;

  /**
   * Binds the server; it answers after {@link #open}.
   *
   * @param counter told the route and status of every answer
   */
  HttpEndpoint(HttpSettings settings, BiConsumer<String, Integer> counter) {
    this(settings, counter, System::nanoTime);
  }

  /**
   * @param nanoClock by which a client that does not read is cut off, one that sends in drops is
   *     counted, and health is worked out anew
   */
  HttpEndpoint(HttpSettings settings, BiConsumer<String, Integer> counter, LongSupplier nanoClock) {
    this.counter = counter;
    this.nanoClock = nanoClock;
    this.writes = new Writes(nanoClock);
    this.routes = new Routes(nanoClock);
    // All are read once, when the JDK's first server of a process is made. A client that sends its
    // request in drops is cut off, and so is one whose address and headers never end.
    setUnlessGiven(LONGEST_REQUEST, LONGEST_REQUEST_SECONDS);
    setUnlessGiven(LARGEST_HEAD, LARGEST_HEAD_BYTES);
    setUnlessGiven(MOST_CONNECTIONS, BESIDE_STREAMS + settings.streams());
    // It writes an answer's head and its body apart: the body would wait until the client has
    // acknowledged the head, which on a kept connection takes some 40 ms (JDK-6968351).
    setUnlessGiven(NO_DELAY, true);
    try {
      InetAddress address = InetAddress.getByName(settings.host());
      this.server = HttpServer.create(new InetSocketAddress(address, settings.port()), BACKLOG);
      this.admission = new Admission(settings, address, System::nanoTime);
      if (!address.isLoopbackAddress() && settings.token().isEmpty()) {
        LOG.warn(
            "http.host={} lets other machines read from here, and no http.token is set",
            settings.host());
      }
    } catch (IOException e) {
      throw new KafkaException(BindFailure.of(e, settings).complaint(settings, e));
    }
    server.setExecutor(exchange -> readers.execute(() -> read(exchange)));
    server.createContext("/", this::handle);
  }

  private static void setUnlessGiven(String property, Object value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value.toString());
    }
  }

  private static ThreadPoolExecutor threads(String name) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_QUEUED),
            DaemonThreads.named(name),
            new ThreadPoolExecutor.AbortPolicy());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** What it answers: health from {@link #open} on, all else from {@link #start} on. */
  Routes routes() {
    return routes;
  }

  /** Begins to answer what asks for health; all else is told that the instance is starting. */
  void open() {
    server.start();
    var unused =
        watch.scheduleWithFixedDelay(
            writes::cutOffStuck, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /** From now on all routes are answered. */
  void start() {
    routes.complete();
  }

  /** Where the server listens. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  /**
   * Reads a request, which ends in {@link #handle} unless it does not come.
   *
   * @param exchange the JDK's, of a connection on which something came
   */
  private void read(Runnable exchange) {
    long began = nanoClock.getAsLong();
    isWhole.set(false);
    exchange.run();
    if (!isWhole.get() && nanoClock.getAsLong() - began > SLOW_REQUEST.toNanos()) {
      counter.accept("none", 408);
    }
  }

  private void handle(HttpExchange exchange) {
    closedByFailures(exchange, () -> take(exchange));
  }

  private void take(HttpExchange exchange) {
    isWhole.set(true);
    String name = "none";
    try {
      Optional<Routes.Route> found = routes.find(exchange.getRequestURI());
      boolean ofHealth = found.isPresent() && found.get().access() == Routes.Access.HEALTH;
      if (!ofHealth) {
        admission.requireRate(exchange.getRemoteAddress().getAddress());
      }
      admission.requireHost(exchange.getRequestHeaders().getFirst("Host"));
      Routes.Route route = found.orElseThrow(routes::nothingThere);
      name = route.path();
      route.requireAccess(exchange, admission);
      Call call = Call.of(exchange.getRequestURI(), body(exchange));
      if (ofHealth) {
        answer(route, call, exchange);
      } else {
        (route.mayWait(call) ? waiting : answering)
            .execute(() -> closedByFailures(exchange, () -> answer(route, call, exchange)));
      }
    } catch (Refusal e) {
      send(exchange, name, Answer.problem(e));
    } catch (RejectedExecutionException e) {
      send(exchange, name, Answer.problem(503, "too much is asked at once; ask again"));
    } catch (IOException e) {
      // The client went away, or was cut off.
      isWhole.set(false);
      exchange.close();
    }
  }

  /** What no client is told of, be it of the answer to another failure, closes its connection. */
  private static void closedByFailures(HttpExchange exchange, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      exchange.close(); // Else its client waits without end.
      throw e;
    }
  }

  private void answer(Routes.Route route, Call call, HttpExchange exchange) {
    String name = route.path();
    try {
      if (route.streamer() != null) {
        secure(exchange.getResponseHeaders());
        route.streamer().stream(call, exchange);
        counter.accept(name, 200);
        return;
      }
      send(exchange, name, route.handler().answer(call));
    } catch (Refusal e) {
      send(exchange, name, Answer.problem(e));
    } catch (InvalidStateStoreException e) {
      send(exchange, name, Answer.storesOpening());
    } catch (IOException e) {
      // The client went away.
      exchange.close();
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      LOG.warn("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI().getPath(), e);
      send(exchange, name, Answer.problem(500, "this failed here; the log says why"));
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException, Refusal {
    byte[] body = exchange.getRequestBody().readNBytes(Call.MOST_BODY + 1);
    if (body.length > Call.MOST_BODY) {
      throw new Refusal(413, "a body has at most " + Call.MOST_BODY + " bytes");
    }
    return body;
  }

  private void send(HttpExchange exchange, String route, Answer answer) {
    counter.accept(route, answer.status());
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      secure(headers);
      headers.set("Content-Type", answer.type());
      headers.set("Cache-Control", "no-store");
      if (answer.status() == 401) {
        headers.set("WWW-Authenticate", "Bearer");
      }
      if (!routes.areComplete()) {
        headers.set("Refresh", "2"); // So a browser asks again by itself.
      }
      if (answer.status() == 429 || answer.status() == 503) {
        headers.set("Retry-After", "2");
      }
      byte[] body = answer.body();
      if (body.length >= LEAST_COMPRESSED
          && Gzip.isTaken(exchange.getRequestHeaders().getFirst("Accept-Encoding"))) {
        body = Gzip.compress(body);
        headers.set("Content-Encoding", "gzip");
      }
      headers.set("Vary", "Accept-Encoding");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      byte[] bytes = body;
      writes.run(
          () -> {
            exchange.sendResponseHeaders(
                answer.status(), head || bytes.length == 0 ? -1 : bytes.length);
            if (!head) {
              exchange.getResponseBody().write(bytes);
            }
            exchange.close(); // Here, for it may write what is buffered.
          });
    } catch (IOException e) {
      LOG.debug("A client went away", e);
    }
  }

  /** No script, style or connection but our own; nobody frames the page. */
  private static void secure(Headers headers) {
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  @Override
  public void close() {
    server.stop(0);
    readers.shutdownNow();
    answering.shutdownNow();
    waiting.shutdownNow();
    watch.shutdownNow();
  }
}
