package io.tplus1.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Three brokers, each Kafka's own main in a JVM of its own, replication 3 and two in sync, to be
 * killed. Each has two listeners: one for tests, and one that is advertised as the address of a
 * {@link TcpProxy}, so that those who came by it can be cut off.
 */
public final class KillableCluster implements AutoCloseable {
  private static final int SIZE = 3;
  private static final Duration LONGEST = Duration.ofMinutes(4);

  /** One member. */
  private static final class Member {
    final Path directory;
    final TcpProxy proxy;
    final String address;
    Process process;

    Member(Path directory, TcpProxy proxy, String address) {
      this.directory = directory;
      this.proxy = proxy;
      this.address = address;
    }
  }

  private final List<Member> members = new ArrayList<>();
  private final int nice;

  private KillableCluster(int nice) {
    this.nice = nice;
  }

  /**
   * Starts the cluster and waits until every member serves.
   *
   * @param nice what the brokers' processes run at; 0 as they are
   * @param overrides server properties over the embedded broker's
   */
  public static KillableCluster start(Path directory, int nice, Map<String, String> overrides) {
    KillableCluster cluster = new KillableCluster(nice);
    try {
      // All at once: another draw may find the same, as nobody listens there yet.
      List<Integer> ports = LoopbackPorts.free(4 * SIZE);
      List<BrokerIdentity> identities = identities(ports.subList(0, 2 * SIZE));
      for (int i = 0; i < SIZE; i++) {
        cluster.members.add(
            member(
                directory.resolve("broker-" + (i + 1)),
                identities.get(i),
                ports.get(2 * SIZE + i),
                ports.get(3 * SIZE + i),
                overrides));
      }
      cluster.members.forEach(cluster::launch);
      cluster.awaitAll();
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Every one a voter. */
  private static List<BrokerIdentity> identities(List<Integer> ports) {
    String voters =
        IntStream.range(0, SIZE)
            .mapToObj(i -> (i + 1) + "@" + LoopbackPorts.HOST + ":" + ports.get(SIZE + i))
            .collect(Collectors.joining(","));
    String clusterId = Uuid.randomUuid().toString();
    return IntStream.range(0, SIZE)
        .mapToObj(
            i -> new BrokerIdentity(i + 1, clusterId, ports.get(i), ports.get(SIZE + i), voters))
        .toList();
  }

  private static Member member(
      Path directory,
      BrokerIdentity identity,
      int behind,
      int before,
      Map<String, String> overrides)
      throws IOException {
    Path logs = Files.createDirectories(directory.resolve("logs"));
    TcpProxy proxy = new TcpProxy(before, behind);
    Map<String, String> settings = new HashMap<>(replication());
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,BEHIND:PLAINTEXT");
    settings.putAll(overrides);
    Properties properties = BrokerSettings.of(identity, logs, settings);
    String direct = properties.getProperty("listeners");
    properties.setProperty("listeners", direct + ",BEHIND://" + LoopbackPorts.HOST + ":" + behind);
    properties.setProperty("advertised.listeners", direct + ",BEHIND://" + proxy.address());
    try (Writer writer = Files.newBufferedWriter(directory.resolve("server.properties"))) {
      properties.store(writer, null);
    }
    format(identity, logs);
    return new Member(directory, proxy, identity.bootstrapServers());
  }

  private static Map<String, String> replication() {
    return Map.of(
        "default.replication.factor", "3",
        "min.insync.replicas", "2",
        "offsets.topic.replication.factor", "3",
        "transaction.state.log.replication.factor", "3",
        "transaction.state.log.min.isr", "2",
        "share.coordinator.state.topic.replication.factor", "3",
        "share.coordinator.state.topic.min.isr", "2");
  }

  private static void format(BrokerIdentity identity, Path logs) throws IOException {
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(identity.nodeId())
          .setClusterId(identity.clusterId())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setDirectories(List.of(logs.toString()))
          .setMetadataLogDirectory(logs.toString())
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Formatting " + logs, e);
    }
  }

  private void launch(Member member) {
    List<String> command = new ArrayList<>();
    if (nice > 0) {
      command.addAll(List.of("nice", "-n", Integer.toString(nice)));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx320m",
            "-XX:+UseSerialGC",
            // Starts are what brokers spend their time on here, three and more on few cores.
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dlogback.configurationFile=io/tplus1/broker/process-logback.xml",
            "-cp",
            classPath(),
            BrokerJvm.class.getName(),
            member.directory.resolve("server.properties").toString()));
    try {
      member.process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(member.directory.resolve("broker.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Every member's address, for tests. */
  public String bootstrapServers() {
    return members.stream().map(member -> member.address).collect(Collectors.joining(","));
  }

  /** Every member's address behind its proxy. */
  public String bootstrapServersBehindProxies() {
    return members.stream().map(member -> member.proxy.address()).collect(Collectors.joining(","));
  }

  /** Cuts off everybody who came by a proxy: what is sent is swallowed, nothing is refused. */
  public void cut() {
    members.forEach(member -> member.proxy.cut());
  }

  /** Ends the cut; the connections that it held break. */
  public void mend() {
    members.forEach(member -> member.proxy.mend());
  }

  /**
   * Commits of transactions by those who came by a proxy wait from now on; returns when one does.
   */
  public void holdCommits() {
    members.forEach(member -> member.proxy.holdCommits());
    await("a commit that waits")
        .atMost(LONGEST)
        .until(() -> members.stream().anyMatch(member -> member.proxy.commitsWaiting() > 0));
  }

  /** Lets the commits go on. */
  public void releaseCommits() {
    members.forEach(member -> member.proxy.releaseCommits());
  }

  /** The broker that leads a partition now. */
  public int leader(String topic, int partition) {
    return await("a leader of " + topic + "-" + partition)
        .atMost(LONGEST)
        .ignoreExceptions()
        .until(
            () -> describe(topic).get(partition).leader(), node -> node != null && !node.isEmpty())
        .id();
  }

  private List<TopicPartitionInfo> describe(String topic) throws Exception {
    try (Admin admin = admin()) {
      return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", bootstrapServers(),
            "request.timeout.ms", 3_000,
            "default.api.timeout.ms", 5_000));
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill(int broker) {
    Process process = members.get(broker - 1).process;
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGKILL of every member. */
  public void killAll() {
    members.forEach(member -> member.process.destroyForcibly());
    members.forEach(member -> member.process.onExit().join());
  }

  /** Starts the members that do not run, and does not wait. */
  public void launchMissing() {
    members.stream().filter(member -> !member.process.isAlive()).forEach(this::launch);
  }

  /** Ends whatever was done to it, and waits until all is as at the start. */
  public void restore() {
    mend();
    releaseCommits();
    launchMissing();
    awaitAll();
  }

  /** Waits until all members serve and every replica of every topic is in sync. */
  public void awaitAll() {
    await("three brokers, all in sync")
        .atMost(LONGEST)
        .failFast(
            () ->
                assertThat(members)
                    .allSatisfy(
                        member ->
                            assertThat(member.process.isAlive())
                                .as("%s/broker.log says why it ended", member.directory)
                                .isTrue()))
        .ignoreExceptions()
        .until(
            () -> {
              try (Admin admin = admin()) {
                return admin.describeCluster().nodes().get().size() == SIZE
                    && admin
                        .describeTopics(admin.listTopics().names().get())
                        .allTopicNames()
                        .get()
                        .values()
                        .stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(each -> each.isr().size() == each.replicas().size());
              }
            });
  }

  @Override
  public void close() {
    for (Member member : members) {
      if (member.process != null) {
        member.process.destroyForcibly();
        member.process.onExit().join();
      }
      member.proxy.close();
    }
  }
}
