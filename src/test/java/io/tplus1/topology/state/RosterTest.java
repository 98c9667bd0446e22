package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.tplus1.config.Configuration;
import io.tplus1.config.Expert;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RosterTest {
  private static Roster ofWords(int count) {
    Configuration configuration =
        new Configuration(Map.of("features", "c", "categories", "c", "experts", "last,markov"));
    List<String> words = IntStream.range(0, count).mapToObj(i -> "w" + i).toList();
    FeatureSchema schema = configuration.schema(Map.of("c", words));
    return new Roster(schema, ForecastSettings.of(configuration));
  }

  private static ForecastSettings settings(String experts) {
    return ForecastSettings.of(
        new Configuration(
            Map.of(
                "features", "a,c",
                "categories", "c",
                "vocabulary.c", "u,v",
                "window.steps", "10",
                "season.steps", "2,3,5",
                "markov.contexts", "1,2",
                "experts", experts)));
  }

  /** Kept states name experts by them: a release that changes one reads another expert's. */
  @Test
  void code_everyExpert_isTheOneOfKeptStates() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("a"), Feature.category("c", List.of("u", "v"))));
    Roster roster =
        new Roster(schema, settings("last,seasonal,linear,joint,series,markov,rnn,stacked"));
    Map<String, Byte> codes = new LinkedHashMap<>();
    for (String name : roster.names()) {
      codes.put(name, roster.code(roster.place(name)));
    }

    assertThat(codes)
        .containsExactly(
            entry("last", (byte) 0),
            entry("seasonal", (byte) 1),
            entry("seasonal-3", (byte) 17),
            entry("seasonal-5", (byte) 18),
            entry("linear", (byte) 2),
            entry("joint", (byte) 3),
            entry("series", (byte) 4),
            entry("markov-0", (byte) 32),
            entry("markov-1", (byte) 33),
            entry("markov-2", (byte) 34),
            entry("rnn", (byte) 6),
            entry("stacked", (byte) 7));
  }

  @Test
  void code_everyExpert_isItsOwnInFourBits() {
    assertThat(Expert.values()).extracting(Expert::code).doesNotHaveDuplicates();
    assertThat(Expert.values()).extracting(Expert::code).allMatch(code -> code >= 0 && code < 16);
  }

  /** It reads what all those before it say. */
  @Test
  void stacked_amongExperts_isTheLast() {
    assertThat(Expert.values()).endsWith(Expert.STACKED);
  }

  /** Receipts and replays tell them apart by it. */
  @Test
  void names_contextOfNothing_areAllDifferent() {
    Configuration configuration =
        new Configuration(
            Map.of(
                "features", "c",
                "categories", "c",
                "vocabulary.c", "u,v",
                "markov.contexts", "0,1",
                "experts", "last,markov"));
    Roster roster = new Roster(configuration.schema(Map.of()), ForecastSettings.of(configuration));

    assertThat(roster.names()).containsExactly("last", "markov-0", "markov-none", "markov-1");
  }

  /** Each kept row begins with them, in one byte. */
  @ParameterizedTest
  @CsvSource({
    "last, 0",
    "'last,linear', 8",
    "'last,joint', 16",
    "'last,series', 32",
    "'last,linear,joint,series,markov,rnn,stacked', 56"
  })
  void kinds_tracedExperts_areTheBitsOfKeptRows(String experts, int kinds) {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("a"), Feature.category("c", List.of("u", "v"))));

    RowLayout rows = RowLayout.of(schema, settings(experts));
    RowLayout marked = new RowLayout(rows.features(), rows.targets(), List.of(), true);

    assertThat(rows.kinds()).isEqualTo(kinds);
    assertThat(marked.kinds()).isEqualTo(1);
    assertThat(marked.ofKinds(kinds)).isEqualTo(rows);
    assertThat(rows.ofKinds(1)).isEqualTo(marked);
  }

  /** A bit beyond them would be lost, and every row be taken for one of other settings. */
  @ParameterizedTest
  @EnumSource
  void kinds_eachTracedExpert_haveABitWithinTheByte(Expert expert) {
    List<Expert> traced = expert.isTraced() ? List.of(expert) : List.of();

    assertThat(new RowLayout(2, 2, traced, true).kinds()).isBetween(traced.size() * 2, 255);
  }

  /** As the settings of users of the harness are refused, too. */
  @Test
  void constructor_moreExpertsThanAMixTakes_areRefusedByTheirSettings() {
    String contexts = String.join(",", IntStream.range(1, 128).mapToObj(i -> "1+a/" + i).toList());
    Configuration configuration =
        new Configuration(
            Map.of(
                "features", "a,c",
                "categories", "c",
                "vocabulary.c", "u,v",
                "markov.contexts", contexts,
                "experts", "last,markov"));

    assertThatThrownBy(() -> new Roster(configuration.schema(), ForecastSettings.of(configuration)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("experts: a mix needs 1 to 127 experts, found 129 of them")
        .hasMessageContaining("markov.contexts");
  }

  /** The counts of two of them would be one. */
  @Test
  void constructor_moreWordsThanKeysTellApart_areRefused() {
    assertThat(ofWords(65_535).names()).contains("markov-0");

    assertThatThrownBy(() -> ofWords(65_536))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at most 65535 words, and 'c' has 65536: take markov out");
  }
}
