package io.tplus1.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerProcessIT {
  @TempDir Path directory;

  @Test
  void start_afterKill_keepsAddressAndAcknowledgedRecords() throws Exception {
    try (BrokerProcess broker = BrokerProcess.start(directory)) {
      String address = broker.bootstrapServers();
      createTopic(address);
      produce(address, "before");

      broker.kill();
      assertThat(broker.isAlive()).isFalse();
      try (BrokerProcess again = BrokerProcess.start(directory)) {
        assertThat(again.bootstrapServers()).isEqualTo(address);
        produce(address, "after");
        assertThat(values(address)).containsExactly("before", "after");
      }
    }
  }

  @Test
  void close_running_stopsCleanly() throws IOException {
    BrokerProcess broker = BrokerProcess.start(directory);
    broker.close();

    assertThat(broker.isAlive()).isFalse();
    // Kafka leaves this mark at a clean shutdown only.
    assertThat(Files.exists(directory.resolve("logs").resolve(".kafka_cleanshutdown"))).isTrue();
  }

  @Test
  void start_folderOfRunningBroker_errorShowsWhy() {
    try (EmbeddedBroker running = EmbeddedBroker.start(directory)) {
      assertThatThrownBy(() -> BrokerProcess.start(directory))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("ended before it served")
          .hasMessageContaining("belongs to a running broker");
    }
  }

  @Test
  void start_parentKilled_childEnds() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Dlogback.configurationFile=io/tplus1/broker/process-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                OrphanMaker.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      long child = Long.parseLong(parent.inputReader(UTF_8).readLine().strip());
      assertThat(ProcessHandle.of(child)).map(ProcessHandle::isAlive).contains(true);

      parent.destroyForcibly();

      await().until(() -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
    } finally {
      parent.destroyForcibly();
    }
  }

  /** Starts a broker process, writes its process id, and waits to be killed. */
  static final class OrphanMaker {
    private OrphanMaker() {}

    public static void main(String[] args) throws IOException {
      BrokerProcess.start(Path.of(args[0]));
      System.out.println(ProcessHandle.current().children().findFirst().orElseThrow().pid());
      System.out.flush();
      System.in.read();
    }
  }

  private static void createTopic(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      NewTopic topic = new NewTopic("numbers", Optional.of(1), Optional.of((short) 1));
      NewTopics.create(admin, topic);
    }
  }

  private static void produce(String bootstrapServers, String value) {
    TopicRecords.produce(
        bootstrapServers, List.of(new ProducerRecord<>("numbers", value.getBytes(UTF_8))));
  }

  private static List<String> values(String bootstrapServers) {
    return TopicRecords.readCommitted(bootstrapServers, "numbers").stream()
        .map(record -> new String(record.value(), UTF_8))
        .toList();
  }
}
