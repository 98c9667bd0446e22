package io.tplus1.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Decides which changelogs are set so that brokers would delete what stores keep there, or keep
 * what nobody needs any longer.
 *
 * <p>Kafka Streams makes them as their stores want. Of one that is there already, since brokers
 * make topics by themselves or somebody made it by hand, it looks at the partitions alone.
 */
final class ChangelogRules {
  private static final String UNLIMITED = "-1";

  private final StoreContract store;
  private final String changelog;
  private final Map<String, String> found;
  private final KafkaCommands commands;
  private final List<Deviation> warnings = new ArrayList<>();

  private ChangelogRules(
      StoreContract store, String changelog, Map<String, String> found, KafkaCommands commands) {
    this.store = store;
    this.changelog = changelog;
    this.found = found;
    this.commands = commands;
  }

  /**
   * What is to be said of an application's changelogs, of each setting alone, with its remedy.
   *
   * @param changelogs by name; what is absent does not exist
   */
  static List<Deviation> warnings(
      Application application, Map<String, ExistingTopic> changelogs, KafkaCommands commands) {
    List<Deviation> warnings = new ArrayList<>();
    for (StoreContract store : application.stores()) {
      String name = Application.changelog(application.id(), store.name());
      ExistingTopic topic = changelogs.get(name);
      if (topic != null && !topic.configs().isEmpty()) {
        warnings.addAll(new ChangelogRules(store, name, topic.configs(), commands).all());
      }
    }
    return warnings;
  }

  private List<Deviation> all() {
    timestamps();
    String policy = found.get(TopicConfig.CLEANUP_POLICY_CONFIG);
    if (policy != null) {
      Set<String> policies = TopicRules.policies(policy);
      store.retention().ifPresentOrElse(kept -> windows(kept, policies), () -> values(policies));
    }
    return warnings;
  }

  private void timestamps() {
    String config = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
    String expected = store.configs(true).get(config);
    if (!value(config, expected).equals(expected)) {
      String why =
          "rows bear event times, by which brokers delete and roll segments, and refuse what lies ahead";
      warn(config, expected, why);
    }
  }

  /** What is to be set before rows are deleted at all stands before that. */
  private void windows(StoreContract.Retention kept, Set<String> policies) {
    String delete = TopicConfig.CLEANUP_POLICY_DELETE;
    String rowsGo = policies.contains(delete) ? "rows go" : "with cleanup.policy=delete rows go";
    String ms = TopicConfig.RETENTION_MS_CONFIG;
    long given = Long.parseLong(value(ms, UNLIMITED));
    long least = kept.least().toMillis();
    if (given >= 0 && given < least) {
      String why = rowsGo + " that windows may still hold, and a store that is restored lacks them";
      String expected = "at least %d, or -1".formatted(least);
      warn(ms, expected, Long.toString(kept.made().toMillis()), why);
    }
    String bytes = TopicConfig.RETENTION_BYTES_CONFIG;
    if (!value(bytes, UNLIMITED).equals(UNLIMITED)) {
      String why =
          rowsGo
              + " by the size of all, however new they are, and a store that is restored lacks them";
      warn(bytes, UNLIMITED, why);
    }
    if (!policies.contains(delete)) {
      String why =
          "each row has a key of its own, so that nothing ever goes, and whoever restores the store reads it all";
      warn(TopicConfig.CLEANUP_POLICY_CONFIG, delete, why);
    }
  }

  private void values(Set<String> policies) {
    String ms = value(TopicConfig.RETENTION_MS_CONFIG, UNLIMITED);
    String bytes = value(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
    boolean limited = !ms.equals(UNLIMITED) || !bytes.equals(UNLIMITED);
    String compact = TopicConfig.CLEANUP_POLICY_COMPACT;
    if (policies.contains(TopicConfig.CLEANUP_POLICY_DELETE) && limited) {
      String why =
          "what is not written again goes by its age and the size of all (retention.ms is %s, retention.bytes %s), and a store that is restored lacks it"
              .formatted(ms, bytes);
      warn(TopicConfig.CLEANUP_POLICY_CONFIG, compact, why);
    } else if (!policies.contains(compact)) {
      String why =
          "nothing ever goes that another replaced, and whoever restores the store reads it all";
      warn(TopicConfig.CLEANUP_POLICY_CONFIG, compact, why);
    }
  }

  /** A broker that does not tell one of them is no reason not to start. */
  private String value(String config, String untold) {
    return found.getOrDefault(config, untold);
  }

  private void warn(String config, String expected, String why) {
    warn(config, expected, expected, why);
  }

  private void warn(String config, String expected, String remedy, String why) {
    warnings.add(
        Deviation.of(
            "%s: %s is %s, expected %s: %s"
                .formatted(changelog, config, TopicRules.shown(found.get(config)), expected, why),
            commands.alter(changelog, config, remedy)));
  }
}
