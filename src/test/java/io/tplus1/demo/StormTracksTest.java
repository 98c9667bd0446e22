package io.tplus1.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.ConfigurationFile;
import io.tplus1.feature.SeriesVector;
import io.tplus1.serde.EpochUnit;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  void at_furtherPasses_newKeysSameTracksAndTimesThatGoOn() {
    int size = tracks.rows().size();
    Map<String, List<float[]>> first = values(0);
    Set<String> former = new HashSet<>(first.keySet());
    long last = tracks.at(size - 1).vector().timeMs();
    for (int pass = 1; pass < 5; pass++) {
      long before = last;
      for (int i = 0; i < size; i++) {
        SeriesVector vector = tracks.at((long) pass * size + i);
        assertThat(vector.vector().timeMs()).isGreaterThanOrEqualTo(last);
        assertThat(former).doesNotContain(vector.series());
        last = vector.vector().timeMs();
      }
      assertThat(last - before).isLessThan(Duration.ofDays(400).toMillis());
      String suffix = " (" + (pass + 1) + ")";
      values(pass)
          .forEach(
              (series, values) -> {
                assertThat(series).endsWith(suffix);
                String track = series.substring(0, series.length() - suffix.length());
                assertThat(values).containsExactlyElementsOf(first.get(track));
                former.add(series);
              });
    }
    assertThat(former).hasSize(5 * 342);
  }

  /** By series, in the order of a pass. */
  private Map<String, List<float[]>> values(int pass) {
    int size = tracks.rows().size();
    Map<String, List<float[]>> values = new HashMap<>();
    for (int i = 0; i < size; i++) {
      SeriesVector vector = tracks.at((long) pass * size + i);
      values
          .computeIfAbsent(vector.series(), series -> new ArrayList<>())
          .add(vector.vector().values());
    }
    return values;
  }

  /** Whatever takes one for its first vector warns of what it takes for a wrong unit. */
  @Test
  void at_allPasses_haveTimesThatNobodyTakesForAnotherUnit() {
    long now = Instant.parse("2026-11-30T00:00:00Z").toEpochMilli();
    for (long position = 0; position < tracks.size(); position += tracks.rows().size()) {
      assertThat(EpochUnit.mistaken(tracks.at(position).vector().timeMs(), now)).isEmpty();
    }
    long last = tracks.at(tracks.size() - 1).vector().timeMs();
    assertThat(EpochUnit.mistaken(last, now)).isEmpty();
    assertThat(Instant.ofEpochMilli(last))
        .isBetween("9999-01-01T00:00:00Z", "9999-12-31T00:00:00Z");
    // At 200 a second, as docker-compose.yml has it, more than four days.
    assertThat(tracks.size()).isGreaterThan(4 * 86_400 * 200L);
  }

  /** The one is there to be edited by those who have data of their own, the other is the demo's. */
  @Test
  void settings_ofTheDemo_areThoseOfTheFileToEdit() {
    Path file = Path.of(System.getProperty("project.root", ""), "config/storms.properties");

    assertThat(StormTracks.settings()).isEqualTo(ConfigurationFile.read(file, Map.of()));
  }

  private static StormTracks load() {
    Configuration configuration = new Configuration(StormTracks.settings());
    return StormTracks.load(configuration.csv(), configuration.schema());
  }
}
