package io.tplus1.topic;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;

/** Asks a broker as if it were several, of which some have not heard of any topic yet. */
final class HearingLate extends ForwardingAdmin {
  private boolean hears;

  private HearingLate(String bootstrapServers, boolean hears) {
    super(Map.of("bootstrap.servers", bootstrapServers));
    this.hears = hears;
  }

  /** None has. */
  static HearingLate all(String bootstrapServers) {
    return new HearingLate(bootstrapServers, false);
  }

  /** Those have that are asked before it is asked who leads. */
  static HearingLate theLast(String bootstrapServers) {
    return new HearingLate(bootstrapServers, true);
  }

  @Override
  public ListOffsetsResult listOffsets(
      Map<TopicPartition, OffsetSpec> ends, ListOffsetsOptions options) {
    hears = false;
    return super.listOffsets(ends, options);
  }

  @Override
  public DescribeTopicsResult describeTopics(
      TopicCollection topics, DescribeTopicsOptions options) {
    return super.describeTopics(
        hears ? topics : TopicCollection.ofTopicNames(List.of("nobody.has.heard.of.it")), options);
  }
}
