package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tplus1.model.TrainingSample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class SampleBufferTest {

  /** Bounded by numbers of samples alone. */
  private static SampleBuffer buffer(int newest, int reservoir) {
    return new SampleBuffer(newest, reservoir, Long.MAX_VALUE);
  }

  private static TrainingSample sample(String series, long timeMs) {
    return Samples.of(series, timeMs, 1, 1, 2);
  }

  @Test
  void add_moreThanNewest_oldestGoes() {
    SampleBuffer buffer = buffer(2, 0);
    assertThat(buffer.add(1, sample("a", 1))).isEmpty();
    assertThat(buffer.add(2, sample("a", 2))).isEmpty();

    assertThat(buffer.add(3, sample("a", 3))).containsExactly(1L);
    assertThat(buffer.snapshot().samples().stream().map(s -> s.window().lastTimeMs()))
        .containsExactly(2L, 3L);
    assertThat(buffer.snapshot().lastSequence()).isEqualTo(3);
  }

  @Test
  void add_manySamplesOfOneSeries_reservoirStaysEvenOverSeries() {
    SampleBuffer buffer = buffer(10, 30);
    long sequence = 0;
    for (int i = 0; i < 2_000; i++) {
      buffer.add(++sequence, sample("busy", i));
      if (i % 20 == 0) {
        buffer.add(++sequence, sample("quiet", i));
        buffer.add(++sequence, sample("rare" + i % 3, i));
      }
    }

    Map<String, Integer> counts = new HashMap<>();
    buffer
        .snapshot()
        .samples()
        .subList(0, 30)
        .forEach(s -> counts.merge(s.series(), 1, Integer::sum));
    assertThat(counts.values()).allMatch(count -> count == 6);
    assertThat(counts).hasSize(5);
  }

  @Test
  void add_longStream_reservoirIsDrawnEvenlyOverTime() {
    SampleBuffer buffer = buffer(1, 1_000);
    for (int i = 1; i <= 10_001; i++) {
      buffer.add(i, sample("a", 1_000L * i));
    }

    long early =
        buffer.snapshot().samples().stream()
            .filter(s -> s.window().lastTimeMs() < 5_000_000)
            .count();
    // Binomial: 500 ± 6 standard deviations.
    assertThat(early).isBetween(405L, 595L);
  }

  @Property(tries = 100, seed = "20261124")
  void add_whatWasKeptAgain_isTheSameBuffer(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int newest,
      @ForAll @IntRange(max = 8) int older) {
    Random random = new Random(seed);
    SampleBuffer buffer = buffer(newest, older);
    Map<Long, TrainingSample> stored = new TreeMap<>();
    long sequence = 0;
    for (int i = 0; i < 60; i++) {
      sequence += 1 + random.nextInt(3);
      TrainingSample sample = sample("s" + random.nextInt(4), 1_000L * random.nextInt(50));
      stored.put(sequence, sample);
      buffer.add(sequence, sample).forEach(stored::remove);
      assertThat(stored).hasSize(buffer.size());
    }
    SampleBuffer again = buffer(newest, older);
    stored.forEach((number, sample) -> assertThat(again.add(number, sample)).isEmpty());

    assertThat(again.snapshot()).isEqualTo(buffer.snapshot());
    for (int i = 0; i < 20; i++) {
      sequence++;
      TrainingSample sample = sample("s" + random.nextInt(4), 1_000L * random.nextInt(50));
      assertThat(again.add(sequence, sample)).isEqualTo(buffer.add(sequence, sample));
    }
    assertThat(again.bytes()).isEqualTo(buffer.bytes());
  }

  @Test
  void add_moreBytesThanThereIsRoomFor_oldestGo() {
    float[] values = new float[25_000]; // 300 kB with their times
    SampleBuffer buffer = new SampleBuffer(4_000, 0, 1_000_000);
    for (int i = 1; i <= 100; i++) {
      buffer.add(i, Samples.ofHorizon("a", i, 1, 1, values));
      assertThat(buffer.bytes()).isLessThanOrEqualTo(1_000_000);
    }

    assertThat(buffer.snapshot().samples().stream().map(s -> s.window().lastTimeMs()))
        .containsExactly(98L, 99L, 100L);
    assertThat(buffer.add(101, sample("a", 101))).isEmpty();
  }

  @Test
  void add_sampleThatIsLargerThanTheRoom_staysAlone() {
    SampleBuffer buffer = new SampleBuffer(4, 4, 1);
    buffer.add(1, sample("a", 1));
    assertThat(buffer.add(2, sample("a", 2))).containsExactly(1L);

    assertThat(buffer.size()).isEqualTo(1);
  }

  /** A fifth of what is kept is for older ones, however little there is room for. */
  @Test
  void add_littleRoom_newestAndOlderOnesShareItAsTheSizesSay() {
    SampleBuffer buffer = new SampleBuffer(400, 100, 50 * SampleBuffer.bytes(sample("a", 1_000)));
    for (int i = 1; i <= 10_000; i++) {
      buffer.add(i, sample("a", 1_000L * i));
    }

    List<Long> times =
        buffer.snapshot().samples().stream().map(s -> s.window().lastTimeMs() / 1_000).toList();
    assertThat(times).hasSize(50);
    assertThat(times.subList(10, 50)).first().isEqualTo(9_961L);
    assertThat(times.get(0)).isLessThan(5_000);
  }

  @Property(tries = 200, seed = "20261127")
  void add_whatWasKeptAgainWithLittleRoom_goesOnAlike(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int newest,
      @ForAll @IntRange(max = 8) int older,
      @ForAll @IntRange(min = 1, max = 6_000) int most) {
    Random random = new Random(seed);
    SampleBuffer buffer = new SampleBuffer(newest, older, most);
    Map<Long, TrainingSample> stored = new TreeMap<>();
    long sequence = 0;
    for (int i = 0; i < 60; i++) {
      TrainingSample sample = ofSomeLength(random);
      stored.put(++sequence, sample);
      buffer.add(sequence, sample).forEach(stored::remove);
      assertThat(stored).hasSize(buffer.size());
      assertThat(buffer.bytes() <= most || buffer.size() == 1).isTrue();
    }
    SampleBuffer again = new SampleBuffer(newest, older, most);
    stored.forEach((number, sample) -> assertThat(again.add(number, sample)).isEmpty());

    for (int i = 0; i < 40; i++) {
      TrainingSample sample = ofSomeLength(random);
      sequence++;
      assertThat(again.add(sequence, sample)).isEqualTo(buffer.add(sequence, sample));
      assertThat(again.snapshot()).isEqualTo(buffer.snapshot());
    }
  }

  private static TrainingSample ofSomeLength(Random random) {
    float[] values = new float[2 + random.nextInt(200)];
    return Samples.of("s" + random.nextInt(4), 1_000L * random.nextInt(50), 1, values);
  }

  /** As another start with as little room would have it. */
  @Test
  void limit_lessRoomThanIsTaken_keepsWhatABufferFilledAgainDoes() {
    SampleBuffer limited = buffer(30, 20);
    Map<Long, TrainingSample> kept = new TreeMap<>();
    for (long i = 1; i <= 80; i++) {
      TrainingSample sample = sample(i % 3 == 0 ? "b" : "a", i);
      kept.put(i, sample);
      limited.add(i, sample).forEach(kept::remove);
    }
    long half = limited.bytes() / 2;

    List<Long> gone = limited.limit(half);

    gone.forEach(kept::remove);
    assertThat(gone).doesNotContain(80L).doesNotHaveDuplicates();
    assertThat(limited.bytes()).isBetween(half / 2, half);
    assertThat(limited.size()).isEqualTo(kept.size());
    SampleBuffer again = new SampleBuffer(30, 20, half);
    kept.forEach((sequence, sample) -> assertThat(again.add(sequence, sample)).isEmpty());
    for (long i = 81; i <= 200; i++) {
      assertThat(limited.add(i, sample("c", i))).isEqualTo(again.add(i, sample("c", i)));
    }
    assertThat(limited.limit(1)).hasSize(again.size() - 1);
    assertThat(limited.snapshot().lastSequence()).isEqualTo(200);
  }

  @Test
  void limit_moreRoom_moreAreKept() {
    SampleBuffer buffer = new SampleBuffer(10, 0, 1);
    buffer.add(1, sample("a", 1));
    assertThat(buffer.add(2, sample("a", 2))).containsExactly(1L);

    assertThat(buffer.limit(Long.MAX_VALUE)).isEmpty();

    assertThat(buffer.add(3, sample("a", 3))).isEmpty();
    assertThat(buffer.size()).isEqualTo(2);
  }

  @Test
  void add_sequenceThatFalls_refused() {
    SampleBuffer buffer = buffer(2, 0);
    buffer.add(5, sample("a", 1));

    assertThatIllegalArgumentException().isThrownBy(() -> buffer.add(5, sample("a", 2)));
  }

  @Test
  void bytes_whenSamplesGo_fall() {
    SampleBuffer buffer = buffer(1, 0);
    buffer.add(1, Samples.of("a", 1, 1, 1, 2, 3, 4, 5, 6, 7, 8));
    long large = buffer.bytes();
    buffer.add(2, sample("a", 2));

    assertThat(buffer.bytes()).isEqualTo(SampleBuffer.bytes(sample("a", 2))).isLessThan(large);
  }

  @Test
  void draw_batch_firstHalfIsRecent() {
    SampleBuffer buffer = buffer(100, 0);
    for (int i = 1; i <= 100; i++) {
      buffer.add(i, sample("a", i));
    }
    SampleBuffer.Snapshot snapshot = buffer.snapshot();

    SplittableRandom random = new SplittableRandom(7);
    boolean anyOld = false;
    for (int draw = 0; draw < 50; draw++) {
      List<TrainingSample> batch = snapshot.draw(9, 10, random);
      assertThat(batch).hasSize(9);
      assertThat(batch.subList(0, 5)).allMatch(s -> s.window().lastTimeMs() > 90);
      anyOld |= batch.subList(5, 9).stream().anyMatch(s -> s.window().lastTimeMs() <= 50);
    }
    assertThat(anyOld).isTrue();
    assertThat(snapshot.draw(9, 10, new SplittableRandom(3)))
        .isEqualTo(snapshot.draw(9, 10, new SplittableRandom(3)));
  }

  @Test
  void draw_noSample_refused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> buffer(1, 0).snapshot().draw(1, 1, new SplittableRandom(1)));
  }

  @Test
  void snapshot_samplesThatComeLater_areNotInIt() {
    SampleBuffer buffer = buffer(2, 0);
    buffer.add(1, sample("a", 1));
    SampleBuffer.Snapshot snapshot = buffer.snapshot();
    buffer.add(2, sample("a", 2));

    assertThat(snapshot.samples()).hasSize(1);
    assertThat(snapshot.newest(5)).hasSize(1);
  }

  @Test
  void tellsFrom_horizonOfThree_namesTheSamplesThatOverlap() {
    SampleBuffer one = buffer(10, 0);
    for (int i = 1; i <= 5; i++) {
      one.add(i, Samples.ofHorizon("a", 1_000L * i, 1, 3, 1, 2, 3, 4, 5));
    }

    // A window that ends at 6 s: what followed the windows that end at 4 and 5 s reaches beyond.
    TrainingSample next = Samples.ofHorizon("a", 6_000, 1, 3, 1, 2, 3, 4, 5);
    assertThat(one.tellsFrom(next)).isEqualTo(4);
    assertThat(one.tellsFrom(Samples.ofHorizon("other", 6_000, 1, 3, 1, 2, 3, 4, 5)))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void tellsFrom_manySeriesOfALongHorizon_knowsThoseThatAreNoLongerKept() {
    SampleBuffer buffer = buffer(4_000, 0);
    float[] values = new float[25];
    for (int round = 0; round < 40; round++) {
      for (int series = 0; series < 414; series++) {
        buffer.add(
            414L * round + series + 1,
            Samples.ofHorizon("series-" + series, 1_000L * round, 1, 24, values));
      }
    }

    // What followed the first of 17 s ends at 41 s.
    assertThat(buffer.tellsFrom(Samples.ofHorizon("series-0", 40_000, 1, 24, values)))
        .isEqualTo(17 * 414 + 1);
  }

  @Test
  void tellsFrom_moreSeriesThanAreRemembered_thoseOfLongestAgoShareOneAnswer() {
    SampleBuffer buffer = buffer(1, 0);
    for (int series = 1; series <= 200_000; series++) {
      buffer.add(series, Samples.ofHorizon("series-" + series, 1_000, 1, 2, 1, 2, 3));
    }

    assertThat(buffer.tellsFrom(Samples.ofHorizon("series-1", 2_000, 1, 2, 1, 2, 3)))
        .isBetween(50_000L, 149_999L);
    assertThat(buffer.tellsFrom(Samples.ofHorizon("series-150000", 2_000, 1, 2, 1, 2, 3)))
        .isEqualTo(150_000);
  }

  @Test
  void tellsFrom_seriesThatTakeTurnsAreMoreThanAreRemembered_modelsThatLearntThemAreNotClean() {
    SampleBuffer buffer = buffer(1, 0);
    int rounds = 60;
    turns(buffer, rounds);

    for (int series = 0; series < SERIES; series += 500) {
      // What followed the first of 13 s ends at 61 s.
      assertThat(buffer.tellsFrom(turn(rounds, series))).isBetween(1L, 13L * SERIES + series + 1);
    }
  }

  @Test
  void tellsFrom_newSeriesAfterOthersWereForgotten_isSoonKnown() {
    SampleBuffer buffer = buffer(1, 0);
    int rounds = 60;
    turns(buffer, rounds);
    long sequence = (long) rounds * SERIES;

    assertThat(buffer.tellsFrom(turn(rounds, SERIES))).isLessThan(sequence);
    assertThat(buffer.tellsFrom(turn(rounds + 48, SERIES))).isEqualTo(Long.MAX_VALUE);
    // Its clock is far behind that of the others, so that their time is never past.
    for (int step = 0; step < 47; step++) {
      buffer.add(++sequence, turn(step - 1_000, SERIES));
    }
    assertThat(buffer.tellsFrom(turn(47 - 1_000, SERIES))).isEqualTo(sequence - 46);
  }

  /** As when the forecasts are reset, and samples of the past come again. */
  @Test
  void tellsFrom_samplesComeAgain_modelsThatLearntThemBeforeAreNotClean() {
    SampleBuffer buffer = buffer(1, 0);
    for (int round = 0; round < 200; round++) {
      buffer.add(round + 1, turn(round, 0));
    }
    for (int round = 0; round < 100; round++) {
      buffer.add(201 + round, turn(round, 0));
    }

    assertThat(buffer.tellsFrom(turn(100, 0))).isLessThanOrEqualTo(200);
  }

  private static final int SERIES = 11_000;

  private static void turns(SampleBuffer buffer, int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (int series = 0; series < SERIES; series++) {
        buffer.add((long) round * SERIES + series + 1, turn(round, series));
      }
    }
  }

  private static TrainingSample turn(int round, int series) {
    return Samples.ofHorizon("series-" + series, 1_000L * round, 1, 48, new float[49]);
  }

  @Test
  void tellsFrom_horizonOfOne_noSampleTells() {
    SampleBuffer buffer = buffer(10, 0);
    buffer.add(1, Samples.of("a", 1_000, 1, 1, 2));

    assertThat(buffer.tellsFrom(Samples.of("a", 2_000, 1, 1, 2))).isEqualTo(Long.MAX_VALUE);
  }
}
