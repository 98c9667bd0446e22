package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Reason;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.config.StreamsProperties;
import io.tplus1.topic.Application;
import io.tplus1.topic.KafkaCommands;
import io.tplus1.topic.StoreContract;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Whether the cluster lets this principal do what the roles do. It is asked, not tried: nothing is
 * made or written. For one run.
 */
final class PermissionChecks {
  private static final String PERMISSIONS = "permissions";

  private final Configuration configuration;
  private final ClusterAdmin cluster;
  private final Role role;
  private final KafkaCommands commands;

  private final boolean mayBeFirst;

  private final List<Finding> findings = new ArrayList<>();

  /** The brokers' own topics for want of which something was not asked. */
  private final Set<String> absent = new TreeSet<>();

  /**
   * Why it is not known whether topics may be made; empty where brokers told, or were not asked.
   */
  private Optional<TimeoutException> untried = Optional.empty();

  /**
   * @param mayBeFirst whether to ask of groups and transactions also where no client has, for which
   *     brokers make topics of their own
   */
  PermissionChecks(
      Configuration configuration, ClusterAdmin cluster, Role role, boolean mayBeFirst) {
    this.configuration = configuration;
    this.cluster = cluster;
    this.role = role;
    this.commands = new KafkaCommands(configuration.bootstrapServers(), configuration.isSecured());
    this.mayBeFirst = mayBeFirst;
  }

  /** A finding for each permission that is missing, or one that none is. */
  List<Finding> run() {
    // Of topics each broker tells: where none does in time, the rest would be waited for in vain.
    if (ask(this::topics)) {
      own();
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(PERMISSIONS, allowed()));
    }
    untried
        .map(why -> Finding.untried(PERMISSIONS, "topics for this principal", why))
        .ifPresent(findings::add);
    if (!absent.isEmpty()) {
      findings.add(
          Finding.skipped(
              PERMISSIONS,
              "of %s: brokers would make %s to answer, as for their first client: check again once one has begun"
                  .formatted(
                      absent.stream()
                          .map(BrokersTopics::holds)
                          .collect(Collectors.joining(" and ")),
                      String.join(" and ", absent))));
    }
    return findings;
  }

  /**
   * Asks, so that what is found stays found whatever else nobody tells.
   *
   * @return whether an answer came in time
   */
  private boolean ask(Runnable question) {
    try {
      question.run();
      return true;
    } catch (KafkaException e) {
      Finding untold = Finding.skipped(PERMISSIONS, "nobody tells: " + Reason.of(e));
      if (!findings.contains(untold)) {
        findings.add(untold);
      }
      return !(e instanceof TimeoutException);
    }
  }

  /** What the role does with each topic, by id. */
  static Map<String, Set<AclOperation>> needs(Role role, boolean commandsOverHttp) {
    Map<String, Set<AclOperation>> needs = new LinkedHashMap<>();
    boolean sendsCommands = role.forecasts() && commandsOverHttp;
    for (TopicContract contract : TopicContracts.load().all()) {
      String id = contract.id();
      if (role.needs(id)) {
        // They are held against their contracts at every start.
        Set<AclOperation> needed = EnumSet.of(AclOperation.DESCRIBE_CONFIGS);
        if (role.reads(id)) {
          needed.add(AclOperation.READ);
        }
        if (role.writes(id) || (sendsCommands && id.equals(TopicContracts.MODEL_COMMANDS))) {
          needed.add(AclOperation.WRITE);
        }
        // Who may read or write may describe; ACLs say so without saying it.
        if (needed.size() == 1) {
          needed.add(AclOperation.DESCRIBE);
        }
        needs.put(id, needed);
      }
    }
    return needs;
  }

  private void topics() {
    Map<String, TopicContract> contracts =
        Contracts.of(configuration, Optional.empty()).stream()
            .collect(Collectors.toMap(TopicContract::id, contract -> contract));
    needs(role, sendsCommands())
        .forEach(
            (id, needed) -> {
              TopicContract contract = contracts.get(id);
              lacking(contract.name(), needed)
                  .ifPresentOrElse(
                      lacking -> findings.addAll(refused("topic", contract.name(), lacking)),
                      () -> findings.addAll(creation(contract)));
            });
  }

  /**
   * Whether commands may be expected to come by HTTP, which are written to {@code model-commands}:
   * where no role has anything to learn, a token guards what is read.
   */
  private boolean sendsCommands() {
    return configuration.learns()
        && configuration.http().isOn()
        && configuration.http().token().isPresent();
  }

  /**
   * Which of the needed operations are not allowed; empty if there is no such topic.
   *
   * @throws KafkaException if the brokers do not tell
   */
  private Optional<Set<AclOperation>> lacking(String topic, Set<AclOperation> needed) {
    Set<AclOperation> lacking = EnumSet.copyOf(needed);
    try {
      Set<AclOperation> allowed =
          cluster
              .answer(
                  cluster
                      .admin()
                      .describeTopics(
                          List.of(topic),
                          new DescribeTopicsOptions().includeAuthorizedOperations(true))
                      .topicNameValues()
                      .get(topic))
              .authorizedOperations();
      if (allowed == null) {
        throw new KafkaException("the brokers do not say what is allowed on " + topic);
      }
      lacking.removeAll(allowed);
      return Optional.of(lacking);
    } catch (AuthorizationException e) {
      return Optional.of(lacking); // Not even described.
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  private List<Finding> refused(String kind, String name, Set<AclOperation> lacking) {
    return lacking.stream().map(operation -> refused(kind, name, operation)).toList();
  }

  private Finding refused(String kind, String name, AclOperation operation) {
    String word = word(operation);
    return Finding.failed(
        PERMISSIONS,
        "%s on the %s %s is not allowed".formatted(word, kind, name),
        commands.grant("--operation %s --%s %s".formatted(word, kind.replace(' ', '-'), name)));
  }

  /** As Kafka's tools and documents have it. */
  private static String word(AclOperation operation) {
    return Arrays.stream(operation.name().split("_"))
        .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** Whether a missing topic may be made; whatever else keeps it from that, its own check says. */
  private List<Finding> creation(TopicContract contract) {
    NewTopic topic =
        new NewTopic(contract.name(), Optional.of(contract.partitions()), contract.replicas());
    return configuration.topics().create() && mayNotMake(topic)
        ? List.of(refused("topic", contract.name(), AclOperation.CREATE))
        : List.of();
  }

  /** Whether a topic must not be made; not asked again once brokers did not tell. */
  private boolean mayNotMake(NewTopic topic) {
    if (untried.isPresent()) {
      return false;
    }
    try {
      return cluster.trial().refusals(List.of(topic)).get(topic.name())
          instanceof AuthorizationException;
    } catch (TimeoutException e) {
      untried = Optional.of(e);
      return false;
    }
  }

  /** What an application has for itself: its group, its stores' topics, its transactions. */
  private void own() {
    List<Application> applications =
        Contracts.readers(configuration, role).values().stream()
            .filter(Application::starts)
            .sorted(Comparator.comparing(Application::id))
            .toList();
    for (Application application : applications) {
      List<Finding> ofStores = new ArrayList<>();
      // Of these, too, each broker tells, and of groups and transactions their coordinators alone.
      if (!ask(() -> ofStores.addAll(stores(application)))) {
        return;
      }
      String id = application.id();
      ask(() -> findings.addAll(group(id, AclOperation.READ)));
      if (isTransactional(id)) {
        ask(() -> findings.addAll(transactions(id)));
      }
      findings.addAll(ofStores);
    }
    // Whoever sends a command by HTTP looks whether somebody would carry it out.
    if (!role.retrains() && sendsCommands()) {
      String id = configuration.retrainApplicationId();
      ask(() -> findings.addAll(group(id, AclOperation.DESCRIBE)));
    }
  }

  /**
   * Whether the topics of an application's stores may be made, read and written. They are asked of
   * by name: whoever may create topics may not describe them for that, and a list of all leaves out
   * what may not be described.
   */
  private List<Finding> stores(Application application) {
    Set<String> seen = cluster.answer(cluster.admin().listTopics().names());
    Map<String, Set<AclOperation>> lacking = new LinkedHashMap<>();
    for (StoreContract store : application.stores()) {
      String topic = Application.changelog(application.id(), store.name());
      // Of a store that these settings may not have, nobody need have granted anything.
      if (seen.contains(topic) || !store.optional()) {
        lacking.put(
            topic,
            lacking(topic, EnumSet.of(AclOperation.READ, AclOperation.WRITE))
                .orElse(EnumSet.noneOf(AclOperation.class)));
      }
    }
    // What none of them allows is missing on all that begin as they do.
    Set<AclOperation> everywhere = EnumSet.of(AclOperation.READ, AclOperation.WRITE);
    lacking.values().forEach(everywhere::retainAll);
    List<Finding> refused = new ArrayList<>();
    lacking.forEach(
        (topic, operations) -> {
          operations.removeAll(everywhere);
          refused.addAll(refused("topic", topic, operations));
        });
    // Whether they may be made; what else may keep brokers from that, its own check says.
    String other = Application.changelog(application.id(), "doctor");
    if (mayNotMake(new NewTopic(other, Optional.of(1), Optional.empty()))) {
      everywhere.add(AclOperation.CREATE);
    }
    if (!everywhere.isEmpty()) {
      refused.add(refusedEverywhere(application.id(), everywhere));
    }
    return refused;
  }

  private Finding refusedEverywhere(String id, Set<AclOperation> lacking) {
    List<String> words = lacking.stream().map(PermissionChecks::word).sorted().toList();
    int last = words.size() - 1;
    String before = String.join(", ", words.subList(0, last));
    return Finding.failed(
        PERMISSIONS,
        "%s%s on topics that begin with %s- %s not allowed"
            .formatted(
                last == 0 ? "" : before + " and ", words.get(last), id, last == 0 ? "is" : "are"),
        prefixed("--operation Create --operation Read --operation Write --topic", id));
  }

  private List<Finding> group(String id, AclOperation needed) {
    if (isAbsent(BrokersTopics.OFFSETS)) {
      return List.of();
    }
    try {
      Set<AclOperation> allowed =
          cluster
              .answer(
                  cluster
                      .admin()
                      .describeConsumerGroups(
                          List.of(id),
                          new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                      .describedGroups()
                      .get(id))
              .authorizedOperations();
      if (allowed == null) {
        return List.of(
            Finding.skipped(
                PERMISSIONS, "the brokers do not say what is allowed on the group " + id));
      }
      return allowed.contains(needed) ? List.of() : List.of(refused("group", id, needed));
    } catch (GroupIdNotFoundException e) {
      // It would be another answer if not even Describe were allowed. Nobody tells more of it.
      return List.of();
    } catch (AuthorizationException e) {
      return List.of(refused("group", id, needed));
    }
  }

  private List<Finding> transactions(String id) {
    String probe = id + "-doctor";
    if (isAbsent(BrokersTopics.TRANSACTIONS)) {
      return List.of();
    }
    try {
      cluster.answer(cluster.admin().describeTransactions(List.of(probe)).description(probe));
      return List.of();
    } catch (TransactionalIdNotFoundException e) {
      return List.of();
    } catch (AuthorizationException e) {
      return List.of(
          Finding.failed(
              PERMISSIONS,
              "transactional ids that begin with %s- are not allowed".formatted(id),
              prefixed("--operation Write --operation Describe --transactional-id", id)));
    }
  }

  /** What all was asked of, and of what brokers do not tell all. */
  private String allowed() {
    boolean groups = !absent.contains(BrokersTopics.OFFSETS);
    boolean transactions =
        !absent.contains(BrokersTopics.TRANSACTIONS)
            && (role.retrains() || isTransactional(configuration.forecastApplicationId()));
    return "topics%s%s of role %s; brokers do not tell of Read and Write on topics%s that do not exist yet%s"
        .formatted(
            groups ? ", groups" : "",
            transactions ? ", transactions" : "",
            role.name().toLowerCase(Locale.ROOT),
            groups ? " and groups" : "",
            transactions ? ", nor on transactions" : "");
  }

  /**
   * Whether brokers would make a topic of their own to answer. Of one that this principal may not
   * see, nobody tells whether it is there.
   */
  private boolean isAbsent(String topic) {
    if (mayBeFirst || BrokersTopics.mayExist(cluster, topic)) {
      return false;
    }
    absent.add(topic);
    return true;
  }

  /** The command that grants something on all that begins with the id of an application. */
  private String prefixed(String what, String id) {
    return commands.grant("%s %s- --resource-pattern-type prefixed".formatted(what, id));
  }

  private boolean isTransactional(String id) {
    return id.equals(configuration.retrainApplicationId())
        || StreamsProperties.isExactlyOnce(configuration);
  }
}
