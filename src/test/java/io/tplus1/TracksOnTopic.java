package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.demo.StormTracks;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.StreamUnderTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a topic should hold that storm tracks are produced to. */
final class TracksOnTopic {
  private TracksOnTopic() {}

  /** Each partition holds the first of its storms' positions, every one once and in their order. */
  static void assertPrefix(List<ConsumerRecord<byte[], byte[]>> features) {
    Configuration configuration = configuration();
    StormTracks tracks = StormTracks.load(configuration.csv(), configuration.schema());
    Map<Integer, List<String>> found = new HashMap<>();
    Map<String, Integer> partitions = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : features) {
      partitions.put(StreamUnderTest.key(record), record.partition());
      found
          .computeIfAbsent(record.partition(), partition -> new ArrayList<>())
          .add(StreamUnderTest.key(record) + " " + record.timestamp());
    }
    Map<Integer, List<String>> expected = new HashMap<>();
    // A little further than the topic goes: partitions may end at different positions.
    for (long i = 0; i < features.size() + 2_000; i++) {
      SeriesVector vector = tracks.at(i);
      Integer partition = partitions.get(vector.series());
      if (partition != null) {
        List<String> all = expected.computeIfAbsent(partition, each -> new ArrayList<>());
        if (all.size() < found.get(partition).size()) {
          all.add(vector.series() + " " + vector.vector().timeMs());
        }
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  /** The shipped settings of the storms. */
  static Configuration configuration() {
    return new Configuration(StormTracks.settings());
  }
}
