package io.tplus1.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The server properties of a small broker on loopback that is controller too. */
final class BrokerSettings {
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  private static final String CLIENT_LISTENER = "PLAINTEXT";

  /** What the identity decides; overriding it would make {@code bootstrapServers()} a lie. */
  private static final List<String> FIXED =
      List.of(
          "process.roles",
          "node.id",
          "broker.id",
          "listeners",
          "advertised.listeners",
          "controller.listener.names",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers",
          "log.dir",
          "log.dirs",
          "metadata.log.dir");

  private BrokerSettings() {}

  /** Refuses overrides of what the identity decides. */
  static void check(Map<String, String> overrides) {
    for (String name : FIXED) {
      if (overrides.containsKey(name)) {
        throw new IllegalArgumentException(
            "Override %s=%s: this setting is the broker's own; it cannot be overridden"
                .formatted(name, overrides.get(name)));
      }
    }
  }

  /**
   * Refuses a folder that no setting of Kafka can name: its lists know no other way to write one.
   */
  static void requireNameable(Path directory) {
    if (directory.toString().contains(",")) {
      throw new IllegalArgumentException(
          "%s has a comma in its path, and Kafka takes that for two folders: name another"
              .formatted(directory));
    }
  }

  static Properties of(BrokerIdentity identity, Path logs, Map<String, String> overrides) {
    Properties p = new Properties();
    p.putAll(defaults());
    p.putAll(overrides);
    p.setProperty("process.roles", "broker,controller");
    p.setProperty("node.id", Integer.toString(identity.nodeId()));
    String listeners =
        "%s://%s,%s://%s:%s"
            .formatted(
                CLIENT_LISTENER,
                identity.bootstrapServers(),
                CONTROLLER_LISTENER,
                LoopbackPorts.HOST,
                // As text: %d has other digits in some locales.
                Integer.toString(identity.controllerPort()));
    p.setProperty("listeners", listeners);
    p.setProperty("advertised.listeners", listeners);
    p.setProperty("controller.listener.names", CONTROLLER_LISTENER);
    p.setProperty("controller.quorum.voters", identity.voters());
    p.setProperty("log.dirs", logs.toString());
    return p;
  }

  private static Map<String, String> defaults() {
    return Map.ofEntries(
        Map.entry("inter.broker.listener.name", CLIENT_LISTENER),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        // A missing topic is an error to see, not a topic with the wrong settings.
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("default.replication.factor", "1"),
        Map.entry("min.insync.replicas", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "4"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        // A killed application's transaction blocks read_committed consumers until it is aborted.
        Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
        // A killed broker is believed alive for a session, and its restart waits that long.
        Map.entry("broker.session.timeout.ms", "2000"),
        Map.entry("broker.heartbeat.interval.ms", "500"),
        Map.entry("controlled.shutdown.enable", "true"),
        // Sized for a laptop: the defaults want 128 MiB of heap for the cleaner alone, and map
        // 20 MiB of index for each segment.
        Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
        Map.entry("log.segment.bytes", "67108864"),
        Map.entry("log.index.size.max.bytes", "1048576"),
        Map.entry("metadata.log.segment.bytes", "8388608"),
        Map.entry("metadata.max.retention.bytes", "33554432"),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "4"));
  }
}
