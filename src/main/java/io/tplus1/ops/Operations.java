package io.tplus1.ops;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.config.HttpSettings;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.query.SeriesQueries;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that watches one instance, wired: metrics and health; of one that forecasts queries
 * and the dashboard, too.
 *
 * <p>Made before the streams, which are given its {@link #listener}; answers about health from then
 * on, and about all else from {@link #start} on, once they are there. Close it after {@link
 * #stopping} and after the streams have closed.
 */
public final class Operations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
  private static final long REFRESH_MS = 1_000;

  private final Configuration configuration;
  private final HttpSettings settings;
  private final Clock clock;
  private final ClockWatch clockWatch;
  private final Meters meters;

  /** What the forecasts do; empty where none run. */
  private final Optional<Happenings> happenings;

  private final Ticks ticks;
  private final HttpEndpoint endpoint;
  private final InstanceHealth health = new InstanceHealth();
  private ModelLog log;
  private BrokerThread brokers;
  private Peers peers;
  private EventStreams streams;

  private Operations(
      Configuration configuration,
      HttpSettings settings,
      Optional<FeatureSchema> forecast,
      Clock clock) {
    this.configuration = configuration;
    this.settings = settings;
    this.clock = clock;
    this.meters = new Meters(StreamsProperties.recordingLevel(configuration));
    this.clockWatch = new ClockWatch(clock::millis);
    this.happenings =
        forecast.map(
            schema ->
                new Happenings(
                    schema,
                    liveSeries(schema),
                    configuration.windows().retention(),
                    meters.registry(),
                    clock));
    this.ticks = new Ticks(happenings.isPresent() ? 2 : 1);
    this.endpoint = new HttpEndpoint(settings, meters::answered);
    endpoint
        .routes()
        .add("/health/live", Routes.Access.HEALTH, health::live)
        .add("/health/ready", Routes.Access.HEALTH, health::ready);
    endpoint.open();
  }

  /**
   * Of an instance that forecasts, whatever else it does. Binds the port, and answers about health.
   *
   * @param settings where to listen; must be on
   * @param schema the stream's schema, complete with vocabularies
   * @throws org.apache.kafka.common.KafkaException if the port is taken
   */
  public static Operations ofForecasts(
      Configuration configuration, HttpSettings settings, FeatureSchema schema, Clock clock) {
    return new Operations(configuration, settings, Optional.of(schema), clock);
  }

  /**
   * Of a process that retrains alone. Series, models and the dashboard are the forecasting
   * instances'. Binds the port, and answers about health.
   *
   * @param settings where to listen; must be on
   * @throws org.apache.kafka.common.KafkaException if the port is taken
   */
  public static Operations ofRetraining(
      Configuration configuration, HttpSettings settings, Clock clock) {
    return new Operations(configuration, settings, Optional.empty(), clock);
  }

  private int liveSeries(FeatureSchema schema) {
    DashboardRoom room = new DashboardRoom(schema, configuration.windows().horizon(), settings);
    long heap = Runtime.getRuntime().maxMemory();
    room.fewer(heap)
        .ifPresent(
            fewer ->
                LOG.info(
                    "The dashboard holds forecasts and scores of {} series{}: of {} bytes each,"
                        + " more do not fit into {} of the heap",
                    fewer,
                    settings.insteadOfSeries(),
                    room.bytesEach(),
                    DashboardRoom.PART));
    return room.series(heap);
  }

  /** What the streams tell of what they do. */
  public ForecastListener listener() {
    return happenings.isPresent() ? happenings.get() : ForecastListener.NONE;
  }

  /** Where it answers: the dashboard, for people. */
  public String address() {
    String host = isLocalhost(endpoint.address().getAddress()) ? "localhost" : settings.host();
    return "http://" + HttpSettings.address(host, endpoint.address().getPort()) + "/";
  }

  /**
   * Not every loopback address is: 127.0.0.2 is not, nor what Debian gives a machine's own name.
   */
  private static boolean isLocalhost(InetAddress bound) {
    try {
      return List.of(InetAddress.getAllByName("localhost")).contains(bound);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Begins to answer about all that runs.
   *
   * @param client what a consumer in no group is made with, under Kafka's names
   * @param control sends commands about models
   */
  public void start(Running running, Map<String, Object> client, ModelControl control) {
    Optional<InputLag> forecastLag = running.forecasts().map(Operations::lag);
    List<InputLag> retrainLags = running.others().stream().map(Operations::lag).toList();
    LongSupplier lag = () -> sum(forecastLag.stream());
    Duration maxPollInterval = StreamsProperties.maxPollInterval(configuration);
    Optional<Health> beside = // The clock is that of the process, which tells of it.
        running
            .vitalsBeside()
            .map(of -> new Health(settings, maxPollInterval, of, () -> 0, Optional.empty()));
    Health ofStreams =
        new Health(
            settings,
            maxPollInterval,
            running.vitals(() -> forecastLag.map(InputLag::known).orElse(OptionalLong.of(0))),
            clockWatch::behindSeconds,
            beside);
    log =
        new ModelLog(
            configuration.topics().name(TopicContracts.MODEL_EVENTS),
            configuration.modelName(),
            System::nanoTime);
    brokers =
        new BrokerThread(
            client,
            Stream.of(forecastLag.stream(), retrainLags.stream(), Stream.of(log))
                .<BrokerThread.Question>flatMap(Function.identity())
                .toList());
    running.streams().forEach(each -> meters.bindStreams(each, ticks.threads()));
    meters.bindReady(ofStreams);
    running
        .learnt()
        .ifPresent(
            learnt ->
                meters.bindRetraining(
                    learnt, () -> sum(retrainLags.stream()), beside.orElse(ofStreams)));
    if (configuration.retrain().trains()) {
      meters.models().expectTrainings();
    }
    ticks.withRests(1_000, clockWatch::look);
    ticks.withRests(History.STEP_MS, ofStreams::look);
    endpoint.routes().add("/metrics", Routes.Access.READ, meters::scrape);
    Pages.addSpecification(endpoint.routes());
    happenings.ifPresentOrElse(
        told -> addForecasts(told, running, ofStreams, lag, control),
        () -> refresh(() -> meters.models().refresh(log)));
    endpoint.start();
    health.started(ofStreams); // Whoever is told that it is ready finds all else.
    sayWhere();
  }

  /** Brings meters up to date: now, so that whoever asks first finds all, and from now on. */
  private void refresh(Runnable refreshing) {
    refreshing.run();
    ticks.withRests(REFRESH_MS, refreshing);
  }

  private static InputLag lag(KafkaStreams streams) {
    return new InputLag(streams, System::nanoTime);
  }

  private static long sum(Stream<InputLag> lags) {
    return lags.mapToLong(InputLag::records).sum();
  }

  /** Adds what is shown of the forecasts and of the models that make them. */
  private void addForecasts(
      Happenings told, Running running, Health ofStreams, LongSupplier lag, ModelControl control) {
    SeriesQueries queries =
        new SeriesQueries(
            running.forecasts().orElseThrow(), told.schema(), ForecastSettings.of(configuration));
    ChampionWatch champion = new ChampionWatch(running.registry(), clock);
    peers = new Peers(settings, queries::instances);
    SeriesRoutes series = new SeriesRoutes(told.schema(), queries, told.series(), peers);
    streams = new EventStreams(settings.streams(), series::one);
    Overview overview =
        new Overview(settings, running.counters(), told, champion, ofStreams, lag, clock);
    History history = new History(running.counters(), told);
    boolean asksNetwork = configuration.experts().has(Expert.RNN);
    ModelRoutes routes =
        new ModelRoutes(
            configuration.modelName(),
            champion,
            asksNetwork,
            log,
            control,
            settings.token().isPresent(),
            overview,
            peers,
            clock);

    meters.bindCounters(running.counters());
    meters.bindModels(running.models());
    meters.bindWished(configuration.experts());
    meters.models().bindChampion(champion, asksNetwork, clock);
    meters.bindForecasts(lag, told.series(), running.counters()::series, streams);
    ErrorMeters errors = meters.bindErrors(told.errors(), told.schema(), asksNetwork);
    refresh(
        () -> {
          champion.look();
          meters.models().refresh(champion.seen(), log);
          errors.refresh(champion.seen());
        });

    Pulse pulse = new Pulse(overview, history, peers, log, streams, clock);
    ticks.every(History.STEP_MS, () -> history.tick(clock.millis()));
    ticks.withRests(1_000, pulse::beat);

    Pages.addTo(endpoint.routes());
    endpoint
        .routes()
        .add(SeriesRoutes.PATH, Routes.Access.READ, series::list)
        .addBelow(SeriesRoutes.PATH + "/", Routes.Access.READ, series::one)
        .add("/api/models", Routes.Access.READ, routes::models)
        .add("/api/events", Routes.Access.READ, routes::events)
        .add("/api/commands", Routes.Access.COMMAND, routes::command)
        .add("/api/overview", Routes.Access.READ, call -> Answer.ok(pulse.overview(call.isLocal())))
        .add(
            "/api/history",
            Routes.Access.READ,
            call -> Answer.ok(pulse.history(call.isLocal(), call.whole("after", 0))))
        .addStream("/api/live", (call, exchange) -> streams.listen(call, exchange, pulse::first));
  }

  private void sayWhere() {
    if (happenings.isEmpty()) {
      LOG.info(
          "Metrics and health of the retraining on {}:{}",
          settings.host(),
          endpoint.address().getPort());
      return;
    }
    if (settings.advertised().isEmpty()) {
      LOG.warn(
          "Other instances cannot ask this one: http.host={} is every address, and http.advertised"
              + " is empty. With more than one instance set it on each",
          settings.host());
    } else if (settings.advertisesInVain(endpoint.address().getAddress())) {
      LOG.warn(
          "Instances on other machines cannot ask this one: http.advertised={}, and http.host={} is this machine's own loopback address. Set http.host=0.0.0.0, and http.token, unless a proxy on this machine hands on what comes there",
          settings.advertised().orElseThrow(),
          settings.host());
    }
    LOG.info("Dashboard, queries, metrics and health on {}", address());
  }

  /** From now on the instance says that it is not ready. */
  public void stopping() {
    health.stopping();
  }

  @Override
  public void close() {
    if (streams != null) {
      streams.close();
    }
    endpoint.close();
    ticks.close();
    if (brokers != null) {
      brokers.close();
    }
    if (peers != null) {
      peers.close();
    }
    meters.close();
  }
}
