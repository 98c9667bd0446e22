package io.tplus1;

import static io.tplus1.SecuredTopics.FORECASTER;
import static io.tplus1.SecuredTopics.LEARNER;
import static io.tplus1.SecuredTopics.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.TopicRecords;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.Retraining;
import io.tplus1.instance.StartedApplication;
import io.tplus1.instance.Watching;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.ForecastListener;
import io.tplus1.topology.retrain.RetrainPlan;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both roles against a broker with TLS, SCRAM and ACLs, as principals that may do what security.md
 * lists for their role and nothing else.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SecurityIT {
  private static final String TOKEN = "0123456789abcdef";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static SecuredTopics topics;
  private static SecuredBroker broker;

  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    topics = new SecuredTopics(directory);
    broker = topics.broker();
  }

  @AfterAll
  static void stop() {
    if (topics != null) {
      topics.close();
    }
  }

  @Test
  @Order(1)
  void run_bothRolesWithTheListedRights_forecastLearnAndNothingIsDenied() throws Exception {
    Configuration forecasting = topics.configuration(FORECASTER);
    Configuration learning = topics.configuration(LEARNER);
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
                topics.produceRound();
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
    assertThat(topics.denials()).isEmpty();
  }

  /** What watches an instance has clients of its own, and a command one more. */
  @Test
  @Order(2)
  @Timeout(240)
  void run_commandByHttpWithTheListedRights_isCarriedOutAndNothingIsDenied() throws Exception {
    int port = Watching.freePortFrom(28_480);
    Properties watched = topics.properties(FORECASTER);
    watched.put("http.port", Integer.toString(port));
    watched.put("http.token", TOKEN);
    Path forecasting = topics.write("watched.properties", watched);
    Path learning = topics.write("learner.properties", topics.properties(LEARNER));
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
    assertThat(topics.denials()).isEmpty();

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
}
