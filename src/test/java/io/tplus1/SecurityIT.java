package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.StartedApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.instance.Watching;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both roles against a broker with TLS, SCRAM and ACLs, as principals that may do what security.md
 * lists for their role and nothing else.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SecurityIT {
  private static final String FORECASTER = "forecaster";
  private static final String LEARNER = "learner";
  private static final int SERIES = 24;
  private static final String TOKEN = "0123456789abcdef";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static SecuredBroker broker;
  private static LogCapture authorizer;
  private static int round;

  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    authorizer = LogCapture.of("kafka.authorizer.logger", Level.INFO);
    broker = SecuredBroker.start(directory);
    broker.addUsers(FORECASTER, LEARNER);
    List<AclBinding> rights = new ArrayList<>();
    for (ListedRights right : ListedRights.read()) {
      if (!right.who().startsWith("retrain")) {
        rights.add(right.to(FORECASTER));
      }
      if (!right.who().startsWith("forecast")) {
        rights.add(right.to(LEARNER));
      }
    }
    broker.allow(rights);
    Path admin = Files.createFile(directory.resolve("admin.properties"));
    Properties all = properties(FORECASTER);
    all.putAll(broker.superUser());
    write(admin, all);
    StringWriter said = new StringWriter();
    assertThat(execute(said, "topics", "create", "--config", admin.toString()))
        .as(said.toString())
        .isZero();
  }

  @AfterAll
  static void stop() {
    authorizer.close();
    if (broker != null) {
      broker.close();
    }
  }

  /** The settings of a user, on topics of the names that security.md has. */
  private static Properties properties(String user) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("state.dir", directory.resolve(user).toString());
    settings.put("http.port", "0");
    settings.put("features", "a");
    settings.put("window.steps", "8");
    settings.put("samples.rate", "all");
    settings.put("train.hidden", "8");
    settings.put("train.learning.rate", "0.01");
    settings.put("train.batch", "16");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.first.samples", "120");
    settings.put("retrain.first.steps", "400");
    settings.put("retrain.every.samples", "60");
    settings.put("gate.samples", "24");
    settings.putAll(broker.security(user));
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  private static Configuration configuration(String user) {
    Map<String, String> settings = new TreeMap<>();
    properties(user).forEach((name, value) -> settings.put(name.toString(), value.toString()));
    return new Configuration(settings);
  }

  private static void write(Path file, Properties properties) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
  }

  private static int execute(StringWriter said, String... arguments) {
    PrintWriter print = new PrintWriter(said, true);
    return Main.commandLine().setOut(print).setErr(print).execute(arguments);
  }

  private static void produceRound() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    StreamUnderTest stream =
        new StreamUnderTest("", "tplus1", directory, Map.of("topics.features.name", "features"));
    for (int series = 0; series < SERIES; series++) {
      float value = (float) Math.sin(0.4 * round + series);
      records.add(
          stream.record(
              new SeriesVector(
                  "series-" + series, new FeatureVector(60_000L * round, new float[] {value}))));
    }
    round++;
    TopicRecords.produce(broker.superUser(), records);
  }

  private static List<String> denials() {
    return authorizer.messages().stream().filter(message -> message.contains("is Denied")).toList();
  }

  @Test
  @Order(1)
  void run_bothRolesWithTheListedRights_forecastLearnAndNothingIsDenied() throws Exception {
    Configuration forecasting = configuration(FORECASTER);
    Configuration learning = configuration(LEARNER);
    ModelRegistry registry = forecasting.registry(forecasting.schema());
    try (Retraining retraining = new Retraining();
        ForecastApplication learner =
            StartedApplication.of(
                learning,
                learning.schema(),
                learning.registry(learning.schema()),
                Role.RETRAIN,
                ForecastListener.NONE,
                () ->
                    retraining.topology(
                        RetrainPlan.of(learning, learning.schema(), Optional.empty())));
        ForecastApplication forecaster =
            StartedApplication.of(forecasting, forecasting.schema(), registry)) {
      await("a champion")
          .atMost(Waits.LEARNING)
          .until(
              () -> {
                produceRound();
                return forecaster.failure() != null
                    || learner.failure() != null
                    || registry.champion() != null;
              });
      assertThat(forecaster.complaint()).isEmpty();
      assertThat(learner.complaint()).isEmpty();
      assertThat(registry.serving().pointer()).isPresent();
      assertThat(StartedApplication.state(forecaster)).isEqualTo(KafkaStreams.State.RUNNING);
      assertThat(TopicRecords.readCommitted(broker.superUser(), "predictions")).isNotEmpty();
      assertThat(TopicRecords.readCommitted(broker.superUser(), "model-events")).isNotEmpty();
    }
    assertThat(denials()).isEmpty();
  }

  /** What watches an instance has clients of its own, and a command one more. */
  @Test
  @Order(2)
  @Timeout(240)
  void run_commandByHttpWithTheListedRights_isCarriedOutAndNothingIsDenied() throws Exception {
    int port = Watching.freePortFrom(28_480);
    Properties watched = properties(FORECASTER);
    watched.put("http.port", Integer.toString(port));
    watched.put("http.token", TOKEN);
    Path forecasting = directory.resolve("watched.properties");
    write(forecasting, watched);
    Path learning = directory.resolve("learner.properties");
    write(learning, properties(LEARNER));
    try (MainProcess learner =
            MainProcess.start(
                directory, "run", "--role", "retrain", "--config", learning.toString());
        MainProcess forecaster =
            MainProcess.start(directory, "run", "--config", forecasting.toString())) {
      await("answers of the brokers")
          .ignoreExceptions()
          .until(
              () ->
                  !learner.isAlive()
                      || !forecaster.isAlive()
                      || (learner.err().contains("REBALANCING -> RUNNING")
                          && ask(port, "/health/ready").statusCode() == 200
                          && ask(port, "/api/events").body().contains("PROMOTED")));
      assertThat(learner.isAlive()).as(learner.err()).isTrue();
      assertThat(forecaster.isAlive()).as(forecaster.err()).isTrue();
      for (String path : List.of("/metrics", "/api/overview", "/api/models", "/api/series")) {
        assertThat(ask(port, path).statusCode()).as(path).isEqualTo(200);
      }

      HttpResponse<String> told =
          HTTP.send(
              request(port, "/api/commands")
                  .POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"PIN\"}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(told.statusCode()).as(told.body()).isEqualTo(202);
      await("the pin").until(() -> ask(port, "/api/events").body().contains("PINNED"));
    }
    assertThat(denials()).isEmpty();

    AclBinding look =
        ListedRights.read().stream()
            .filter(right -> right.operation() == AclOperation.DESCRIBE)
            .filter(right -> right.type() == ResourceType.GROUP)
            .findFirst()
            .orElseThrow()
            .to(FORECASTER);
    assertThat(execute(err, "doctor", "--role", "forecast", "--config", forecasting.toString()))
        .as(err.toString())
        .isZero();
    assertThat(err.toString())
        .contains("is not known without DescribeConfigs on [tplus1-forecast-", "-changelog")
        .doesNotContain("-changelog: ");
    broker.withdraw(look);
    try {
      await()
          .untilAsserted(
              () -> {
                execute(err, "doctor", "--role", "forecast", "--config", forecasting.toString());
                assertThat(err.toString())
                    .contains("Describe on the group tplus1-retrain is not allowed")
                    .contains("--operation Describe --group tplus1-retrain");
              });
    } finally {
      broker.allow(List.of(look));
    }
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private static HttpResponse<String> ask(int port, String path) throws Exception {
    return HTTP.send(request(port, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @Order(3)
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
      Path file = directory.resolve("forecaster.properties");
      write(file, properties(FORECASTER));
      produceRound();

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
  @Order(4)
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
    Properties properties = properties(FORECASTER);
    properties.keySet().removeIf(name -> name.toString().matches("(security|sasl|ssl)\\..*"));
    Path file = directory.resolve("open.properties");
    write(file, properties);
    List<String> arguments = new ArrayList<>(List.of(command.replace(';', ',').split(" ")));
    arguments.addAll(List.of("--config", file.toString()));

    assertThat(execute(err, arguments.toArray(String[]::new))).as(err.toString()).isEqualTo(code);

    assertThat(err.toString())
        .contains(broker.bootstrapServers() + " speaks TLS, and security.protocol is PLAINTEXT")
        .doesNotContain("\tat ");
  }

  @Test
  @Order(5)
  @Timeout(120)
  void run_wrongPassword_saysSo() throws Exception {
    Properties properties = properties(FORECASTER);
    properties.computeIfPresent(
        "sasl.jaas.config", (name, jaas) -> jaas.toString().replace("-secret", "-guess"));
    Path file = directory.resolve("wrong.properties");
    write(file, properties);

    assertThat(execute(err, "run", "--config", file.toString())).isEqualTo(1);

    assertThat(err.toString()).contains("Authentication failed").doesNotContain("\tat ");
  }

  /** Whoever took it for a failure would give it again, and it would be carried out twice. */
  @Test
  @Order(6)
  @Timeout(120)
  void models_answerMayNotBeRead_ends3AndSaysThatTheCommandIsSent() throws Exception {
    AclBinding reading =
        ListedRights.read().stream()
            .filter(right -> right.operation() == AclOperation.READ)
            .filter(right -> right.name().equals("model-events"))
            .findFirst()
            .orElseThrow()
            .to(FORECASTER);
    Path file = directory.resolve("client.properties");
    write(file, properties(FORECASTER));
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
