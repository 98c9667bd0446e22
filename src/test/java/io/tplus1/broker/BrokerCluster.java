package io.tplus1.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Several {@link BrokerProcess}es that are one Kafka cluster, each a broker and a voter of the
 * metadata quorum. With three, one may be killed and the cluster serves on.
 */
public final class BrokerCluster implements AutoCloseable {
  private static final int MOST_REPLICAS = 3;

  private final List<BrokerProcess> brokers;

  private BrokerCluster(List<BrokerProcess> brokers) {
    this.brokers = List.copyOf(brokers);
  }

  /**
   * Starts the cluster and waits until every member serves.
   *
   * @param dataDirectory each member has a folder of its own in it
   * @param size the number of members, the same at every start on one directory
   * @param overrides server properties for every member; topics have up to three replicas, of which
   *     two must be in sync, unless said otherwise here
   */
  public static BrokerCluster start(Path dataDirectory, int size, Map<String, String> overrides) {
    if (size < 1) {
      throw new IllegalArgumentException("size is %d, expected at least 1".formatted(size));
    }
    List<Path> directories = new ArrayList<>();
    for (int id = 1; id <= size; id++) {
      directories.add(dataDirectory.resolve("broker-" + id));
    }
    identify(directories);
    Map<String, String> settings = new HashMap<>(replication(size));
    settings.putAll(overrides);
    List<BrokerProcess> started = new ArrayList<>();
    try {
      for (Path directory : directories) {
        started.add(BrokerProcess.launch(directory, settings));
      }
      started.forEach(BrokerProcess::awaitReady);
      return new BrokerCluster(started);
    } catch (RuntimeException | Error e) {
      // No clean stop: without a quorum the members would wait for each other.
      started.forEach(BrokerProcess::kill);
      throw e;
    }
  }

  /** The members, in the order of their ids from 1. */
  public List<BrokerProcess> brokers() {
    return brokers;
  }

  /** Where clients connect: every member's {@code host:port}, comma-separated. */
  public String bootstrapServers() {
    return brokers.stream().map(BrokerProcess::bootstrapServers).collect(Collectors.joining(","));
  }

  /** Stops every member, all asked at once so that they need not wait for each other in turn. */
  @Override
  public void close() {
    brokers.forEach(BrokerProcess::askToStop);
    brokers.forEach(BrokerProcess::close);
  }

  /** Gives the members their identities, unless an earlier start did. */
  private static void identify(List<Path> directories) {
    try {
      List<BrokerIdentity> members = BrokerIdentity.cluster(directories.size());
      for (int i = 0; i < directories.size(); i++) {
        Path directory = Files.createDirectories(directories.get(i));
        Optional<BrokerIdentity> stored = BrokerIdentity.load(directory);
        if (stored.isEmpty()) {
          members.get(i).store(directory);
        } else if (stored.get().voters().split(",", -1).length != directories.size()) {
          throw new IllegalArgumentException(
              "size is %d, but the cluster in %s was made with the members %s"
                  .formatted(directories.size(), directory.getParent(), stored.get().voters()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> replication(int size) {
    String replicas = Integer.toString(Math.min(MOST_REPLICAS, size));
    String inSync = Integer.toString(size < MOST_REPLICAS ? 1 : 2);
    return Map.of(
        "default.replication.factor", replicas,
        "min.insync.replicas", inSync,
        "offsets.topic.replication.factor", replicas,
        "transaction.state.log.replication.factor", replicas,
        "transaction.state.log.min.isr", inSync,
        "share.coordinator.state.topic.replication.factor", replicas,
        "share.coordinator.state.topic.min.isr", inSync);
  }
}
