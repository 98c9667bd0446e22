package io.tplus1.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is called growth, and what is not. */
final class ChartTest {
  private static final int PERIOD_SECONDS = 10;
  private static final int HOUR = 3_600;
  private final Random random = new Random(1);

  /** An hour in which every vital is steady but one. */
  private Chart hour(Vital vital, DoubleUnaryOperator ofSeconds) {
    Chart chart = new Chart();
    for (int seconds = 0; seconds <= HOUR; seconds += PERIOD_SECONDS) {
      Map<Vital, Double> reading = new EnumMap<>(Vital.class);
      Chart.TOLERATED
          .keySet()
          .forEach(steady -> reading.put(steady, 100 + 2 * random.nextGaussian()));
      reading.put(Vital.SECONDS, (double) seconds);
      reading.put(vital, ofSeconds.applyAsDouble(seconds));
      chart.add(reading);
    }
    return chart;
  }

  @Test
  void grown_readingsThatVaryAroundAMean_nothing() {
    assertThat(hour(Vital.LAG, seconds -> seconds).grown()).isEmpty();
  }

  @Test
  void grown_heapLeaksTwoBytesOfEachVector_heap() {
    double bytesPerSecond = 2 * 1_500;
    Chart chart =
        hour(
            Vital.LIVE, seconds -> 60 + seconds * bytesPerSecond / 1e6 + 2 * random.nextGaussian());
    assertThat(chart.grown()).singleElement().asString().startsWith("LIVE grew by");
    assertThat(chart.growth(Vital.LIVE)).isCloseTo(5.4, within(1.0));
  }

  @Test
  void grown_eachSwapLeavesAThread_threads() {
    Chart chart = hour(Vital.THREADS, seconds -> 40 + (int) (seconds / 60));
    assertThat(chart.grown()).singleElement().asString().startsWith("THREADS grew by 30");
  }

  @Test
  void grown_fileLeaksEveryTwoMinutes_files() {
    Chart chart = hour(Vital.FILES, seconds -> 200 + (int) (seconds / 120));
    assertThat(chart.grown()).singleElement().asString().startsWith("FILES grew by 15");
  }

  @Test
  void grown_leaksTenMegabytesOutsideTheHeapInTenMinutes_beside() {
    Chart chart = hour(Vital.BESIDE, seconds -> 200 + seconds / 60 + 5 * random.nextGaussian());
    assertThat(chart.grown()).singleElement().asString().startsWith("BESIDE grew by");
  }

  @Test
  void grown_firstHalfFillsUp_nothing() {
    assertThat(hour(Vital.LIVE, seconds -> Math.min(80, 20 + seconds / 20)).grown()).isEmpty();
  }

  @Test
  void grown_oneReadingInFiveIsFarOut_nothing() {
    assertThat(hour(Vital.LIVE, seconds -> seconds % 50 == 0 ? 300 : 60).grown()).isEmpty();
  }

  @Test
  void grown_sawtooth_nothing() {
    assertThat(hour(Vital.DISK, seconds -> 100 + seconds % 400 / 4).grown()).isEmpty();
  }

  @Test
  void grown_vitalWasNeverRead_saysSo() {
    Chart chart = new Chart();
    for (int seconds = 0; seconds <= 60; seconds += PERIOD_SECONDS) {
      chart.add(Map.of(Vital.SECONDS, (double) seconds));
    }
    assertThat(chart.grown()).hasSameSizeAs(Chart.TOLERATED.keySet());
  }

  @Test
  void growth_line_isItsRise() {
    double[] seconds = {0, 10, 20, 30, 70};
    double[] values = {5, 6, 7, 8, 12};
    assertThat(Trend.growth(seconds, values)).isEqualTo(7);
  }
}
