package io.tplus1;

import io.tplus1.config.Configuration;
import io.tplus1.config.HygieneSettings;
import io.tplus1.csv.CsvVectors;
import io.tplus1.csv.CsvVocabulary;
import io.tplus1.feature.FeatureSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A file of recorded vectors that a command is given.
 *
 * @param spec the command
 * @param named the option or parameter that names the file
 */
record DataFile(CommandSpec spec, String named, Path path) {

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

  /** Tells on stderr what of a file's rows is not as it may seem. */
  void tellOf(CsvVectors read, Configuration configuration) {
    PrintWriter err = spec.commandLine().getErr();
    boolean refused = configuration.hygiene().missingFill() == HygieneSettings.Fill.OFF;
    String live = refused ? ", though `run` dead-letters such records (missing.fill is off)" : "";
    Stream.of(
            read.missing().map(words -> words + "; the former count as if they had come" + live),
            read.replaced())
        .flatMap(Optional::stream)
        .forEach(words -> err.printf("%s: %s%n", path, words));
    read.unknownWords().forEach(words -> err.printf("%s: %s%n", path, words));
    err.flush();
  }

  /** The words of the whole file, of those categories for which the settings have none. */
  Map<String, List<String>> vocabularies(Configuration configuration) throws IOException {
    if (!configuration.needsVocabulary()) {
      return Map.of();
    }
    try (Reader reader = open()) {
      return CsvVocabulary.learn(
          path.toString(),
          reader,
          configuration.csv(),
          configuration.categoriesWithoutVocabulary());
    }
  }

  private Reader open() throws IOException {
    try {
      return Files.newBufferedReader(path, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new ParameterException(
          spec.commandLine(), "%s: there is no file %s".formatted(named, path.toAbsolutePath()), e);
    }
  }
}
