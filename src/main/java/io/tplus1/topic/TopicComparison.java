package io.tplus1.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a cluster's topics are, held against their contracts.
 *
 * @param missing contracts of the topics that do not exist, made to fit those that do: partitions
 *     of a co-partitioned topic, size of a topic that holds another's records
 * @param differences what must not stay so, each with its remedy
 * @param warnings what differs and may be meant; with a remedy, of changelogs whose settings would
 *     lose what stores keep there, or keep it for ever
 * @param untold of which changelogs nothing is said, since their settings were not read, and why:
 *     one clause for all whose settings may not be, and one for each other
 * @param hidden changelogs that an application which starts is to have, and that whoever asked may
 *     not describe
 */
public record TopicComparison(
    List<TopicContract> missing,
    List<Deviation> differences,
    List<Deviation> warnings,
    List<String> untold,
    Set<String> hidden) {
  public TopicComparison {
    missing = List.copyOf(missing);
    differences = List.copyOf(differences);
    warnings = List.copyOf(warnings);
    untold = List.copyOf(untold);
    hidden = Set.copyOf(hidden);
  }

  /** The differences, and before them each missing topic, with its remedy. */
  List<Deviation> withMissing(KafkaCommands commands) {
    List<Deviation> all = new ArrayList<>();
    for (TopicContract topic : missing) {
      all.add(Deviation.of(topic.name() + ": does not exist", commands.create(topic)));
    }
    all.addAll(differences);
    return List.copyOf(all);
  }
}
