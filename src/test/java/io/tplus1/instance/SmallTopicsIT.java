package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tplus1.LogCapture;
import io.tplus1.Waits;
import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Contracts;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.topic.TopicComparison;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.internals.Sender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that somebody made with less room than a start makes them with. */
final class SmallTopicsIT {
  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  private static final long START = 1_700_000_000_000L;
  private static final int SERIES = 40;
  private static final int HOURS = 300;

  private static StreamUnderTest stream(TestInfo test, String... settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "features", "a,b",
                "window.steps", "4",
                "history.minimum", "1",
                "max.lateness", "7d",
                "time.max.ahead", "off",
                // So that batches fill.
                "producer.linger.ms", "1000"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return BROKER.stream(test, all);
  }

  private static List<TopicContract> contracts(Configuration configuration) {
    return Contracts.of(configuration, Optional.of(configuration.schema()));
  }

  /** Makes a topic that takes the largest record, but for so many bytes. */
  private static void make(Configuration configuration, String id, int less) {
    TopicContract asMade =
        contracts(configuration).stream()
            .filter(one -> one.id().equals(id))
            .findFirst()
            .orElseThrow();
    long taken = asMade.leastMessageBytes().orElseThrow() - less;
    TopicContract contract = asMade.withConfig("max.message.bytes", Long.toString(taken));
    try (ClusterAdmin cluster = new ClusterAdmin(configuration, "test", Waits.LONG)) {
      cluster.answer(
          cluster
              .admin()
              .createTopics(
                  List.of(
                      new NewTopic(contract.name(), contract.partitions(), (short) 1)
                          .configs(contract.configs())))
              .all());
    }
  }

  private static TopicComparison compare(Configuration configuration) {
    try (ClusterAdmin cluster = new ClusterAdmin(configuration, "test", Waits.LONG)) {
      return cluster.topics(Role.ALL).compare(contracts(configuration));
    }
  }

  /** Producers send a batch of half a MiB again in parts, until each fits. */
  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void start_topicsThatTakeEveryRecordButNoBatch_everyVectorIsForecastOnce(
      String guarantee, TestInfo test) throws Exception {
    StreamUnderTest stream =
        stream(
            test,
            "processing.guarantee",
            guarantee,
            "application.id",
            guarantee.replace('_', '-'),
            "topics.predictions.name",
            guarantee + ".predictions",
            "topics.scores.name",
            guarantee + ".scores",
            "topics.features.name",
            guarantee + ".features");
    Configuration configuration = stream.configuration();
    make(configuration, TopicContracts.PREDICTIONS, 0);
    make(configuration, TopicContracts.SCORES, 0);

    try (LogCapture log = LogCapture.of(Sender.class.getName(), Level.WARN);
        ForecastApplication application = stream.start(null)) {
      List<SeriesVector> vectors = new ArrayList<>();
      for (int hour = 0; hour < HOURS; hour++) {
        long timeMs = START + Duration.ofHours(hour).toMillis();
        for (int key = 0; key < SERIES; key++) {
          float[] values = {hour % 7, key};
          vectors.add(new SeriesVector("key-" + key, new FeatureVector(timeMs, values)));
        }
      }
      stream.produce(vectors);

      assertThat(stream.await("predictions", SERIES * HOURS)).hasSize(SERIES * HOURS);
      assertThat(stream.await("scores", SERIES * (HOURS - 1))).hasSize(SERIES * (HOURS - 1));
      assertThat(application.failure()).isNull();
      assertThat(log.messages()).anyMatch(line -> line.contains("splitting and retrying"));
    }
    assertThat(compare(configuration).differences()).isEmpty();
    assertThat(compare(configuration).warnings())
        .extracting(Object::toString)
        .anyMatch(line -> line.startsWith(guarantee + ".scores: max.message.bytes is "));
  }

  @Test
  void compare_topicThatTakesLessThanTheLargestRecord_differs(TestInfo test) {
    Configuration configuration = stream(test).configuration();
    make(configuration, TopicContracts.PREDICTIONS, 1);

    assertThat(compare(configuration).differences())
        .singleElement()
        .asString()
        .contains("predictions: max.message.bytes is ", ", expected at least ");
  }
}
