package io.tplus1.csv;

import io.tplus1.config.CsvSettings;
import io.tplus1.config.Utf8Text;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Plain text as one series: each character is a vector of one category, its position the time. */
final class TextVectors {
  private TextVectors() {}

  /**
   * Reads a text.
   *
   * @throws CsvException if the schema is not one category, or the text cannot be read
   */
  static CsvVectors read(
      String name, Reader reader, CsvSettings settings, FeatureSchema schema, int most) {
    if (schema.size() != 1 || !schema.feature(0).isCategory()) {
      throw new CsvException(
          "csv.format=text needs one feature, a category; found " + schema.names());
    }
    CategoryWords symbols = new CategoryWords(schema.feature(0));
    int[] text = text(name, reader).codePoints().limit(most).toArray();
    List<SeriesVector> vectors = new ArrayList<>(text.length);
    long stepMs = settings.timeStep().toMillis();
    for (int i = 0; i < text.length; i++) {
      float id = symbols.id(Character.toString(text[i]));
      vectors.add(
          new SeriesVector(
              CsvVectors.SINGLE_SERIES, new FeatureVector(i * stepMs, new float[] {id})));
    }
    return new CsvVectors(vectors, 0, 0, symbols.unknown(name).stream().toList());
  }

  /** The first characters of a text, each once, in order. */
  static List<String> symbols(String name, Reader reader, int most) {
    return text(name, reader)
        .codePoints()
        .limit(most)
        .mapToObj(Character::toString)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .toList();
  }

  private static String text(String name, Reader marked) {
    StringBuilder text = new StringBuilder();
    char[] part = new char[8_192];
    try {
      Reader reader = Utf8Text.skipMark(marked);
      for (int read = reader.read(part); read >= 0; read = reader.read(part)) {
        text.append(part, 0, read);
      }
    } catch (IOException e) {
      throw CsvException.unreadable(name, e);
    }
    return text.toString();
  }
}
