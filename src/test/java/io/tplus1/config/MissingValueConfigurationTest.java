package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.feature.MissingValues;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingValueConfigurationTest {
  private static Configuration configuration(String entries) {
    return new Configuration(
        Map.of(
            "features", "outside,a:b,status",
            "categories", "status",
            "vocabulary.status", "on,off",
            "missing.values", entries));
  }

  private static MissingValues parse(String entries) {
    Configuration configuration = configuration(entries);
    return configuration.vectorFormat(configuration.schema()).missingValues();
  }

  @Test
  void parse_numbersForAllAndForOne_areThoseOfEachFeatureThatIsNoCategory() {
    assertThat(parse("-9999, a:b:-1 ,outside:1e20"))
        .isEqualTo(
            new MissingValues(
                Map.of("outside", List.of(-9999f, 1e20f), "a:b", List.of(-9999f, -1f))));
  }

  @Test
  void csv_hasTheSameNumbersAsTheStream() {
    assertThat(configuration("-1").csv().missingValues()).isEqualTo(parse("-1"));
  }

  @Test
  void parse_noFeatureIsANumber_isRefused() {
    Map<String, String> settings =
        Map.of(
            "features", "status",
            "categories", "status",
            "vocabulary.status", "on,off",
            "missing.values", "-1");

    assertThatThrownBy(() -> new Configuration(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("all features are categories");
  }

  @Test
  void parse_nothing_isNone() {
    assertThat(parse("").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          none       | numbers that 32-bit floats can hold are expected, or NAME:number for one feature, found 'none'
          NaN        | found 'NaN'
          1e39       | found '1e39'
          1e-50      | found '1e-50'
          outside:   | found ''
          inside:-1  | 'inside' is not among the features that are numbers, [outside, a:b]
          status:0   | 'status' is not among the features that are numbers, [outside, a:b]
          """)
  void parse_whatIsNone_saysWhatIsExpected(String entries, String complaint) {
    assertThatThrownBy(() -> configuration(entries))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("missing.values")
        .hasMessageContaining(complaint);
  }
}
