package io.tplus1.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.serde.Encoding;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the series of a benchmark are. */
class WorkloadVectorsTest {

  @ParameterizedTest
  @CsvSource({"1, 300", "7, 300", "1000, 200", "1500, 200", "100000, 20", "1000000, 3"})
  void next_seriesOfAnyNumber_goesAlongAWalk(int keys, int rounds) {
    Workload.Vectors vectors = new Workload.Vectors(Shape.A, Encoding.BINARY, keys);
    int last = keys - 1;
    Set<Integer> seen = new HashSet<>();

    for (int round = 0; round < rounds; round++) {
      for (int key = 0; key < keys; key++) {
        var record = vectors.next("features");
        if (key == last) {
          assertThat(new String(record.key(), US_ASCII)).isEqualTo("series-" + last);
          assertThat(record.timestamp()).isEqualTo(Workload.START_MS + round * 1_000L);
          seen.add(Arrays.hashCode(record.value()));
        }
      }
    }

    assertThat(seen).as("vectors of one series").hasSize(rounds);
  }
}
