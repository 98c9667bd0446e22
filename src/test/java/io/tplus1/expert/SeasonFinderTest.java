package io.tplus1.expert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.tool.RecordedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeasonFinderTest {
  private static final FeatureSchema ONE = FeatureSchema.ofNumbers("x");

  /** A finder that has seen rows, and every season that it named on the way. */
  private static final class Watched {
    private final FeatureSchema schema;
    private final int longest;
    private final List<Integer> named = new ArrayList<>();
    private SeasonFinder finder;

    Watched(FeatureSchema schema, int longest) {
      this.schema = schema;
      this.longest = longest;
      this.finder = new SeasonFinder(schema, longest);
    }

    Watched see(float[] rows) {
      int width = schema.size();
      int count = rows.length / width;
      for (int t = 1; t <= count; t++) {
        int steps = Math.min(t, longest + 1);
        FeatureWindow window = FeatureWindow.over(rows, new long[count], width, t - steps, steps);
        finder.learn(window, schema.targetsOf(window));
        if (named.isEmpty() || named.get(named.size() - 1) != finder.season()) {
          named.add(finder.season());
        }
      }
      return this;
    }

    int season() {
      return finder.season();
    }

    byte[] bytes() {
      ByteBuffer bytes = ByteBuffer.allocate(finder.bytes());
      finder.write(bytes);
      return bytes.array();
    }
  }

  private static float[] rows(int count, IntToDoubleFunction value) {
    float[] rows = new float[count];
    for (int t = 0; t < count; t++) {
      rows[t] = (float) value.applyAsDouble(t);
    }
    return rows;
  }

  private static IntToDoubleFunction wave(int season, double noise) {
    Random random = new Random(season);
    return t -> 50 + 10 * Math.sin(2 * Math.PI * t / season) + noise * random.nextGaussian();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 24, 50})
  void season_ofANoisyWave_isItsLength(int season) {
    Random random = new Random(7);
    // Of two steps, a sine at whole numbers is 0.
    IntToDoubleFunction wave =
        season == 2 ? t -> t % 2 + 0.1 * random.nextGaussian() : wave(season, 0.5);

    Watched watched = new Watched(ONE, 120).see(rows(600, wave));

    assertThat(watched.named).containsExactly(0, season);
  }

  @Test
  void season_ofADayOfMinutes_isItsLength() {
    Watched watched = new Watched(ONE, 2_000).see(rows(5_000, wave(1_440, 0.5)));

    // Neighbours of so long a season differ by less than the noise.
    assertThat(watched.season()).isBetween(1_430, 1_450);
  }

  @Test
  void season_beforeItCameTwice_isNotNamed() {
    Watched watched = new Watched(ONE, 119).see(rows(2 * 24, wave(24, 0)));
    assertThat(watched.named).containsExactly(0);
  }

  /** A dip is seen by the lags on both sides of it. */
  @Test
  void season_asLongAsTheLongestLag_isNotFound() {
    assertThat(new Watched(ONE, 25).see(rows(600, wave(24, 0.5))).named).containsExactly(0, 24);
    assertThat(new Watched(ONE, 24).see(rows(600, wave(24, 0.5))).named).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void season_ofNoiseOrAWalk_isNone(long seed) {
    Random random = new Random(seed);
    double[] walk = {0};
    IntToDoubleFunction steps = t -> walk[0] += random.nextGaussian();

    assertThat(new Watched(ONE, 100).see(rows(800, t -> random.nextGaussian())).named)
        .containsExactly(0);
    assertThat(new Watched(ONE, 100).see(rows(800, steps)).season()).isZero();
    assertThat(new Watched(ONE, 100).see(rows(800, t -> 3)).named).containsExactly(0);
    assertThat(new Watched(ONE, 100).see(rows(800, t -> 3 * t)).named).containsExactly(0);
  }

  @Test
  void season_thatEnds_makesPlaceForTheNext() {
    Watched watched = new Watched(ONE, 60).see(rows(400, wave(24, 1)));
    watched.see(rows(4_000, wave(17, 1)));

    assertThat(watched.named).startsWith(0, 24);
    assertThat(watched.season()).isEqualTo(17);
  }

  /** In a unit that a giant made large, the wave would be lost beside the other number's noise. */
  @Test
  void season_ofANumberThatHadOneGiant_isFoundStill() {
    FeatureSchema two = FeatureSchema.ofNumbers("x", "y");
    IntToDoubleFunction wave = wave(24, 1);
    Random random = new Random(11);
    float[] rows = new float[2 * 600];
    for (int t = 0; t < 600; t++) {
      rows[2 * t] = (float) wave.applyAsDouble(t);
      rows[2 * t + 1] = (float) random.nextGaussian();
    }
    assertThat(new Watched(two, 60).see(rows).season()).isEqualTo(24);
    rows[2 * 50] = -1e9f;

    assertThat(new Watched(two, 60).see(rows).season()).isEqualTo(24);
  }

  @Test
  void learn_categoriesAndAbsentValues_teachNothing() {
    FeatureSchema mixed =
        FeatureSchema.of(List.of(Feature.category("c", List.of("w")), Feature.number("x")));
    IntToDoubleFunction wave = wave(12, 1);
    Random random = new Random(5);
    float[] rows = new float[2 * 500];
    for (int t = 0; t < 500; t++) {
      rows[2 * t] = random.nextInt(2);
      rows[2 * t + 1] = t % 9 == 4 ? Float.NaN : (float) wave.applyAsDouble(t);
    }
    rows[2 * 77 + 1] = Float.POSITIVE_INFINITY;

    assertThat(new Watched(mixed, 40).see(rows).season()).isEqualTo(12);
    Arrays.fill(rows, Float.NaN);
    assertThat(new Watched(mixed, 40).see(rows).season()).isZero();
  }

  /** Whoever goes on from the bytes says what one says that was never away. */
  @Test
  void read_ofWritten_goesOnBitForBit() {
    float[] rows = rows(300, wave(24, 1));
    Watched whole = new Watched(ONE, 64).see(rows);
    Watched again = new Watched(ONE, 64);
    again.finder = SeasonFinder.read(ONE, 64, ByteBuffer.wrap(whole.bytes()));
    assertThat(again.bytes()).isEqualTo(whole.bytes());

    float[] more = rows(300, wave(24, 1));
    assertThat(again.see(more).bytes()).isEqualTo(whole.see(more).bytes());
    assertThat(whole.season()).isEqualTo(24);
  }

  @Test
  void read_afterMoreVectorsThanAnIntegerCounts_keepsTheSeason() {
    Watched watched = new Watched(ONE, 64).see(rows(300, wave(24, 1)));
    byte[] bytes = watched.bytes();
    ByteBuffer.wrap(bytes).putInt(4, Integer.MAX_VALUE);
    Watched again = new Watched(ONE, 64);
    again.finder = SeasonFinder.read(ONE, 64, ByteBuffer.wrap(bytes));
    again.see(rows(10, wave(24, 1)));

    assertThat(SeasonFinder.read(ONE, 64, ByteBuffer.wrap(again.bytes())).season()).isEqualTo(24);
  }

  @Test
  void read_ofOtherLagsOrGarbage_beginsAnew() {
    Watched watched = new Watched(ONE, 64).see(rows(300, wave(24, 1)));
    byte[] bytes = watched.bytes();

    assertThat(SeasonFinder.read(ONE, 65, ByteBuffer.wrap(bytes)).season()).isZero();
    FeatureSchema two = FeatureSchema.ofNumbers("x", "y");
    assertThat(SeasonFinder.read(two, 64, ByteBuffer.wrap(bytes)).season()).isZero();
    ByteBuffer.wrap(bytes).putInt(8, -3);
    assertThat(SeasonFinder.read(ONE, 64, ByteBuffer.wrap(bytes)).season()).isZero();
    ByteBuffer.wrap(bytes).putInt(8, 65);
    assertThat(SeasonFinder.read(ONE, 64, ByteBuffer.wrap(bytes)).season()).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> new SeasonFinder(ONE, 0));
  }

  @Test
  void season_ofHourlyLoads_isADay() throws IOException {
    Map<String, float[]> loads = read(file("ETTh1.csv"), null, List.of("HUFL", "LULL", "OT"));
    FeatureSchema schema = FeatureSchema.ofNumbers("HUFL", "LULL", "OT");

    float[] rows = Arrays.copyOf(loads.get(""), 3 * 2_880);
    assertThat(new Watched(schema, 215).see(rows).season()).isEqualTo(24);
  }

  @Test
  void season_ofHourlySeries_isADayOrAWeek() throws IOException {
    Map<String, float[]> series = read(file("m4_hourly_odd.csv"), "key", List.of("value"));
    Map<Integer, Integer> seasons = new TreeMap<>();
    series.forEach(
        (key, rows) -> seasons.merge(new Watched(ONE, 239).see(rows).season(), 1, Integer::sum));

    int found = seasons.getOrDefault(24, 0) + seasons.getOrDefault(168, 0);
    assertThat(found).as("of %d: %s", series.size(), seasons).isGreaterThan(series.size() * 9 / 10);
    assertThat(seasons.get(24)).isGreaterThan(20);
    assertThat(seasons.get(168)).isGreaterThan(20);
  }

  @Test
  void season_ofStorms_isNone() throws IOException {
    try (InputStream storms =
        SeasonFinder.class.getResourceAsStream("/io/tplus1/demo/storms.csv")) {
      List<String> lines =
          new String(storms.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      List<String> fields = List.of("lat", "long", "wind", "pressure");
      Map<String, float[]> tracks = read(lines, "key", fields);
      FeatureSchema schema = FeatureSchema.ofNumbers(fields.toArray(String[]::new));
      assertThat(tracks).hasSizeGreaterThan(300);
      assertThat(tracks.values())
          .allSatisfy(rows -> assertThat(new Watched(schema, 23).see(rows).named).containsOnly(0));
    }
  }

  private static List<String> file(String name) throws IOException {
    return Files.readAllLines(RecordedData.file(name));
  }

  /** Rows by key, {@code float[rows × fields]}; absent values are NaN. */
  private static Map<String, float[]> read(List<String> lines, String key, List<String> fields) {
    List<String> header = List.of(lines.get(0).split(","));
    int[] columns = fields.stream().mapToInt(header::indexOf).toArray();
    Map<String, List<Float>> values = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      List<Float> rows =
          values.computeIfAbsent(
              key == null ? "" : cells[header.indexOf(key)], k -> new ArrayList<>());
      for (int column : columns) {
        rows.add(
            cells[column].isEmpty() || cells[column].equals("NA")
                ? Float.NaN
                : Float.parseFloat(cells[column]));
      }
    }
    Map<String, float[]> series = new LinkedHashMap<>();
    values.forEach(
        (name, list) -> {
          float[] rows = new float[list.size()];
          for (int i = 0; i < rows.length; i++) {
            rows[i] = list.get(i);
          }
          series.put(name, rows);
        });
    return series;
  }
}
