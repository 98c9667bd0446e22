package io.tplus1;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.broker.NewTopics;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.topic.TopicContracts;
import io.tplus1.topology.retrain.RetrainNodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tplus1 topics}, against a broker. */
final class TopicsCommandIT {
  private static final int TOPICS = 9;

  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private final StringWriter out = new StringWriter();

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void createAndVerify_freshCluster_missingThenThereAndNothingMadeTwice() throws Exception {
    Path config = config("fresh");

    assertThat(topics("verify", config)).isEqualTo(4);
    assertThat(out.toString())
        .startsWith("The cluster's topics do not fit (9 differences):")
        .contains("fresh.features: does not exist. Remedy: kafka-topics.sh --bootstrap-server ");

    assertThat(topics("create", config)).isZero();
    assertThat(out.toString())
        .contains("created fresh.features with 4 partitions", "All 9 topics exist and fit.");

    assertThat(topics("verify", config)).isZero();
    assertThat(out.toString()).isEqualTo("All 9 topics exist and fit.\n");
    JsonNode again = json("create", config);
    assertThat(again.get("fits").asBoolean()).isTrue();
    assertThat(again.get("topics").asInt()).isEqualTo(TOPICS);
    assertThat(again.get("created")).isEmpty();
  }

  @Test
  void verify_partitionsRaisedUnderStores_saysBothWaysOut() throws Exception {
    Path config = config("grown");
    assertThat(topics("create", config)).isZero();
    String store = "grown-forecast-vectors-changelog";
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, new NewTopic(store, 4, (short) 1));
      List<String> together = List.of("grown.features", "grown.predictions", "grown.scores");
      assertThat(topics("verify", config)).isZero();
      admin
          .createPartitions(
              together.stream().collect(toMap(name -> name, name -> NewPartitions.increaseTo(8))))
          .all()
          .get();
      await()
          .until(
              () ->
                  admin.describeTopics(together).allTopicNames().get().values().stream()
                      .allMatch(topic -> topic.partitions().size() == 8));
    }

    assertThat(topics("verify", config)).isEqualTo(4);
    assertThat(out.toString())
        .contains(
            "grown.features: has 8 partitions, and the stores of grown-forecast are of others, {"
                + store
                + "=4}",
            "set another application.id",
            "kafka-streams-application-reset.sh --bootstrap-server",
            "--application-id grown-forecast --input-topics grown.features");
  }

  @Test
  void createAndVerify_inputsOfARetrainerThatDoesNotRunRaised_restIsMade() throws Exception {
    Path config = config("rests");
    List<String> raised = List.of("training-samples", "model-scores", "model-commands");
    String store = "rests-retrain-" + RetrainNodes.HISTORY + "-changelog";
    List<NewTopic> topics = new ArrayList<>(List.of(new NewTopic(store, 4, (short) 1)));
    for (String id : raised) {
      topics.add(
          new NewTopic("rests." + id, 8, (short) 1)
              .configs(TopicContracts.load().get(id).configs()));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(admin, topics);
    }

    assertThat(topics("create", config, "--set", "retrain.mode=refresh")).isEqualTo(4);
    assertThat(out.toString()).contains("rests.training-samples: has 8 partitions", store + "=4");
    assertThat(topics("create", config, "--set", "retrain.mode=off")).as(out.toString()).isZero();
    assertThat(out.toString()).contains("created rests.scores with 4 partitions");
    assertThat(topics("verify", config, "--set", "retrain.mode=off")).as(out.toString()).isZero();
    // With this mode the role that retrains may run, too: it carries out commands.
    String[] also = {"--role", "all", "--set", "retrain.mode=off"};
    assertThat(topics("verify", config, also)).isEqualTo(4);
    assertThat(out.toString()).contains("rests.training-samples: has 8 partitions", store + "=4");
  }

  /** Whoever retrains apart may have settings of its own for topics that it does not touch. */
  @Test
  void createAndVerify_roleThatRetrains_areOfItsOwnTopicsAlone() throws Exception {
    Path config = config("apart");
    String[] retrain = {"--role", "retrain"};

    assertThat(topics("create", config, retrain)).isZero();
    assertThat(out.toString())
        .contains("created apart.training-samples", "All 5 topics exist and fit.")
        .doesNotContain("apart.features", "apart.predictions");
    assertThat(topics("verify", config, retrain)).as(out.toString()).isZero();
    assertThat(topics("verify", config, "--role", "forecast")).isEqualTo(4);
    assertThat(out.toString()).contains("(4 differences)", "apart.features: does not exist");
  }

  @Test
  void verifyAndCreate_topicDiffers_wholeDifferenceAndNothingIsMade() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      NewTopics.create(
          admin,
          new NewTopic("other.models", Optional.of(1), Optional.empty())
              .configs(Map.of("cleanup.policy", "delete")),
          new NewTopic("other.predictions", Optional.of(3), Optional.empty())
              .configs(Map.of("max.message.bytes", "1000")));
    }
    Path config = config("other");

    JsonNode verified = json("verify", config);
    assertThat(verified.get("fits").asBoolean()).isFalse();
    assertThat(verified.get("missing")).hasSize(TOPICS - 2);
    assertThat(verified.get("differences").toString())
        .contains("other.models: cleanup.policy is delete, expected compact")
        .contains("other.predictions: max.message.bytes is 1000")
        .contains("other.features: does not exist");
    assertThat(topics("create", config)).isEqualTo(4);
    assertThat(out.toString()).contains("other.models: cleanup.policy is delete, expected compact");
    assertThat(json("verify", config)).isEqualTo(verified);
  }

  private JsonNode json(String command, Path config) throws Exception {
    topics(command, config, "--json");
    return new ObjectMapper().readTree(out.toString());
  }

  private int topics(String command, Path config, String... more) {
    out.getBuffer().setLength(0);
    PrintWriter print = new PrintWriter(out, true);
    return Main.commandLine()
        .setOut(print)
        .setErr(print)
        .execute(
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of("topics", command, "--config", config.toString()),
                    java.util.Arrays.stream(more))
                .toArray(String[]::new));
  }

  private static Path config(String name) throws Exception {
    StringBuilder text = new StringBuilder("features=a,b\nhttp.port=0\n");
    text.append("bootstrap.servers=").append(broker.bootstrapServers()).append('\n');
    text.append("application.id=").append(name).append('\n');
    for (String topic : StreamUnderTest.TOPICS) {
      text.append("topics.%s.name=%s.%s%n".formatted(topic, name, topic));
    }
    return Files.writeString(directory.resolve(name + ".properties"), text.toString());
  }
}
