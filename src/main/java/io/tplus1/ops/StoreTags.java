package io.tplus1.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the tag of a store's name one name: Kafka has another for each kind of store, and
 * Prometheus wants the same labels at every series of a metric.
 */
final class StoreTags implements MeterFilter {
  private static final String STORE = ".state.id";

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith("kafka.stream")
        || id.getTags().stream().noneMatch(tag -> tag.getKey().endsWith(STORE))) {
      return id;
    }
    List<Tag> tags = new ArrayList<>();
    for (Tag tag : id.getTags()) {
      if (tag.getKey().endsWith(STORE)) {
        tags.add(Tag.of("store", tag.getValue()));
        String kind = tag.getKey().substring(0, tag.getKey().length() - STORE.length());
        tags.add(Tag.of("store.kind", kind));
      } else {
        tags.add(tag);
      }
    }
    return id.replaceTags(tags);
  }
}
