package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topic.TopicContract;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** All that {@code tplus1 doctor} looks at; changes nothing. */
public final class Checkup {
  private static final String CLIENT = "tplus1-doctor";
  private static final String SETTINGS = "settings";
  private static final String BROKERS_FIRST = "the brokers come first";

  /**
   * What is to run here.
   *
   * @param contracts the topics that it needs
   * @param learning of a role that retrains
   */
  private record Plan(List<TopicContract> contracts, Optional<RetrainPlan> learning) {}

  private Checkup() {}

  /** Settings that cannot be read, or do not fit together: nothing else is looked at. */
  public static Finding refused(RuntimeException why) {
    return Finding.failed(SETTINGS, Reason.of(why), "correct the setting; the rest waits for that");
  }

  /**
   * What is found, in the order of what stands on what.
   *
   * @param role what is to run here
   * @param timeout longest wait for an answer of the brokers
   */
  public static List<Finding> of(Configuration configuration, Role role, Duration timeout) {
    ModelChecks models = new ModelChecks(configuration);
    Plan plan;
    try {
      configuration.bootstrapServers();
      plan = plan(configuration, models, role);
    } catch (KafkaException | UncheckedIOException | IllegalArgumentException e) {
      return List.of(refused(e));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            SETTINGS,
            "features %s, window of %d, horizon %d"
                .formatted(
                    configuration.featureNames(),
                    configuration.windows().steps(),
                    configuration.windows().horizon())));
    HeapShares shares = new HeapShares(configuration, models.schema(), role, plan.learning());
    findings.addAll(new HostChecks(configuration, role, shares, Clock.systemUTC()).run());
    findings.add(models.file());
    findings.addAll(SettingsChecks.inVain(configuration));
    if (!role.retrains()) { // Which is refused else, above.
      SettingsChecks.unlearnable(configuration, models.schema()).ifPresent(findings::add);
    }
    try (ClusterAdmin cluster = new ClusterAdmin(configuration, CLIENT, timeout)) {
      ClusterChecks checks = new ClusterChecks(configuration, cluster, Clock.systemUTC());
      Finding broker = checks.broker();
      findings.add(broker);
      if (broker.level() != Finding.Level.FAILED) {
        findings.addAll(checks.topics(role, plan.contracts()));
        findings.addAll(new StoreTopicChecks(configuration, cluster, role).run());
        findings.addAll(new ReplicaChecks(configuration, cluster, role).run());
        findings.addAll(new PermissionChecks(configuration, cluster, role, false).run());
        findings.add(models.champion(timeout));
        findings.add(checks.clock());
      } else {
        findings.addAll(waiting(findings, BROKERS_FIRST));
      }
    } catch (ConfigException | IllegalArgumentException e) {
      findings.add(Finding.failed(SETTINGS, Reason.of(e), "correct the setting that is named"));
      findings.addAll(waiting(findings, "the settings come first"));
    } catch (KafkaException e) {
      findings.add(
          Finding.failed(
              "broker", Reason.of(e), "correct bootstrap.servers or the security settings"));
      findings.addAll(waiting(findings, BROKERS_FIRST));
    }
    return findings;
  }

  /** What nobody could look at of the cluster. */
  private static List<Finding> waiting(List<Finding> found, String why) {
    return Stream.of("topics", "replicas", "permissions", "champion", "clock")
        .filter(check -> found.stream().noneMatch(finding -> finding.check().equals(check)))
        .map(check -> Finding.skipped(check, why))
        .toList();
  }

  /** What does not fit together shows where topologies, their topics and clients are planned. */
  private static Plan plan(Configuration configuration, ModelChecks models, Role role) {
    FeatureSchema schema = models.schema();
    StreamsProperties.maxPollInterval(configuration);
    // Stand-ins for words that are nowhere are fewer than those would be.
    List<TopicContract> contracts = Contracts.of(configuration, Optional.of(schema), role);
    if (role.forecasts()) {
      StreamsProperties.requireClients(StreamsProperties.forecast(configuration, CLIENT), true);
    }
    if (!role.retrains()) {
      return new Plan(contracts, Optional.empty());
    }
    // The side topology has no global store.
    StreamsProperties.requireClients(StreamsProperties.retrain(configuration, CLIENT), false);
    return new Plan(
        contracts, Optional.of(RetrainPlan.of(configuration, schema, models.artifact())));
  }
}
