package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.Folders;
import io.tplus1.config.WindowSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.serde.Score;
import io.tplus1.topology.state.RigSettings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * Ring and store mean the same window: under random order, lateness, corrections, evictions,
 * restarts, revivals and aborts, the model sees what a map that never forgets says it should see,
 * and forecasts are settled as counting vectors by hand settles them.
 */
class RingAgainstStoreTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final int STEPS = 4;
  private static final int HORIZON = 2;
  private static final int MAX_AGE = 20;
  private static final int MAX_LATENESS = 15;

  private enum Kind {
    PUSH,
    RESTART,
    REVIVE,
    COMMIT,
    ABORT,
    PUNCTUATE
  }

  /**
   * One step.
   *
   * @param ahead where a vector lies, in units from stream time
   */
  private record Step(Kind kind, int key, int ahead) {}

  private record Waiting(long madeAtMs, int answered) {}

  private record Settled(String key, long madeAtMs, int horizon, long timeMs, float actual) {}

  @Property(tries = 100, seed = "20261124")
  void process_anyHistory_equalsTheNaiveModel(
      @ForAll("steps") List<Step> steps,
      @ForAll @IntRange(min = 1, max = 3) int seriesOnHeap,
      @ForAll("units") long unitMs)
      throws Exception {
    Path folder = Files.createTempDirectory("ring-against-store");
    try {
      run(folder.toFile(), steps, seriesOnHeap, unitMs);
    } finally {
      Folders.delete(folder);
    }
  }

  private static void run(File folder, List<Step> steps, int seriesOnHeap, long unitMs)
      throws Exception {
    WindowSettings windows =
        RigSettings.windows(STEPS, HORIZON, MAX_AGE * unitMs, MAX_LATENESS * unitMs, seriesOnHeap);
    Naive naive = new Naive(windows);
    RecordingForecaster model = new RecordingForecaster("m", SCHEMA, STEPS, HORIZON, 0);
    try (var rig = new ProcessorRig(folder, SCHEMA, windows)) {
      rig.registry().serve(model);
      rig.commit();
      Naive committed = naive.copy();
      float value = 1;
      for (Step step : steps) {
        switch (step.kind()) {
          case RESTART -> {
            rig.restart(SCHEMA, windows);
            rig.registry().serve(model);
            rig.commit();
            committed = naive.copy();
          }
          case REVIVE -> rig.revive();
          case COMMIT -> {
            rig.commit();
            committed = naive.copy();
          }
          case ABORT -> {
            rig.abort();
            naive.goBackTo(committed);
          }
          case PUNCTUATE -> {
            rig.punctuate(); // The first one of a task tells it the time.
            rig.punctuate(10_000);
            naive.dropSilent(rig.streamTimeMs());
          }
          case PUSH -> {
            long time =
                Math.max(0, (Math.max(0, naive.streamTimeMs) / unitMs + step.ahead())) * unitMs;
            if (naive.isTooLate(time)) {
              continue; // The decoder turns it down.
            }
            String key = "k" + step.key();
            int forecasts = model.windows().size();
            List<FeatureVector> window = naive.push(key, time, value);
            rig.process(key, time, value);
            value++;
            if (window == null) {
              assertThat(model.windows()).hasSize(forecasts);
            } else {
              assertThat(model.windows()).hasSize(forecasts + 1);
              assertThat(model.lastWindow()).containsExactlyElementsOf(window);
            }
            assertThat(rig.scores())
                .extracting(RingAgainstStoreTest::settled)
                .containsExactlyElementsOf(naive.settled);
            naive.settled.clear();
          }
        }
      }
      assertThat(rig.counters().events(ForecastCounters.Event.EXPIRED)).isEqualTo(naive.expired);
      assertThat(rig.counters().events(ForecastCounters.Event.LATE)).isEqualTo(naive.late);
      assertThat(rig.counters().events(ForecastCounters.Event.CORRECTED))
          .isEqualTo(naive.corrected);
      assertThat(rig.counters().events(ForecastCounters.Event.SERIES_DROPPED))
          .isEqualTo(naive.dropped);
      assertThat(rig.counters().events(ForecastCounters.Event.WINDOW_LOST)).isZero();
    }
  }

  private static Settled settled(Score score) {
    return new Settled(
        score.key(), score.madeAtMs(), score.horizon(), score.timeMs(), score.actual()[0]);
  }

  /** Maps that never forget a vector. */
  private static final class Naive {
    private final WindowSettings windows;
    private final Map<String, TreeMap<Long, Float>> vectors = new HashMap<>();
    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, List<Waiting>> waiting = new HashMap<>();
    private final List<Settled> settled = new ArrayList<>();
    private long streamTimeMs = -1;
    private long expired;
    private long late;
    private long corrected;
    private long dropped;

    Naive(WindowSettings windows) {
      this.windows = windows;
    }

    Naive copy() {
      Naive copy = new Naive(windows);
      copy.goBackTo(this);
      return copy;
    }

    /** Counts go on: what is aborted was counted. */
    void goBackTo(Naive other) {
      vectors.clear();
      other.vectors.forEach((key, all) -> vectors.put(key, new TreeMap<>(all)));
      newest.clear();
      newest.putAll(other.newest);
      waiting.clear();
      other.waiting.forEach((key, all) -> waiting.put(key, new ArrayList<>(all)));
      streamTimeMs = other.streamTimeMs;
    }

    boolean isTooLate(long time) {
      return time < streamTimeMs - windows.maxLateness().toMillis();
    }

    /** The window to forecast from, or null for none. */
    List<FeatureVector> push(String key, long time, float value) {
      streamTimeMs = Math.max(streamTimeMs, time);
      dropIfSilent(key, streamTimeMs);
      TreeMap<Long, Float> all = vectors.computeIfAbsent(key, k -> new TreeMap<>());
      Float replaced = all.put(time, value);
      if (newest.containsKey(key) && time <= newest.get(key)) {
        late += replaced == null ? 1 : 0;
        corrected += replaced == null ? 0 : 1;
        if (replaced == null) {
          countLate(key, time);
        }
        return null;
      }
      newest.put(key, time);
      settle(key, time, value);
      List<FeatureVector> window = new ArrayList<>();
      all.tailMap(time - windows.maxAge().toMillis())
          .forEach((t, v) -> window.add(new FeatureVector(t, new float[] {v})));
      return window.subList(Math.max(0, window.size() - windows.steps()), window.size());
    }

    /** One step more behind what was forecast before it. */
    private void countLate(String key, long time) {
      waiting.computeIfPresent(
          key,
          (k, all) ->
              all.stream()
                  .map(
                      one ->
                          one.madeAtMs() < time
                              ? new Waiting(one.madeAtMs(), one.answered() + 1)
                              : one)
                  .filter(one -> one.answered() < windows.horizon())
                  .toList());
    }

    private void settle(String key, long time, float value) {
      List<Waiting> kept = new ArrayList<>();
      for (Waiting one : waiting.getOrDefault(key, List.of())) {
        if (time - one.madeAtMs() > windows.retention().toMillis()) {
          expired++;
          continue;
        }
        int horizon = one.answered() + 1;
        settled.add(new Settled(key, one.madeAtMs(), horizon, time, value));
        if (horizon < windows.horizon()) {
          kept.add(new Waiting(one.madeAtMs(), horizon));
        }
      }
      kept.add(new Waiting(time, 0));
      waiting.put(key, kept);
    }

    void dropSilent(long streamTime) {
      List.copyOf(newest.keySet()).forEach(key -> dropIfSilent(key, streamTime));
    }

    private void dropIfSilent(String key, long streamTime) {
      if (newest.getOrDefault(key, streamTime) < streamTime - windows.retention().toMillis()) {
        expired += waiting.remove(key).size();
        dropped++;
        newest.remove(key);
      }
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(30, Kind.PUSH),
            Tuple.of(2, Kind.RESTART),
            Tuple.of(1, Kind.REVIVE),
            Tuple.of(2, Kind.COMMIT),
            Tuple.of(1, Kind.ABORT),
            Tuple.of(2, Kind.PUNCTUATE));
    Arbitrary<Integer> ahead =
        Arbitraries.frequencyOf(
            Tuple.of(10, Arbitraries.integers().between(0, 4)),
            Tuple.of(8, Arbitraries.integers().between(-16, 0)),
            Tuple.of(
                8,
                Arbitraries.of(-MAX_LATENESS, MAX_AGE, MAX_LATENESS, MAX_AGE + MAX_LATENESS, 36)));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 2), ahead)
        .as(Step::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(60);
  }

  /** Of a millisecond, so that all lies in one segment of the store, and so that segments go. */
  @Provide
  Arbitrary<Long> units() {
    return Arbitraries.of(1L, 10_000L);
  }
}
