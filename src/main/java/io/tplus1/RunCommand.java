package io.tplus1;

import io.tplus1.catalogue.ModelFile;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.doctor.Finding;
import io.tplus1.doctor.HeapShares;
import io.tplus1.doctor.MissingRights;
import io.tplus1.doctor.SettingsChecks;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.ProvingLoader;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.Watching;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelGuard;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.retrain.RetrainPlan;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the topologies of a role against a Kafka cluster until it is stopped. */
@Command(
    name = "run",
    description = {
      "Forecasts on a Kafka cluster, learns from the stream, or both, until it is stopped (SIGTERM or"
          + " Ctrl-C).",
      "",
      "Settings come from the file, from TPLUS1_… environment variables over it, and from --set over"
          + " both. Settings of Kafka Streams, its clients and their security stand there under"
          + " Kafka's own names.",
      "",
      "A process that retrains beside others that forecast leaves them their cores under nice."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.FAILED_LINE,
      ExitCodes.USAGE_LINE,
      ExitCodes.OUT_OF_HEAP_LINE,
      ExitCodes.STOPPED_LINE
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 run --config my.properties",
      "  tplus1 run --config my.properties --set bootstrap.servers=broker:9092 --set model.file=model.zip",
      "  TPLUS1_HTTP_PORT=9000 tplus1 run --config my.properties --role all",
      "  nice -n 19 tplus1 run --config my.properties --role retrain"
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private ConfigurationOptions options;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "forecast, retrain (learns from the stream and replaces the model, see retrain.mode), or"
              + " all. Default: ${DEFAULT-VALUE}",
      defaultValue = "forecast",
      completionCandidates = RoleConverter.Names.class,
      converter = RoleConverter.class)
  private Role role;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Configuration configuration = options.read();
    configuration.bootstrapServers();
    LOG.info("{}", Version.text());
    SettingsChecks.inVain(configuration).forEach(RunCommand::warn);
    FeatureSchema schema = ModelFile.schema(configuration);
    // Health answers while the model is read: to hold one of Keras or DL4J against DL4J may take
    // minutes.
    try (Watching watching =
        role.forecasts()
            ? Watching.open(configuration, schema)
            : Watching.ofRetraining(configuration)) {
      return run(configuration, schema, watching);
    }
  }

  private int run(Configuration configuration, FeatureSchema schema, Watching watching)
      throws Exception {
    Optional<ModelArtifact> artifact = ModelFile.readAndKeep(configuration);
    // What does not fit together is told before topics are made.
    Optional<RetrainPlan> learning =
        Optional.of(role)
            .filter(Role::retrains)
            .map(any -> RetrainPlan.of(configuration, schema, artifact));
    new HeapShares(configuration, schema, role, learning)
        .beyond(Runtime.getRuntime().maxMemory())
        .ifPresent(RunCommand::warn);
    if (learning.isEmpty()) {
      SettingsChecks.unlearnable(configuration, schema).ifPresent(RunCommand::warn);
    }
    ModelRegistry registry = configuration.registry(schema);
    if (artifact.isPresent() && role.forecasts()) {
      registry.fit().require(artifact.get().manifest());
      ProvingLoader loader = new ProvingLoader(registry);
      registry.serve(
          ModelGuard.load(loader, artifact.get(), registry.fit().rowWidth()),
          artifact.get().manifest(),
          Optional.empty());
      loader.served(artifact.get());
    }
    try (Retraining retraining = new Retraining();
        ForecastApplication application =
            ForecastApplication.of(
                configuration,
                schema,
                registry,
                role,
                watching.listener(),
                () -> retraining.topology(learning.orElseThrow()))) {
      // Before anything has begun that would have to be committed.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> watching.stop(application), "stop"));
      start(configuration, application);
      watching.start(
          application,
          registry,
          Watching.control(configuration),
          role.retrains() ? Optional.of(retraining.counters()) : Optional.empty());
      return awaitEnd(configuration, application);
    }
  }

  private static void warn(Finding finding) {
    LOG.warn("{}", finding.line());
  }

  private void start(Configuration configuration, ForecastApplication application) {
    try {
      application.start();
    } catch (KafkaException e) {
      sayMissingRights(configuration, e);
      throw e;
    }
  }

  private int awaitEnd(Configuration configuration, ForecastApplication application)
      throws InterruptedException {
    application.awaitEnd();
    Optional<String> complaint = application.complaint();
    if (complaint.isPresent()) {
      Complaints.say(spec.commandLine(), complaint.get());
      sayMissingRights(configuration, application.failure());
      return ExitCodes.FAILED;
    }
    return ExitCodes.OK;
  }

  private void sayMissingRights(Configuration configuration, Throwable failure) {
    for (String right : MissingRights.behind(failure, configuration, role)) {
      Complaints.say(spec.commandLine(), right);
    }
  }
}
