package io.tplus1.csv;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A text that stands for no value, in a column of words. */
final class CsvMissingWordsTest {
  private static final Map<String, String> SETTINGS =
      Map.of("features", "region,load", "categories", "region", "csv.time", "", "csv.key", "");
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(Feature.category("region", List.of("AS", "EU", "NA")), Feature.number("load")));

  private static CsvVectors read(Map<String, String> settings, String... rows) {
    return CsvVectors.read(
        "data.csv",
        new StringReader("region,load\n" + String.join("\n", rows)),
        new Configuration(settings).csv(),
        SCHEMA);
  }

  @Test
  void read_codeInAColumnOfWords_isToldWithItsNumber() {
    CsvVectors read = read(SETTINGS, "EU,1", "NA,2", ",3", "NA,NA", "AS,");

    assertThat(read.missing()).isEqualTo(5);
    assertThat(read.unknownWords())
        .singleElement()
        .asString()
        .startsWith("2 cells of 'region' are 'NA', which csv.missing takes for no value")
        .contains("csv.missing=");
  }

  @Test
  void read_noCodeInWords_nothingIsTold() {
    assertThat(read(SETTINGS, "EU,1", ",2", "AS,NA").unknownWords()).isEmpty();
  }

  @Test
  void read_emptyCode_isAWordLikeAnyOther() {
    CsvVectors read = read(TestSettings.with(SETTINGS, "csv.missing", ""), "NA,1", ",2", "EU,3");

    assertThat(read.unknownWords()).isEmpty();
    assertThat(read.vectors().get(0).vector().values()).containsExactly(3, 1);
    assertThat(read.missing()).isEqualTo(1);
  }
}
