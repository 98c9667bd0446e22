package io.tplus1.doctor;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.topic.Application;
import io.tplus1.topic.KafkaCommands;
import io.tplus1.topic.TopicContract;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.SupportedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether brokers are away, and which topics take no writes without them; changes nothing. */
final class ReplicaChecks {
  private static final String REPLICAS = "replicas";

  /** The brokers' own: without them no group reads, and no transaction begins. */
  private static final Set<String> OWN = BrokersTopics.REPLICATIONS.keySet();

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaChecks.class);

  private final Configuration configuration;
  private final ClusterAdmin cluster;
  private final Role role;
  private final KafkaCommands commands;

  ReplicaChecks(Configuration configuration, ClusterAdmin cluster, Role role) {
    this.configuration = configuration;
    this.cluster = cluster;
    this.role = role;
    this.commands = new KafkaCommands(configuration.bootstrapServers(), configuration.isSecured());
  }

  /** Of the topics that the role reads and writes, its stores' and the brokers' own. */
  List<Finding> run() {
    try {
      Set<Integer> alive =
          cluster.answer(cluster.admin().describeCluster().nodes()).stream()
              .map(Node::id)
              .collect(toSet());
      List<TopicDescription> topics = described();
      if (topics.isEmpty()) {
        return List.of(Finding.skipped(REPLICAS, "no topic of them exists yet, or may be seen"));
      }
      Map<String, Integer> least = leastInSync(topics);
      List<Finding> findings = new ArrayList<>();
      beyondReplicas(topics, least, newestMetadata(), commands).ifPresent(findings::add);
      Finding found = found(topics, least, alive, findings.isEmpty(), commands);
      if (findings.isEmpty() || found.level() != Finding.Level.OK) {
        findings.add(found);
      }
      return findings;
    } catch (KafkaException e) {
      return List.of(Finding.skipped(REPLICAS, "the brokers do not tell: " + Reason.of(e)));
    }
  }

  /**
   * The newest {@code metadata.version} that brokers know, whatever they go by; empty if untold.
   */
  private Optional<Short> newestMetadata() {
    try {
      return Optional.ofNullable(
              cluster
                  .answer(cluster.admin().describeFeatures().featureMetadata())
                  .supportedFeatures()
                  .get(MetadataVersion.FEATURE_NAME))
          .map(SupportedVersionRange::maxVersion);
    } catch (KafkaException e) {
      LOG.debug("The brokers do not tell their version: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Topics that want more replicas in sync than they have. Brokers before 3.7 take no write to
   * them, as all transactions on a broker that is alone with the default of {@code
   * transaction.state.log.min.isr}; others take it once all replicas have it (KAFKA-15583).
   *
   * @param least by topic, how many replicas it wants in sync
   * @param newestMetadata the newest level of metadata that brokers know; empty if they do not tell
   */
  static Optional<Finding> beyondReplicas(
      Collection<TopicDescription> topics,
      Map<String, Integer> least,
      Optional<Short> newestMetadata,
      KafkaCommands commands) {
    if (newestMetadata.isPresent()
        && newestMetadata.get() >= MetadataVersion.IBP_3_7_IV0.featureLevel()) {
      return Optional.empty();
    }
    Map<String, Integer> replicas = new TreeMap<>();
    for (TopicDescription topic : topics) {
      topic.partitions().stream()
          .mapToInt(partition -> partition.replicas().size())
          .min()
          .ifPresent(fewest -> replicas.put(topic.name(), fewest));
    }
    replicas.entrySet().removeIf(of -> of.getValue() >= least.getOrDefault(of.getKey(), 1));
    if (replicas.isEmpty()) {
      return Optional.empty();
    }
    String found =
        "these topics want more replicas in sync (min.insync.replicas) than they have, and brokers before Kafka 3.7%s take no writes to them: %s"
            .formatted(
                newestMetadata.isPresent() ? "" : ", if these are,",
                replicas.entrySet().stream()
                    .map(
                        of ->
                            "%s (%d of %d)"
                                .formatted(of.getKey(), least.get(of.getKey()), of.getValue()))
                    .collect(joining(", ")));
    String remedy =
        "%s%s"
            .formatted(
                replicas.entrySet().stream()
                    .map(
                        of ->
                            commands.alter(
                                of.getKey(),
                                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                                Integer.toString(of.getValue())))
                    .collect(joining("; ")),
                replicas.containsKey(BrokersTopics.TRANSACTIONS)
                    ? "; and set transaction.state.log.min.isr on the brokers, so that it stays so"
                    : "");
    return Optional.of(
        newestMetadata.isPresent()
            ? Finding.failed(REPLICAS, found, remedy)
            : Finding.warning(REPLICAS, found, remedy));
  }

  private Set<String> names() {
    Set<String> names = new HashSet<>(OWN);
    Contracts.of(configuration, Optional.empty(), role).stream()
        .map(TopicContract::name)
        .forEach(names::add);
    Contracts.readers(configuration, role).values().stream()
        .filter(Application::starts)
        .map(Application::changelogs)
        .forEach(names::addAll);
    return names;
  }

  /** Those that exist, and may be seen. */
  private List<TopicDescription> described() {
    List<TopicDescription> topics = new ArrayList<>();
    cluster
        .admin()
        .describeTopics(names())
        .topicNameValues()
        .forEach(
            (name, topic) -> {
              try {
                topics.add(cluster.answer(topic));
              } catch (UnknownTopicOrPartitionException | TopicAuthorizationException e) {
                LOG.debug("{} is not there for us: {}", name, e.getMessage());
              }
            });
    return topics;
  }

  /** {@code min.insync.replicas} by topic; without those whose settings nobody tells us. */
  private Map<String, Integer> leastInSync(Collection<TopicDescription> topics) {
    List<ConfigResource> asked =
        topics.stream()
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
            .toList();
    Map<String, Integer> least = new HashMap<>();
    cluster
        .admin()
        .describeConfigs(asked)
        .values()
        .forEach(
            (topic, config) -> {
              try {
                ConfigEntry entry =
                    cluster.answer(config).get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
                if (entry != null && entry.value() != null) {
                  least.put(topic.name(), Integer.parseInt(entry.value()));
                }
              } catch (KafkaException e) {
                LOG.debug("The settings of {} cannot be read: {}", topic.name(), e.getMessage());
              }
            });
    return least;
  }

  /**
   * Which brokers are away, and which partitions take no writes for want of them.
   *
   * @param least by topic, how many replicas it wants in sync
   * @param alive ids of the brokers that are there
   * @param all whether no topic is known that takes no writes for another reason
   */
  static Finding found(
      Collection<TopicDescription> topics,
      Map<String, Integer> least,
      Set<Integer> alive,
      boolean all,
      KafkaCommands commands) {
    Set<Integer> away = new TreeSet<>();
    Map<String, String> stuck = new TreeMap<>();
    for (TopicDescription topic : topics) {
      List<Integer> partitions = new ArrayList<>();
      for (TopicPartitionInfo partition : topic.partitions()) {
        partition.replicas().stream()
            .map(Node::id)
            .filter(id -> !alive.contains(id))
            .forEach(away::add);
        if (!takesWrites(partition, least.getOrDefault(topic.name(), 1), alive)) {
          partitions.add(partition.partition());
        }
      }
      if (!partitions.isEmpty()) {
        stuck.put(
            topic.name(),
            "%d of %d of %s".formatted(partitions.size(), topic.partitions().size(), topic.name()));
      }
    }
    String gone = away.isEmpty() ? "" : "brokers " + away + " are away";
    if (!stuck.isEmpty()) {
      return Finding.failed(
          REPLICAS,
          (gone.isEmpty() ? "" : gone + "; ")
              + "these partitions take no writes, for want of a leader or of replicas in sync: "
              + stuck.values().stream().collect(joining(", ")),
          away.isEmpty()
              ? "look into the logs of the brokers that %s names".formatted(commands.underMinIsr())
              : "start these brokers");
    }
    String rest = whatIsKnown(topics, least);
    return away.isEmpty()
        ? Finding.ok(REPLICAS, rest)
        : Finding.warning(
            REPLICAS, all ? gone + "; " + rest : gone, "start them, before others go");
  }

  /** Whoever may not read a topic's settings does not learn how many replicas it wants in sync. */
  private static String whatIsKnown(
      Collection<TopicDescription> topics, Map<String, Integer> least) {
    List<String> untold =
        topics.stream()
            .map(TopicDescription::name)
            .filter(name -> !least.containsKey(name))
            .sorted()
            .toList();
    Set<String> unseen = new TreeSet<>(OWN);
    topics.stream().map(TopicDescription::name).forEach(unseen::remove);
    String seen =
        "all partitions of %d topics%s"
            .formatted(
                topics.size(),
                unseen.isEmpty()
                    ? ""
                    : " (not of " + unseen + ", which do not exist yet or may not be seen)");
    return untold.isEmpty()
        ? seen + " take writes"
        : "%s have a leader; whether enough replicas are in sync, brokers do not tell of %d of them, such as %s, whose settings may not be read"
            .formatted(seen, untold.size(), untold.get(0));
  }

  /**
   * With {@code acks=all}, as tplus1 and the brokers' own topics are written; by brokers that ask
   * for no more replicas than there are.
   */
  private static boolean takesWrites(
      TopicPartitionInfo partition, int leastInSync, Set<Integer> alive) {
    Node leader = partition.leader();
    long inSync = partition.isr().stream().filter(node -> alive.contains(node.id())).count();
    return leader != null
        && alive.contains(leader.id())
        && inSync >= Math.min(leastInSync, partition.replicas().size());
  }
}
