package io.tplus1.csv;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.tplus1.config.Utf8Text;
import io.tplus1.model.Shown;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.stream.Stream;

/**
 * A CSV file's header and rows, one row at a time. Every row has as many cells as the header;
 * blanks around cells and empty lines are no data, but in a file of one column, where an empty line
 * between others is an empty cell. For one thread; the caller closes the reader.
 */
final class CsvRows {
  /** Characters of a header that a sentence shows. */
  private static final int LONGEST_HEADER = 1_000;

  private final String name;
  private final MappingIterator<String[]> rows;
  private final List<String> header;
  private String[] cells;
  private int line;

  /** Empty cells of a file of one column that come before {@link #following}. */
  private int empty;

  private String[] following;

  /**
   * Reads the header.
   *
   * @param name the file's name, for errors
   * @throws CsvException if there is none
   */
  CsvRows(String name, Reader reader) {
    this.name = name;
    try {
      this.rows =
          new CsvMapper()
              .readerFor(String[].class)
              .with(CsvParser.Feature.WRAP_AS_ARRAY)
              // Else a quote behind a blank begins no quoted cell, but is a part of its text.
              .with(CsvParser.Feature.TRIM_SPACES)
              .readValues(Utf8Text.skipMark(reader));
      String[] first = skipEmpty();
      if (first == null) {
        throw new CsvException("%s is empty: a header line was expected".formatted(name));
      }
      this.header = Stream.of(first).map(String::strip).toList();
    } catch (IOException e) {
      throw CsvException.unreadable(name, line, e);
    }
  }

  /**
   * Where a column stands.
   *
   * @param setting the setting that names it, for errors
   * @throws CsvException if the header does not have it, or has it twice
   */
  int column(String column, String setting) {
    int index = header.indexOf(column);
    if (index < 0) {
      throw new CsvException(
          "%s has no column '%s' (setting %s): its header is %s%s"
              .formatted(name, column, setting, shownHeader(), otherSeparator()));
    }
    if (index != header.lastIndexOf(column)) {
      throw new CsvException(
          "%s has the column '%s' twice: its header is %s".formatted(name, column, shownHeader()));
    }
    return index;
  }

  /** Some files have a thousand columns. */
  private String shownHeader() {
    return Shown.of(header.toString(), LONGEST_HEADER);
  }

  /** What to say of a header that is one column for want of commas. */
  private String otherSeparator() {
    String all = header.get(0);
    String found = all.contains(";") ? "semicolons" : all.contains("\t") ? "tabs" : null;
    return header.size() > 1 || found == null
        ? ""
        : "; commas are expected between columns, and this file has %s: convert it"
            .formatted(found);
  }

  /**
   * Goes to the next row; false behind the last.
   *
   * @throws CsvException if the row has more or fewer cells than the header, or cannot be read
   */
  boolean next() {
    try {
      if (following == null) {
        following = skipEmpty();
      }
      if (following == null) {
        return false;
      }
      if (empty > 0 && header.size() == 1) {
        empty--;
        cells = new String[] {""};
        return true;
      }
      cells = following;
      following = null;
    } catch (IOException e) {
      throw CsvException.unreadable(name, line, e);
    }
    if (cells.length != header.size()) {
      throw new CsvException(
          "%s, line %d: %d cells were expected, as in the header, found %d"
              .formatted(name, line, header.size(), cells.length));
    }
    return true;
  }

  /** The next row that is no empty line, of which it counts those before; null behind the last. */
  private String[] skipEmpty() throws IOException {
    empty = 0;
    while (rows.hasNextValue()) {
      String[] row = rows.nextValue();
      // Behind the row: before it, the parser still stands on the line of the former one.
      line = rows.getParser().currentTokenLocation().getLineNr();
      if (row.length > 1 || !row[0].isBlank()) {
        return row;
      }
      empty++;
    }
    return null;
  }

  /** The file's name, for errors. */
  String name() {
    return name;
  }

  /** The text of a cell of this row. */
  String cell(int column) {
    return cells[column].strip();
  }

  /** What is wrong with a cell of this row. */
  CsvException wrong(int column, String expected) {
    String found = cell(column);
    return new CsvException(
        "%s, line %d, column '%s': %s was expected, found '%s'%s"
            .formatted(
                name,
                line,
                Shown.quote(header.get(column)),
                expected,
                Shown.quote(found),
                found.indexOf('\n') < 0 ? "" : ", of several lines: a quote may be missing"));
  }
}
