package io.tplus1;

import static io.tplus1.DoctorRuns.all;
import static io.tplus1.DoctorRuns.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.cluster.Role;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.topology.SmallArtifacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code tplus1 doctor} wants of topics, which is what {@code run} wants, against a broker
 * with a policy of its own.
 */
final class DoctorTopicsIT {
  @TempDir static Path directory;
  private static EmbeddedBroker broker;
  private DoctorRuns runs;

  /** Changelogs are kept for a week at most, and those whose name begins so are narrow. */
  public static final class ShortAndNarrow implements CreateTopicPolicy {
    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void validate(RequestMetadata asked) {
      if (!asked.topic().endsWith("-changelog")) {
        return;
      }
      String kept = asked.configs().getOrDefault("retention.ms", "-1");
      if (Long.parseLong(kept) > Duration.ofDays(7).toMillis()) {
        throw new PolicyViolationException("retention.ms is more than a week");
      }
      if (asked.topic().startsWith("narrow-") && asked.numPartitions() > 2) {
        throw new PolicyViolationException("there are more than 2 partitions");
      }
    }

    @Override
    public void close() {}
  }

  @BeforeAll
  static void start() {
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"),
            Map.of("create.topic.policy.class.name", ShortAndNarrow.class.getName()));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void prepare() {
    runs = new DoctorRuns(directory);
  }

  /** Each prediction names all of them. */
  @Test
  void doctor_wordsOfTheFileOutgrowPredictions_failsAsTopicsVerifyAndRunDo() throws Exception {
    StreamUnderTest stream = stream("wordy");
    keepWindowsBriefly(stream);
    Path model = directory.resolve("wordy.zip");
    stream.settings().putAll(Map.of("features", "a", "categories", "a", "experts", "rnn"));
    stream.settings().put("model.file", model.toString());
    assertThat(runs.topicsCreate(stream)).as("before the first training").isZero();
    List<String> words = IntStream.range(0, 6_000).mapToObj("w%0160d"::formatted).toList();
    FeatureSchema schema = FeatureSchema.of(List.of(Feature.category("a", words)));
    Files.write(model, SmallArtifacts.of(schema, 2, 1, "1").toBytes());

    assertThat(all(runs.doctor(4, stream), "topics", "failed"))
        .singleElement(STRING)
        .startsWith("wordy.predictions: max.message.bytes is ")
        .contains("the broker would refuse records");
    String config = runs.write(stream).toString();
    assertThat(runs.execute("topics", "verify", "--config", config)).isEqualTo(4);
    assertThat(runs.out()).contains("wordy.predictions: max.message.bytes is ");
  }

  /** Which sends no predictions, whatever the settings are that it shares with the forecasts. */
  @Test
  void doctor_producerWithoutRoomForPredictions_isNoMatterOfTheRoleThatRetrains() throws Exception {
    StreamUnderTest stream = stream("apart");
    stream.settings().put("producer.max.request.size", "20000");

    JsonNode report = runs.doctor(0, stream, Role.RETRAIN);

    assertThat(found(report, "topics", "ok")).contains("`tplus1 run` makes them");
    assertThat(found(report, "permissions", "ok")).contains("of role retrain");
    String config = runs.write(stream).toString();
    assertThat(runs.execute("topics", "create", "--role", "retrain", "--config", config))
        .as(runs.out())
        .isZero();
    assertThat(runs.execute("topics", "verify", "--role", "retrain", "--config", config)).isZero();
  }

  /** Whatever is set as {@code topic.retention.ms}, by which Kafka Streams do not go there. */
  @Test
  void doctor_policyRefusesTheRetentionOfWindows_saysSoAndNamesWhatItComesFrom() throws Exception {
    StreamUnderTest stream = stream("kept");
    stream.settings().put("topic.retention.ms", "604800000");

    assertThat(all(runs.doctor(4, stream), "topics", "failed"))
        .singleElement(STRING)
        .contains(
            "kept-forecast-…-changelog: retention.ms is more than a week",
            "window.retention",
            "windowstore.changelog.additional.retention.ms");

    keepWindowsBriefly(stream);
    assertThat(found(runs.doctor(0, stream), "topics", "ok")).contains("`tplus1 run` makes them");
  }

  @Test
  void doctor_policyRefusesAsManyPartitionsAsTheInputs_saysSo() throws Exception {
    StreamUnderTest stream = stream("narrow");
    keepWindowsBriefly(stream);

    assertThat(all(runs.doctor(4, stream, Role.FORECAST), "topics", "failed"))
        .singleElement(STRING)
        .contains(
            "narrow-forecast-…-changelog: there are more than 2 partitions",
            "its 4 partitions are those of narrow.features (topics.features.partitions, before it is made)");

    stream.settings().put("topics.features.partitions", "2");
    assertThat(runs.topicsCreate(stream)).as(runs.out()).isZero();
    stream.settings().remove("topics.features.partitions");
    assertThat(found(runs.doctor(0, stream, Role.FORECAST), "topics", "ok"))
        .as("those of the topic that exists count")
        .contains("all 9 exist and fit");
  }

  private static void keepWindowsBriefly(StreamUnderTest stream) {
    stream
        .settings()
        .putAll(Map.of("window.max.age", "1d", "max.lateness", "1h", "window.retention", "2d"));
    stream.settings().put("windowstore.changelog.additional.retention.ms", "0");
  }

  private static StreamUnderTest stream(String name) {
    return new StreamUnderTest(
        broker.bootstrapServers(),
        name,
        directory.resolve("state-" + name),
        Map.of("features", "a,b", "window.steps", "2", "history.minimum", "1"));
  }
}
