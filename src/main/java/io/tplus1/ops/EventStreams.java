package io.tplus1.ops;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events: what is new, once a second, to every dashboard that listens.
 *
 * <p>{@link #pulse} makes what all of them get, once; a thread of each, a bounded number, writes
 * it, and asks for the series that its dashboard shows. One that does not read is cut off. One that
 * is slow misses pulses and no news: of each kind of event it gets the newest that it has not seen,
 * and each tells all that a dashboard needs of its kind, or its next ones do.
 */
final class EventStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

  private final int most;
  private final SeriesSource source;
  private final Duration longestSilence;
  private final Writes writes;
  private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
  private final Object turn = new Object();
  private final Map<String, Sent> latest = new LinkedHashMap<>();
  private long turns;
  private boolean closed;

  /** One event of a stream. */
  record Event(String name, byte[] json) {}

  /** An event, and the pulse that brought it. */
  private record Sent(long turn, Event event) {}

  /** Tells of a series what is asked of it by its key. */
  @FunctionalInterface
  interface SeriesSource {
    Answer of(String key) throws Refusal;
  }

  /**
   * @param most dashboards that are served at a time
   */
  EventStreams(int most, SeriesSource source) {
    this(most, source, LONGEST_SILENCE, System::nanoTime);
  }

  EventStreams(int most, SeriesSource source, Duration longestSilence, LongSupplier nanoClock) {
    this.most = most;
    this.source = source;
    this.longestSilence = longestSilence;
    this.writes = new Writes(nanoClock);
  }

  /** Whether anybody listens. */
  boolean isHeard() {
    return !listeners.isEmpty();
  }

  int count() {
    return listeners.size();
  }

  /** Cuts off those that do not read. */
  void cutOffStuck() {
    writes.cutOffStuck();
  }

  /** Hands events to every listener. */
  void pulse(List<Event> events) {
    synchronized (turn) {
      turns++;
      for (Event event : events) {
        latest.put(event.name(), new Sent(turns, event));
      }
      turn.notifyAll();
    }
  }

  /**
   * Takes an exchange over.
   *
   * @param first makes what this listener gets at once
   */
  void listen(Call call, HttpExchange exchange, Supplier<List<Event>> first)
      throws Refusal, IOException {
    long now;
    synchronized (turn) {
      now = turns;
    }
    Listener listener = new Listener(call.parameter("series"), exchange, now);
    synchronized (listeners) {
      if (listeners.size() >= most) {
        throw new Refusal(503, "as many dashboards listen as http.streams=" + most + " allows");
      }
      listeners.add(listener);
    }
    boolean isServed = false;
    try {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "text/event-stream; charset=utf-8");
      headers.set("Cache-Control", "no-store");
      headers.set("X-Accel-Buffering", "no");
      // After the listener is known, so that no pulse falls between.
      List<Event> begin = first.get();
      writes.run(() -> exchange.sendResponseHeaders(200, 0));
      Thread thread = new Thread(() -> listener.run(begin), "live");
      thread.setDaemon(true);
      thread.start();
      isServed = true;
    } catch (Error e) {
      // No thread to be had, say: an exception the caller answers, an error nobody.
      exchange.close();
      throw e;
    } finally {
      if (!isServed) {
        listeners.remove(listener);
      }
    }
  }

  /** One dashboard. */
  private final class Listener {
    private final Optional<String> key;
    private final HttpExchange exchange;

    /** The newest pulse of which everything is written. */
    private long seen;

    /** The last answer of its series that the dashboard knows. */
    private byte[] lastAnswer = {};

    Listener(Optional<String> key, HttpExchange exchange, long seen) {
      this.key = key;
      this.exchange = exchange;
      this.seen = seen;
    }

    void run(List<Event> first) {
      try (exchange) {
        OutputStream out = exchange.getResponseBody();
        List<Event> events = new ArrayList<>(first);
        while (true) {
          addSeries(events);
          List<Event> now = events;
          writes.run(() -> write(out, now));
          synchronized (turn) {
            if (turns == seen && !closed) {
              turn.wait(longestSilence.toMillis());
            }
            if (closed) {
              return;
            }
            events = new ArrayList<>();
            for (Sent sent : latest.values()) {
              if (sent.turn() > seen) {
                events.add(sent.event());
              }
            }
            seen = turns;
          }
        }
      } catch (IOException e) {
        LOG.debug("A dashboard went away", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.warn("A dashboard is no longer served", e);
      } finally {
        listeners.remove(this);
      }
    }

    /** Puts what is new of its series first: it is what a person waits for. */
    private void addSeries(List<Event> events) {
      if (key.isEmpty()) {
        return;
      }
      Answer answer = ask(key.get());
      if (!Arrays.equals(answer.body(), lastAnswer)) {
        lastAnswer = answer.body();
        String name =
            switch (answer.status()) {
              case 200 -> "series";
              case 404 -> "gone";
              default -> "refused";
            };
        events.add(0, new Event(name, answer.body()));
      }
    }

    private Answer ask(String asked) {
      try {
        return source.of(asked);
      } catch (Refusal e) {
        return Answer.problem(e);
      } catch (InvalidStateStoreException e) {
        return Answer.storesOpening();
      }
    }

    private void write(OutputStream out, List<Event> events) throws IOException {
      if (events.isEmpty()) {
        out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
      }
      for (Event event : events) {
        out.write(("event: " + event.name() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        out.write(event.json());
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
    }
  }

  @Override
  public void close() {
    synchronized (turn) {
      closed = true;
      turn.notifyAll();
    }
  }
}
