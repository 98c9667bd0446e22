package io.tplus1.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.serde.ModelEventSerde;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes what dashboards show, of all instances, once for all that listen. Of {@link #beat} one call
 * at a time, the rest for any thread.
 */
final class Pulse {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How far back points are sent again: those of other instances may come late. */
  private static final long RECENT_MS = 60_000;

  private final Overview overview;
  private final History history;
  private final Peers peers;
  private final ModelLog log;
  private final EventStreams streams;
  private final Clock clock;
  private long sentMs;
  private long sentEvents = -1;

  /** Whether somebody's part may be missing in points that were sent; set by any thread. */
  private volatile boolean isPartial;

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
    Peers.Answers others = peers.askAll("/api/overview");
    return others.putSilent(Overview.merge(own, others.answers()));
  }

  ObjectNode history(boolean local, long afterMs) {
    ObjectNode own = history.json(afterMs);
    if (local) {
      return own;
    }
    Peers.Answers others = peers.askAll("/api/history?after=" + afterMs);
    if (others.answers().isEmpty()) {
      return others.putSilent(own);
    }
    List<JsonNode> all = new ArrayList<>(others.answers());
    all.add(own);
    return others.putSilent(History.merge(all, clock.millis()));
  }

  List<EventStreams.Event> first() {
    ObjectNode hour = history(false, 0);
    if (lacksSomebody(hour)) {
      isPartial = true;
    }
    return List.of(
        event("overview", overview(false)), event("history", hour), event("events", events()));
  }

  private static boolean lacksSomebody(ObjectNode points) {
    return !points.get("silent").isEmpty();
  }

  /** The newest points; the whole hour as soon as all answer after somebody did not. */
  private ObjectNode points(long nowMs) {
    boolean wasPartial = isPartial;
    isPartial = false; // Before anybody is asked: who begins to listen meanwhile may miss somebody.
    ObjectNode points = history(false, nowMs - RECENT_MS);
    if (wasPartial && !lacksSomebody(points)) {
      points = history(false, 0);
    }
    if (lacksSomebody(points)) {
      isPartial = true;
    }
    return points;
  }

  private ObjectNode events() {
    ObjectNode json = Answer.object();
    ArrayNode events = json.putArray("events");
    log.newest().stream().limit(100).map(ModelEventSerde::tree).forEach(events::add);
    return json;
  }

  /** Sends what is new; to be called once a second. */
  void beat() {
    if (!streams.isHeard()) {
      return;
    }
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

  private EventStreams.Event event(String name, JsonNode json) {
    try {
      return new EventStreams.Event(name, JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON could not be written", e);
    }
  }
}
