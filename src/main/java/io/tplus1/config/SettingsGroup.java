package io.tplus1.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.tplus1.topic.TopicContracts;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;

/** Adds settings under one heading. */
final class SettingsGroup {
  /** Of a topic whose records are read in the order in which they were written. */
  private static final Validator ONE_ORDER =
      ConfigDef.LambdaValidator.with(
          (name, value) -> {
            if ((Integer) value < 0 || (Integer) value > 1) {
              throw new ConfigException(
                  name,
                  value,
                  "an artifact comes before its pointer, in one order of all records, which is that of one partition: leave it out; a topic that exists stays as it is");
            }
          },
          () -> "0 or 1");

  private final ConfigDef definition;
  private final String name;
  private int order;

  SettingsGroup(String name) {
    this(new ConfigDef(), name);
  }

  private SettingsGroup(ConfigDef definition, String name) {
    this.definition = definition;
    this.name = name;
  }

  SettingsGroup group(String next) {
    return new SettingsGroup(definition, next);
  }

  /** Adds settings that are listed elsewhere. */
  SettingsGroup with(UnaryOperator<SettingsGroup> others) {
    return others.apply(this);
  }

  ConfigDef definition() {
    return definition;
  }

  SettingsGroup add(
      String setting,
      ConfigDef.Type type,
      Object standard,
      Importance importance,
      Validator valid,
      String doc) {
    definition.define(
        setting,
        type,
        standard,
        valid,
        importance,
        doc,
        name,
        order++,
        ConfigDef.Width.MEDIUM,
        setting);
    return this;
  }

  SettingsGroup topics(List<String> topics) {
    for (String topic : topics) {
      String prefix = "topics." + topic;
      add(
          prefix + ".name",
          STRING,
          topic,
          LOW,
          KafkaName.OF_TOPIC,
          "Name of the topic `" + topic + "`.");
      add(
          prefix + ".partitions",
          INT,
          0,
          LOW,
          topic.equals(TopicContracts.MODELS) ? ONE_ORDER : atLeast(0),
          "Partitions when `" + topic + "` is created. 0: as its contract says.");
      add(
          prefix + ".replication",
          INT,
          0,
          LOW,
          between(-1, Short.MAX_VALUE),
          "Replication factor when `"
              + topic
              + "` is created. 0: as its contract says; -1: the broker's default.");
    }
    return this;
  }
}
