package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {
  private static ClientProperties of(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.put("features", "a,b");
    settings.put("bootstrap.servers", "localhost:9092");
    return ClientProperties.of(new Configuration(settings));
  }

  /** Of what a forecast's producer must have room for, a role that retrains alone has nothing. */
  @Test
  void of_producerTooSmallForTheForecasts_isAsItIsSet() {
    ClientProperties client = of(Map.of("producer.max.request.size", "1048576"));

    assertThat(client.writer("me")).containsEntry("max.request.size", "1048576");
    assertThat(client.reader("me")).containsEntry("bootstrap.servers", "localhost:9092");
  }

  @Test
  void reader_whateverTheUserSets_isInNoGroupAndReadsWhatIsCommitted() {
    assertThat(
            of(Map.of("group.instance.id", "mine", "isolation.level", "read_uncommitted"))
                .reader("me"))
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("allow.auto.create.topics", false)
        .doesNotContainKeys("group.id", "group.instance.id");
  }

  @Test
  void writer_nothingIsSetOfLinger_waitsAsAClientOfKafkaAndNotAsItsStreams() {
    assertThat(of(Map.of()).writer("me")).doesNotContainKey("linger.ms");
    assertThat(of(Map.of("linger.ms", "7")).writer("me")).containsEntry("linger.ms", "7");
    assertThat(of(Map.of("producer.linger.ms", "8")).writer("me")).containsEntry("linger.ms", "8");
  }

  @Test
  void all_clients_haveTheUsersSecurityAndWhatIsSetForTheirKind() {
    ClientProperties client =
        of(
            Map.of(
                "security.protocol", "SSL",
                "consumer.max.poll.records", "7",
                "producer.acks", "1",
                "admin.retries", "3"));

    assertThat(client.reader("me"))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("max.poll.records", "7");
    assertThat(client.writer("me"))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("acks", "1")
        .doesNotContainKey("transactional.id");
    assertThat(client.admin("me"))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("retries", "3");
  }
}
