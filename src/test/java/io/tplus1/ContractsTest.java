package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.topic.TopicContract;
import io.tplus1.topic.TopicContracts;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a configuration makes of the topics' contracts. */
final class ContractsTest {
  private static TopicContract deadLetters(Map<String, String> settings) {
    return Contracts.of(new Configuration(settings)).stream()
        .filter(contract -> contract.id().equals(TopicContracts.FEATURES_DLQ))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void of_defaults_deadLettersAsTheFileSays() {
    assertThat(deadLetters(Map.of("features", "x")))
        .isEqualTo(TopicContracts.load().get(TopicContracts.FEATURES_DLQ));
  }

  @Test
  void of_largeDeadLetters_topicTakesThem() {
    assertThat(deadLetters(Map.of("features", "x", "dead.letter.max.bytes", "5000000")).configs())
        .containsEntry("max.message.bytes", "5065536");
  }
}
