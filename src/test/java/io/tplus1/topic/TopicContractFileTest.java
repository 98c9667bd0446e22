package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicContractFileTest {
  private static final String GOOD =
      """
      name: good
      description: A topic.
      key: anything
      valueSchema: good.json
      writers: [tplus1]
      readers: [everyone]
      partitions: 3
      replication: -1
      copartitionedWith: features
      configs:
        cleanup.policy: delete
        retention.ms: -1
        segment.ms: 9223372036854775807
        preallocate: true
      """;

  @Test
  void parse_good_everyFieldRead() {
    TopicContract contract = TopicContractFile.parse("topics/good.yaml", "good", GOOD);

    assertThat(contract.id()).isEqualTo("good");
    assertThat(contract.partitions()).isEqualTo(3);
    assertThat(contract.replication()).isEqualTo(TopicContract.BROKER_DEFAULT);
    assertThat(contract.copartitionedWith()).contains("features");
    assertThat(contract.writtenByTplus1()).isTrue();
    assertThat(contract.configs())
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "-1")
        .containsEntry("segment.ms", "9223372036854775807")
        .containsEntry("preallocate", "true");
  }

  @Test
  void parse_othersWrite_isNotOfTplus1() {
    String yaml = GOOD.replace("writers: [tplus1]", "writers: [your producers]");

    assertThat(TopicContractFile.parse("topics/good.yaml", "good", yaml).writtenByTplus1())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "partitions: 3 | partitions: three | \"three\"",
        "partitions: 3 | partitions: 2.5 | (2.5)",
        "partitions: 3 | partitions: 0 | partitions is 0, expected at least 1",
        "partitions: 3 | `` | 'partitions'",
        "replication: -1 | replication: 0 | replication is 0, expected at least 1",
        "name: good | name: not good | name is 'not good', expected 1 to 249 letters",
        "copartitionedWith: features | copartitionedwith: features | \"copartitionedwith\"",
        "description: A topic. | `` | 'description'",
        "description: A topic. | description: '' | has nothing in it",
        "writers: [tplus1] | writers: tplus1 | writers",
        "writers: [tplus1] | writers: [] | has nothing in it",
        "key: anything | key: ~ | has nothing in it",
        "cleanup.policy: delete | x: y | configs has no cleanup.policy",
        "retention.ms: -1 | max.message.bytes: 1MB | max.message.bytes is '1MB', expected an int",
        "retention.ms: -1 | retention.ms: [1] | retention.ms",
        "retention.ms: -1 | cleanup.policy: compact | Duplicate field 'cleanup.policy'",
        "name: good | name: [ | not readable",
        "configs: | other: | 'configs'",
      })
  void parse_wrong_errorNamesFileFieldFoundExpected(String good, String wrong, String message) {
    String yaml = GOOD.replace(good, wrong);

    assertThatThrownBy(() -> TopicContractFile.parse("topics/good.yaml", "good", yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("topics/good.yaml: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "---", "null", "a topic", "[]"})
  void parse_noFields_errorNamesFile(String yaml) {
    assertThatThrownBy(() -> TopicContractFile.parse("topics/good.yaml", "good", yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("topics/good.yaml: not readable: ");
  }
}
