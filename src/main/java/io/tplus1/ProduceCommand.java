package io.tplus1;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Role;
import io.tplus1.config.ClientProperties;
import io.tplus1.config.Configuration;
import io.tplus1.config.CsvSettings;
import io.tplus1.config.Durations;
import io.tplus1.demo.StormTracks;
import io.tplus1.demo.TrackProducer;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topic.TopicContracts;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Something to forecast on a cluster that has no producers yet. */
@Command(
    name = "produce",
    description = {
      "Produces the shipped storm tracks to the topic `features` of a cluster, over and over, a year each time after the first.",
      "",
      "For trying a cluster out before there are producers of your own: `features` in the settings must"
          + " be lat,long,wind,pressure, and time.max.ahead off, for the tracks go on beyond today."
          + " It goes on where the topic ends; Ctrl-C stops it."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:ended after --for, or where the tracks do, in the year 9999",
      ExitCodes.FAILED_LINE,
      ExitCodes.USAGE_LINE,
      "130, 143:stopped by Ctrl-C or SIGTERM"
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 produce --config config/storms.properties",
      "  tplus1 produce --config config/storms.properties --speed 1000 --for 1m"
    },
    mixinStandardHelpOptions = true)
final class ProduceCommand implements Callable<Integer> {
  private static final List<String> FEATURES = List.of("lat", "long", "wind", "pressure");
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final String CLIENT = "tplus1-produce";

  @Mixin private ConfigurationOptions options;
  @Mixin private Pace pace;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Configuration configuration = options.readAsClient();
    if (!configuration.featureNames().equals(FEATURES)) {
      throw new ConfigException(
          "features",
          configuration.featureNames(),
          "the storm tracks have others: take --config config/storms.properties, or set features="
              + String.join(",", FEATURES));
    }
    if (configuration.readsTimeField()) {
      throw new ConfigException(
          "time.source",
          "field",
          "the positions have their time as their records' timestamp: set record or auto");
    }
    if (configuration.timeMaxAhead().isPresent()) {
      throw new ConfigException(
          "time.max.ahead",
          Durations.text(configuration.timeMaxAhead().get()),
          "each time round after the first the tracks go on by a year, beyond today before long, and all that follows would be dead-lettered: set off");
    }
    FeatureSchema schema = configuration.schema();
    // Which column of the shipped file is what, whatever the settings say of other files.
    CsvSettings columns = new Configuration(StormTracks.settings()).csv();
    StormTracks tracks = StormTracks.load(columns, schema);
    try (ClusterAdmin cluster = new ClusterAdmin(configuration, CLIENT, LONGEST_WAIT)) {
      cluster
          .topics(Role.FORECAST)
          .provision(
              Contracts.of(configuration, Optional.empty()), configuration.topics().create());
    }
    String topic = configuration.topics().name(TopicContracts.FEATURES);
    ClientProperties clients = ClientProperties.of(configuration);
    CountDownLatch stop = new CountDownLatch(1);
    TrackProducer producer =
        new TrackProducer(
            clients.reader(CLIENT),
            clients.writer(CLIENT),
            topic,
            tracks,
            configuration.vectorFormat(schema).writer(),
            pace.perSecond,
            stop::countDown);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.countDown();
                  producer.close();
                },
                "stop"));
    PrintWriter print = spec.commandLine().getOut();
    print.printf("Producing storm tracks to %s%n", topic);
    print.flush();
    if (pace.length == null) {
      stop.await();
    } else {
      var unused = stop.await(pace.length.toMillis(), TimeUnit.MILLISECONDS);
    }
    producer.close();
    print.printf("Produced %,d vectors%n", producer.produced());
    print.flush();
    Optional<Exception> failure = producer.failure();
    if (failure.isPresent()) {
      throw new KafkaException(
          "Not all that was to be produced got to the brokers: " + failure.get().getMessage(),
          failure.get());
    }
    return ExitCodes.OK;
  }
}
