package io.tplus1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.catalogue.ModelFile;
import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Shown;
import io.tplus1.topic.Deviation;
import io.tplus1.topic.TopicComparison;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicProvisioner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The cluster's topics, held against their contracts before anything runs. */
@Command(
    name = "topics",
    description = {
      "Checks the topics of a cluster against what tplus1 needs of them, or makes those that are missing.",
      "",
      "`run` does both at its start. These are for clusters whose topics somebody else makes"
          + " (topics.create=false), and for looking before anything starts."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE_LINE,
      ExitCodes.FAILED_LINE,
      ExitCodes.USAGE_LINE,
      ExitCodes.WRONG_LINE
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 topics verify --config my.properties",
      "  tplus1 topics create --config my.properties --set topics.features.partitions=12"
    },
    mixinStandardHelpOptions = true)
final class TopicsCommand {

  @Spec private CommandSpec spec;

  /** What both subcommands take. */
  static final class Options {
    @Mixin private ConfigurationOptions configuration;
    @Mixin private CheckedRole role;

    @Option(
        names = "--timeout",
        paramLabel = "DURATION",
        description = "Longest wait for an answer of the brokers. Default: ${DEFAULT-VALUE}",
        defaultValue = "30s",
        converter = DurationConverter.class)
    private Duration timeout;

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;
  }

  @Command(
      name = "verify",
      description = {
        "Holds the topics against their contracts and says the whole difference; changes nothing.",
        "",
        "A difference is what would lose data or stop the application, each with the command that puts it"
            + " right. A warning is what differs and may be meant, or a setting by which a changelog of the"
            + " role would lose what its store keeps, with its command."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        "0:all topics of the role exist and fit",
        ExitCodes.FAILED_LINE,
        ExitCodes.USAGE_LINE,
        "4:a topic is missing or differs"
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {
        "  tplus1 topics verify --config my.properties",
        "  tplus1 topics verify --config my.properties --json | jq -r '.differences[]'"
      },
      mixinStandardHelpOptions = true)
  int verify(@Mixin Options options) throws InvalidArtifactException, IOException {
    Configuration configuration = options.configuration.readAsClient();
    Role role = options.role.of(configuration);
    List<TopicContract> contracts = contracts(configuration, role);
    try (ClusterAdmin cluster = cluster(configuration, options)) {
      TopicProvisioner provisioner = cluster.topics(role);
      TopicComparison found = provisioner.compare(contracts);
      List<Deviation> differences = provisioner.remedies(found);
      report(options, contracts.size(), List.of(), found, differences);
      return differences.isEmpty() ? ExitCodes.OK : ExitCodes.WRONG;
    }
  }

  @Command(
      name = "create",
      description = {
        "Makes the topics that are missing, with the settings of their contracts, whatever topics.create"
            + " says.",
        "",
        "Topics that exist are never changed. If one of them differs, nothing is made and the whole"
            + " difference is said.",
        "",
        "How large a prediction may be is known with the words of every category. Where a model is to bring"
            + " them, that is model.file; as long as there is no such file here, predictions and scores"
            + " get the limits of their contracts, and `tplus1 run` says if it needs more."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {
        "0:all topics of the role exist and fit now",
        ExitCodes.FAILED_LINE,
        ExitCodes.USAGE_LINE,
        "4:a topic differs; nothing was made"
      },
      footerHeading = ExitCodes.EXAMPLES,
      footer = {
        "  tplus1 topics create --config my.properties",
        "  tplus1 topics create --config my.properties --set topics.features.partitions=12"
      },
      mixinStandardHelpOptions = true)
  int create(@Mixin Options options) throws InvalidArtifactException, IOException {
    Configuration configuration = options.configuration.readAsClient();
    Role role = options.role.of(configuration);
    List<TopicContract> contracts = contracts(configuration, role);
    try (ClusterAdmin cluster = cluster(configuration, options)) {
      TopicProvisioner provisioner = cluster.topics(role);
      TopicComparison before = provisioner.compare(contracts);
      if (!before.differences().isEmpty()) {
        report(options, contracts.size(), List.of(), before, provisioner.remedies(before));
        return ExitCodes.WRONG;
      }
      TopicComparison after = provisioner.provision(contracts, true);
      report(options, contracts.size(), before.missing(), after, List.of());
      return ExitCodes.OK;
    }
  }

  private static List<TopicContract> contracts(Configuration configuration, Role role)
      throws InvalidArtifactException, IOException {
    return Contracts.of(
        configuration, role.forecasts() ? schema(configuration) : Optional.empty(), role);
  }

  /** As whoever runs has it; empty as long as the file that is to bring its words is not here. */
  private static Optional<FeatureSchema> schema(Configuration configuration)
      throws InvalidArtifactException, IOException {
    if (!configuration.needsVocabulary()) {
      return Optional.of(configuration.schema());
    }
    Optional<Path> file = configuration.modelFile();
    return file.isEmpty() || Files.notExists(file.get())
        ? Optional.empty()
        : ModelFile.read(configuration).map(ModelFile::vocabularies).map(configuration::schema);
  }

  private static ClusterAdmin cluster(Configuration configuration, Options options) {
    return new ClusterAdmin(configuration, "tplus1-topics", options.timeout);
  }

  private void report(
      Options options,
      int topics,
      List<TopicContract> created,
      TopicComparison found,
      List<Deviation> differences) {
    PrintWriter print = spec.commandLine().getOut();
    if (options.json) {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("fits", differences.isEmpty());
      json.put("topics", topics);
      put(json, "created", created, TopicContract::name);
      put(json, "missing", found.missing(), TopicContract::name);
      put(json, "differences", differences, Deviation::toString);
      put(json, "warnings", found.warnings(), Deviation::toString);
      put(json, "untold", found.untold(), UnaryOperator.identity());
      print.println(json);
    } else {
      for (TopicContract topic : created) {
        print.printf("created %s with %d partitions%n", topic.name(), topic.partitions());
      }
      if (!differences.isEmpty()) {
        print.printf(
            "The cluster's topics do not fit (%d %s):%n",
            differences.size(), differences.size() == 1 ? "difference" : "differences");
        differences.forEach(line -> Shown.print(print, "  - %s%n", line));
      } else {
        print.printf("All %d topics exist and fit.%n", topics);
      }
      if (!found.warnings().isEmpty()) {
        print.println("Different, and perhaps meant:");
        found.warnings().forEach(line -> Shown.print(print, "  - %s%n", line));
      }
      if (!found.untold().isEmpty()) {
        print.println("Not known, whether changelogs are set so that they lose nothing:");
        found.untold().forEach(line -> Shown.print(print, "  - %s%n", line));
      }
    }
    print.flush();
  }

  private static <T> void put(
      ObjectNode json, String name, List<T> values, Function<? super T, String> line) {
    values.stream().map(line).forEach(json.putArray(name)::add);
  }
}
