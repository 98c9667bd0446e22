package io.tplus1.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;

/**
 * Gives the tag of a store's name one name: Kafka has another for each kind of store, and
 * Prometheus wants the same labels at every series of a metric.
 *
 * <p>As many tags as before: the binder of Kafka's metrics leaves out those that have fewer than
 * what is registered by their name.
 */
final class StoreTags implements MeterFilter {
  private static final String STORE = ".state.id";
  private static final String STORE_LABEL = "store";

  /** What Kafka measures of stores from DEBUG on; below, each is 0 or NaN. */
  private static final Pattern DETAIL =
      Pattern.compile("kafka\\.stream\\.state\\..*\\.(rate|ratio|total|avg|min|max)");

  /**
   * A registry whose meters have these tags.
   *
   * @param level from which on Kafka Streams measure
   */
  static PrometheusMeterRegistry registry(RecordingLevel level) {
    StoreTags tags = new StoreTags();
    PrometheusMeterRegistry registry =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT) {
          /** Also by the tags that Kafka gave: the binder of its metrics knows no others. */
          @Override
          public Meter remove(Meter.Id id) {
            return super.remove(tags.map(id));
          }
        };
    registry.config().meterFilter(tags);
    if (level == RecordingLevel.INFO) {
      registry.config().meterFilter(MeterFilter.deny(StoreTags::isDetail));
    }
    return registry;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith("kafka.stream")
        || id.getTags().stream().noneMatch(StoreTags::isOfStore)) {
      return id;
    }
    List<Tag> tags = new ArrayList<>();
    for (Tag tag : id.getTags()) {
      tags.add(isOfStore(tag) ? Tag.of(STORE_LABEL, tag.getValue()) : tag);
    }
    return id.replaceTags(tags);
  }

  /**
   * Of a store's tag, too: what is measured of restoring is named alike, and is there from INFO.
   */
  private static boolean isDetail(Meter.Id id) {
    return id.getTag(STORE_LABEL) != null && DETAIL.matcher(id.getName()).matches();
  }

  private static boolean isOfStore(Tag tag) {
    return tag.getKey().endsWith(STORE);
  }
}
