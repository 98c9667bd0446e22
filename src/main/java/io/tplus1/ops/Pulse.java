package io.tplus1.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.serde.ModelEventSerde;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes what dashboards show, of all instances, once for all that listen. Of {@link #beat} one call
 * at a time, the rest for any thread.
 */
final class Pulse {
  /** How far back points are sent again: those of other instances may come late. */
  private static final long RECENT_MS = 60_000;

  /** How often the whole hour is sent in a row: a dashboard that reads slowly misses some. */
  private static final int WHOLE = 4;

  private final Overview overview;
  private final History history;
  private final Peers peers;
  private final ModelLog log;
  private final EventStreams streams;
  private final Clock clock;
  private long sentMs;
  private long sentEvents = -1;

  /** Whose points were in those that were sent last; null before any were. */
  private Set<String> heard;

  /** How often the whole hour is still to be sent. */
  private int whole;

  /** Whether somebody's part may be missing in points that were sent; set by any thread. */
  private final AtomicBoolean isPartial = new AtomicBoolean();

  Pulse(
      Overview overview,
      History history,
      Peers peers,
      ModelLog log,
      EventStreams streams,
      Clock clock) {
    this.overview = overview;
    this.history = history;
    this.peers = peers;
    this.log = log;
    this.streams = streams;
    this.clock = clock;
  }

  ObjectNode overview(boolean local) {
    ObjectNode own = overview.local();
    if (local) {
      return own;
    }
    Peers.Answers others = peers.askAll(Peers.About.OVERVIEW, "/api/overview");
    return others.putSilent(Overview.merge(own, others.answers()));
  }

  ObjectNode history(boolean local, long afterMs) {
    ObjectNode own = history.json(afterMs);
    if (local) {
      return own;
    }
    return merge(own, askHistory(afterMs));
  }

  private Peers.Answers askHistory(long afterMs) {
    return peers.askAll(Peers.About.HISTORY, "/api/history?after=" + afterMs);
  }

  private ObjectNode merge(ObjectNode own, Peers.Answers others) {
    if (others.answers().isEmpty()) {
      return others.putSilent(own);
    }
    List<JsonNode> all = new ArrayList<>(others.answers());
    all.add(own);
    return others.putSilent(History.merge(all, clock.millis()));
  }

  List<EventStreams.Event> first() {
    ObjectNode hour = hour();
    return List.of(
        event("overview", overview(false)), event("history", hour), event("events", events()));
  }

  private ObjectNode hour() {
    ObjectNode hour = history(false, 0);
    if (!hour.get("silent").isEmpty()) {
      isPartial.set(true);
    }
    return hour;
  }

  /**
   * The newest points; the whole hour once nobody is missing after somebody was, or somebody came:
   * who hangs for long is not even counted among the instances meanwhile.
   */
  private ObjectNode points(long nowMs) {
    // Before anybody is asked: who begins to listen meanwhile may miss somebody.
    boolean wasPartial = isPartial.getAndSet(false);
    long afterMs = nowMs - RECENT_MS;
    Peers.Answers others = askHistory(afterMs);
    boolean isWhole = others.silent().isEmpty();
    boolean hasComer = heard != null && !heard.containsAll(others.heard());
    heard = Set.copyOf(others.heard());
    if (hasComer || (wasPartial && isWhole)) {
      whole = WHOLE;
    }
    if (!isWhole) {
      isPartial.set(true);
    }
    if (whole == 0) {
      return merge(history.json(afterMs), others);
    }
    whole--;
    return hour();
  }

  private ObjectNode events() {
    ObjectNode json = Json.object();
    ArrayNode events = json.putArray("events");
    log.newest().stream().limit(100).map(ModelEventSerde::tree).forEach(events::add);
    return json;
  }

  /** Sends what is new; to be called once a second. */
  void beat() {
    if (!streams.isHeard()) {
      return;
    }
    streams.cutOffStuck();
    List<EventStreams.Event> news = new ArrayList<>();
    news.add(event("overview", overview(false)));
    long nowMs = clock.millis();
    // Set back, the clock does not come to where it was for as long.
    if (Math.abs(nowMs - sentMs) >= History.STEP_MS) {
      sentMs = nowMs;
      news.add(event("history", points(nowMs)));
    }
    if (log.version() != sentEvents) {
      sentEvents = log.version();
      news.add(event("events", events()));
    }
    streams.pulse(news);
  }

  private static EventStreams.Event event(String name, JsonNode json) {
    return new EventStreams.Event(name, Json.bytes(json));
  }
}
