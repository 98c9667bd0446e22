package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.CsvSettings;
import io.tplus1.config.HygieneSettings;
import io.tplus1.csv.CsvVectors;
import io.tplus1.csv.CsvVocabulary;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Shown;
import io.tplus1.serde.EpochUnit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A file of recorded vectors that a command is given.
 *
 * @param spec the command
 * @param named the option or parameter that names the file
 */
record DataFile(CommandSpec spec, String named, Path path) {
  /** Bytes that tell what kind of file it is. */
  private static final int HEAD = 5;

  /** A clock that is set wrong, or local times that are taken for UTC, are no further off. */
  private static final Duration AHEAD = Duration.ofDays(1);

  /**
   * All vectors.
   *
   * @param schema complete with vocabularies
   */
  CsvVectors read(Configuration configuration, FeatureSchema schema) throws IOException {
    return read(configuration, schema, Integer.MAX_VALUE);
  }

  /**
   * The vectors of the first rows.
   *
   * @param schema complete with vocabularies
   * @param most rows, or characters of plain text, behind which nothing counts
   */
  CsvVectors read(Configuration configuration, FeatureSchema schema, int most) throws IOException {
    try (Reader reader = open()) {
      return CsvVectors.read(path.toString(), reader, configuration.csv(), schema, most);
    }
  }

  /**
   * Tells on stderr what of a file's rows is not as it may seem.
   *
   * @param now what the clock says
   * @param ofReplaced what becomes of rows with the series and time of another
   */
  void tellOf(CsvVectors read, Configuration configuration, Instant now, String ofReplaced) {
    PrintWriter err = spec.commandLine().getErr();
    HygieneSettings hygiene = configuration.hygiene();
    int rows = read.vectors().size();
    long empty = read.empty();
    if (read.holed() > empty) {
      err.printf(
          "%s: %,d values are missing, in %,d of %,d rows%s%n",
          path,
          read.missing() - empty * configuration.featureNames().size(),
          read.holed() - empty,
          rows,
          !hygiene.fillsFeatures()
              ? ", which are left out, as `run` dead-letters such records: missing.fill=last would fill them"
              : ": they are filled as missing.fill=%s fills absent features, in missing.limit=%,d rows in a row at most, and what is filled is neither scored nor learnt as what followed"
                  .formatted(
                      hygiene.missingFill().name().toLowerCase(Locale.ROOT),
                      hygiene.missingLimit()));
    }
    if (empty > 0) {
      err.printf(
          "%s: %,d of %,d rows have no value at all, and are left out, as `run` dead-letters such records%s%n",
          path,
          empty,
          rows,
          !hygiene.fillsGaps()
              ? ": gap.fill=last would fill their steps"
              : ": their steps are filled as gap.fill=%s fills absent steps, gap.limit=%,d in a row at most"
                  .formatted(
                      hygiene.gapFill().name().toLowerCase(Locale.ROOT), hygiene.gapLimit()));
    }
    long replaced = read.replaced();
    if (replaced > 0) {
      err.printf(
          "%s: %,d of %,d rows have series and time of another, and %s: is csv.key, or csv.time.format, right?%n",
          path, replaced, rows, ofReplaced);
    }
    if (rows > 0 && !configuration.csv().isCounted()) { // else they may lie anywhere
      tellOfTimes(read, configuration.csv(), now);
    }
    read.unknownWords().forEach(words -> err.printf("%s: %s%n", path, Shown.of(words)));
    err.flush();
  }

  /** Times that the clock shows to be read in another way than they were written. */
  private void tellOfTimes(CsvVectors read, CsvSettings csv, Instant now) {
    PrintWriter err = spec.commandLine().getErr();
    long border = now.plus(AHEAD).toEpochMilli();
    LongSummaryStatistics ahead =
        read.vectors().stream()
            .mapToLong(row -> row.vector().timeMs())
            .filter(timeMs -> timeMs > border)
            .summaryStatistics();
    if (ahead.getCount() > 0) {
      err.printf(
          "%s: %,d of %,d rows lie ahead of the clock, up to %s, and count as the newest: is csv.time.format=%s right? yy means the years 2000 to 2099, epoch.s takes seconds%n",
          path,
          ahead.getCount(),
          read.vectors().size(),
          Instant.ofEpochMilli(ahead.getMax()),
          Shown.quote(csv.timeFormat()));
      return;
    }
    if (csv.timeFormat().equals("epoch.ms")) { // the one that seconds are taken for
      long newest = read.newestMs();
      EpochUnit.mistaken(newest, now.toEpochMilli())
          .ifPresent(
              mistake ->
                  err.printf(
                      "%s: the newest of %,d rows is of %s: is csv.time.format=epoch.ms right? %s; epoch.s takes seconds%n",
                      path, read.vectors().size(), Instant.ofEpochMilli(newest), mistake));
    }
  }

  /** The words of the whole file, of those categories for which the settings have none. */
  Map<String, List<String>> vocabularies(Configuration configuration) throws IOException {
    return vocabularies(configuration, Integer.MAX_VALUE);
  }

  /**
   * The words of the first rows.
   *
   * @param most rows, or characters of plain text, behind which nothing counts
   */
  Map<String, List<String>> vocabularies(Configuration configuration, int most) throws IOException {
    if (!configuration.needsVocabulary()) {
      return Map.of();
    }
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: %s is no file, and would be read twice, for the words of %s first: give a file, or set vocabulary.NAME"
              .formatted(named, path, configuration.categoriesWithoutVocabulary()));
    }
    try (Reader reader = open()) {
      return CsvVocabulary.learn(
          path.toString(),
          reader,
          configuration.csv(),
          configuration.categoriesWithoutVocabulary(),
          most);
    }
  }

  private Reader open() throws IOException {
    try {
      PushbackInputStream bytes = new PushbackInputStream(Files.newInputStream(path), HEAD);
      if (!Files.isDirectory(path)) { // of which the reader tells
        requireText(bytes);
      }
      return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
    } catch (NoSuchFileException e) {
      throw new ParameterException(
          spec.commandLine(), "%s: there is no file %s".formatted(named, path.toAbsolutePath()), e);
    }
  }

  /** Told by its first bytes: to convert another kind of file to UTF-8 would not help. */
  private void requireText(PushbackInputStream bytes) throws IOException {
    byte[] head = bytes.readNBytes(HEAD);
    bytes.unread(head);
    String first = new String(head, StandardCharsets.ISO_8859_1);
    if (first.startsWith("\u001f\u008b")) {
      throw noText("is compressed: unpack it, as by `zcat`");
    }
    if (first.startsWith("PAR1") && first.length() == HEAD && !isOfText(first.charAt(4))) {
      throw noText("is Parquet, and CSV was expected: export it as CSV");
    }
    if (first.startsWith("PK\u0003\u0004")) {
      throw noText("is a workbook or a zip, and CSV was expected: export or unpack it");
    }
  }

  /** A column may well be called PAR1; in Parquet the header of a page follows, in binary. */
  private static boolean isOfText(char c) {
    return !Character.isISOControl(c) || c == '\r' || c == '\n' || c == '\t';
  }

  private ParameterException noText(String why) {
    return new ParameterException(spec.commandLine(), "%s: %s %s".formatted(named, path, why));
  }
}
