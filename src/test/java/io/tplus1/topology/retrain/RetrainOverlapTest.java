package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forecasts of several steps for many series, of which only few steps are kept. */
class RetrainOverlapTest {
  private static final int SERIES = 40;
  private static final int HORIZON = 4;
  private static final int LEARNT = 10;

  /** One challenger, which learnt ten steps, and waits. */
  private static final Map<String, String> ONE_CHALLENGER =
      with(
          REFRESH,
          "forecast.horizon=4",
          "retrain.mode=retrain",
          "retrain.first.samples=400",
          "retrain.every.samples=0",
          "retrain.buffer=80",
          "train.epochs=1",
          "gate.samples=10000");

  @TempDir Path directory;

  private static TrainingSample sample(int series, int step) {
    int window = RetrainDriver.STEPS;
    float[] values = new float[window + HORIZON];
    long[] times = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      int at = step + i - window + 1;
      values[i] = (float) Math.sin(series + RetrainDriver.FAST * at);
      times[i] = RetrainDriver.START.toEpochMilli() + 1_000L * at;
    }
    return new TrainingSample(
        "s" + series,
        FeatureWindow.over(values, times, 1, 0, window),
        FeatureWindow.over(values, times, 1, window, HORIZON),
        1);
  }

  private static void step(RetrainRig rig, int step) {
    for (int series = 0; series < SERIES; series++) {
      rig.sample(sample(series, step));
    }
  }

  /** What followed the last step that was learnt ends where the window of the fourth begins. */
  @ParameterizedTest
  @CsvSource({"false,0", "true,0", "true,60"})
  void init_learntSamplesAreNoLongerKept_theirAnswersAreNotTestedYet(
      boolean restarts, int reservoir) {
    Map<String, String> settings = with(ONE_CHALLENGER, "retrain.reservoir=" + reservoir);
    try (RetrainRig rig = new RetrainRig(directory.toFile(), settings, Runnable::run)) {
      for (int step = 0; step < LEARNT; step++) {
        step(rig, step);
      }
      assertThat(rig.counters().events(RetrainCounters.Event.TRAINING_STARTED)).isEqualTo(1);
      for (int step = LEARNT; step < LEARNT + 6; step++) {
        step(rig, step);
        assertThat(rig.gateSamples()).isEqualTo((long) SERIES * Math.max(0, step - LEARNT - 2));
        if (restarts) {
          rig.restart();
        }
      }
    }
  }

  /** It may have learnt any of the samples that are no longer kept, until three have come. */
  @Test
  void init_storeOfAnEarlierBuild_answersAreTestedOnceAllThatMayTellAreKnown() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), ONE_CHALLENGER, Runnable::run)) {
      for (int step = 0; step < LEARNT + 3; step++) {
        step(rig, step);
      }
      List<List<KeyValue<Object, byte[]>>> stored = rig.commit();
      stored.get(1).replaceAll(RetrainOverlapTest::asBefore);
      rig.abort(stored);
      rig.restart();

      step(rig, LEARNT + 3);
      assertThat(rig.gateSamples()).isZero();
      step(rig, LEARNT + 4);
      assertThat(rig.gateSamples()).isEqualTo(SERIES);
    }
  }

  private static KeyValue<Object, byte[]> asBefore(KeyValue<Object, byte[]> entry) {
    return entry.key.equals("progress")
        ? KeyValue.pair(
            entry.key, new StoredProgress(entry.value).without(RetrainProgress.MILESTONES).bytes())
        : entry;
  }
}
