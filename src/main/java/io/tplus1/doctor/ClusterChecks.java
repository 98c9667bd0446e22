package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.topic.Application;
import io.tplus1.topic.Deviation;
import io.tplus1.topic.TopicComparison;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicProvisioner;
import io.tplus1.topology.state.ForecastStores;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.server.common.MetadataVersion;

/** What {@code tplus1 doctor} looks at on the cluster; changes nothing. */
final class ClusterChecks {
  private static final String BROKER = "broker";
  private static final String TOPICS = "topics";
  private static final String CLOCK = "clock";
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  private final Configuration configuration;
  private final ClusterAdmin cluster;
  private final Clock clock;

  ClusterChecks(Configuration configuration, ClusterAdmin cluster, Clock clock) {
    this.configuration = configuration;
    this.cluster = cluster;
    this.clock = clock;
  }

  /** Whether anybody answers, and who; a failure here makes all others pointless. */
  Finding broker() {
    try {
      DescribeClusterResult described = cluster.admin().describeCluster();
      Collection<Node> nodes = cluster.answer(described.nodes());
      String found =
          "%d %s of cluster %s, %s"
              .formatted(
                  nodes.size(),
                  nodes.size() == 1 ? "broker" : "brokers",
                  cluster.answer(described.clusterId()),
                  version());
      return replication(nodes, found);
    } catch (KafkaException e) {
      return Finding.failed(
          BROKER,
          Reason.of(e),
          "correct bootstrap.servers and the security settings; are the brokers' advertised"
              + " listeners reachable from here?");
    }
  }

  /** The version that the brokers have agreed on; they do not tell their own. */
  private String version() {
    try {
      FeatureMetadata features =
          cluster.answer(cluster.admin().describeFeatures().featureMetadata());
      FinalizedVersionRange level = features.finalizedFeatures().get(MetadataVersion.FEATURE_NAME);
      if (level == null) {
        return "of a version that they do not tell: with ZooKeeper, or before 3.3";
      }
      return version(level.maxVersionLevel());
    } catch (KafkaException e) {
      return "of a version that they do not tell (" + e.getMessage() + ")";
    }
  }

  /** What brokers are of by their metadata.version, which may be older than they are. */
  static String version(short level) {
    if (level < MetadataVersion.MINIMUM_VERSION.featureLevel()) {
      return "of metadata.version %d, from before Kafka %s"
          .formatted(level, MetadataVersion.MINIMUM_VERSION.version());
    }
    try {
      return "Kafka " + MetadataVersion.fromFeatureLevel(level).version();
    } catch (IllegalArgumentException e) {
      return "Kafka newer than %s (metadata.version %d)"
          .formatted(MetadataVersion.latestProduction().version(), level);
    }
  }

  /**
   * Whether there are as many brokers as their own topics want; those that exist go on with fewer.
   */
  private Finding replication(Collection<Node> nodes, String found) {
    try {
      Map<String, String> lacking = lacking(nodes);
      if (lacking.isEmpty()) {
        return Finding.ok(BROKER, found);
      }
      String more = "%s; their %s is more than there are".formatted(found, lacking.values());
      return lacking.keySet().stream().allMatch(topic -> BrokersTopics.mayExist(cluster, topic))
          ? Finding.warning(BROKER, more + ": some are away", "start the brokers that are away")
          : Finding.failed(
              BROKER,
              more + ": no transaction or group can begin",
              "start as many brokers, or lower that setting on them before their first client");
    } catch (KafkaException e) {
      return Finding.ok(BROKER, found); // Who may not read brokers' settings does not need to.
    }
  }

  /** The brokers' own topics that want more replicas than there are brokers, with the setting. */
  private Map<String, String> lacking(Collection<Node> nodes) {
    String id = nodes.iterator().next().idString();
    ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, id);
    Config config =
        cluster.answer(cluster.admin().describeConfigs(List.of(broker)).values().get(broker));
    Map<String, String> lacking = new TreeMap<>();
    BrokersTopics.REPLICATIONS.forEach(
        (topic, setting) -> {
          ConfigEntry entry = config.get(setting);
          if (entry != null && Integer.parseInt(entry.value()) > nodes.size()) {
            lacking.put(topic, setting + "=" + entry.value());
          }
        });
    return lacking;
  }

  private Set<String> topicNames() {
    return cluster.answer(
        cluster.admin().listTopics(new ListTopicsOptions().listInternal(true)).names());
  }

  /**
   * A finding for each difference, or one that all is well.
   *
   * @param contracts those that the role needs, as {@code run} has them
   */
  List<Finding> topics(Role role, List<TopicContract> contracts) {
    TopicProvisioner provisioner = cluster.topics(role);
    boolean creates = configuration.topics().create();
    TopicComparison found;
    try {
      found = provisioner.compare(contracts);
    } catch (AuthorizationException e) {
      return List.of(
          Finding.failed(
              TOPICS,
              Reason.of(e),
              "allow this principal to describe the topics and their configs"));
    } catch (KafkaException e) {
      return List.of(
          Finding.failed(TOPICS, Reason.of(e), "see what the brokers' logs say, and check again"));
    }
    List<Finding> findings = new ArrayList<>();
    found.differences().forEach(deviation -> findings.add(difference(deviation)));
    if (creates && !found.missing().isEmpty()) {
      findings.addAll(refusals(provisioner, found.missing()));
    }
    List<String> missing = found.missing().stream().map(TopicContract::name).toList();
    if (!missing.isEmpty() && !creates) {
      findings.add(
          Finding.failed(
              TOPICS,
              "%s do not exist, and topics.create=false".formatted(missing),
              "`tplus1 topics create` with these settings, or have them made as `tplus1 topics"
                  + " verify` says"));
    }
    for (Deviation warning : found.warnings()) {
      String remedy = warning.remedy().orElse("nothing, if that is meant");
      findings.add(Finding.warning(TOPICS, warning.found(), remedy));
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              TOPICS,
              missing.isEmpty()
                  ? "all %d exist and fit".formatted(contracts.size())
                  : "%s do not exist yet; `tplus1 run` makes them".formatted(missing)));
    }
    if (!found.untold().isEmpty()) {
      findings.add(
          Finding.skipped(
              TOPICS,
              "whether changelogs are set so that they lose nothing is not known "
                  + String.join("; ", found.untold())));
    }
    return findings;
  }

  private static List<Finding> refusals(TopicProvisioner provisioner, List<TopicContract> missing) {
    try {
      return provisioner.refusals(missing).stream().map(ClusterChecks::difference).toList();
    } catch (KafkaException e) {
      return List.of(Finding.untried(TOPICS, "those that do not exist", e));
    }
  }

  /** What keeps the program from starting always says what to do. */
  private static Finding difference(Deviation deviation) {
    return Finding.failed(TOPICS, deviation.found(), deviation.remedy().orElseThrow());
  }

  /**
   * Whether this clock is behind the brokers'. They do not tell the time, but what they stamp
   * themselves (offsets of groups, changelogs) cannot be newer than now.
   */
  Finding clock() {
    Instant now = clock.instant();
    try {
      Optional<Instant> stamped = newestStamp();
      if (stamped.isEmpty()) {
        return Finding.skipped(CLOCK, "the brokers have stamped nothing yet to compare with");
      }
      Duration behind = Duration.between(now, stamped.get());
      return behind.compareTo(TOLERANCE) > 0
          ? Finding.failed(
              CLOCK,
              "this machine is %d s or more behind the brokers".formatted(behind.toSeconds()),
              "keep both set by NTP: vectors that come later than this clock by more than"
                  + " time.max.ahead are dead-lettered")
          : Finding.ok(
              CLOCK,
              "not behind the brokers, whose newest stamp is of %s"
                  .formatted(stamped.get().truncatedTo(ChronoUnit.SECONDS)));
    } catch (KafkaException e) {
      return Finding.skipped(CLOCK, "the brokers' stamps cannot be read: " + e.getMessage());
    }
  }

  private Optional<Instant> newestStamp() {
    String vectors =
        Application.changelog(configuration.forecastApplicationId(), ForecastStores.VECTORS);
    List<String> asked =
        topicNames().stream()
            .filter(topic -> topic.equals(BrokersTopics.OFFSETS) || topic.equals(vectors))
            .toList();
    DescribeTopicsOptions withRights =
        new DescribeTopicsOptions().includeAuthorizedOperations(true);
    Map<TopicPartition, OffsetSpec> newest = new HashMap<>();
    for (TopicDescription topic :
        cluster
            .answer(cluster.admin().describeTopics(asked, withRights).allTopicNames())
            .values()) {
      if (topic.name().equals(BrokersTopics.OFFSETS) || isStampedByBrokers(topic)) {
        partitions(topic).forEach(p -> newest.put(p, OffsetSpec.maxTimestamp()));
      }
    }
    return cluster.answer(cluster.admin().listOffsets(newest).all()).values().stream()
        .map(ListOffsetsResultInfo::timestamp)
        .filter(timestamp -> timestamp > 0)
        .max(Long::compare)
        .map(Instant::ofEpochMilli);
  }

  /**
   * Whether brokers stamp what is written to a topic, as this principal may ask. They do not where
   * they made the changelog by themselves: its rows bear event times.
   */
  private boolean isStampedByBrokers(TopicDescription topic) {
    Set<AclOperation> allowed = topic.authorizedOperations();
    if (allowed != null && !allowed.contains(AclOperation.DESCRIBE_CONFIGS)) {
      return false; // Of a time that may be an event's nobody's clock is accused.
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    ConfigEntry type =
        cluster
            .answer(cluster.admin().describeConfigs(List.of(resource)).values().get(resource))
            .get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
    return type == null || TimestampType.LOG_APPEND_TIME.name.equals(type.value());
  }

  private static List<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(partition -> new TopicPartition(topic.name(), partition.partition()))
        .toList();
  }
}
