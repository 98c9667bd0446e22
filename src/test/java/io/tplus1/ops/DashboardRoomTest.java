package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.feature.FeatureSchema;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DashboardRoomTest {
  private static final long HEAP = 256 << 20;
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("a", "b");
  private static final FeatureSchema HUNDRED =
      FeatureSchema.ofNumbers(
          IntStream.range(0, 100).mapToObj(i -> "f" + i).toArray(String[]::new));

  private static DashboardRoom room(FeatureSchema schema, int horizon, int series) {
    HttpSettings settings =
        new Configuration(Map.of("features", "x", "http.series", Integer.toString(series))).http();
    return new DashboardRoom(schema, horizon, settings);
  }

  @Test
  void series_manyTargetsOrSteps_areFewerOfTheSameHeap() {
    assertThat(room(TWO, 1, 100_000).series(HEAP)).isBetween(12_000, 14_000);
    assertThat(room(HUNDRED, 1, 100_000).series(HEAP)).isBetween(400, 450);
    assertThat(room(HUNDRED, 96, 100_000).series(HEAP)).isBetween(140, 160);
  }

  @Test
  void fewer_noRoomForAll_isWhatItHolds() {
    DashboardRoom room = room(HUNDRED, 1, 500);

    assertThat(room.fewer(HEAP)).contains((long) room.series(HEAP));
    assertThat(room.bytes(HEAP)).isEqualTo(DashboardRoom.PART * HEAP);
  }

  @Test
  void fewer_roomForAll_isEmpty() {
    DashboardRoom room = room(HUNDRED, 1, 300);

    assertThat(room.fewer(HEAP)).isEmpty();
    assertThat(room.series(HEAP)).isEqualTo(300);
    assertThat(room.bytes(HEAP)).isEqualTo(300.0 * room.bytesEach());
  }
}
