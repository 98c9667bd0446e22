package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamConsumersTest {
  /** The ids that Kafka Streams gives to its consumers, after the application's. */
  @ParameterizedTest
  @CsvSource({
    "orders-1-StreamThread-1-consumer, true",
    "global-orders-1-StreamThread-1-consumer, true",
    "restore-StreamThread-2-consumer, true",
    "orders-1-StreamThread-1-restore-consumer, false",
    "orders-1-global-consumer, false"
  })
  void readsInputs_clientId_isToldByItsEnd(String clientId, boolean reads) {
    assertThat(StreamConsumers.readsInputs(clientId)).isEqualTo(reads);
  }

  /** As a consumer's metrics tell the lag of a topic with dots. */
  @Test
  void once_topicWithDots_isNotThereWithUnderscores() {
    TopicPartition dotted = new TopicPartition("plant.a.features", 1);
    TopicPartition other = new TopicPartition("plant_b", 0);

    assertThat(
            StreamConsumers.once(
                Map.of(dotted, 5L, new TopicPartition("plant_a_features", 1), 5L, other, 7L)))
        .isEqualTo(Map.of(dotted, 5L, other, 7L));
  }
}
