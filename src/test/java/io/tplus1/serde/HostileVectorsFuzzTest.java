package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.MissingValues;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.fuzz.HostileVectors;
import io.tplus1.wire.WireVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever the bytes are, the decoder neither throws nor lets a number pass that is not finite, and
 * its quick way says the same as its parser, to the bit and to the word.
 */
class HostileVectorsFuzzTest {
  private static final int TRIES = 10;
  private static final FeatureSchema WORDS =
      FeatureSchema.of(
          List.of(
              Feature.number("a"), Feature.number("b"), Feature.category("c", List.of("x", "y"))));
  private static final FeatureSchema NUMBERS = FeatureSchema.ofNumbers("a", "b", "c");

  private record Named(FeatureSchema schema, boolean holes, VectorDecoder decoder) {}

  private record Input(Named by, byte[] bytes) {}

  private static final List<Named> DECODERS = decoders();

  private static List<Named> decoders() {
    List<Named> decoders = new ArrayList<>();
    for (FeatureSchema schema : List.of(WORDS, NUMBERS, NUMBERS)) {
      for (TimeSource source : TimeSource.values()) {
        for (boolean ignoreExtra : new boolean[] {true, false}) {
          for (boolean holes : new boolean[] {true, false}) {
            VectorFormat format =
                new VectorFormat(
                    schema, source, "timestamp", ignoreExtra, MissingValues.NONE, Optional.empty());
            decoders.add(new Named(schema, holes, new VectorDecoder(format, holes)));
          }
        }
      }
    }
    return decoders;
  }

  private static Input input(Random random) {
    Named by = DECODERS.get(random.nextInt(DECODERS.size()));
    return new Input(by, new HostileVectors(random, by.schema().equals(WORDS)).next());
  }

  /** Whether it is a vector; fails if it is neither that nor a sane refusal. */
  private static boolean assertSane(Input input) {
    byte[] before = input.bytes().clone();
    DecodedRecord decoded = input.by().decoder().deserialize("features", input.bytes());
    // What begins as a binary vector does has no other way.
    DecodedRecord parsed =
        WireVector.isBinary(input.bytes()) ? decoded : input.by().decoder().parse(input.bytes());

    assertThat(input.bytes()).isEqualTo(before);
    assertThat(decoded.raw()).isSameAs(input.bytes());
    assertThat(decoded.isRejected()).isEqualTo(parsed.isRejected());
    assertThat(decoded.reason()).isEqualTo(parsed.reason());
    assertThat(decoded.detail()).isEqualTo(parsed.detail());
    if (decoded.isRejected()) {
      assertThat(decoded.detail()).isNotBlank().hasSizeLessThan(1_000);
      return false;
    }
    assertThat(decoded.fieldTimeMs()).isEqualTo(parsed.fieldTimeMs());
    assertThat(decoded.values()).hasSize(3);
    boolean any = false;
    for (int i = 0; i < 3; i++) {
      assertThat(Float.floatToRawIntBits(decoded.values()[i]))
          .isEqualTo(Float.floatToRawIntBits(parsed.values()[i]));
      any |= Float.isFinite(decoded.values()[i]);
      assertThat(Float.isFinite(decoded.values()[i]) || input.by().holes()).isTrue();
      assertThat(Float.isInfinite(decoded.values()[i])).isFalse();
    }
    assertThat(any).isTrue();
    if (input.by().schema().equals(WORDS) && !Float.isNaN(decoded.values()[2])) {
      assertThat(decoded.values()[2]).isIn(0f, 1f, 2f);
    }
    return true;
  }

  @Property(
      tries = TRIES,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void deserialize_hostileValues_areSaneAndTheQuickWaySaysTheSame(@ForAll long seed) {
    int inputs = FuzzRun.INPUTS / TRIES;
    AtomicInteger vectors = new AtomicInteger();
    FuzzRun.over(
        seed,
        inputs,
        HostileVectorsFuzzTest::input,
        input -> {
          if (assertSane(input)) {
            vectors.incrementAndGet();
          }
        });
    // Were everything refused or everything read, nothing of interest would have been reached.
    assertThat(vectors.get()).isBetween(inputs / 20, inputs * 3 / 4);
  }

  /** Deep, long, many: each kind once. */
  @Example
  void deserialize_largeValues_areSane() {
    for (int kind = 0; kind < HostileVectors.LARGES; kind++) {
      byte[] bytes = HostileVectors.large(kind).getBytes(UTF_8);
      // One of words, one of numbers.
      for (int by : new int[] {0, DECODERS.size() / 2 + 1}) {
        assertSane(new Input(DECODERS.get(by), bytes));
      }
    }
  }

  /** A parser that keeps names would keep and copy all of them. */
  @Example
  void deserialize_eachRecordWithALongNameOfItsOwn_keepsNone() {
    VectorDecoder decoder = DECODERS.get(0).decoder();
    FuzzRun.over(
        1,
        1_000,
        random -> {
          String name = Long.toString(random.nextLong(), 36) + "n".repeat(40_000);
          return ("{\"" + name + "\":1}").getBytes(UTF_8);
        },
        bytes -> assertThat(decoder.deserialize("features", bytes).isRejected()).isTrue());
  }
}
