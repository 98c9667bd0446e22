package io.tplus1.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.ModelEventSerde;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastCounters;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.SeriesQueries;
import io.tplus1.topology.models.ModelCounters;
import io.tplus1.topology.retrain.RetrainCounters;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that watches one instance, wired: metrics, health, queries, dashboard.
 *
 * <p>Made before the streams, which are given its {@link #listener}; {@link #start} begins to
 * answer once they are there. Close it after {@link #stopping} and after the streams have closed.
 */
public final class Operations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How far back points are sent again: those of other instances may come late. */
  private static final long RECENT_MS = 60_000;

  /** Part of the heap for what is held of series, beside that of the tasks' windows and states. */
  private static final double HEAP_FOR_SERIES = 0.1;

  private final Configuration configuration;
  private final HttpSettings settings;
  private final FeatureSchema schema;
  private final Clock clock;
  private final Meters meters = new Meters();
  private final Happenings happenings;
  private final Ticks ticks = new Ticks(2);
  private final HttpEndpoint endpoint;
  private volatile Health health;
  private Peers peers;
  private ModelLog log;
  private EventStreams streams;

  /**
   * Binds the port.
   *
   * @param settings where to listen; must be on
   * @param schema the stream's schema, complete with vocabularies
   * @throws org.apache.kafka.common.KafkaException if the port is taken
   */
  public Operations(
      Configuration configuration, HttpSettings settings, FeatureSchema schema, Clock clock) {
    this.configuration = configuration;
    this.settings = settings;
    this.schema = schema;
    this.clock = clock;
    this.happenings =
        new Happenings(
            schema, liveSeries(), configuration.windows().retention(), meters.registry());
    this.endpoint = new HttpEndpoint(settings, meters::answered);
  }

  private int liveSeries() {
    int horizon = configuration.windows().horizon();
    long room = roomForSeries(schema, horizon, Runtime.getRuntime().maxMemory());
    if (room < settings.series()) {
      LOG.info(
          "The dashboard holds forecasts and scores of {} series, not of http.series={}: of {} bytes each, more do not fit into {} of the heap",
          room,
          settings.series(),
          LiveEntry.bytes(schema, horizon),
          HEAP_FOR_SERIES);
    }
    return (int) Math.min(settings.series(), room);
  }

  /**
   * Most series whose forecasts and scores the dashboard has room for.
   *
   * @param heapBytes largest heap
   */
  public static long roomForSeries(FeatureSchema schema, int horizon, long heapBytes) {
    return (long) (HEAP_FOR_SERIES * heapBytes / LiveEntry.bytes(schema, horizon));
  }

  /** What the streams tell of what they do. */
  public ForecastListener listener() {
    return happenings;
  }

  /** Where the dashboard is, for people. */
  public String address() {
    String host =
        endpoint.address().getAddress().isLoopbackAddress() ? "localhost" : settings.host();
    return "http://" + HttpSettings.address(host, endpoint.address().getPort()) + "/";
  }

  /**
   * Begins to answer.
   *
   * @param forecasts the forecast topology, which this neither starts nor closes
   * @param more other topologies of this process, of which metrics are shown
   * @param counters what the forecasts count
   * @param models what became of the records of {@code models}
   * @param client what a consumer in no group is made with, under Kafka's names
   * @param control sends commands about models; empty where nobody would carry them out
   * @param learnt what the side topology of this process does; empty where none runs
   */
  public void start(
      KafkaStreams forecasts,
      List<KafkaStreams> more,
      ForecastCounters counters,
      ModelCounters models,
      ModelRegistry registry,
      Map<String, Object> client,
      Optional<ModelControl> control,
      Optional<RetrainCounters> learnt) {
    SeriesQueries queries = new SeriesQueries(forecasts);
    ChampionWatch champion = new ChampionWatch(registry, clock);
    ClockWatch clockWatch = new ClockWatch(clock::millis);
    health =
        new Health(
            settings,
            forecasts::state,
            () -> registry.champion() != null,
            () -> StreamConsumers.lag(forecasts),
            BrokerAnswers.of(forecasts)::silentSeconds,
            () -> StreamConsumers.secondsSincePoll(forecasts),
            clockWatch::behindSeconds,
            StreamsProperties.maxPollInterval(configuration));
    peers = new Peers(settings, queries::instances);
    log =
        new ModelLog(
            client,
            configuration.topics().name(TopicContracts.MODEL_EVENTS),
            configuration.modelName());
    SeriesRoutes series = new SeriesRoutes(schema, queries, happenings.series(), peers);
    streams = new EventStreams(settings.streams(), series::one);
    Overview overview =
        new Overview(
            settings,
            counters,
            happenings,
            champion,
            health,
            () -> StreamConsumers.lag(forecasts),
            clock);
    History history = new History(counters, happenings);
    ModelRoutes routes =
        new ModelRoutes(
            configuration.modelName(),
            champion,
            log,
            control,
            settings.token().isPresent(),
            overview,
            peers,
            clock);

    meters.bindStreams(forecasts, ticks.threads());
    more.forEach(other -> meters.bindStreams(other, ticks.threads()));
    meters.bindCounters(counters);
    meters.bindModels(models);
    meters.bindWished(configuration.experts().coverage());
    meters.models().bindChampion(champion, clock);
    control.ifPresent(trained -> meters.models().expectTrainings());
    if (learnt.isPresent()) {
      meters.bindRetraining(learnt.get());
      meters.bindRetrainLag(() -> more.stream().mapToLong(StreamConsumers::lag).sum());
    }
    meters.bindInstance(
        health,
        () -> StreamConsumers.lag(forecasts),
        happenings.series(),
        counters::series,
        streams);
    meters.models().refresh(happenings.errors(), schema, champion.seen(), log);

    Pulse pulse = new Pulse(overview, history);
    ticks.every(
        1_000,
        () -> {
          champion.look();
          meters.models().refresh(happenings.errors(), schema, champion.seen(), log);
        });
    ticks.every(1_000, clockWatch::look);
    ticks.every(History.STEP_MS, () -> history.tick(clock.millis()));
    ticks.every(1_000, pulse::beat);

    Pages.addTo(endpoint);
    endpoint
        .route("/health/live", HttpEndpoint.Access.HEALTH, health::live)
        .route("/health/ready", HttpEndpoint.Access.HEALTH, health::ready)
        .route("/metrics", HttpEndpoint.Access.READ, meters::scrape)
        .route(SeriesRoutes.PATH, HttpEndpoint.Access.READ, series::list)
        .routeBelow(SeriesRoutes.PATH + "/", HttpEndpoint.Access.READ, series::one)
        .route("/api/models", HttpEndpoint.Access.READ, routes::models)
        .route("/api/events", HttpEndpoint.Access.READ, routes::events)
        .route("/api/commands", HttpEndpoint.Access.COMMAND, routes::command)
        .route(
            "/api/overview",
            HttpEndpoint.Access.READ,
            call -> Answer.ok(pulse.overview(call.isLocal())))
        .route(
            "/api/history",
            HttpEndpoint.Access.READ,
            call -> Answer.ok(pulse.history(call.isLocal(), call.whole("after", 0))))
        .streaming("/api/live", (call, exchange) -> streams.listen(call, exchange, pulse::first));
    endpoint.start();
    if (settings.advertised().isEmpty()) {
      LOG.warn(
          "Other instances cannot ask this one: http.host={} is every address, and http.advertised is empty. With more than one instance set it on each",
          settings.host());
    }
    LOG.info("Dashboard, queries, metrics and health on {}", address());
  }

  /** Makes what dashboards show, of all instances, once for all that listen. */
  private final class Pulse {
    private final Overview overview;
    private final History history;
    private long sentMs;
    private long sentEvents = -1;

    Pulse(Overview overview, History history) {
      this.overview = overview;
      this.history = history;
    }

    ObjectNode overview(boolean local) {
      ObjectNode own = overview.local();
      if (local) {
        return own;
      }
      Peers.Answers others = peers.askAll("/api/overview");
      ObjectNode all = Overview.merge(own, others.answers());
      ArrayNode silent = all.putArray("silent");
      others.silent().forEach(silent::add);
      return all;
    }

    ObjectNode history(boolean local, long afterMs) {
      ObjectNode own = history.json(afterMs);
      if (local) {
        return own;
      }
      List<JsonNode> all = new ArrayList<>(peers.askAll("/api/history?after=" + afterMs).answers());
      if (all.isEmpty()) {
        return own;
      }
      all.add(own);
      return History.merge(all, clock.millis());
    }

    List<EventStreams.Event> first() {
      return List.of(
          event("overview", overview(false)),
          event("history", history(false, 0)),
          event("events", events()));
    }

    private ObjectNode events() {
      ObjectNode json = Answer.object();
      ArrayNode events = json.putArray("events");
      log.newest().stream().limit(100).map(ModelEventSerde::tree).forEach(events::add);
      return json;
    }

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
        news.add(event("history", history(false, nowMs - RECENT_MS)));
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

  /** From now on the instance says that it is not ready. */
  public void stopping() {
    if (health != null) {
      health.stopping();
    }
  }

  @Override
  public void close() {
    if (streams != null) {
      streams.close();
    }
    endpoint.close();
    ticks.close();
    if (log != null) {
      log.close();
      peers.close();
    }
    meters.close();
  }
}
