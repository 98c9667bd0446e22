package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelRegistry;
import io.tplus1.ops.ModelControl;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the forecast topology against a Kafka cluster until it is stopped. */
@Command(
    name = "run",
    description = {
      "Forecasts on a Kafka cluster until it is stopped (SIGTERM or Ctrl-C).",
      "",
      "Settings come from the file, from TPLUS1_… environment variables over it, and from --set over"
          + " both. Settings of Kafka Streams, its clients and their security stand there under"
          + " Kafka's own names."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "1:failed: the message says why",
      "2:wrong usage",
      "130, 143:stopped by Ctrl-C or SIGTERM, everything committed"
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private ConfigurationOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Configuration configuration = options.read();
    configuration.bootstrapServers();
    Optional<ModelArtifact> artifact = Models.read(configuration);
    FeatureSchema schema =
        configuration.schema(artifact.map(Models::vocabularies).orElse(Map.of()));
    ModelRegistry registry =
        new ModelRegistry(
            schema, configuration.windows().steps(), configuration.windows().horizon());
    if (artifact.isPresent()) {
      registry.serve(
          new ProvingLoader(registry).load(artifact.get()),
          artifact.get().manifest(),
          Optional.empty());
    }
    try (Watching watching = Watching.open(configuration, schema)) {
      return run(
          watching,
          ForecastApplication.start(configuration, schema, registry, watching.listener()),
          registry,
          Watching.control(configuration));
    }
  }

  private int run(
      Watching watching,
      ForecastApplication application,
      ModelRegistry registry,
      Optional<ModelControl> control)
      throws InterruptedException {
    watching.start(application, registry, control);
    Thread stop = new Thread(() -> watching.closeAround(application), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    application.awaitEnd();
    Optional<String> complaint = application.complaint();
    if (complaint.isPresent()) {
      spec.commandLine().getErr().println("tplus1: " + complaint.get());
      spec.commandLine().getErr().flush();
      return 1;
    }
    return 0;
  }
}
