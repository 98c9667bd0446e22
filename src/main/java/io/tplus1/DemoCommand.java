package io.tplus1;

import ch.qos.logback.classic.Level;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.catalogue.ModelFile;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.TopicSettings;
import io.tplus1.demo.DemoView;
import io.tplus1.demo.JsonView;
import io.tplus1.demo.Lessons;
import io.tplus1.demo.OutcomeReader;
import io.tplus1.demo.StormTracks;
import io.tplus1.demo.TextView;
import io.tplus1.demo.TrackProducer;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.Watching;
import io.tplus1.lesson.Lesson;
import io.tplus1.lesson.RecordedSamples;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelRegistry;
import io.tplus1.model.Trainer;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.serde.EventTime;
import io.tplus1.serde.ModelEvent;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.retrain.RetrainCounters;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.train.TrainingSamples;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.errors.ApiException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything in one process, on real data: broker, producer, topology, consumer, view. */
@Command(
    name = "demo",
    description = {
      "Forecasts storm tracks on an embedded Kafka broker and shows how good the forecasts are.",
      "",
      "Trains a network on the storms before 1995 at the first start, then streams all 342 tracks over"
          + " and over, up to the year 9999. So its errors are of storms that were learnt, too; `tplus1 backtest` has those of none"
          + " that was (src/site/accuracy.md). Ctrl-C stops it; the next start on the same folder goes on from there."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:ended after --for, or where the tracks do, in the year 9999",
      ExitCodes.FAILED_LINE,
      ExitCodes.USAGE_LINE,
      ExitCodes.STOPPED_LINE
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 demo",
      "  tplus1 demo --speed max --for 1m --json",
      "  tplus1 demo --data-dir /tmp/demo"
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /** Storms from this time on are not learnt from. */
  static final String UNTIL = "1995-01-01";

  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(10);

  /** What is under way comes with the next commit, which on a busy machine takes its time. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(3);

  @Mixin private Pace pace;
  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder of broker, state and model. Default: ${DEFAULT-VALUE}",
      defaultValue = "tplus1-data/demo")
  private Path folder;

  @Option(
      names = "--json",
      description = "One JSON object a second, and one at the end, on standard output.")
  private boolean json;

  @Option(
      names = "--any-port",
      description = "Puts the dashboard on any free port, not on the first from 8080 on.")
  private boolean anyPort;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1); // by the producer itself
  private final CountDownLatch stopped = new CountDownLatch(1);

  @Override
  public Integer call() throws Exception {
    quieten();
    PrintWriter words = words();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "stop"));
    try {
      words.printf("Data folder: %s%n", folder.toAbsolutePath());
      words.flush();
      Files.createDirectories(folder);
      try (EmbeddedBroker broker = startBroker()) {
        words.printf("Broker: %s (Kafka, in this process)%n", broker.bootstrapServers());
        words.flush();
        return stream(broker, words);
      }
    } catch (CancellationException e) {
      words.printf("%nStopped while it was training; the next start trains anew.%n");
      words.flush();
      return ExitCodes.OK;
    } finally {
      stopped.countDown();
    }
  }

  /** The words of a person's view go where the JSON is not. */
  private PrintWriter words() {
    return json ? spec.commandLine().getErr() : spec.commandLine().getOut();
  }

  private EmbeddedBroker startBroker() {
    try {
      return EmbeddedBroker.start(folder.resolve("broker"));
    } catch (IllegalStateException e) {
      // Another demo runs on the folder, or somebody changed its files. (With a cause, picocli
      // would hand on the cause.)
      throw new CommandLine.ExecutionException(spec.commandLine(), e.getMessage());
    }
  }

  private int stream(EmbeddedBroker broker, PrintWriter words) throws Exception {
    Configuration configuration = configuration(broker.bootstrapServers());
    FeatureSchema schema = configuration.schema();
    StormTracks tracks = StormTracks.load(configuration.csv(), schema);
    ModelRegistry registry = configuration.registry(schema);
    try (Watching watching = Watching.open(configuration, schema)) {
      // First of all, so that a person can open it: it shows as soon as something streams.
      words.printf("Dashboard: %s%n", watching.address());
      words.flush();
      ModelArtifact artifact = model(configuration, schema, tracks, words);
      registry.serve(new RnnModelLoader().load(artifact), artifact.manifest(), Optional.empty());
      return stream(broker, configuration, registry, artifact, watching, tracks, words);
    }
  }

  private int stream(
      EmbeddedBroker broker,
      Configuration configuration,
      ModelRegistry registry,
      ModelArtifact artifact,
      Watching watching,
      StormTracks tracks,
      PrintWriter words)
      throws Exception {
    FeatureSchema schema = configuration.schema();
    DemoView view =
        json
            ? new JsonView(spec.commandLine().getOut())
            : new TextView(spec.commandLine().getOut(), Terminal.isInteractive(), schema.names());
    TopicSettings topics = configuration.topics();
    Map<String, Object> clients =
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    try (Retraining retraining = new Retraining();
        ForecastApplication application =
            ForecastApplication.of(
                configuration,
                schema,
                registry,
                Role.ALL,
                watching.listener(),
                () ->
                    retraining.topology(
                        RetrainPlan.of(configuration, schema, Optional.of(artifact))))) {
      application.start();
      watching.start(
          application,
          registry,
          Watching.control(configuration),
          Optional.of(retraining.counters()));
      words.printf(
          "Streaming %,d positions of storms, %s a second; learnt from those before %s, whose errors count here, too.%n%n",
          tracks.rows().size(),
          Double.isInfinite(pace.perSecond)
              ? "as many as go"
              : new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT))
                  .format(pace.perSecond),
          UNTIL);
      words.flush();
      // Nothing may be produced before it reads.
      try (OutcomeReader reader =
              new OutcomeReader(
                  broker.bootstrapServers(),
                  topics.name(TopicContracts.PREDICTIONS),
                  topics.name(TopicContracts.SCORES),
                  schema);
          TrackProducer producer =
              new TrackProducer(
                  clients,
                  clients,
                  topics.name(TopicContracts.FEATURES),
                  tracks,
                  configuration.vectorFormat(schema).writer(),
                  pace.perSecond,
                  ended::countDown)) {
        return show(application, retraining.counters(), reader, producer, view);
      }
    }
  }

  private int show(
      ForecastApplication application,
      RetrainCounters learnt,
      OutcomeReader reader,
      TrackProducer producer,
      DemoView view)
      throws InterruptedException {
    Seconds seconds = new Seconds(Optional.ofNullable(pace.length), System::nanoTime);
    long forecasts = 0;
    while (goesOn() && seconds.begin()) {
      while (goesOn() && !seconds.isOver()) {
        reader.poll(Duration.ofMillis(100));
      }
      if (application.awaitEnd(Duration.ZERO)) {
        application.complaint().ifPresent(why -> Complaints.say(spec.commandLine(), why));
        return ExitCodes.FAILED;
      }
      long now = reader.outcome().forecasts();
      double passed = seconds.end();
      view.show(
          seconds.number(),
          reader.outcome(),
          application.counters().deadLetters(),
          lessons(learnt),
          (now - forecasts) / passed);
      forecasts = now;
      if (spec.commandLine().getOut().checkError()) {
        break; // Whoever read it stopped, or its disk is full: there is nobody to show more to.
      }
    }
    boolean unasked = ended.getCount() == 0;
    producer.close();
    // Of those that were on their way brokers may refuse one; what the end cut off they had no time
    // for.
    Optional<Exception> failure =
        producer.failure().filter(why -> unasked || why instanceof ApiException);
    long last = drain(application, reader);
    double length = (last - seconds.startNanos()) / (double) TimeUnit.SECONDS.toNanos(1);
    view.summary(
        reader.outcome(),
        application.counters().deadLetters(),
        lessons(learnt),
        reader.outcome().forecasts() / length);
    if (failure.isPresent()) {
      Complaints.say(
          spec.commandLine(), "the storms' positions go on no more: " + Reason.of(failure.get()));
      return ExitCodes.FAILED;
    }
    if (unasked) {
      PrintWriter words = words();
      words.printf(
          "The storm tracks have come to the end of the year 9999: remove %s to begin again%n",
          folder.toAbsolutePath());
      words.flush();
    }
    return ExitCodes.OK;
  }

  private boolean goesOn() {
    return stop.getCount() > 0 && ended.getCount() > 0;
  }

  private static Lessons lessons(RetrainCounters learnt) {
    return new Lessons(
        learnt.events(ModelEvent.Kind.TRAINED),
        learnt.events(ModelEvent.Kind.PROMOTED),
        learnt.events(ModelEvent.Kind.REJECTED),
        learnt.events(ModelEvent.Kind.ROLLED_BACK));
  }

  /**
   * Reads on until nothing more comes, so that the summary speaks of all that was produced; returns
   * when the last thing came, in nanoseconds of {@link System#nanoTime}.
   */
  private static long drain(ForecastApplication application, OutcomeReader reader) {
    long deadline = System.nanoTime() + LONGEST_DRAIN.toNanos();
    long last = System.nanoTime();
    while (System.nanoTime() < deadline
        && System.nanoTime() - last < LONGEST_SILENCE.toNanos()
        && application.failure() == null) {
      long forecasts = reader.outcome().forecasts();
      long scored = reader.outcome().scored();
      reader.poll(Duration.ofMillis(100));
      if (reader.outcome().forecasts() > forecasts || reader.outcome().scored() > scored) {
        last = System.nanoTime();
      }
    }
    return last;
  }

  private Configuration configuration(String bootstrapServers) throws IOException {
    Map<String, String> settings = StormTracks.settings();
    settings.put("application.id", "demo");
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("state.dir", folder.resolve("state").toString());
    settings.put("http.port", Integer.toString(Watching.freePortFrom(anyPort ? 0 : 8080)));
    settings.put("model.file", folder.resolve("model.zip").toString());
    return new Configuration(settings);
  }

  private ModelArtifact model(
      Configuration configuration, FeatureSchema schema, StormTracks tracks, PrintWriter words)
      throws Exception {
    Path file = configuration.modelFile().orElseThrow();
    if (Files.exists(file)) {
      ModelArtifact artifact = ModelFile.read(configuration).orElseThrow();
      words.printf("Model: %s, trained at the first start%n", file);
      return artifact;
    }
    List<SeriesVector> known = TrainingSamples.before(tracks.rows(), EventTime.parseIso(UNTIL));
    TrainingProgress progress =
        new TrainingProgress(
            words, json ? Terminal.isErrorInteractive() : Terminal.isInteractive());
    Trainer.Listener stoppable =
        (epoch, epochs, training, validation) -> {
          progress.epochDone(epoch, epochs, training, validation);
          if (stop.getCount() == 0) {
            throw new CancellationException("stopped");
          }
        };
    TrainingSamples.HoldOut parts =
        Lesson.of(
                known,
                new RecordedSamples(schema, configuration.windows(), configuration.hygiene()),
                configuration.csv(),
                configuration.validationFraction())
            .parts();
    ModelArtifact artifact;
    try {
      artifact =
          new RnnTrainer()
              .train(
                  configuration.task(schema),
                  configuration.training(),
                  parts.training(),
                  parts.validation(),
                  stoppable);
    } finally {
      progress.end();
    }
    Outputs.write(file, artifact);
    words.printf("Model: %s, trained on %,d positions%n", file, known.size());
    return artifact;
  }

  private void stopAndWait() {
    stop.countDown();
    try {
      if (!stopped.await(30, TimeUnit.SECONDS)) {
        System.err.println("tplus1: the demo did not stop in 30 s; the next start recovers");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The view is for the outcome; broker and streams speak only of what is wrong, and tplus1 unless
   * the user says more.
   */
  private static void quieten() {
    // The first transactions on new partitions come out of order; the producers put that right.
    LogLevel.set("kafka.server.ReplicaManager", Level.OFF);
    // A controller that starts may be asked before it knows that it leads; it is asked again.
    LogLevel.set("kafka.server.ControllerApis", Level.OFF);
    for (String logger : List.of("org.apache.kafka", "kafka", "state.change.logger")) {
      LogLevel.set(logger, Level.ERROR);
    }
    LogLevel.unlessAsked(Level.ERROR, System.getenv());
  }
}
