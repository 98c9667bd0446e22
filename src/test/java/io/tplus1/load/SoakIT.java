package io.tplus1.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hours at half load, with a training every minute and swaps, and nothing grows: {@code mvn verify
 * -Psoak}, where {@code -Dsoak.minutes} (10), {@code -Dsoak.rate} (half of what is sustained),
 * {@code -Dsoak.series}, {@code -Dsoak.heap} (MiB) and {@code -Dsoak.set} (settings, commas between
 * and within) say how. The readings are in {@code target/soak.csv}.
 */
final class SoakIT {
  private static final Logger LOG = LoggerFactory.getLogger(SoakIT.class);
  private static final Path CSV = Path.of("target", "soak.csv");

  /** What all stores may take together, in MB, and a little: the bound is not strict. */
  private static final double ROCKS_BOUND = 280;

  @TempDir Path directory;

  @Test
  @Tag("soak")
  void halfLoad_trainingEveryMinute_nothingGrowsAndEveryVectorIsForecastOnce() {
    int series = Integer.getInteger("soak.series", 300);
    Duration length = Duration.ofMinutes(Integer.getInteger("soak.minutes", 10));
    try (LoadRig rig =
        new LoadRig(directory, CSV, series, Integer.getInteger("soak.heap", 384), settings())) {
      double sustained = rig.sustainable(20_000);
      double rate = Integer.getInteger("soak.rate", (int) (sustained / 2));
      LOG.info(
          "{} series, {} vectors/s ({} sustained) for {} minutes",
          series,
          (int) rate,
          (int) sustained,
          length.toMinutes());
      rig.rounds().rate(rate);
      rig.watch(length);
      int rounds = rig.rounds().finish();
      rig.awaitCaughtUp(Duration.ofMinutes(5));
      Chart chart = rig.chart();
      LOG.info(
          "{} vectors/s ({} sustained): {} vectors, {} forecasts, {} lost, {} again, {} wrong\n{}",
          (int) rate,
          (int) sustained,
          rig.rounds().acknowledged(),
          rig.once().forecasts(),
          rig.once().lost(),
          rig.once().again(),
          rig.once().wrong(),
          chart);
      assertThat(rig.application().terminate()).isEqualTo(143);
      assertThat(rig.once().forecasts()).isEqualTo((long) series * rounds);
      assertThat(rig.once().lost()).isZero();
      assertThat(rig.once().again()).isZero();
      assertThat(rig.once().wrong()).isZero();
      assertThat(chart.largest(Vital.SWAPS)).isGreaterThan(length.toMinutes() / 4.0);
      assertThat(chart.largest(Vital.ROCKS)).isBetween(1.0, ROCKS_BOUND);
      assertThat(chart.grown()).isEmpty();
    }
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("experts", "last,linear,series,rnn");
    settings.put("linear.lags", "1-8");
    settings.put("train.hidden", "12");
    settings.put("train.learning.rate", "0.01");
    settings.put("retrain.mode", "refresh");
    settings.put("retrain.every", "1m");
    settings.put("retrain.on.drift", "false");
    settings.put("retrain.first.samples", "300");
    settings.put("retrain.steps", "100");
    settings.put("retrain.recent", "1000");
    settings.put("gate.decay", "0.97");
    // What is kept for long would still be growing at the end.
    settings.put("models.keep.ms", "180000");
    settings.putAll(TestSettings.of("soak.set"));
    return settings;
  }
}
