package io.tplus1.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerIT {
  @TempDir Path directory;

  @Test
  void start_sameFolderAgain_keepsAddressTopicsAndRecords() throws Exception {
    String address;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      address = broker.bootstrapServers();
      createTopic(address, "numbers");
      produce(address, "numbers", "one", "two");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      assertThat(broker.bootstrapServers()).isEqualTo(address);
      produce(address, "numbers", "three");
      assertThat(read(address, "numbers")).containsExactly("one", "two", "three");
    }
  }

  @Test
  void start_storedPortsTaken_movesAndKeepsRecords() throws Exception {
    String address;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      address = broker.bootstrapServers();
      createTopic(address, "numbers");
      produce(address, "numbers", "one");
    }
    BrokerIdentity before = BrokerIdentity.load(directory).orElseThrow();

    try (ServerSocket takesPort = LoopbackPorts.bind(before.port()).orElseThrow();
        ServerSocket takesControllerPort =
            LoopbackPorts.bind(before.controllerPort()).orElseThrow();
        EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      assertThat(takesPort.isBound() && takesControllerPort.isBound()).isTrue();
      assertThat(broker.bootstrapServers()).isNotEqualTo(address);
      assertThat(read(broker.bootstrapServers(), "numbers")).containsExactly("one");
      assertThat(BrokerIdentity.load(directory))
          .map(BrokerIdentity::bootstrapServers)
          .isEqualTo(Optional.of(broker.bootstrapServers()));
    }
  }

  @Test
  void start_folderOfRunningBroker_refusedAndBrokerUnharmed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(directory))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              directory.toAbsolutePath()
                  + " belongs to a running broker (broker.lock is held): stop it,"
                  + " or use another folder");
      createTopic(broker.bootstrapServers(), "numbers");
      assertThat(read(broker.bootstrapServers(), "numbers")).isEmpty();
    }
  }

  /** Kafka takes one of these for two, of which neither is the one that was named. */
  @Test
  void start_folderWithAComma_refusedAndNothingIsMade() {
    Path folder = directory.resolve("a,b");

    assertThatThrownBy(() -> EmbeddedBroker.start(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s has a comma in its path, and Kafka takes that for two folders: name another",
            folder);
    assertThat(folder).doesNotExist();
  }

  @Test
  void start_settingOutOfRange_errorAndFolderFree() {
    assertThatThrownBy(() -> EmbeddedBroker.start(directory, Map.of("num.io.threads", "0")))
        .hasMessageContaining("num.io.threads");

    EmbeddedBroker.start(directory).close();
  }

  @Test
  void close_twice_nothingMore() {
    EmbeddedBroker broker = EmbeddedBroker.start(directory);
    broker.close();
    broker.close();

    assertThat(LoopbackPorts.isFree(port(broker.bootstrapServers()))).isTrue();
  }

  private static int port(String bootstrapServers) {
    return Integer.parseInt(bootstrapServers.substring(bootstrapServers.indexOf(':') + 1));
  }

  private static void createTopic(String bootstrapServers, String name) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty());
      NewTopics.create(admin, topic);
    }
  }

  private static void produce(String bootstrapServers, String topic, String... values) {
    TopicRecords.produce(
        bootstrapServers,
        List.of(values).stream()
            .map(value -> new ProducerRecord<byte[], byte[]>(topic, value.getBytes(UTF_8)))
            .toList());
  }

  private static List<String> read(String bootstrapServers, String topic) {
    return TopicRecords.readCommitted(bootstrapServers, topic).stream()
        .map(ConsumerRecord::value)
        .map(value -> new String(value, UTF_8))
        .toList();
  }
}
