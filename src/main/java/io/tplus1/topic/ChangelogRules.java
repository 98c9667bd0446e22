package io.tplus1.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Decides which changelogs are set so that brokers would delete what stores keep there.
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
  private final List<String> warnings = new ArrayList<>();

  private ChangelogRules(
      StoreContract store, String changelog, Map<String, String> found, KafkaCommands commands) {
    this.store = store;
    this.changelog = changelog;
    this.found = found;
    this.commands = commands;
  }

  /**
   * What is to be said of an application's changelogs, one line for each setting, with its remedy.
   *
   * @param changelogs by name; what is absent does not exist
   */
  static List<String> warnings(
      Application application, Map<String, ExistingTopic> changelogs, KafkaCommands commands) {
    List<String> warnings = new ArrayList<>();
    for (StoreContract store : application.stores()) {
      String name = Application.changelog(application.id(), store.name());
      ExistingTopic topic = changelogs.get(name);
      if (topic != null && !topic.configs().isEmpty()) {
        warnings.addAll(new ChangelogRules(store, name, topic.configs(), commands).all());
      }
    }
    return warnings;
  }

  private List<String> all() {
    timestamps();
    if (TopicRules.policies(value(TopicConfig.CLEANUP_POLICY_CONFIG, ""))
        .contains(TopicConfig.CLEANUP_POLICY_DELETE)) {
      store.retention().ifPresentOrElse(this::windows, this::values);
    }
    return warnings;
  }

  private void timestamps() {
    String config = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
    String expected = store.configs().get(config);
    if (!value(config, expected).equals(expected)) {
      String why =
          "rows bear event times, by which brokers delete and roll segments, and refuse what lies ahead";
      warn(config, expected, expected, why);
    }
  }

  private void windows(Duration retention) {
    String config = TopicConfig.RETENTION_MS_CONFIG;
    long needed = retention.toMillis();
    long given = Long.parseLong(value(config, UNLIMITED));
    if (given >= 0 && given < needed) {
      String expected = "at least %d, or -1".formatted(needed);
      String why = "rows go that windows still hold, and a store that is restored lacks them";
      warn(config, expected, Long.toString(needed), why);
    }
  }

  private void values() {
    String ms = value(TopicConfig.RETENTION_MS_CONFIG, UNLIMITED);
    String bytes = value(TopicConfig.RETENTION_BYTES_CONFIG, UNLIMITED);
    if (!ms.equals(UNLIMITED) || !bytes.equals(UNLIMITED)) {
      String why =
          "what is not written again goes by its age and the size of all (retention.ms is %s, retention.bytes %s), and a store that is restored lacks it"
              .formatted(ms, bytes);
      String expected = TopicConfig.CLEANUP_POLICY_COMPACT;
      warn(TopicConfig.CLEANUP_POLICY_CONFIG, expected, expected, why);
    }
  }

  /** A broker that does not tell one of them is no reason not to start. */
  private String value(String config, String untold) {
    return found.getOrDefault(config, untold);
  }

  private void warn(String config, String expected, String remedy, String why) {
    warnings.add(
        "%s: %s is %s, expected %s: %s. Remedy: %s"
            .formatted(
                changelog,
                config,
                found.get(config),
                expected,
                why,
                commands.alter(changelog, config, remedy)));
  }
}
