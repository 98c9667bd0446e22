package io.tplus1;

import static io.tplus1.SecuredTopics.FORECASTER;
import static io.tplus1.SecuredTopics.LEARNER;
import static io.tplus1.SecuredTopics.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody reads who lacks a right, a password or the settings of TLS. */
final class SecurityRefusedIT {
  @TempDir static Path directory;
  private static SecuredTopics topics;
  private static SecuredBroker broker;

  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    topics = new SecuredTopics(directory);
    broker = topics.broker();
    // Else nothing would be forecast, nor written where that is not allowed.
    for (int step = 0; step < SecuredTopics.STEPS; step++) {
      topics.produceRound();
    }
  }

  @AfterAll
  static void stop() {
    if (topics != null) {
      topics.close();
    }
  }

  @ParameterizedTest
  @Timeout(120)
  @CsvSource({
    "WRITE, predictions, Write on the topic predictions is not allowed",
    "READ, features, Read on the topic features is not allowed",
    "DESCRIBE_CONFIGS, scores, DescribeConfigs on the topic scores is not allowed",
    "READ, tplus1-forecast, Read on the group tplus1-forecast is not allowed",
    "WRITE, tplus1-forecast-, transactional ids that begin with tplus1-forecast- are not allowed",
    "READ WRITE, tplus1-forecast-, Read and Write on topics that begin with tplus1-forecast- are not allowed",
    "CREATE READ WRITE, tplus1-forecast-, 'Create, Read and Write on topics that begin with tplus1-forecast- are not allowed'"
  })
  void run_rightsMissing_endsAndNamesThem(String operations, String resource, String said)
      throws Exception {
    List<String> names = List.of(operations.split(" "));
    List<AclBinding> missing =
        ListedRights.read().stream()
            .filter(right -> !right.who().startsWith("retrain"))
            .filter(right -> names.contains(right.operation().name()))
            .filter(right -> right.name().equals(resource))
            .filter(
                right ->
                    said.contains("transactional")
                        == (right.type() == ResourceType.TRANSACTIONAL_ID))
            .map(right -> right.to(FORECASTER))
            .toList();
    assertThat(missing).hasSameSizeAs(names);
    try {
      for (AclBinding right : missing) {
        broker.withdraw(right);
      }
      Path file = topics.write("forecaster.properties", topics.properties(FORECASTER));
      topics.produceRound();

      assertThat(execute(err, "run", "--config", file.toString())).as(err.toString()).isEqualTo(1);

      assertThat(err.toString())
          .contains("tplus1: " + said)
          .contains(
              "kafka-acls.sh --bootstrap-server %s --command-config client.properties --add"
                  .formatted(broker.bootstrapServers()));
    } finally {
      broker.allow(missing);
    }
  }

  /** A client of Kafka's would want 352 MB of heap for the alert, and end the JVM. */
  @ParameterizedTest
  @Timeout(120)
  @CsvSource({
    "run, 1",
    "doctor, 4",
    "topics verify, 1",
    "models list, 1",
    "replay --key a --at 1, 1",
    "produce --set features=lat;long;wind;pressure --set time.max.ahead=off, 1"
  })
  void command_securityLeftOut_saysThatThePortSpeaksTls(String command, int code) throws Exception {
    Properties properties = topics.properties(FORECASTER);
    properties.keySet().removeIf(name -> name.toString().matches("(security|sasl|ssl)\\..*"));
    Path file = topics.write("open.properties", properties);
    List<String> arguments = new ArrayList<>(List.of(command.replace(';', ',').split(" ")));
    arguments.addAll(List.of("--config", file.toString()));

    assertThat(execute(err, arguments.toArray(String[]::new))).as(err.toString()).isEqualTo(code);

    assertThat(err.toString())
        .contains(broker.bootstrapServers() + " speaks TLS, and security.protocol is PLAINTEXT")
        .doesNotContain("\tat ");
  }

  @Test
  @Timeout(120)
  void run_wrongPassword_saysSo() throws Exception {
    Properties properties = topics.properties(FORECASTER);
    properties.computeIfPresent(
        "sasl.jaas.config", (name, jaas) -> jaas.toString().replace("-secret", "-guess"));
    Path file = topics.write("wrong.properties", properties);

    assertThat(execute(err, "run", "--config", file.toString())).isEqualTo(1);

    assertThat(err.toString()).contains("Authentication failed").doesNotContain("\tat ");
  }

  /** Whoever took it for a failure would give it again, and it would be carried out twice. */
  @Test
  @Timeout(120)
  void models_answerMayNotBeRead_ends3AndSaysThatTheCommandIsSent() throws Exception {
    AclBinding reading =
        ListedRights.read().stream()
            .filter(right -> right.operation() == AclOperation.READ)
            .filter(right -> right.name().equals("model-events"))
            .findFirst()
            .orElseThrow()
            .to(FORECASTER);
    Path file = topics.write("client.properties", topics.properties(FORECASTER));
    broker.withdraw(reading);
    try (KafkaConsumer<byte[], byte[]> role = memberOfRetrain()) {
      await("a role")
          .ignoreExceptions()
          .until(
              () -> {
                role.poll(Duration.ofMillis(100));
                return !role.assignment().isEmpty();
              });

      int code = execute(err, "models", "pin", "--timeout", "20s", "--config", file.toString());

      assertThat(code).as(err.toString()).isEqualTo(3);
      assertThat(err.toString())
          .contains(
              " is sent and will be carried out, but its answer cannot be read: Not authorized to access topics: [model-events]")
          .contains("`tplus1 models list`");
    } finally {
      broker.allow(List.of(reading));
    }
  }

  private static KafkaConsumer<byte[], byte[]> memberOfRetrain() {
    Map<String, Object> settings = new TreeMap<>(broker.security(LEARNER));
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("group.id", "tplus1-retrain");
    KafkaConsumer<byte[], byte[]> member =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    member.subscribe(List.of("model-commands"));
    return member;
  }
}
