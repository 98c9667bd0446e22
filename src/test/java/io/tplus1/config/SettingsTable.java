package io.tplus1.config;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;

/** The settings as a Markdown table, which src/site/settings.md carries. */
public final class SettingsTable {
  private SettingsTable() {}

  /**
   * One table per group, in the order of definition; settings of one group by name's order there.
   */
  public static String markdown() {
    StringBuilder table = new StringBuilder();
    for (String group : Settings.DEFINITION.groups()) {
      table.append("\n**").append(group).append("**\n\n");
      table.append("| setting | type | default | meaning |\n| --- | --- | --- | --- |\n");
      Settings.DEFINITION.configKeys().values().stream()
          .filter(key -> key.group.equals(group))
          .sorted((a, b) -> Integer.compare(a.orderInGroup, b.orderInGroup))
          .forEach(key -> table.append(row(key)));
    }
    return table.toString();
  }

  /** One table of some settings, in that order. */
  public static String markdown(List<String> names) {
    StringBuilder table =
        new StringBuilder("| setting | type | default | meaning |\n| --- | --- | --- | --- |\n");
    names.forEach(name -> table.append(row(Settings.DEFINITION.configKeys().get(name))));
    return table.toString();
  }

  private static String row(ConfigDef.ConfigKey key) {
    String valid =
        key.validator == null || (key.type == ConfigDef.Type.STRING && !isChoice(key))
            ? ""
            : " " + key.validator;
    return "| `%s` | %s%s | %s | %s |\n"
        .formatted(
            key.name,
            key.type.name().toLowerCase(java.util.Locale.ROOT),
            valid,
            standard(key),
            key.documentation);
  }

  private static boolean isChoice(ConfigDef.ConfigKey key) {
    return key.validator instanceof ConfigDef.ValidString;
  }

  private static String standard(ConfigDef.ConfigKey key) {
    Object value = key.defaultValue;
    if (!key.hasDefault()) {
      return "required";
    }
    if (value instanceof Collection<?> list) {
      return list.isEmpty()
          ? ""
          : "`"
              + List.copyOf(list).stream().map(Object::toString).collect(Collectors.joining(","))
              + "`";
    }
    return value == null || value.toString().isEmpty() ? "" : "`" + value + "`";
  }
}
