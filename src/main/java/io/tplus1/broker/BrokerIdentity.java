package io.tplus1.broker;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * Who a broker is across restarts, kept in {@code broker.properties} beside its data.
 *
 * @param nodeId the broker's and controller's id in the cluster
 * @param clusterId the id that the log directory is formatted with
 * @param port the clients' port
 * @param controllerPort the port of the metadata quorum
 * @param voters the metadata quorum in Kafka's form, {@code id@host:port,…}
 */
record BrokerIdentity(int nodeId, String clusterId, int port, int controllerPort, String voters) {
  private static final String FILE = "broker.properties";

  /** A cluster of one, on free ports. */
  static BrokerIdentity alone() {
    List<Integer> ports = LoopbackPorts.free(2);
    String clusterId = Uuid.randomUuid().toString();
    return new BrokerIdentity(1, clusterId, ports.get(0), ports.get(1), voter(1, ports.get(1)));
  }

  /** The identity stored in the directory, if one is. */
  static Optional<BrokerIdentity> load(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties stored = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      stored.load(reader);
    }
    return Optional.of(
        new BrokerIdentity(
            number(file, stored, "node.id"),
            text(file, stored, "cluster.id"),
            number(file, stored, "port"),
            number(file, stored, "controller.port"),
            text(file, stored, "controller.quorum.voters")));
  }

  /** Writes the file whole or not at all: a broker may be killed at any moment. */
  void store(Path directory) throws IOException {
    Properties values = new Properties();
    values.setProperty("node.id", Integer.toString(nodeId));
    values.setProperty("cluster.id", clusterId);
    values.setProperty("port", Integer.toString(port));
    values.setProperty("controller.port", Integer.toString(controllerPort));
    values.setProperty("controller.quorum.voters", voters);
    Path file = directory.resolve(FILE);
    Path draft = directory.resolve(FILE + ".draft");
    try (Writer writer = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
      values.store(writer, "Keeps the broker's address and identity across restarts.");
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns this identity with every taken port replaced by a free one. */
  BrokerIdentity onFreePorts() {
    boolean portFree = LoopbackPorts.isFree(port);
    boolean controllerPortFree = controllerPort != port && LoopbackPorts.isFree(controllerPort);
    if (portFree && controllerPortFree) {
      return this;
    }
    // One that is kept is held by nobody meanwhile, and may be drawn.
    List<Integer> free =
        LoopbackPorts.free(4).stream()
            .filter(drawn -> drawn != port && drawn != controllerPort)
            .toList();
    int newPort = portFree ? port : free.get(0);
    int newControllerPort = controllerPortFree ? controllerPort : free.get(1);
    String newVoters = controllerPortFree ? voters : voter(nodeId, newControllerPort);
    return new BrokerIdentity(nodeId, clusterId, newPort, newControllerPort, newVoters);
  }

  String bootstrapServers() {
    return LoopbackPorts.HOST + ":" + port;
  }

  private static String voter(int nodeId, int controllerPort) {
    return nodeId + "@" + LoopbackPorts.HOST + ":" + controllerPort;
  }

  private static int number(Path file, Properties stored, String name) {
    String value = text(file, stored, name);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "%s: %s is '%s', expected an integer".formatted(file, name, value), e);
    }
  }

  private static String text(Path file, Properties stored, String name) {
    String value = stored.getProperty(name);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "%s: %s is absent; the file belongs to the broker's data, restore it or delete the folder"
              .formatted(file, name));
    }
    return value;
  }
}
