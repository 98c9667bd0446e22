package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChangelogRulesTest {
  private static final String WEEK = "604800000";
  private static final Application APPLICATION =
      new Application(
          "app",
          List.of(
              StoreContract.ofWindows(
                  "vectors", Duration.ofDays(8).plusMillis(1), Duration.ofDays(9).plusMillis(1)),
              StoreContract.ofValues("series")),
          true);

  private final Map<String, ExistingTopic> changelogs = new HashMap<>();

  private void exists(String store, String type, String policy, String ms, String bytes) {
    changelogs.put(
        Application.changelog("app", store),
        new ExistingTopic(
            4,
            Map.of(
                "message.timestamp.type", type,
                "cleanup.policy", policy,
                "retention.ms", ms,
                "retention.bytes", bytes)));
  }

  private List<String> warnings() {
    KafkaCommands commands = new KafkaCommands("kafka:9092", true);
    return ChangelogRules.warnings(APPLICATION, changelogs, commands).stream()
        .map(Deviation::toString)
        .toList();
  }

  @Test
  void warnings_asABrokerMakesTopics_eachSettingWithItsCommand() {
    exists("vectors", "CreateTime", "delete", WEEK, "-1");
    exists("series", "CreateTime", "delete", WEEK, "-1");

    String remedy =
        " Remedy: kafka-configs.sh --bootstrap-server kafka:9092 --command-config client.properties"
            + " --alter --entity-type topics --entity-name app-%s-changelog --add-config %s";
    assertThat(warnings())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(
                        "app-vectors-changelog: message.timestamp.type is CreateTime, expected"
                            + " LogAppendTime: ")
                    .endsWith(remedy.formatted("vectors", "message.timestamp.type=LogAppendTime")),
            line ->
                assertThat(line)
                    .startsWith(
                        "app-vectors-changelog: retention.ms is 604800000, expected at least"
                            + " 691200001, or -1: ")
                    .endsWith(remedy.formatted("vectors", "retention.ms=777600001")),
            line ->
                assertThat(line)
                    .startsWith("app-series-changelog: message.timestamp.type is CreateTime"),
            line ->
                assertThat(line)
                    .startsWith("app-series-changelog: cleanup.policy is delete, expected compact:")
                    .endsWith(remedy.formatted("series", "cleanup.policy=compact")));
  }

  /** As brokers of Kafka 4.2 and later tell of one that deletes and compacts nothing. */
  @Test
  void warnings_emptyPolicy_isNamedSo() {
    exists("series", "LogAppendTime", "", "-1", "-1");

    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("app-series-changelog: cleanup.policy is empty, expected compact: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vectors; delete; 691200001; -1",
        "vectors; compact,delete; 777600001; -1",
        "vectors; delete; -1; -1",
        "series; compact; 604800000; 1000",
      })
  void warnings_nothingIsLost_nothing(String store, String policy, String ms, String bytes) {
    exists(store, "LogAppendTime", policy, ms, bytes);

    assertThat(warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vectors; compact,delete; 691200000; -1; retention.ms",
        "vectors; compact,delete; 777600001; 1000000000; retention.bytes",
        "vectors; compact; 777600001; -1; cleanup.policy",
        "series; delete; -1; -1; cleanup.policy",
        "series; compact,delete; 604800000; -1; cleanup.policy",
        "series; delete; -1; 1000; cleanup.policy",
      })
  void warnings_rowsGo_oneThatNamesTheSetting(
      String store, String policy, String ms, String bytes, String setting) {
    exists(store, "LogAppendTime", policy, ms, bytes);

    assertThat(warnings()).singleElement().asString().contains("-changelog: " + setting + " is ");
  }

  /** Whoever takes the commands as they come loses nothing on the way. */
  @Test
  void warnings_windowsThatAreNeverDeleted_howLongTheyStayComesBeforeThatTheyGo() {
    exists("vectors", "LogAppendTime", "compact", WEEK, "1000");

    assertThat(warnings())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("--add-config retention.ms=777600001"),
            line -> assertThat(line).endsWith("--add-config retention.bytes=-1"),
            line -> assertThat(line).endsWith("--add-config cleanup.policy=delete"));
  }

  @Test
  void warnings_brokerThatTellsNoPolicy_nothing() {
    changelogs.put(
        Application.changelog("app", "vectors"),
        new ExistingTopic(4, Map.of("message.timestamp.type", "LogAppendTime")));

    assertThat(warnings()).isEmpty();
  }

  @Test
  void warnings_settingsMayNotBeRead_nothing() {
    changelogs.put(Application.changelog("app", "series"), new ExistingTopic(4, Map.of()));

    assertThat(warnings()).isEmpty();
  }
}
