package io.tplus1.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.ConfigurationFile;
import io.tplus1.feature.SeriesVector;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StormTracksTest {
  private final StormTracks tracks = load();

  @Test
  void rows_shipped_342StormsInTimeOrder() {
    List<SeriesVector> rows = tracks.rows();

    assertThat(rows).hasSize(10_036);
    assertThat(rows.stream().map(SeriesVector::series).distinct()).hasSize(342);
    assertThat(rows)
        .isSortedAccordingTo((a, b) -> Long.compare(a.vector().timeMs(), b.vector().timeMs()));
    assertThat(rows.get(0).series()).isEqualTo("Amy-1975");
    assertThat(rows.get(0).vector().timeMs())
        .isEqualTo(Instant.parse("1975-06-27T00:00:00Z").toEpochMilli());
    assertThat(rows.get(0).vector().values()).containsExactly(27.5f, -79.0f, 25f, 1013f);
  }

  @Test
  void at_firstPass_isTheRows() {
    assertThat(tracks.at(0)).isEqualTo(tracks.rows().get(0));
    assertThat(tracks.at(10_035)).isEqualTo(tracks.rows().get(10_035));
  }

  @Test
  void at_furtherPasses_newKeysSameValuesAndTimesThatGoOn() {
    int size = tracks.rows().size();
    Set<String> former = new HashSet<>();
    tracks.rows().forEach(row -> former.add(row.series()));
    long last = tracks.at(size - 1).vector().timeMs();
    for (int pass = 1; pass < 5; pass++) {
      for (int i = 0; i < size; i++) {
        SeriesVector vector = tracks.at((long) pass * size + i);
        assertThat(vector.vector().timeMs()).isGreaterThanOrEqualTo(last);
        assertThat(vector.vector().values()).isSameAs(tracks.rows().get(i).vector().values());
        assertThat(former).doesNotContain(vector.series());
        last = vector.vector().timeMs();
      }
      for (int i = 0; i < size; i++) {
        former.add(tracks.at((long) pass * size + i).series());
      }
    }
    assertThat(former).hasSize(5 * 342);
  }

  private static StormTracks load() {
    try (InputStream shipped =
        StormTracksTest.class.getResourceAsStream("/config/storms.properties")) {
      Configuration configuration = new Configuration(ConfigurationFile.read(shipped));
      return StormTracks.load(configuration.csv(), configuration.schema());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
