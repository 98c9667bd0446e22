package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import io.tplus1.score.MeanChanges;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesStateSerdeTest {
  private static final List<ForecastStatus> STATUSES = List.of(ForecastStatus.values());

  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final ForecastSettings SETTINGS =
      RigSettings.of(RigSettings.windows(1, 1, 1, 1, 1), false);

  private final SeriesStateSerde serde =
      new SeriesStateSerde(new ForecastLayout(SCHEMA, SETTINGS).states());

  private byte[] write(SeriesState state) {
    return serde.serializer().serialize("t", state);
  }

  private SeriesState read(byte[] bytes) {
    return serde.deserializer().deserialize("t", bytes);
  }

  private static SeriesState random(long seed, int waiting) {
    Random random = new Random(seed);
    SeriesState state = LearntStates.bare(random.nextLong());
    for (int i = 0; i < waiting; i++) {
      float[] last = new float[random.nextInt(4)];
      float[] values = new float[random.nextInt(9)];
      for (int f = 0; f < values.length; f++) {
        values[f] = Float.intBitsToFloat(random.nextInt());
      }
      Arrays.fill(last, random.nextFloat());
      String model = random.nextBoolean() ? "persistence" : Integer.toHexString(random.nextInt());
      state
          .pending()
          .addLast(
              new PendingForecast(
                  random.nextLong(),
                  STATUSES.get(random.nextInt(STATUSES.size())),
                  model,
                  random.nextInt(1_000),
                  last,
                  values));
    }
    return state;
  }

  @Property(tries = 200, seed = "20261124")
  void deserialize_ofSerialized_isTheSame(
      @ForAll long seed, @ForAll @IntRange(max = 20) int waiting) {
    SeriesState state = random(seed, waiting);

    SeriesState back = read(write(state));

    assertThat(back.lastTimeMs()).isEqualTo(state.lastTimeMs());
    assertThat(back.pending()).hasSameSizeAs(state.pending());
    var expected = state.pending().iterator();
    for (PendingForecast one : back.pending()) {
      PendingForecast other = expected.next();
      assertThat(one.answered()).isEqualTo(other.answered());
      assertThat(one.madeAtMs()).isEqualTo(other.madeAtMs());
      assertThat(one.status()).isEqualTo(other.status());
      assertThat(one.model()).isEqualTo(other.model());
      assertThat(one.last()).containsExactly(other.last());
      float[] unanswered = other.values();
      Arrays.fill(unanswered, 0, Math.min(other.answered(), unanswered.length), Float.NaN);
      assertThat(one.values()).containsExactly(unanswered);
    }
  }

  /** Bytes of a kept state must stay readable. */
  @Test
  void serialize_knownState_hasTheLayoutOfVersionTwo() {
    SeriesState state = LearntStates.bare(258);
    state
        .pending()
        .addLast(
            new PendingForecast(
                3, ForecastStatus.NO_MODEL, "ab", 1, new float[] {1}, new float[] {2, 3}));

    assertThat(HexFormat.of().formatHex(write(state)))
        .isEqualTo(
            "02"
                + "0000000000000102"
                + "0001"
                + "0001"
                + "0000000000000003"
                + "02"
                + "0002"
                + "6162"
                + "00000001"
                + "3f800000"
                + "00000002"
                + "00000001"
                + "40400000"
                + "00"
                + "00000000"
                + "00000000"
                + "01"
                + "0b"
                + "00000004"
                + HexFormat.of().toHexDigits(SCHEMA.fingerprint()));
  }

  /** As releases wrote it where nothing but forecasts was kept. */
  private static final byte[] OF_VERSION_ONE =
      HexFormat.of()
          .parseHex(
              "01"
                  + "0000000000000102"
                  + "0001"
                  + "0004"
                  + "0000000000000003"
                  + "02"
                  + "0002"
                  + "6162"
                  + "00000001"
                  + "3f800000"
                  + "00000002"
                  + "40000000"
                  + "40400000");

  @Test
  void deserialize_versionOne_isWhatItWas() {
    SeriesState state = read(OF_VERSION_ONE);

    assertThat(state.lastTimeMs()).isEqualTo(258);
    PendingForecast forecast = state.pending().getFirst();
    assertThat(forecast.answered()).isEqualTo(4);
    assertThat(forecast.madeAtMs()).isEqualTo(3);
    assertThat(forecast.status()).isEqualTo(ForecastStatus.NO_MODEL);
    assertThat(forecast.model()).isEqualTo("ab");
    assertThat(forecast.last()).containsExactly(1);
    assertThat(forecast.values()).containsExactly(2, 3);
  }

  @Test
  void deserialize_ofOtherFeatures_saysWhatToDo() {
    FeatureSchema other = FeatureSchema.ofNumbers("y");
    byte[] bytes =
        new SeriesStateSerde(new ForecastLayout(other, SETTINGS).states())
            .serializer()
            .serialize("t", LearntStates.bare(1));

    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageContaining("a series' state was kept under other features, targets or words")
        .withMessageContaining("features [x], targets [x]")
        .withMessageContaining(HexFormat.of().toHexDigits(SCHEMA.fingerprint()))
        .withMessageContaining(HexFormat.of().toHexDigits(other.fingerprint()))
        .withMessageContaining("or reset it");
  }

  @Test
  void deserialize_modelNamedBeyondAscii_isTheSame() {
    SeriesState state = LearntStates.bare(1);
    PendingForecast forecast =
        new PendingForecast(1, ForecastStatus.OK, "模型-é", 0, new float[1], new float[1]);
    state.pending().addLast(forecast);

    assertThat(read(write(state)).pending().getFirst().model()).isEqualTo("模型-é");
  }

  @Test
  void serializers_null_isNull() {
    assertThat(write(null)).isNull();
    assertThat(read(null)).isNull();
  }

  @Property(tries = 100, seed = "20261124")
  void deserialize_bytesMissingOrAdded_isRefused(@ForAll long seed) {
    byte[] good = write(random(seed, 3));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatExceptionOfType(SerializationException.class).isThrownBy(() -> read(cut));
    }
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> read(Arrays.copyOf(good, good.length + 1)));
  }

  @Property(tries = 500, seed = "20261124")
  void deserialize_mutatedBytes_isReadOrRefusedButNeverElse(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = write(random(seed, 2));
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    try {
      read(bytes);
    } catch (SerializationException e) {
      assertThat(e.getMessage()).contains("a series' state");
    }
  }

  @Test
  void deserialize_otherVersion_saysSo() {
    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> read(new byte[] {4, 0, 0}))
        .withMessageContaining("version 1 to 3 was expected, found version 4")
        .withMessageContaining("another version of tplus1: start that one or a newer one, or");
  }

  /** In former releases each vector that stood still made the mean change smaller: by 1e-9 here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "010000000b000264" + "3089705f3089705f",
        "060000000c0002" + "643089705f643089705f"
      })
  void deserialize_meanChangesOfFormerReleases_beginAnew(String part) {
    SeriesStateSerde two = new SeriesStateSerde(LearntStates.layout(LearntStates.mixed(1, "last")));
    byte[] former = HexFormat.of().parseHex("02" + "0000000000000102" + "0000" + "01" + part);

    MeanChanges changes = two.deserializer().deserialize("t", former).learnt().changes();

    assertThat(changes.isUnit(0)).isFalse();
    for (int i = 0; i < 5; i++) {
      changes.update(new float[] {0, 0}, new float[] {3, 0});
    }
    assertThat(changes.isUnit(0)).isTrue();
    assertThat(changes.mean(0)).isEqualTo(3);
  }

  @Property(tries = 50, seed = "20261124")
  void deserialize_ofSerializedWithParts_writesTheSameAgainAndForgetsWhatWasAnswered(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int horizon, @ForAll boolean pooled) {
    ForecastSettings settings = LearntStates.mixed(horizon, "last,seasonal,series,rnn,stacked");
    SeriesStateSerde two = new SeriesStateSerde(LearntStates.layout(settings));
    SeriesState state = LearntStates.learnt(settings, seed, pooled);
    byte[] bytes = two.serializer().serialize("t", state);

    SeriesState back = two.deserializer().deserialize("t", bytes);

    assertThat(bytes[0]).isEqualTo((byte) (pooled ? 3 : 2));
    if (!pooled) {
      // One expert of five has nothing to say, and names are short.
      long most = LearntStates.layout(settings).mostBytes();
      assertThat((long) bytes.length).isBetween(most / 3, most);
    }
    assertThat(two.serializer().serialize("t", back)).isEqualTo(bytes);
    assertThat(back.windowFromMs()).isEqualTo(3);
    assertThat(back.intervalMs()).isEqualTo(7);
    PendingForecast oldest = back.pending().getFirst();
    PendingForecast whole = state.pending().getFirst();
    Arrays.fill(whole.values(), 0, 2 * (horizon - 1), Float.NaN);
    Arrays.fill(whole.experts()[3], 0, 2 * (horizon - 1), Float.NaN);
    assertThat(oldest.values()).containsExactly(whole.values());
    assertThat(oldest.experts()[3]).containsExactly(whole.experts()[3]);
    assertThat(oldest.experts()[1]).isNull();
    if (pooled) {
      Arrays.fill(whole.inputs(), 0, 10 * (horizon - 1), Float.NaN);
    }
    assertThat(oldest.inputs()).containsExactly(whole.inputs());
  }

  /** Which limits, and how many are written at once, go by. */
  @ParameterizedTest
  @ValueSource(strings = {"rnn", "last,seasonal,series,rnn,stacked"})
  void serialize_everythingThatMayBeThere_isNoLongerThanSaid(String experts) {
    ForecastSettings settings = LearntStates.mixed(1, experts);
    StateLayout layout = LearntStates.layout(settings);
    SeriesState state = layout.start(5);
    state.startWindow(3);
    state.setIntervalMs(7);
    state.absences().add(new float[] {Float.NaN, Float.NaN}, 2, 3);
    int mixed = experts.contains(",") ? settings.experts().experts().size() : 0;
    state
        .pending()
        .addLast(
            new PendingForecast(
                5,
                ForecastStatus.GAP_FILLED,
                "0".repeat(64),
                0,
                new float[2],
                new float[2],
                new float[mixed][2],
                new float[2],
                new float[0]));

    byte[] bytes = new SeriesStateSerde(layout).serializer().serialize("t", state);

    assertThat((long) bytes.length).isBetween(layout.mostBytes() / 2, layout.mostBytes());
  }

  @Test
  void deserialize_otherExpertsThanBefore_keepsThoseThatAreStillThere() {
    ForecastSettings before = LearntStates.mixed(2, "last,seasonal,series,rnn,stacked");
    ForecastSettings after = LearntStates.mixed(2, "last,rnn,stacked");
    SeriesState state = LearntStates.learnt(before, 1, false);
    byte[] bytes =
        new SeriesStateSerde(LearntStates.layout(before)).serializer().serialize("t", state);

    SeriesState back =
        new SeriesStateSerde(LearntStates.layout(after)).deserializer().deserialize("t", bytes);

    float[][] experts = back.pending().getLast().experts();
    assertThat(experts).hasDimensions(3, 4);
    assertThat(experts[1]).isEqualTo(state.pending().getLast().experts()[3]);
    assertThat(back.learnt().linear()).isNull();
    assertThat(back.learnt().mix().weights(0, null)[0]).hasSize(3);
    float[][] said = {{1, 2, 3, 4}, {5, 6, 7, 8}};
    Learnt learnt = back.learnt();
    boolean stacked =
        learnt
            .stacked()
            .forecast(
                LearntStates.workspace(after), said, said[0], learnt.lastErrors(), new float[4]);
    assertThat(stacked).as("what was learnt over other experts is kept").isFalse();
  }

  /** A state of before there were experts and intervals goes on. */
  @Test
  void deserialize_versionOneWhereMoreIsWanted_beginsAnewWithIt() {
    ForecastSettings settings = LearntStates.mixed(1, "last,rnn");
    SeriesState back =
        new SeriesStateSerde(LearntStates.layout(settings))
            .deserializer()
            .deserialize("t", OF_VERSION_ONE);

    assertThat(back.pending()).hasSize(1);
    assertThat(back.pending().getFirst().experts()).isEmpty();
    assertThat(back.learnt().mix().weights(0, null)[0]).containsExactly(.5f, .5f);
    assertThat(back.windowFromMs()).isEqualTo(SeriesState.NO_GAP);
  }

  @Property(tries = 300, seed = "20261124")
  void deserialize_mutatedParts_areReadOrRefusedButNeverElse(@ForAll long seed) {
    Random random = new Random(seed);
    ForecastSettings settings = LearntStates.mixed(2, "last,seasonal,series,rnn");
    SeriesStateSerde two = new SeriesStateSerde(LearntStates.layout(settings));
    byte[] bytes =
        two.serializer().serialize("t", LearntStates.learnt(settings, seed, random.nextBoolean()));
    for (int i = 0; i < 3; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    try {
      two.deserializer().deserialize("t", bytes);
    } catch (SerializationException e) {
      assertThat(e.getMessage()).contains("a series' state");
    }
  }
}
