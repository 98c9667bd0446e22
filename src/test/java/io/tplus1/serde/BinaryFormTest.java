package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.model.ForecastStatus;
import io.tplus1.wire.WireForecast;
import io.tplus1.wire.WireScore;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The binary form holds what the JSON form holds: written again as JSON, it is the same text. */
class BinaryFormTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FeatureSchema NUMBERS = FeatureSchema.ofNumbers("a", "b", "c");
  private static final FeatureSchema MIXED =
      new FeatureSchema(
          List.of(
              Feature.number("wind"),
              Feature.category("status", List.of("storm", "hurricane")),
              Feature.number("unseen")),
          List.of(0, 1, 2),
          List.of(1, 0));

  private static Prediction prediction(Random random, FeatureSchema schema, String key) {
    int horizon = 1 + random.nextInt(5);
    int targets = schema.targets().size();
    long[] times = new long[horizon];
    for (int h = 0; h < horizon; h++) {
      times[h] = random.nextInt(4) == 0 ? Prediction.UNKNOWN_TIME : random.nextLong() >>> 1;
    }
    float[] bounds = random.nextBoolean() ? floats(random, horizon * targets) : new float[0];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = random.nextInt(3) == 0 ? Float.NaN : bounds[i];
    }
    return new Prediction(
        key,
        random.nextLong() >>> 1,
        status(random),
        text(random),
        times,
        floats(random, horizon * schema.outputWidth()),
        bounds,
        bounds.clone(),
        random.nextBoolean() ? Optional.empty() : Optional.of(receipt(random, targets)));
  }

  private static ForecastStatus status(Random random) {
    List<ForecastStatus> all = List.of(ForecastStatus.values());
    return all.get(random.nextInt(all.size()));
  }

  private static Receipt receipt(Random random, int targets) {
    List<String> experts = List.of("last", "seasonal-24", "rnn").subList(0, random.nextInt(4));
    float[][][] weights = new float[experts.isEmpty() ? 0 : 1 + random.nextInt(3)][targets][];
    for (float[][] group : weights) {
      for (int t = 0; t < targets; t++) {
        group[t] = floats(random, experts.size());
      }
    }
    Map<String, String> linear = new HashMap<>();
    Map<String, float[]> given = new HashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      linear.put("linear" + i, text(random));
      given.put("given" + i, floats(random, random.nextInt(5)));
    }
    byte[] intervals = new byte[random.nextInt(40)];
    random.nextBytes(intervals);
    return new Receipt(
        random.nextBoolean() ? "" : "plain-1",
        new Receipt.Window(
            random.nextLong() >>> 1,
            1 + random.nextInt(10_000),
            "%016x".formatted(random.nextLong()),
            random.nextInt(9),
            random.nextBoolean() ? Receipt.UNKNOWN : random.nextLong() >>> 1,
            random.nextLong() >>> 1),
        experts,
        weights,
        linear,
        given,
        intervals);
  }

  /** Hexadecimal of even and odd length, names, and nothing at all. */
  private static String text(Random random) {
    String digits = "%016x".formatted(random.nextLong()).repeat(4);
    return switch (random.nextInt(5)) {
      case 0 -> digits;
      case 1 -> digits.substring(1);
      case 2 -> digits.toUpperCase(java.util.Locale.ROOT) + "G";
      case 3 -> "persistence";
      default -> "é" + random.nextInt();
    };
  }

  private static float[] floats(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      do {
        values[i] = Float.intBitsToFloat(random.nextInt());
      } while (!Float.isFinite(values[i]));
    }
    return values;
  }

  private static Score score(Random random, FeatureSchema schema, String key) {
    int targets = schema.targets().size();
    float[] actual = floats(random, targets);
    float[] last = floats(random, targets);
    float[] halfWidths = random.nextBoolean() ? floats(random, targets) : new float[0];
    for (int i = 0; i < targets; i++) {
      if (schema.targetFeatures().get(i).isCategory()) {
        actual[i] = random.nextInt(3);
        last[i] = random.nextInt(3);
      }
      if (random.nextInt(4) == 0) {
        actual[i] = Float.NaN;
      }
      if (halfWidths.length > 0 && random.nextInt(4) == 0) {
        halfWidths[i] = Float.NaN;
      }
    }
    return new Score(
        key,
        random.nextLong() >>> 1,
        random.nextLong() >>> 1,
        1 + random.nextInt(1_000),
        status(random),
        text(random),
        actual,
        floats(random, schema.outputWidth()),
        last,
        halfWidths,
        new float[0][]);
  }

  @Property(tries = 2_000, seed = "20261125")
  void predictions_binary_holdWhatTheJsonHolds(
      @ForAll long seed, @ForAll boolean mixed, @ForAll @StringLength(max = 20) String anyKey) {
    FeatureSchema schema = mixed ? MIXED : NUMBERS;
    String key = new String(anyKey.getBytes(UTF_8), UTF_8);
    Prediction prediction = prediction(new Random(seed), schema, key);
    PredictionSerde json = new PredictionSerde(schema);

    byte[] binary = new BinaryPredictions(schema).serialize("t", prediction);

    assertThat(WireForecast.isBinary(binary)).isTrue();
    Prediction back = json.deserializer().deserialize("t", binary);
    assertThat(new String(json.serializer().serialize("t", back), UTF_8))
        .isEqualTo(new String(json.serializer().serialize("t", prediction), UTF_8));
    assertThat(new BinaryPredictions(schema).serialize("t", back)).isEqualTo(binary);
  }

  @Property(tries = 2_000, seed = "20261125")
  void scores_binary_holdWhatTheJsonHolds(
      @ForAll long seed, @ForAll boolean mixed, @ForAll @StringLength(max = 20) String anyKey) {
    FeatureSchema schema = mixed ? MIXED : NUMBERS;
    String key = new String(anyKey.getBytes(UTF_8), UTF_8);
    Score score = score(new Random(seed), schema, key);
    BinaryScores serde = new BinaryScores(schema);
    ScoreSerializer json = new ScoreSerializer(schema);

    byte[] binary = serde.serializer().serialize("t", score);

    Score back = serde.deserializer().deserialize("t", binary);
    assertThat(new String(json.serialize("t", back), UTF_8))
        .isEqualTo(new String(json.serialize("t", score), UTF_8));
  }

  @Property(tries = 500, seed = "20261125")
  void scores_binary_giveClientsWhatTheJsonSays(@ForAll long seed) throws IOException {
    Score score = score(new Random(seed), NUMBERS, "k");
    JsonNode json = JSON.readTree(new ScoreSerializer(NUMBERS).serialize("t", score));

    WireScore wire = WireScore.read(new BinaryScores(NUMBERS).serializer().serialize("t", score));

    for (int i = 0; i < 3; i++) {
      JsonNode said = json.at("/features/" + NUMBERS.names().get(i));
      assertThat(wire.hasInterval(i)).isEqualTo(said.has("inside"));
      if (said.has("inside")) {
        assertThat(wire.isInside(i)).isEqualTo(said.get("inside").booleanValue());
      }
      if (said.isMissingNode()) {
        assertThat(wire.error(i)).isNaN();
        assertThat(wire.persistenceError(i)).isNaN();
      } else {
        // The JSON form has them as floats, where floats reach as far.
        assertThat((float) wire.error(i)).isEqualTo(said.get("error").floatValue());
        assertThat((float) wire.persistenceError(i))
            .isEqualTo(said.get("persistenceError").floatValue());
      }
    }
  }

  @Property(tries = 2_000, seed = "20261125")
  void vectors_binary_areDecodedAsTheJsonOfTheSame(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 2) int word) {
    Random random = new Random(seed);
    float[] values = floats(random, 3);
    values[1] = word;
    VectorDecoder decoder =
        new VectorDecoder(
            new VectorFormat(
                MIXED, TimeSource.AUTO, "timestamp", false, MissingValues.NONE, Optional.empty()),
            false);

    DecodedRecord binary =
        decoder.deserialize("t", io.tplus1.wire.WireVector.write(values.clone()));
    DecodedRecord json = decoder.deserialize("t", new VectorJson(MIXED).write(values));

    assertThat(binary.detail()).isNull();
    assertThat(binary.values()).isEqualTo(json.values());
    assertThat(binary.fieldTimeMs()).isEqualTo(json.fieldTimeMs());
  }

  @ParameterizedTest
  @EnumSource(ForecastStatus.class)
  void status_everyOne_comesBack(ForecastStatus status) {
    Prediction prediction =
        Predictions.plain("k", 1, status, "m", new long[] {2}, new float[] {1, 2, 3});

    byte[] binary = new BinaryPredictions(NUMBERS).serialize("t", prediction);

    assertThat(binary[2]).isEqualTo(status.code());
    assertThat(WireForecast.read(binary).status()).isEqualTo(status.name());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "3, 1", "1, -1", "1, 2", "2, 2"})
  void forecast_valueThatItDoesNotHold_isRefused(int horizon, int target) {
    float[] values = {0.1f, 0.2f, 0.7f, 10, 0.2f, 0.3f, 0.5f, 20};
    WireForecast forecast =
        new WireForecast(
            "k",
            1,
            "OK",
            "m",
            new int[] {3, 1},
            new long[] {2, 3},
            values,
            new float[0],
            new float[0],
            Optional.empty());

    assertThat(forecast.value(2, 1)).isEqualTo(20);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forecast.value(horizon, target))
        .withMessageContaining("horizons 1 to 2 of targets 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forecast.value(1, 0))
        .withMessageContaining("target 0 is a category");
  }

  @Test
  void predictions_ofOtherTargets_areRefused() {
    byte[] binary =
        new BinaryPredictions(NUMBERS)
            .serialize(
                "t",
                Predictions.plain(
                    "k", 1, ForecastStatus.OK, "m", new long[] {2}, new float[] {1, 2, 3}));

    assertThatExceptionOfType(SerializationException.class)
        .isThrownBy(() -> new PredictionSerde(MIXED).deserializer().deserialize("t", binary))
        .withMessageContaining("targets of [3, 1] values were expected, found [1, 1, 1]");
  }

  @ParameterizedTest
  @CsvSource({"NaN, ''", "'', 5", "1;2, 1;2", "1;2;3, ''"})
  void forecast_boundsOfOtherLengths_areRefused(String lower, String upper) {
    WireForecast forecast =
        new WireForecast(
            "k",
            1,
            "OK",
            "m",
            new int[] {1, 1, 1},
            new long[] {2},
            new float[] {1, 2, 3},
            numbers(lower),
            numbers(upper),
            Optional.empty());

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(forecast::toBytes)
        .withMessageMatching("(lower|upper) must have 3 values, found [012]");
  }

  private static float[] numbers(String text) {
    String[] parts = text.isEmpty() ? new String[0] : text.split(";", -1);
    float[] numbers = new float[parts.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Float.parseFloat(parts[i]);
    }
    return numbers;
  }

  @Test
  void serializers_null_isNull() {
    assertThat(new BinaryPredictions(NUMBERS).serialize("t", null)).isNull();
    BinaryScores scores = new BinaryScores(NUMBERS);
    assertThat(scores.serializer().serialize("t", null)).isNull();
    assertThat(scores.deserializer().deserialize("t", null)).isNull();
  }

  /** Whatever is changed in a record, it is read or refused with a sentence, and nothing else. */
  @Property(tries = 5_000, seed = "20261125")
  void read_mutated_isReadOrRefused(@ForAll long seed, @ForAll boolean mixed) {
    Random random = new Random(seed);
    FeatureSchema schema = mixed ? MIXED : NUMBERS;
    PredictionSerde predictions = new PredictionSerde(schema);
    BinaryScores scores = new BinaryScores(schema);
    byte[] prediction =
        mutated(
            random,
            new BinaryPredictions(schema).serialize("t", prediction(random, schema, "key")));
    byte[] score =
        mutated(random, scores.serializer().serialize("t", score(random, schema, "key")));
    try {
      predictions.deserializer().deserialize("t", prediction);
    } catch (SerializationException e) {
      assertThat(e).hasMessageStartingWith("not a prediction");
    }
    try {
      scores.deserializer().deserialize("t", score);
    } catch (SerializationException e) {
      assertThat(e).hasMessageStartingWith("not a score");
    }
  }

  private static byte[] mutated(Random random, byte[] good) {
    byte[] bytes = good;
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) 0xff;
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(8));
      }
    }
    return bytes;
  }
}
