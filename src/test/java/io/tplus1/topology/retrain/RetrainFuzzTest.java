package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.FAST;
import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.model.ModelPointer;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelCommandSerde;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelScores;
import io.tplus1.serde.ModelScoresSerde;
import io.tplus1.serde.SampleSerde;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Whatever comes to the side topology, it goes on, learns the same, and points to what is there.
 */
class RetrainFuzzTest {
  private static final int TRIES = 2;

  /** Artifacts that nobody needs go at once, or those of a million inputs would fill the heap. */
  private static final Map<String, String> SETTINGS =
      RetrainDriver.with(REFRESH, "models.keep.ms=0");

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Broken records between two good ones. */
  private static final int BETWEEN = 50;

  private static final List<String> TOPICS =
      List.of("training-samples", "model-scores", "model-commands");
  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    -1,
    1e-300,
    1e300,
    -1e300,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    3e38,
    0.5
  };
  private static final String[] TEXTS = {
    "", "0", "ffff", "\u0000", "../..", "\ud83d\ude00", "x".repeat(300), "A", " ", "\u202e"
  };

  @BeforeContainer
  static void quieten() {
    ((Logger) LoggerFactory.getLogger("io.tplus1.topology")).setLevel(Level.ERROR);
  }

  @AfterContainer
  static void speakAgain() {
    ((Logger) LoggerFactory.getLogger("io.tplus1.topology")).setLevel(null);
  }

  private record Input(String topic, byte[] key, byte[] value) {}

  private static byte[] pick(Random random, byte[]... from) {
    return from[random.nextInt(from.length)];
  }

  private static double number(Random random) {
    return random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextGaussian();
  }

  private static String text(Random random) {
    return random.nextBoolean()
        ? TEXTS[random.nextInt(TEXTS.length)]
        : Integer.toHexString(random.nextInt());
  }

  private static byte[] sample(Random random) {
    int features = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1;
    int steps = random.nextInt(4) == 0 ? 1 + random.nextInt(9) : RetrainDriver.STEPS;
    float[] values = new float[(steps + 1) * features];
    long[] times = new long[steps + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) number(random);
    }
    // At least one that no network may see; in columns behind the first NaN says that nothing is.
    values[features * random.nextInt(steps + 1)] =
        random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
    for (int s = 0; s <= steps; s++) {
      times[s] = s;
    }
    TrainingSample sample =
        new TrainingSample(
            text(random),
            FeatureWindow.over(values, times, features, 0, steps),
            FeatureWindow.over(values, times, features, steps, 1),
            Math.abs(random.nextGaussian()) + 1);
    return new SampleSerde().serializer().serialize("t", sample);
  }

  private static byte[] scores(Random random, String hash) {
    ModelScores scores =
        new ModelScores(
            text(random),
            random.nextLong() >>> 1,
            Map.of(
                hash,
                new ModelScores.Sums(
                    random.nextInt(1_000),
                    number(random),
                    number(random),
                    number(random),
                    random.nextInt(5),
                    random.nextInt(5))));
    return new ModelScoresSerde().serializer().serialize("t", scores);
  }

  private static ModelCommand command(Random random, List<String> hashes) {
    ModelCommand.Kind[] kinds = ModelCommand.Kind.values();
    ModelCommand.Kind kind = kinds[random.nextInt(kinds.length)];
    Optional<String> hash = Optional.empty();
    if (random.nextBoolean()) {
      String whole = hashes.get(random.nextInt(hashes.size()));
      hash = Optional.of(random.nextBoolean() ? whole : whole.substring(0, random.nextInt(9)));
    } else if (kind == ModelCommand.Kind.PROMOTE || random.nextInt(4) == 0) {
      hash = Optional.of(text(random));
    }
    // Some ids come again.
    String id = random.nextInt(3) == 0 ? text(random) : "id-" + random.nextInt();
    return new ModelCommand(id, kind, hash, random.nextLong() >>> random.nextInt(63));
  }

  private static byte[] noisy(byte[] bytes, Random random) {
    byte[] noisy = bytes.clone();
    if (random.nextInt(3) == 0) {
      return Arrays.copyOf(noisy, random.nextInt(noisy.length));
    }
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      noisy[random.nextInt(noisy.length)] = (byte) random.nextInt(256);
    }
    return noisy;
  }

  /** A record that nobody can read or should learn from, or that is another model's. */
  private static Input broken(Random random) {
    String topic = TOPICS.get(random.nextInt(TOPICS.size()));
    byte[] value =
        switch (topic) {
          case "training-samples" -> sample(random);
          case "model-scores" -> scores(random, text(random));
          default ->
              new ModelCommandSerde()
                  .serializer()
                  .serialize("t", command(random, List.of("0123456789abcdef")));
        };
    byte[] mine = "default".getBytes(UTF_8);
    byte[] other =
        pick(random, "Default".getBytes(UTF_8), new byte[0], new byte[] {(byte) 0xff, 0}, null);
    if (random.nextInt(4) == 0) {
      return new Input(topic, other, value);
    }
    if (topic.equals("training-samples") && random.nextBoolean()) {
      return new Input(topic, mine, value);
    }
    // The first byte, so that it can by no means be read: commands and scores are JSON.
    byte[] unreadable = noisy(value, random);
    if (unreadable.length > 0) {
      unreadable[0] = (byte) 0xfe;
    }
    return new Input(topic, mine, random.nextInt(20) == 0 ? null : unreadable);
  }

  /** What came out: events but for their times, and the hashes of models. */
  private static List<String> outcome(RetrainDriver retrain) {
    List<String> outcome = new ArrayList<>();
    retrain.events().forEach(event -> outcome.add(event.kind() + " " + event.hash()));
    outcome.add(retrain.models().keySet().toString());
    return outcome;
  }

  @Property(
      tries = TRIES,
      seed = "20261125",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void push_brokenRecordsAmongGoodOnes_learnsTheSame(@ForAll long seed) {
    try (RetrainDriver clean = new RetrainDriver(SETTINGS);
        RetrainDriver poisoned = new RetrainDriver(SETTINGS)) {
      int[] taken = new int[1];
      FuzzRun.over(
          seed,
          FuzzRun.INPUTS / TRIES,
          RetrainFuzzTest::broken,
          input -> {
            poisoned.push(input.topic(), input.key(), input.value());
            if (++taken[0] % BETWEEN == 0) {
              clean.samples(1, SLOW);
              clean.advance(SECOND);
              poisoned.samples(1, SLOW);
              poisoned.advance(SECOND);
              clean.dropChangelogs();
              poisoned.dropChangelogs();
              assertThat(outcome(poisoned)).isEqualTo(outcome(clean));
            }
          });
      // After all that, it still learns, and the same.
      for (RetrainDriver each : List.of(clean, poisoned)) {
        each.samples(120, SLOW);
        each.advance(SECOND);
      }
      assertThat(outcome(poisoned)).isEqualTo(outcome(clean));
      assertThat(poisoned.champion()).isNotNull();
      assertThat(poisoned.counters().events(RetrainCounters.Event.BROKEN_RECORD)).isPositive();
      assertThat(poisoned.counters().events(RetrainCounters.Event.SAMPLE_REFUSED)).isPositive();
      assertThat(poisoned.counters().events(RetrainCounters.Event.OTHER_MODEL)).isPositive();
    }
  }

  @Property(
      tries = TRIES,
      seed = "20261125",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void push_commandsAndScoresOfAnyKind_areAnsweredOnceAndItLearnsOn(@ForAll long seed) {
    try (RetrainDriver retrain = new RetrainDriver(SETTINGS)) {
      retrain.samples(120, SLOW);
      retrain.events();
      // As many as are remembered; an id that comes again after so many others is a new one.
      Set<String> answered = new LinkedHashSet<>();
      long[] answers = new long[1];
      int[] taken = new int[1];
      FuzzRun.over(
          seed,
          FuzzRun.INPUTS / TRIES,
          random -> random,
          random -> {
            List<String> hashes = hashes(retrain);
            if (random.nextInt(3) == 0) {
              String hash = hashes.get(random.nextInt(hashes.size()));
              retrain.push("model-scores", "default".getBytes(UTF_8), scores(random, hash));
            } else {
              ModelCommand command = command(random, hashes);
              retrain.push(
                  "model-commands",
                  "default".getBytes(UTF_8),
                  new ModelCommandSerde().serializer().serialize("t", command));
            }
            if (++taken[0] % 10 == 0) {
              retrain.samples(1, SLOW);
              retrain.advance(SECOND);
              retrain.dropChangelogs();
            }
            for (ModelEvent event : retrain.events()) {
              if (event.command().isPresent()) {
                assertThat(answered.add(event.command().get())).as("%s", event).isTrue();
                answers[0]++;
              }
              if (answered.size() > ModelHistory.MOST_ANSWERED) {
                answered.remove(answered.iterator().next());
              }
              assertThat(event.reason()).hasSizeLessThan(2_000);
            }
            assertWhole(retrain);
          });
      assertThat(answers[0]).isGreaterThan(FuzzRun.INPUTS / TRIES / 4);

      // What was pinned is let go, and another law is learnt as ever.
      retrain.command("the end", ModelCommand.Kind.UNPIN, null);
      retrain.events();
      long epoch = retrain.pointer().epoch();
      retrain.samples(240, FAST);
      List<ModelEvent> after = retrain.events();
      assertThat(retrain.pointer().epoch()).as("%s", after).isGreaterThan(epoch);
    }
  }

  private static List<String> hashes(RetrainDriver retrain) {
    List<String> hashes = new ArrayList<>();
    for (String key : retrain.models().keySet()) {
      if (key.startsWith("artifact/")) {
        hashes.add(key.substring("artifact/".length()));
      }
    }
    return hashes;
  }

  /** Whoever is named is there. */
  private static void assertWhole(RetrainDriver retrain) {
    ModelPointer pointer = retrain.pointer();
    Map<String, byte[]> models = retrain.models();
    assertThat(models).containsKey("artifact/" + pointer.champion());
    for (String former : pointer.previous()) {
      assertThat(models).containsKey("artifact/" + former);
    }
  }
}
