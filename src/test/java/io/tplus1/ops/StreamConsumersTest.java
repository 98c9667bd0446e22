package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

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
}
