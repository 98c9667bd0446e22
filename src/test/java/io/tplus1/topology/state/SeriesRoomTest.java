package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.WindowRing;
import io.tplus1.score.ConformalInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeriesRoomTest {
  private static final long SERIES_BYTES = 1_512;

  private final List<String> left = new ArrayList<>();

  private static SeriesRoom room(int series) {
    return new SeriesRoom(series * SERIES_BYTES, SERIES_BYTES);
  }

  private SeriesOnHeap series(int capacity, SeriesRoom room) {
    return new SeriesOnHeap(capacity, room, entry -> left.add(entry.key()));
  }

  private static void put(SeriesOnHeap series, String... keys) {
    for (String key : keys) {
      series.put(
          new SeriesOnHeap.Entry(
              key, new WindowRing(2, 1, 1_000), LearntStates.bare(1), new Offsets(2)));
    }
  }

  @Test
  void put_roomIsTakenByAnotherTask_longestSilentLeaves() {
    SeriesRoom room = room(3);
    SeriesOnHeap one = series(10, room);
    SeriesOnHeap other = series(10, room);
    put(one, "a", "b");
    put(other, "c", "d");

    assertThat(left).containsExactly("c");
    assertThat(one.get("a")).isNotNull();
    put(one, "e");
    assertThat(left).containsExactly("c", "b");
  }

  @Test
  void put_taskThatComesLate_getsItsPartAndOthersYieldIt() {
    SeriesRoom room = room(4);
    SeriesOnHeap first = series(10, room);
    put(first, "a", "b", "c", "d");
    SeriesOnHeap late = series(10, room);
    put(late, "e", "f", "g");

    assertThat(left).as("two are its part").containsExactly("e");
    put(first, "h");
    assertThat(left).as("one for h, and one that is owed").containsExactly("e", "a", "b");
    first.yieldRoom(10);
    assertThat(left).as("what is left is their own").containsExactly("e", "a", "b", "c");
    first.yieldRoom(10);
    assertThat(left).hasSize(4);
  }

  @Test
  void put_noRoomAtAll_oneSeriesStays() {
    SeriesRoom room = room(1);
    put(series(10, room), "a");
    SeriesOnHeap late = series(10, room);
    put(late, "b", "c");

    assertThat(left).containsExactly("b");
    assertThat(late.get("c")).isNotNull();
  }

  @Test
  void remove_series_roomIsAnothers() {
    SeriesRoom room = room(2);
    SeriesOnHeap one = series(10, room);
    put(one, "a", "b");
    one.remove(one.peek("a"));
    SeriesOnHeap other = series(10, room);
    put(other, "c");
    put(one, "d");

    assertThat(left).containsExactly("b");
    assertThat(other.get("c")).isNotNull();
  }

  @Test
  void close_task_roomIsAnothers() {
    SeriesRoom room = room(2);
    SeriesOnHeap gone = series(10, room);
    put(gone, "a", "b");
    gone.close();
    gone.close();
    put(series(10, room), "c", "d");

    assertThat(left).isEmpty();
    put(series(10, room), "e", "f");
    assertThat(left).containsExactly("e");
  }

  @Test
  void put_moreThanTheCapacity_leavesRoomAsItWas() {
    SeriesRoom room = room(2);
    put(series(1, room), "a", "b", "c");
    put(series(10, room), "d", "e");

    assertThat(left).containsExactly("a", "b", "d");
  }

  @Test
  void put_longKeys_takeTheRoomOfMoreSeries() {
    SeriesOnHeap series = series(100, room(10));
    for (int i = 0; i < 100; i++) {
      put(series, i + "k".repeat(4_000));
    }

    assertThat(left).hasSizeBetween(97, 99);
  }

  @Test
  void put_keysOfSixtyCharacters_takeTheRoomOfOneSeriesEach() {
    SeriesOnHeap series = series(100, room(10));
    for (int i = 10; i <= 20; i++) {
      put(series, i + "k".repeat(58));
    }

    assertThat(left).containsExactly("10" + "k".repeat(58));
  }

  @Test
  void put_longKeyAmongShortOnes_asManyLeaveAsItTakesAndComeBackBehindIt() {
    SeriesOnHeap series = series(100, room(4));
    String three = "k".repeat(60 + (int) SERIES_BYTES);
    put(series, "a", "b", "c", "d", three);
    assertThat(left).containsExactly("a", "b", "c");

    put(series, "e");
    assertThat(left).containsExactly("a", "b", "c", "d");
    put(series, "f", "g", "h");
    assertThat(left).containsExactly("a", "b", "c", "d", three);
  }

  @Test
  void remove_seriesOfALongKey_itsRoomIsAnothers() {
    SeriesRoom room = room(4);
    SeriesOnHeap one = series(100, room);
    String three = "k".repeat(60 + (int) SERIES_BYTES);
    put(one, three);
    one.remove(one.peek(three));
    put(series(100, room), "a", "b", "c", "d");

    assertThat(left).isEmpty();
    put(one, three);
    put(one, "e");
    assertThat(left).as("no room for three beside four").containsExactly(three);
  }

  @Test
  void seriesBytes_moreOfEverything_isMore() {
    FeatureSchema narrow = FeatureSchema.ofNumbers("x");
    FeatureSchema wide = FeatureSchema.ofNumbers("x", "y");
    ForecastSettings small = RigSettings.of(RigSettings.windows(24, 1, 1_000, 1_000, 1), false);
    ForecastSettings longer = RigSettings.of(RigSettings.windows(48, 1, 1_000, 1_000, 1), false);
    ForecastSettings further = RigSettings.of(RigSettings.windows(24, 24, 1_000, 1_000, 1), false);

    long least = SeriesRoom.seriesBytes(new ForecastLayout(narrow, small));
    // 36 rows of a value and a time, 24 offsets with theirs, and what stands around them.
    assertThat(least).isBetween(36L * 12 + 24 * 16 + 500, 3_000L);
    assertThat(SeriesRoom.seriesBytes(new ForecastLayout(wide, small))).isGreaterThan(least);
    assertThat(SeriesRoom.seriesBytes(new ForecastLayout(narrow, longer))).isGreaterThan(least);
    assertThat(SeriesRoom.seriesBytes(new ForecastLayout(narrow, further)))
        .isGreaterThan(least + 24 * 24 * 4);
  }

  /** Else the heap holds fewer series than it has room for, or more. */
  @Test
  void seriesBytes_withoutPoolOrIntervals_countsNeither() {
    int horizon = 24;
    FeatureSchema numbers = FeatureSchema.ofNumbers("x", "y");
    long slots = (long) horizon * horizon * numbers.targets().size();

    long without = bytes(numbers, horizon, Map.of("interval.coverage", "0"));
    long unpooled = bytes(numbers, horizon, Map.of("interval.pool", "false"));
    long pooled = bytes(numbers, horizon, Map.of("interval.pool", "true"));

    assertThat(pooled - unpooled).isEqualTo(slots * ConformalInterval.INPUTS * Float.BYTES);
    // Beside the half widths of what waits, what is learnt of each step.
    assertThat(unpooled - without).isBetween(slots * Float.BYTES, (slots + 1_000) * Float.BYTES);
  }

  private static long bytes(FeatureSchema schema, int horizon, Map<String, String> settings) {
    ForecastSettings all =
        RigSettings.of(RigSettings.windows(24, horizon, 1_000, 1_000, 1), false, settings);
    return SeriesRoom.seriesBytes(new ForecastLayout(schema, all));
  }
}
