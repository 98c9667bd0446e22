package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tplus1.broker.NewTopics;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.ModelRegistry;
import io.tplus1.rnn.ConstantModels;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an instance serves that was stopped while {@code models} was deleted and made again. */
final class ModelsMadeAnewIT {
  private static final ConstantModels MODELS =
      new ConstantModels(FeatureSchema.ofNumbers("a", "b"), 2);

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  @Test
  void start_newTopicHasGrownBeyondTheOldPlace_servesTheNewChampion(TestInfo test)
      throws Exception {
    ModelArtifact before = MODELS.of(1_000);
    ModelArtifact after = MODELS.of(2_000);
    StreamUnderTest stream =
        BROKER.stream(test, Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1"));
    TopicContract models = TopicContracts.load().get("models").withName(stream.topic("models"));
    NewTopic topic =
        new NewTopic(models.name(), Optional.of(models.partitions()), Optional.empty())
            .configs(models.configs());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.bootstrapServers()))) {
      NewTopics.create(admin, topic);
      publish(stream, before);
      assertThat(served(stream)).isEqualTo(before.hash());

      admin.deleteTopics(List.of(models.name())).all().get();
      await()
          .ignoreExceptions()
          .until(
              () -> {
                NewTopics.create(admin, topic);
                return true;
              });
      publish(stream, after);
      publishOthers(stream, 20);
    }

    assertThat(served(stream)).isEqualTo(after.hash());
  }

  /** Of what an instance serves once it has started; it is stopped again. */
  private static String served(StreamUnderTest stream) throws Exception {
    ModelRegistry registry = stream.configuration().registry(stream.schema());
    try (ForecastApplication application =
        StartedApplication.of(stream.configuration(), stream.schema(), registry)) {
      await("a champion").until(() -> registry.champion() != null);
      assertThat(application.failure()).isNull();
      return registry.champion().modelHash();
    }
  }

  private static void publish(StreamUnderTest stream, ModelArtifact artifact) {
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.publish(artifact);
    }
  }

  /** Records that say nothing to this model. */
  private static void publishOthers(StreamUnderTest stream, int count) {
    Map<String, byte[]> records = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      records.put("other/" + i, "any".getBytes(StandardCharsets.UTF_8));
    }
    try (ModelPublisher publisher = new ModelPublisher(stream)) {
      publisher.write(records);
    }
  }
}
