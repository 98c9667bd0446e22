package io.tplus1.topology.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tplus1.config.Configuration;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.Tasks;
import io.tplus1.score.Drift;
import io.tplus1.train.Gate;
import io.tplus1.train.Probation;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrainProgressTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a");
  private static final int HOUR_MS = 3_600_000;

  private static int errorsUntilDrift(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(Map.of("features", "a"));
    settings.putAll(more);
    RetrainProgress progress =
        new RetrainProgress(
            new Configuration(settings).retrain(), Tasks.of(SCHEMA, 1, 1), List.of());
    for (int i = 0; i < 20; i++) {
      assertThat(progress.drift.add(i, 1, 1, 1)).isFalse();
    }
    for (int i = 1; i <= 200; i++) {
      if (progress.drift.add(20 + i, 1, 1, 2)) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }

  @Test
  void drift_settings_decideWhenItIsOne() {
    int usual = errorsUntilDrift(Map.of());

    assertThat(errorsUntilDrift(Map.of("retrain.drift.threshold", "2")))
        .isLessThan(usual)
        .isGreaterThanOrEqualTo(10);
    assertThat(
            errorsUntilDrift(Map.of("retrain.drift.threshold", "2", "retrain.drift.minimum", "1")))
        .isLessThan(10);
    assertThat(errorsUntilDrift(Map.of("retrain.drift.delta", "1.5"))).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void load_challengerHalfJudged_isAsSureAsBefore(@TempDir Path directory) {
    RetrainProgress progress = ofChallengers();
    for (int i = 0; i < 7; i++) {
      progress.gate.add(i, 1, 1, .5 + .01 * i, .6, .7);
    }
    KeyValueStore<String, byte[]> store = store(directory);
    ofChallengers().load(store);
    progress.save(store);

    RetrainProgress again = ofChallengers();
    again.load(store);

    assertThat(again.gate.figures()).isEqualTo(progress.gate.figures());
    assertThat(again.gate.figures().get("gateEvidence")).isLessThan(-2);
  }

  @Test
  void load_withinDriftAndProbation_goOnAsBefore(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    RetrainProgress progress = onProbation(store);

    RetrainProgress again = ofChallengers();
    again.load(store);

    for (RetrainProgress each : List.of(progress, again)) {
      assertThat(each.probation.verdict()).isEqualTo(Probation.Verdict.OPEN);
      each.probation.live(9, 100, 150, 100);
      assertThat(each.probation.verdict()).isEqualTo(Probation.Verdict.WORSE_THAN_PERSISTENCE);
      each.drift.add(8, 1, 1, 3);
      each.save(store);
    }
    assertThat(writtenBy(again, store)).isEqualTo(writtenBy(progress, store));
  }

  /** Stored one event time before there is a verdict. */
  private static RetrainProgress onProbation(KeyValueStore<String, byte[]> store) {
    RetrainProgress progress = ofChallengers();
    progress.load(store);
    progress.probation.start(false);
    tellsTheStep(progress);
    for (int i = 0; i < 9; i++) {
      progress.drift.add(i, 1, 1, 1);
      progress.probation.live(i, 100, 150, 100);
    }
    progress.save(store);
    return progress;
  }

  /** Live scores are no event times before a sample has told how far apart those are. */
  private static void tellsTheStep(RetrainProgress progress) {
    progress.probation.sample(0, 1, 1, 1, 1, 1);
  }

  /** It had live errors in another unit, and drift's counts were of samples. */
  @Test
  void load_ofRelease010_countsFromThere(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    RetrainProgress progress = onProbation(store);
    store.put("progress", new StoredProgress(store.get("progress")).of010());

    RetrainProgress again = ofChallengers();
    again.load(store);

    assertThat(progress.probation.figures()).containsEntry("liveScores", 900.0);
    requireLiveBeginsAnew(again);
    assertThat(errorsInDrift(again)).isZero();
    assertThat(again.rowsAreReadable()).isTrue();
  }

  @Test
  void load_withoutLiveScoresAlone_theyBeginAnew(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    onProbation(store);
    store.put(
        "progress",
        new StoredProgress(store.get("progress")).without(RetrainProgress.PROBATION_LIVE).bytes());

    RetrainProgress again = ofChallengers();
    again.load(store);

    requireLiveBeginsAnew(again);
    assertThat(errorsInDrift(again)).isEqualTo(8);
  }

  private static void requireLiveBeginsAnew(RetrainProgress again) {
    assertThat(again.probation.figures())
        .isEqualTo(Map.of("probationSamples", 0.0, "liveScores", 0.0));
    tellsTheStep(again);
    for (int i = 9; i < 19; i++) {
      assertThat(again.probation.verdict()).isEqualTo(Probation.Verdict.OPEN);
      again.probation.live(i, 100, 150, 100);
    }
    assertThat(again.probation.verdict()).isEqualTo(Probation.Verdict.WORSE_THAN_PERSISTENCE);
  }

  private static long errorsInDrift(RetrainProgress progress) {
    ByteBuffer drift = ByteBuffer.allocate(Drift.BYTES);
    progress.drift.write(drift);
    return drift.getLong(0);
  }

  /** A build that was gone back from, or one in an order of its own. */
  @Test
  void load_withAPartOfALaterBuild_passesItOver(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    RetrainProgress progress = onProbation(store);
    store.put(
        "progress",
        new StoredProgress(store.get("progress")).with(0, new byte[] {1, 2, 3}).bytes());

    RetrainProgress again = ofChallengers();
    again.load(store);

    assertThat(again.probation.figures()).isEqualTo(progress.probation.figures());
    assertThat(writtenBy(again, store)).isEqualTo(writtenBy(progress, store));
  }

  /** All that was learnt would be gone, were it taken for nothing. */
  @Test
  void load_ofAnotherVersion_isRefusedWithWhatToDo(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    onProbation(store);
    byte[] newer = store.get("progress");
    newer[0]++;
    store.put("progress", newer);

    assertThatIllegalStateException()
        .isThrownBy(() -> ofChallengers().load(store))
        .withMessageContaining("another version of tplus1: start that one or a newer one, or")
        .withMessageContaining("take another model.name in both roles");
  }

  /** Each of many devices reports once in an hour, at a second of its own. */
  private static void report(RetrainProgress progress, int device) {
    long timeMs = 6_000L * device;
    progress.gate.add(timeMs, HOUR_MS, 1, .5, .6, .7);
    progress.probation.sample(timeMs, HOUR_MS, 1, 2, 1, 1);
  }

  private static void requireUndecided(RetrainProgress progress) {
    assertThat(progress.gate.decide()).isEqualTo(Gate.Decision.WAIT);
    assertThat(progress.probation.verdict()).isEqualTo(Probation.Verdict.OPEN);
  }

  /** Also where the restart comes before there were samples enough to tell how long it is. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9, 10, 290})
  void load_withinAnEventTimeOfManySeries_oneIsAddedAtMost(int restart, @TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    RetrainProgress progress = ofChallengers();
    progress.load(store);
    progress.probation.start(true);
    progress.probation.live(0, 800, 40, 50);
    for (int device = 0; device < 300; device++) {
      if (device == restart) {
        progress.save(store);
        progress = ofChallengers();
        progress.load(store);
      }
      report(progress, device);
      requireUndecided(progress);
    }
  }

  /** They are known, whatever step most samples have by then. */
  @Test
  void load_mostSamplesOfAFastSeries_liveEventTimesAreAsLongAsBefore(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    RetrainProgress progress = ofChallengers();
    progress.load(store);
    progress.probation.start(false);
    step(progress, HOUR_MS);
    for (int hour = 0; hour < 8; hour++) {
      progress.probation.live((long) hour * HOUR_MS, 200, 300, 200);
    }
    step(progress, 1_000);
    step(progress, 1_000);
    progress.save(store);

    RetrainProgress again = ofChallengers();
    again.load(store);
    step(again, HOUR_MS);
    for (int second = 0; second < 9; second++) {
      again.probation.live(8L * HOUR_MS + 1_000L * second, 200, 300, 200);
      assertThat(again.probation.verdict()).isEqualTo(Probation.Verdict.OPEN);
    }
  }

  private static void step(RetrainProgress progress, int stepMs) {
    progress.probation.sample(0, stepMs, 1, Double.NaN, Double.NaN, 1);
  }

  /** A build of before counts event times as it did. */
  @Test
  void load_withoutTheLengthOfEventTimes_goesOn(@TempDir Path directory) {
    KeyValueStore<String, byte[]> store = store(directory);
    RetrainProgress progress = onProbation(store);
    store.put(
        "progress",
        new StoredProgress(store.get("progress")).without(RetrainProgress.EVIDENCE_SPANS).bytes());

    RetrainProgress again = ofChallengers();
    again.load(store);

    assertThat(again.probation.figures()).isEqualTo(progress.probation.figures());
    assertThat(writtenBy(again, store)).isEqualTo(writtenBy(progress, store));
  }

  private static byte[] writtenBy(RetrainProgress progress, KeyValueStore<String, byte[]> store) {
    progress.runs++;
    progress.save(store);
    return store.get("progress");
  }

  /** In memory, called {@code history}. */
  static KeyValueStore<String, byte[]> store(Path directory) {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("history"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "progress");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    store.init(
        new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile())
            .getStateStoreContext(),
        store);
    return store;
  }

  private static RetrainProgress ofChallengers() {
    return new RetrainProgress(
        new Configuration(Map.of("features", "a", "retrain.mode", "retrain")).retrain(),
        Tasks.of(SCHEMA, 1, 1),
        List.of());
  }
}
