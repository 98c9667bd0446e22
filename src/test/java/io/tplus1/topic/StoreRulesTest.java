package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StoreRulesTest {
  private static final Application APPLICATION = new Application("app", List.of(), true);
  private static final TopicContract FEATURES = TopicContracts.load().get("features");

  private static Map<String, Map<String, Integer>> stores(int... partitions) {
    Map<String, Integer> stores = new HashMap<>();
    for (int i = 0; i < partitions.length; i++) {
      stores.put("app-s" + i + "-changelog", partitions[i]);
    }
    return Map.of("features", stores);
  }

  /** Brokers make topics with a number of their own: what they made says less of what was. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4 | 4 | 4 | 1 | stop it and delete app-s2-changelog: what they hold is lost",
        "4 | 4 | 2 | 1 | stop it and delete app-s1-changelog, app-s2-changelog: what they hold is lost",
        "4 | 4 | 1 | 1 | if features was made anew since: if nothing that it holds is needed, delete it and make it with 1 (",
        "1 | 4 | 4 | 1 | if features was made anew since: if nothing that it holds is needed, delete it and make it with 4 (",
        "8 | 4 | 4 | 4 | if nothing that it holds is needed, delete it and make it with 4 (",
        "8 | 4 | 2 | 1 | set another application.id, or stop it",
      })
  void differences_storesOfOtherPartitions_mostOfThemAreKept(
      int topic, int first, int second, int third, String remedy) {
    List<Deviation> differences =
        StoreRules.differences(
            List.of(FEATURES),
            List.of(),
            Map.of("features", new ExistingTopic(topic, Map.of())),
            Map.of("features", APPLICATION),
            stores(first, second, third),
            new KafkaCommands("kafka:9092", false));

    assertThat(differences).singleElement().asString().contains("Remedy: " + remedy);
  }

  @ParameterizedTest
  @CsvSource({"6, 6, 1, 6", "6, 1, 2, 4", "6, 6, 6, 6"})
  void follow_topicThatIsLost_isMadeAsMostStoresAre(
      int first, int second, int third, int expected) {
    List<TopicContract> followed =
        StoreRules.follow(List.of(FEATURES), stores(first, second, third));

    assertThat(followed)
        .singleElement()
        .returns(expected, TopicContract::partitions)
        .returns(Optional.empty(), TopicContract::copartitionedWith);
  }
}
