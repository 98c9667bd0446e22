package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tplus1.config.ForecastSettings;
import io.tplus1.expert.LinearShapes;
import io.tplus1.expert.LinearSums;
import io.tplus1.expert.SeriesLinear;
import io.tplus1.expert.Stacked;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.score.ExpertMix;
import io.tplus1.score.IntervalPlan;
import io.tplus1.score.IntervalPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is stored for good and says its version nowhere, or that no kept cluster has: bytes of the
 * build of 2026-11-28, in {@code upgrade/0.1.0/parts.properties}, say today what they said then,
 * and are written again as they were. Bytes in another order would be read without complaint.
 */
class StoredPartsTest {
  private static final String FILE = "/upgrade/0.1.0/parts.properties";
  private static final int HORIZON = 2;
  private static final FeatureSchema TWO = FeatureSchema.ofNumbers("x", "y");
  private static final ForecastSettings SETTINGS =
      LearntStates.mixed(HORIZON, "last,seasonal,series,rnn,stacked");
  private static final StateLayout LAYOUT = LearntStates.layout(SETTINGS);
  private static final Roster ROSTER = new Roster(TWO, SETTINGS);
  private static final Properties STORED = new Properties();

  /**
   * A part that was read.
   *
   * @param again its bytes as they are written today
   * @param told numbers that hang on what was stored
   */
  record Kept(byte[] again, float[] told) {}

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = StoredPartsTest.class.getResourceAsStream(FILE)) {
      STORED.load(in);
    }
  }

  private static byte[] stored(String part) {
    return HexFormat.of().parseHex(STORED.getProperty(part));
  }

  private static void assertAsItWas(String part, Kept kept) {
    assertThat(HexFormat.of().formatHex(kept.again())).isEqualTo(STORED.getProperty(part));
    String[] told = STORED.getProperty(part + ".told").split(",", -1);
    assertThat(kept.told()).hasSameSizeAs(told);
    for (int i = 0; i < told.length; i++) {
      float before = Float.parseFloat(told[i]);
      assertThat(kept.told()[i])
          .as("number %d", i)
          .isCloseTo(before, within(1e-4f * Math.max(1e-3f, Math.abs(before))));
    }
  }

  @Test
  void series_storedByAFormerBuild_saysTheSame() {
    assertAsItWas("series", series(stored("series")));
  }

  @Test
  void pooledMix_storedByAFormerBuild_saysTheSame() {
    assertAsItWas("mix", mix(stored("mix")));
  }

  @Test
  void pooledIntervals_storedByAFormerBuild_sayTheSame() {
    assertAsItWas("intervals", intervals(stored("intervals")));
  }

  @Test
  void pooledStacked_storedByAFormerBuild_saysTheSame() {
    assertAsItWas("stacked", stacked(stored("stacked")));
  }

  @Test
  void linearSums_storedByAFormerBuild_sayTheSame() throws InvalidArtifactException {
    assertAsItWas("linear", linear(stored("linear")));
    assertAsItWas("joint", joint(stored("joint")));
  }

  /** Everything that a series keeps, under tags of its own. */
  static Kept series(byte[] bytes) {
    SeriesStateSerde serde = new SeriesStateSerde(LAYOUT);
    SeriesState state = serde.deserializer().deserialize("t", bytes);
    Learnt learnt = state.learnt();
    Told told = new Told();
    told.add((float) state.lastTimeMs(), (float) state.windowFromMs(), (float) state.intervalMs());
    told.add(state.absences().count(0), state.absences().count(1));
    told.add(learnt.changes().mean(0), learnt.changes().mean(1));
    told.addWeights(learnt.mix(), null);
    float[] halfWidths = new float[2 * HORIZON];
    learnt.intervals().halfWidths(halfWidths);
    told.add(halfWidths);
    float[] linear = new float[2 * HORIZON];
    SeriesLinear.Workspace workspace = new SeriesLinear.Workspace(ROSTER.series().orElseThrow());
    assertThat(learnt.linear().forecast(workspace, window(), linear)).isTrue();
    told.add(linear);
    told.add(learnt.season().season());
    told.addStacked(learnt.stacked(), learnt);
    for (PendingForecast forecast : state.pending()) {
      told.add(forecast.answered(), (float) forecast.madeAtMs(), forecast.status().code());
      int from = 2 * forecast.answered();
      told.add(forecast.last());
      told.addFrom(from, forecast.values());
      for (float[] expert : forecast.experts()) {
        told.addFrom(from, expert == null ? new float[0] : expert);
      }
      told.addFrom(from, forecast.halfWidths());
      told.addFrom(5 * from, forecast.inputs());
    }
    return new Kept(serde.serializer().serialize("t", state), told.numbers());
  }

  static Kept mix(byte[] bytes) {
    ExpertMix pool = ROSTER.mixPlan().orElseThrow().read(ByteBuffer.wrap(bytes));
    Told told = new Told();
    told.addWeights(ROSTER.mixPlan().orElseThrow().start(), pool);
    ByteBuffer again = ByteBuffer.allocate(pool.bytes());
    pool.write(again);
    return new Kept(again.array(), told.numbers());
  }

  static Kept intervals(byte[] bytes) {
    IntervalPool pool = plan().readPool(ByteBuffer.wrap(bytes));
    Learnt series = LearntStates.learnt(SETTINGS, 2, false).learnt();
    Told told = new Told();
    float[] inputs = new float[5 * 2 * HORIZON];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) Math.sin(i);
    }
    float[] halfWidths = new float[2 * HORIZON];
    series.intervals().pooled(pool, inputs).halfWidths(halfWidths);
    told.add(halfWidths);
    ByteBuffer again = ByteBuffer.allocate(pool.bytes());
    pool.write(again);
    return new Kept(again.array(), told.numbers());
  }

  static IntervalPlan plan() {
    return new IntervalPlan(TWO, HORIZON, SETTINGS.experts().coverage());
  }

  static Kept stacked(byte[] bytes) {
    StackedPart part = ROSTER.stacked().orElseThrow();
    Stacked pool = part.read(ByteBuffer.wrap(bytes));
    Told told = new Told();
    told.addStacked(pool, LAYOUT.start(0).learnt());
    ByteBuffer again = ByteBuffer.allocate(part.bytes());
    part.write(pool, again);
    return new Kept(again.array(), told.numbers());
  }

  static LinearSums empty(boolean joint) {
    List<Integer> lags = List.of(1, 3);
    return new LinearSums(
        joint
            ? LinearShapes.withHuber(LinearShapes.joint(TWO, lags, HORIZON, 0.1, 0.99), 1.5)
            : LinearShapes.withLevels(LinearShapes.own(TWO, lags, HORIZON, 0.1, 1)));
  }

  static Kept linear(byte[] bytes) throws InvalidArtifactException {
    return sums(bytes, empty(false));
  }

  static Kept joint(byte[] bytes) throws InvalidArtifactException {
    return sums(bytes, empty(true));
  }

  private static Kept sums(byte[] bytes, LinearSums like) throws InvalidArtifactException {
    LinearSums sums = LinearSums.read(bytes, like.shape());
    byte[] again = sums.toBytes();
    float[] out = new float[2 * HORIZON];
    sums.solve().orElseThrow().forecast(window(), out);
    return new Kept(again, out);
  }

  /** A window that no part has learnt from. */
  static FeatureWindow window() {
    FeatureVector[] vectors = new FeatureVector[4];
    for (int t = 0; t < vectors.length; t++) {
      vectors[t] = new FeatureVector(t, new float[] {t * t, 1 - 0.5f * t});
    }
    return FeatureWindow.of(vectors);
  }

  /** Numbers that are told. */
  private static final class Told {
    private final List<Float> numbers = new ArrayList<>();

    void add(float... more) {
      addFrom(0, more);
    }

    void addFrom(int from, float[] more) {
      for (int i = from; i < more.length; i++) {
        numbers.add(more[i]);
      }
    }

    void addWeights(ExpertMix mix, ExpertMix pool) {
      for (int h = 0; h < HORIZON; h++) {
        for (float[] weights : mix.weights(h, pool)) {
          add(weights);
        }
      }
    }

    /** What is stacked on experts that say each something else. */
    void addStacked(Stacked stacked, Learnt series) {
      float[][] said = new float[ROSTER.size() - 1][];
      for (int e = 0; e < said.length; e++) {
        said[e] = new float[] {e, 1 - e, e * e, 2};
      }
      float[] out = new float[2 * HORIZON];
      boolean known =
          stacked.forecast(
              LearntStates.workspace(SETTINGS),
              said,
              new float[] {1, 0.5f, 2, 1.5f},
              series.lastErrors(),
              out);
      assertThat(known).isTrue();
      add(out);
    }

    float[] numbers() {
      float[] all = new float[numbers.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = numbers.get(i);
      }
      return all;
    }
  }
}
