package io.tplus1.csv;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.config.CsvSettings;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.MissingValues;
import io.tplus1.feature.SeriesVector;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvVectorsTest {
  private static final FeatureSchema AB = FeatureSchema.ofNumbers("a", "b");
  private static final CsvSettings KEYED = settings("key", "t");

  @Test
  void read_columnsInAnyOrderAndMore_vectorsInRowOrder() {
    CsvVectors read = read(KEYED, AB, "note,b,t,key,a", "x,2,10,one,1", "\"y, z\",4,5,two,3");

    assertThat(read.vectors()).containsExactly(vector("one", 10, 1, 2), vector("two", 5, 3, 4));
    assertThat(read.missing()).isZero();
    assertThat(read.holed()).isZero();
  }

  @Test
  void read_markOfByteOrderBeforeQuotedNames_isNoPartOfThem() {
    assertThat(read(KEYED, AB, "\ufeff\"key\",\"t\",\"a\",\"b\"", "x,1,2,3").vectors())
        .containsExactly(vector("x", 1, 2, 3));
  }

  /** As text is often written by hand: a blank behind the comma changes nothing. */
  @Test
  void read_quotedCellsBehindBlanks_areWithoutTheirQuotes() {
    FeatureSchema schema = FeatureSchema.of(List.of(Feature.category("w", List.of("y, z"))));

    assertThat(
            read(KEYED, schema, "\"key\", t, \"w\"", " \"x\",  1, \"y, z\" ", "\tx,2,\t\"y, z\"")
                .vectors())
        .containsExactly(vector("x", 1, 1), vector("x", 2, 1));
  }

  @Test
  void read_oneColumn_linesOfBlanksAreEmpty() {
    FeatureSchema one = FeatureSchema.ofNumbers("a");

    assertThat(read(settings(null, null), one, " ", " a ", "1", "  ", "\t", " 4", " ").vectors())
        .extracting(row -> row.vector().values()[0])
        .containsExactly(1f, Float.NaN, Float.NaN, 4f);
  }

  @Test
  void read_severalColumns_linesOfBlanksAreNoRows() {
    assertThat(read(KEYED, AB, " ", "key,t,a,b", "  ", "x,1,1, ", "\t", "y,1,1,1", " ").vectors())
        .containsExactly(vector("x", 1, 1, Float.NaN), vector("y", 1, 1, 1));
  }

  @Test
  void read_noKeyColumn_isOneSeries() {
    assertThat(read(settings(null, "t"), AB, "t,a,b", "1,2,3").vectors())
        .containsExactly(vector(CsvVectors.SINGLE_SERIES, 1, 2, 3));
  }

  @Test
  void read_noTimeColumn_rowsOfEachSeriesAreCounted() {
    long hour = Duration.ofHours(1).toMillis();

    assertThat(read(settings("key", null), AB, "key,a,b", "x,1,1", "y,2,2", "x,3,3").vectors())
        .containsExactly(vector("x", 0, 1, 1), vector("y", 0, 2, 2), vector("x", hour, 3, 3));
  }

  @Test
  void read_missingValues_areNoNumbersAndCounted() {
    CsvVectors read = read(KEYED, AB, "key,t,a,b", "x,1,NA,1", "x,2,1,2", "y,3,, ");

    assertThat(read.vectors())
        .containsExactly(
            vector("x", 1, Float.NaN, 1),
            vector("x", 2, 1, 2),
            vector("y", 3, Float.NaN, Float.NaN));
    assertThat(read.missing()).isEqualTo(3);
    assertThat(read.holed()).isEqualTo(2);
  }

  @Test
  void replaced_rowsOfOneSeriesAndTime_areCounted() {
    assertThat(read(KEYED, AB, "key,t,a,b", "x,1,1,1", "y,1,1,1", "x,2,1,1").replaced()).isZero();
    assertThat(read(settings(null, "t"), AB, "t,a,b", "1,1,1", "2,1,1", "1,1,1").replaced())
        .isEqualTo(1);
  }

  @Test
  void read_oneColumn_emptyLinesBetweenAreMissingValues() {
    long hour = Duration.ofHours(1).toMillis();
    FeatureSchema one = FeatureSchema.ofNumbers("a");

    CsvVectors read = read(settings(null, null), one, "a", "1", "", "", "4", "", "");

    assertThat(read.vectors())
        .containsExactly(
            vector(CsvVectors.SINGLE_SERIES, 0, 1),
            vector(CsvVectors.SINGLE_SERIES, hour, Float.NaN),
            vector(CsvVectors.SINGLE_SERIES, 2 * hour, Float.NaN),
            vector(CsvVectors.SINGLE_SERIES, 3 * hour, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1f", "2D", "3.d", "0x1p3"})
  void read_numberForJavaAlone_isRefused(String cell) {
    assertThatThrownBy(() -> read(KEYED, AB, "key,t,a,b", "x,1,1," + cell))
        .isInstanceOf(CsvException.class)
        .hasMessageContaining("line 2, column 'b'")
        .hasMessageContaining(cell);
  }

  @Test
  void read_categories_wordsAreIdsAndOthersUnknown() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("a"), Feature.category("c", List.of("u", "v"))));

    assertThat(read(KEYED, schema, "key,t,a,c", "x,1,1,v", "x,2,2,u", "x,3,3,w").vectors())
        .containsExactly(vector("x", 1, 1, 2), vector("x", 2, 2, 1), vector("x", 3, 3, 0));
  }

  @Test
  void read_wordsOutsideTheVocabulary_areCountedAndRefusedWhereAllAre() {
    FeatureSchema schema =
        FeatureSchema.of(List.of(Feature.number("a"), Feature.category("c", List.of("u", "v"))));

    assertThat(read(KEYED, schema, "key,t,a,c", "x,1,1,v", "x,2,2,U", "x,3,3,").unknownWords())
        .containsExactly("1 of 2 words of 'c' are not in its vocabulary, such as 'U'");
    assertThat(read(KEYED, schema, "key,t,a,c", "x,1,1,v").unknownWords()).isEmpty();
    assertThatThrownBy(() -> read(KEYED, schema, "key,t,a,c", "x,1,1,V", "x,2,2,U"))
        .isInstanceOf(CsvException.class)
        .hasMessage(
            "data.csv: none of the 2 words of 'c' is in its vocabulary (setting vocabulary.c), which has 'u', and the file 'V': write them alike, case included");
  }

  @Test
  void read_byteOrderMarkAndEmptyLines_areNoData() {
    assertThat(read(KEYED, AB, "\ufeffkey,t,a,b", "", "x,1,1,1", "", "x,2,2,2").vectors())
        .containsExactly(vector("x", 1, 1, 1), vector("x", 2, 2, 2));
  }

  @Test
  void read_headerOnly_noVectors() {
    assertThat(read(KEYED, AB, "key,t,a,b").vectors()).isEmpty();
  }

  @Test
  void read_nothing_errorAsksForHeader() {
    assertThatThrownBy(() -> read(KEYED, AB))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv is empty: a header line was expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k,t,a,b | data.csv has no column 'key' (setting csv.key): its header is [k, t, a, b]",
        "key,time,a,b | data.csv has no column 't' (setting csv.time): its header is [key, time, a, b]",
        "key,t,a | data.csv has no column 'b' (setting features): its header is [key, t, a]",
        "key;t;a;b | data.csv has no column 'key' (setting csv.key): its header is [key;t;a;b]; commas are expected between columns, and this file has semicolons: convert it",
        "key\tt | data.csv has no column 'key' (setting csv.key): its header is [key?t]; commas are expected between columns, and this file has tabs: convert it",
        "key,t,a,b,a | data.csv has the column 'a' twice: its header is [key, t, a, b, a]"
      })
  void read_headerWithoutColumn_errorNamesItAndItsSetting(String header, String message) {
    assertThatThrownBy(() -> read(KEYED, AB, header, "x,1,1,1"))
        .isInstanceOf(CsvException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,1,1     | data.csv, line 4: 4 cells were expected, as in the header, found 3",
        "x,1,1,1,1 | data.csv, line 4: 4 cells were expected, as in the header, found 5",
        "x,1,one,1 | data.csv, line 4, column 'a': a number, or csv.missing was expected, found 'one'",
        "x,1,1,NaN | data.csv, line 4, column 'b': a finite number, or csv.missing was expected, found 'NaN'",
        "x,1,1,1e99 | data.csv, line 4, column 'b': a finite number, or csv.missing was expected, found '1e99'",
        "x,y,1,1   | data.csv, line 4, column 't': a time as csv.time.format=epoch.ms (or set it to iso, epoch.ms, epoch.s, steps or a pattern) was expected, found 'y'",
        "x,,1,1    | data.csv, line 4, column 't': a time as csv.time.format=epoch.ms (or set it to iso, epoch.ms, epoch.s, steps or a pattern) was expected, found ''",
        ",1,1,1    | data.csv, line 4, column 'key': the key of a series was expected, found ''"
      })
  void read_wrongRow_errorNamesLineColumnFoundAndExpected(String row, String message) {
    // An empty line counts as a line of the file, as editors count.
    assertThatThrownBy(() -> read(KEYED, AB, "key,t,a,b", "x,0,0,0", "", row))
        .isInstanceOf(CsvException.class)
        .hasMessage(message);
  }

  @Test
  void read_brokenReader_errorNamesFileAndCause() {
    Reader broken =
        new Reader() {
          @Override
          public int read(char[] buffer, int offset, int length) throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public void close() {}
        };

    assertThatThrownBy(() -> CsvVectors.read("data.csv", broken, KEYED, AB))
        .isInstanceOf(CsvException.class)
        .hasMessage("data.csv cannot be read: the disk is gone");
  }

  @ParameterizedTest
  @CsvSource({"ISO-8859-1", "UTF-16"})
  void read_otherCharset_saysThatItIsAndHowToConvertIt(String charset) {
    byte[] file = "key,t,a,b\nGröße,1,2,3\n".getBytes(Charset.forName(charset));
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder(); // it reports, as Files' reader does
    Reader reader = new InputStreamReader(new ByteArrayInputStream(file), utf8);

    assertThatThrownBy(() -> CsvVectors.read("data.csv", reader, KEYED, AB))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith("data.csv is not UTF-8: convert it")
        .hasNoCause();
  }

  @Test
  void read_quoteThatNeverEnds_saysSoInWordsOfTheFile() {
    assertThatThrownBy(() -> read(KEYED, AB, "key,t,a,b", "x,0,1,2", "\"x,1,2,3", "y,2,3,4"))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith("data.csv cannot be read behind line 2: ")
        .hasMessageContaining("quote")
        .hasMessageNotContaining("java.lang")
        .hasNoCause();
  }

  @Test
  void read_textBehindAQuote_namesTheLineBefore() {
    assertThatThrownBy(() -> read(KEYED, AB, "key,t,a,b", "\"x\",0,0,0", "\"y\"z,1,1,1"))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith("data.csv cannot be read behind line 2: ");
    assertThatThrownBy(() -> read(KEYED, AB, "\"key\"s,t,a,b", "x,0,0,0"))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith("data.csv cannot be read: ");
  }

  /** The rest of a large file is one cell, of more characters than are read. */
  @Test
  void read_quoteThatEndsMuchLater_saysThatOneMayBeMissing() {
    assertThatThrownBy(
            () -> read(KEYED, AB, "key,t,a,b", "x,0,1,2", "\"x,1,2,3", "y".repeat(20_000_001)))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith("data.csv cannot be read behind line 2: ")
        .hasMessageContaining("quote")
        .hasMessageNotContaining("StreamReadConstraints");
  }

  /** Two stray quotes that pair up, thousands of lines apart. */
  @Test
  void read_linesInOneCell_areShownByTheirBeginning() {
    assertThatThrownBy(
            () -> read(KEYED, AB, "key,t,a,b", "x,0,\"1,2", "x,1,1,2\n".repeat(10_000) + "\",2"))
        .isInstanceOf(CsvException.class)
        .hasMessageContaining(
            "column 'a': a number, or csv.missing was expected, found '1,2?x,1,1,2")
        .hasMessageEndingWith("…', of several lines: a quote may be missing")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
  }

  @Test
  void read_headerOfManyColumns_isShownByItsBeginning() {
    String header = IntStream.range(0, 5_000).mapToObj(i -> "V" + i).collect(joining(","));

    assertThatThrownBy(() -> read(KEYED, AB, header, "x,1,1,1"))
        .isInstanceOf(CsvException.class)
        .hasMessageStartingWith(
            "data.csv has no column 'key' (setting csv.key): its header is [V0, V1, ")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_100));
  }

  /** Kafka has no record of such a time: the stream would dead-letter it. */
  @Test
  void read_timeBefore1970_namesTheLineAndWhatToDo() {
    assertThatThrownBy(() -> read(KEYED, AB, "key,t,a,b", "x,0,1,2", "x,-1,1,2"))
        .isInstanceOf(CsvException.class)
        .hasMessageContaining("line 3, column 't': a time from 1970 on")
        .hasMessageContaining("csv.time")
        .hasMessageEndingWith("found '-1'");
  }

  @Test
  void read_firstRows_whatComesBehindThemIsNotRead() {
    Reader rows = new StringReader("key,t,a,b\nx,1,2,3\nx,2,3,4\nx,3,no number,4");

    assertThat(CsvVectors.read("a.csv", rows, KEYED, AB, 2).vectors())
        .containsExactly(vector("x", 1, 2, 3), vector("x", 2, 3, 4));
  }

  @Test
  void read_numbersThatStandForNoValue_areMissingAndCounted() {
    CsvSettings settings =
        new CsvSettings(
            false,
            Optional.of("key"),
            Optional.of("t"),
            "epoch.ms",
            Duration.ofHours(1),
            "NA",
            new MissingValues(Map.of("a", List.of(-9999f, 0f))));

    CsvVectors read = read(settings, AB, "key,t,a,b", "x,1,-9999.0,1", "x,2,-0,NA", "x,3,1,-9999");

    assertThat(read.vectors())
        .containsExactly(
            vector("x", 1, Float.NaN, 1),
            vector("x", 2, Float.NaN, Float.NaN),
            vector("x", 3, 1, -9999));
    assertThat(read.missing()).isEqualTo(3);
    assertThat(read.holed()).isEqualTo(2);
  }

  static CsvSettings settings(String key, String time) {
    return new CsvSettings(
        false,
        Optional.ofNullable(key),
        Optional.ofNullable(time),
        "epoch.ms",
        Duration.ofHours(1),
        "NA",
        MissingValues.NONE);
  }

  private static CsvVectors read(CsvSettings settings, FeatureSchema schema, String... lines) {
    return CsvVectors.read(
        "data.csv", new StringReader(String.join("\n", lines)), settings, schema);
  }

  private static SeriesVector vector(String key, long timeMs, float... values) {
    return new SeriesVector(key, new FeatureVector(timeMs, values));
  }
}
