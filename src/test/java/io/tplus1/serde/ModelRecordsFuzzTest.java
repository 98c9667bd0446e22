package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.TrainingSample;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/**
 * Records about models that are broken in any way: commands, events, pointers, scores, samples,
 * keys. Each is read or refused by the one exception that their readers count, and what is read can
 * be written and read again.
 */
class ModelRecordsFuzzTest {
  private static final int TRIES = 5;
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final List<Serde<?>> SERDES =
      List.of(
          new ModelCommandSerde(),
          new ModelEventSerde(),
          new ModelPointerSerde(),
          new ModelScoresSerde(),
          new SampleSerde(),
          new PredictionSerde(FeatureSchema.ofNumbers("a", "b")));
  private static final List<byte[]> GOOD = good();
  private static final String[] WORDS = {
    "0",
    "-1",
    "1e400",
    "-1e-400",
    "9223372036854775808",
    "1.5",
    "NaN",
    "null",
    "true",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[[[[[[[[[[]]]]]]]]]]",
    "\"RETRAIN\"",
    "\"PROMOTE\"",
    "\"" + HASH + "\"",
    "\"" + "x".repeat(200) + "\"",
    "1e5",
    "00",
    "'x'"
  };

  private static List<byte[]> good() {
    ModelCommand command =
        new ModelCommand("id-1", ModelCommand.Kind.PROMOTE, Optional.of("abcd"), 1_000);
    ModelEvent event =
        new ModelEvent(
            ModelEvent.Kind.PROMOTED,
            1_000,
            Optional.of(HASH),
            Optional.of(HASH),
            Optional.of("id-1"),
            "better",
            Map.of("gate", 0.5, "nan", Double.NaN));
    ModelPointer pointer = new ModelPointer(HASH, List.of(HASH, HASH), true, 7, "because");
    ModelScores scores =
        new ModelScores("0_1", 1_000, Map.of(HASH, new ModelScores.Sums(3, 1, 2, 3, 1, 2)));
    FeatureWindow window = FeatureWindow.over(new float[] {1, 2, 3, 4}, new long[] {1, 2}, 2, 0, 2);
    FeatureWindow after = FeatureWindow.over(new float[] {5, 6}, new long[] {3}, 2, 0, 1);
    byte[] prediction =
        """
        {"key":"k","time":1,"status":"OK","model":"%s","forecasts":[{"horizon":1,"targetTime":2,\
        "values":{"a":1.5,"b":2.5},"lower":{"a":1,"b":2},"upper":{"a":2,"b":3}}],\
        "receipt":{"kernel":"plain-1","window":{"from":0,"steps":2,"hash":"f18e1a480b4a896f",\
        "partition":2,"firstOffset":811,"lastOffset":840}}}"""
            .formatted(HASH)
            .getBytes(UTF_8);
    return List.of(
        new ModelCommandSerde().serializer().serialize("t", command),
        new ModelEventSerde().serializer().serialize("t", event),
        new ModelPointerSerde().serializer().serialize("t", pointer),
        new ModelScoresSerde().serializer().serialize("t", scores),
        new SampleSerde()
            .serializer()
            .serialize("t", new TrainingSample("series", window, after, 1)),
        prediction);
  }

  private record Input(int kind, byte[] bytes) {}

  private static Input input(Random random) {
    int kind = random.nextInt(GOOD.size());
    // Now and then what another one would read.
    byte[] bytes = GOOD.get(random.nextInt(20) == 0 ? random.nextInt(GOOD.size()) : kind).clone();
    if (bytes[0] == '{' && random.nextBoolean()) {
      bytes = reworded(new String(bytes, UTF_8), random).getBytes(UTF_8);
    }
    for (int times = random.nextInt(4); times > 0 && bytes.length > 9; times--) {
      int at = random.nextInt(bytes.length - 8);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> ByteBuffer.wrap(bytes).putInt(at, random.nextInt() >> random.nextInt(31));
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        default -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(9));
      }
    }
    return new Input(kind, bytes);
  }

  private static String reworded(String json, Random random) {
    int from = json.indexOf(':', random.nextInt(json.length()));
    if (from < 0) {
      return json + WORDS[random.nextInt(WORDS.length)];
    }
    int to = from + 1;
    while (to < json.length() && ",}]".indexOf(json.charAt(to)) < 0) {
      to++;
    }
    return json.substring(0, from + 1) + WORDS[random.nextInt(WORDS.length)] + json.substring(to);
  }

  private static <T> void readAndWrite(Serde<T> serde, byte[] bytes) {
    T read;
    try {
      read = serde.deserializer().deserialize("t", bytes);
    } catch (SerializationException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(5_000);
      return;
    }
    if (read instanceof Prediction) {
      return; // We write our own alone.
    }
    byte[] written = serde.serializer().serialize("t", read);
    byte[] again =
        serde.serializer().serialize("t", serde.deserializer().deserialize("t", written));
    assertThat(again).isEqualTo(written);
  }

  @Property(
      tries = TRIES,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void read_brokenRecords_areReadOrRefusedByTheOneException(@ForAll long seed) {
    FuzzRun.over(
        seed,
        FuzzRun.INPUTS / TRIES,
        ModelRecordsFuzzTest::input,
        input -> {
          readAndWrite(SERDES.get(input.kind()), input.bytes());
          assertThat(ModelKeys.parse(input.bytes())).isEmpty();
        });
  }

  @Example
  void read_goodRecords_areRead() {
    for (int i = 0; i < GOOD.size(); i++) {
      assertThat(SERDES.get(i).deserializer().deserialize("t", GOOD.get(i))).isNotNull();
    }
  }
}
