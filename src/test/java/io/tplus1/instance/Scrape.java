package io.tplus1.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus reads of processes.
 *
 * @param metrics their names, as their types name them
 * @param rows by name, which for a histogram's has a suffix: the labels of each row
 */
record Scrape(Set<String> metrics, Map<String, List<Map<String, String>>> rows) {
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final Pattern ROW = Pattern.compile("(?m)^([a-z0-9_]+)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  static Scrape of(String text) {
    Set<String> metrics = new TreeSet<>();
    Matcher types = TYPE.matcher(text);
    while (types.find()) {
      metrics.add(types.group(1));
    }
    Map<String, List<Map<String, String>>> rows = new HashMap<>();
    Matcher lines = ROW.matcher(text);
    while (lines.find()) {
      Map<String, String> labels = new TreeMap<>();
      if (lines.group(2) != null) {
        Matcher label = LABEL.matcher(lines.group(2));
        while (label.find()) {
          labels.put(label.group(1), label.group(2));
        }
      }
      rows.computeIfAbsent(lines.group(1), name -> new ArrayList<>()).add(labels);
    }
    return new Scrape(metrics, rows);
  }

  /** Whether a metric has such a label. */
  boolean hasLabel(String name, String label) {
    return rows.getOrDefault(name, List.of()).stream().anyMatch(row -> row.containsKey(label));
  }
}
