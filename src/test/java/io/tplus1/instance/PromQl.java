package io.tplus1.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression asks of a scrape.
 *
 * @param selectors the metrics that it reads, but those that rules record
 * @param labels that it adds or joins by
 */
record PromQl(List<Selector> selectors, Set<String> labels) {
  private static final Pattern SELECTOR =
      Pattern.compile("(?<![:\\w])((?:tplus1|kafka|jvm|process)_[a-z0-9_]+)(?:\\{([^}]*)})?");
  private static final Pattern MATCHER =
      Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern ALTERNATIVES = Pattern.compile("\\|");
  private static final Pattern BY =
      Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^)]*)\\)");

  /** Labels that Prometheus adds itself. */
  private static final Set<String> OF_TARGETS = Set.of("namespace", "job", "instance");

  /** Labels of which any value will do: it depends on what serves, and on the process. */
  private static final Set<String> OF_ANY_VALUE = Set.of("model", "kernel", "client_id");

  /**
   * A metric, and what its labels are to be.
   *
   * @param wanted regular expressions by label
   */
  record Selector(String metric, Map<String, Pattern> wanted) {
    /** As {@link #matches(Map)}, of one of the values that a label may have. */
    boolean matches(Map<String, String> row, String label, String value) {
      return matches(row) && row.get(label).matches(value);
    }

    boolean matches(Map<String, String> row) {
      return wanted.entrySet().stream()
          .allMatch(
              one ->
                  row.containsKey(one.getKey())
                      && one.getValue().matcher(row.get(one.getKey())).matches());
    }
  }

  static PromQl of(String expression) {
    List<Selector> selectors = new ArrayList<>();
    Matcher names = SELECTOR.matcher(expression);
    while (names.find()) {
      Map<String, Pattern> wanted = new TreeMap<>();
      if (names.group(2) != null) {
        Matcher matchers = MATCHER.matcher(names.group(2));
        while (matchers.find()) {
          String operator = OF_ANY_VALUE.contains(matchers.group(1)) ? "" : matchers.group(2);
          String value =
              switch (operator) {
                case "=" -> Pattern.quote(matchers.group(3));
                case "=~" -> matchers.group(3);
                default -> ".*";
              };
          wanted.put(matchers.group(1), Pattern.compile(value));
        }
        wanted.keySet().removeAll(OF_TARGETS);
      }
      selectors.add(new Selector(names.group(1), wanted));
    }
    Set<String> labels = new TreeSet<>();
    Matcher by = BY.matcher(expression);
    while (by.find()) {
      for (String label : by.group(1).split(",", -1)) {
        labels.add(label.strip());
      }
    }
    labels.removeAll(OF_TARGETS);
    return new PromQl(selectors, labels);
  }

  /** What a scrape lacks of it: nothing, if it can find something. */
  List<String> missing(Scrape scrape) {
    List<String> missing = new ArrayList<>();
    for (Selector selector : selectors) {
      List<Map<String, String>> rows = scrape.rows().get(selector.metric());
      if (rows == null) {
        missing.add("no metric " + selector.metric());
      } else if (rows.stream().noneMatch(selector::matches)) {
        missing.add("no row of %s has %s".formatted(selector.metric(), selector.wanted()));
      } else {
        selector
            .wanted()
            .forEach(
                (label, values) ->
                    ALTERNATIVES
                        .splitAsStream(values.pattern())
                        .filter(
                            one ->
                                rows.stream().noneMatch(row -> selector.matches(row, label, one)))
                        .forEach(
                            one ->
                                missing.add(
                                    "no row of %s has %s=~%s"
                                        .formatted(selector.metric(), label, one))));
      }
    }
    for (String label : labels) {
      if (selectors.stream().noneMatch(one -> scrape.hasLabel(one.metric(), label))) {
        missing.add("none of its metrics has the label " + label);
      }
    }
    return missing;
  }
}
