package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StreamConsumersTest {
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
