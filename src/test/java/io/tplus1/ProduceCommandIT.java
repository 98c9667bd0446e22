package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.broker.TopicRecords;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storm tracks for a cluster that has no producers yet. */
final class ProduceCommandIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  /** Settings whose vectors lie in a topic of a name. */
  private static Path config(String topic) throws IOException {
    return Files.writeString(
        directory.resolve(topic + ".properties"),
        """
        bootstrap.servers=%s
        features=lat,long,wind,pressure
        topics.features.name=%s
        time.max.ahead=off
        """
            .formatted(broker.bootstrapServers(), topic));
  }

  private int produce(String topic, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of("produce", "--config", config(topic).toString()));
    line.addAll(List.of(options));
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(line.toArray(String[]::new));
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return TopicRecords.readCommitted(broker.bootstrapServers(), topic);
  }

  /** The number in the last line. */
  private long said() {
    Matcher produced = Pattern.compile("(?m)^Produced ([0-9,]+) vectors$").matcher(out.toString());
    assertThat(produced.find()).as(out.toString()).isTrue();
    return Long.parseLong(produced.group(1).replace(",", ""));
  }

  @Test
  void produce_stoppedAndStartedAgain_makesTheTopicAndGoesOnWhereItEnds() throws Exception {
    try (MainProcess first =
        MainProcess.start(directory, "produce", "--config", config("storms").toString())) {
      await()
          .until(
              () ->
                  !first.isAlive()
                      || (first.out().contains("Producing storm tracks to storms")
                          && read("storms").size() > 100));
      first.terminate();
      assertThat(first.exitCode()).as(first.err()).isEqualTo(143);
    }
    int before = read("storms").size();
    assertThat(before).isGreaterThan(100);

    assertThat(produce("storms", "--for", "2s", "--speed", "max")).as(err.toString()).isZero();

    assertThat(said()).isPositive();
    List<ConsumerRecord<byte[], byte[]>> features = read("storms");
    assertThat(features).hasSize(before + (int) said());
    TracksOnTopic.assertPrefix(features);
  }

  @Test
  void produce_speed_isNotExceeded() throws Exception {
    long startNanos = System.nanoTime();
    assertThat(produce("slow", "--for", "2s", "--speed", "20")).as(err.toString()).isZero();
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos) + 1;

    // Each waits for its turn, however late the others were.
    assertThat(said()).isBetween(1L, 20 * seconds + 1);
  }

  /** As those with which `run` writes: a user of their own may stand there. */
  @Test
  void produce_settingsOfTheProducer_areThoseOfItsOwn() throws Exception {
    assertThat(produce("set", "--for", "5s", "--set", "producer.max.request.size=10")).isEqualTo(1);

    assertThat(said()).isZero();
    assertThat(err.toString()).contains("Not all that was to be produced", "max.request.size");
  }

  /** Without {@code --for}: what no broker will take ends it by itself. */
  @Test
  void produce_topicThatTakesNothing_saysSoAndEnds1() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopic narrow = new NewTopic("narrow", Optional.of(4), Optional.empty());
      NewTopics.create(admin, narrow.configs(Map.of("max.message.bytes", "10")));
    }

    assertThat(produce("narrow")).isEqualTo(1);

    assertThat(said()).isZero();
    assertThat(err.toString()).contains("Not all that was to be produced got to the brokers: ");
  }
}
