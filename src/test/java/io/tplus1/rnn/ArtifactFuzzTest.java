package io.tplus1.rnn;

import static io.tplus1.rnn.training.TestTasks.SILENT;
import static io.tplus1.rnn.training.TestTasks.samples;
import static io.tplus1.rnn.training.TestTasks.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.model.Forecaster;
import io.tplus1.model.InvalidArtifactException;
import io.tplus1.model.Learner;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.Tasks;
import io.tplus1.model.Trainer;
import io.tplus1.model.TrainingSample;
import io.tplus1.model.TrainingSettings;
import io.tplus1.rnn.dl4j.Dl4jNetwork;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.NetworkCodec;
import io.tplus1.rnn.training.RnnLearning;
import io.tplus1.rnn.training.RnnTrainer;
import io.tplus1.rnn.training.StepTasks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Broken artifacts in great number: each loads and forecasts, or is refused as an artifact, soon
 * and in little memory.
 */
class ArtifactFuzzTest {
  private static final int TRIES = 5;
  private static final long[] SIZES = {
    0,
    1,
    2,
    16,
    255,
    65_535,
    16_777_217,
    Integer.MAX_VALUE,
    0xffffffffL,
    1L << 40,
    Long.MAX_VALUE,
    -1
  };
  private static final String[] WORDS = {
    "0", "-1", "1e9", "2147483647", "-2147483648", "4294967297", "1e308", "NaN", "null", "true",
    "\"\"", "\"x\"", "[]", "{}", "[[[[]]]]", "16777217", "0.5", "\"\\u0000\"", "65536", "3"
  };

  private static final Pattern VALUE =
      Pattern.compile("(?<=[:\\[,] ?)(-?[0-9.eE+-]+|\"[^\"]*\"|true|false|null)(?=\\s*[,\\]}\\n])");

  private static final List<ModelArtifact> ORIGINALS = new ArrayList<>();

  @BeforeContainer
  static void train() throws InvalidArtifactException {
    // It warns of every certificate that says that DL4J has to serve.
    ((Logger) LoggerFactory.getLogger(RnnModelLoader.class)).setLevel(Level.ERROR);
    Trainer.Task task = Tasks.of(StepTasks.TWO, 5, 2);
    List<TrainingSample> samples =
        samples(task, 60, t -> new float[] {(float) Math.sin(t), (float) (100 + Math.cos(t))});
    for (TrainingSettings.Cell cell :
        List.of(TrainingSettings.Cell.LSTM, TrainingSettings.Cell.SIMPLE_RNN)) {
      ORIGINALS.add(
          new RnnTrainer()
              .train(
                  task,
                  settings().cell(cell).epochs(1).seed(1).build(),
                  samples,
                  List.of(),
                  SILENT));
    }
    Trainer.Task steps = StepTasks.task(12, 2, true);
    Learner learner =
        new RnnLearning()
            .start(
                steps,
                StepTasks.settings(2, TrainingSettings.Loss.HUBER),
                samples(steps, 100, StepTasks::wave));
    ORIGINALS.add(learner.artifact(StepTasks.PROVENANCE));
  }

  @AfterContainer
  static void warnAgain() {
    ((Logger) LoggerFactory.getLogger(RnnModelLoader.class)).setLevel(null);
  }

  /** The bytes that came, and how one of its entries was changed. */
  private static byte[] mutated(Random random) {
    ModelArtifact original = ORIGINALS.get(random.nextInt(ORIGINALS.size()));
    if (random.nextInt(8) == 0) {
      return noisy(original.toBytes(), random);
    }
    Map<String, byte[]> entries = new TreeMap<>(Zipped.unzip(original.toBytes()));
    List<String> names = new ArrayList<>(entries.keySet());
    String name = names.get(random.nextInt(names.size()));
    if (name.equals(Dl4jNetwork.ENTRY) && random.nextInt(4) > 0) {
      name = "manifest.json";
    }
    if (name.equals(Dl4jNetwork.ENTRY)) {
      // DL4J's own form is only read where there is no other.
      entries.keySet().removeIf(other -> other.startsWith("network"));
      Map<String, byte[]> nested = new TreeMap<>(Zipped.unzip(entries.get(name)));
      List<String> inner = new ArrayList<>(nested.keySet());
      String one = inner.get(random.nextInt(inner.size()));
      nested.put(one, changed(one, nested.get(one), random));
      entries.put(
          name, random.nextInt(10) == 0 ? noisy(entries.get(name), random) : Zipped.zip(nested));
    } else if (random.nextInt(20) == 0) {
      entries.remove(name);
    } else {
      entries.put(name, changed(name, entries.get(name), random));
    }
    return Zipped.zip(entries);
  }

  private static byte[] changed(String name, byte[] bytes, Random random) {
    return name.endsWith(".json") && random.nextInt(4) > 0
        ? reworded(bytes, random)
        : noisy(bytes, random);
  }

  /** JSON with a value or two replaced, so that it is still JSON. */
  private static byte[] reworded(byte[] bytes, Random random) {
    String json = new String(bytes, UTF_8);
    for (int times = 1 + random.nextInt(2); times > 0; times--) {
      List<int[]> places = new ArrayList<>();
      Matcher matcher = VALUE.matcher(json);
      while (matcher.find()) {
        places.add(new int[] {matcher.start(), matcher.end()});
      }
      if (!places.isEmpty()) {
        int[] place = places.get(random.nextInt(places.size()));
        json =
            json.substring(0, place[0])
                + WORDS[random.nextInt(WORDS.length)]
                + json.substring(place[1]);
      }
    }
    return json.getBytes(UTF_8);
  }

  private static byte[] noisy(byte[] original, Random random) {
    byte[] bytes = original.clone();
    if (bytes.length < 16) {
      return new byte[random.nextInt(16)];
    }
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      int at =
          random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length - 8) : bytes.length - 8);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      buffer.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> buffer.putInt(at, (int) SIZES[random.nextInt(SIZES.length)]);
        case 3 -> buffer.putLong(at, SIZES[random.nextInt(SIZES.length)]);
        case 4 -> buffer.putFloat(at, Float.intBitsToFloat(random.nextInt()));
        default -> {
          if (random.nextInt(4) == 0) {
            return Arrays.copyOf(bytes, at);
          }
          System.arraycopy(bytes, random.nextInt(bytes.length - 8), bytes, at, 8);
        }
      }
    }
    return bytes;
  }

  private static void assertLoadsOrIsRefused(byte[] bytes) {
    try {
      ModelArtifact artifact = ModelArtifact.read(bytes);
      Forecaster forecaster = new RnnModelLoader().load(artifact);
      int width =
          forecaster.schema().size()
              + artifact.manifest().stepInputs().map(inputs -> inputs.traced().size()).orElse(0)
                  * forecaster.schema().targets().size();
      // What the global store asks of a champion before it serves.
      Forecaster.Session session = forecaster.newSession();
      float[] output = new float[forecaster.outputLength()];
      int steps = forecaster.steps();
      session.forecast(
          FeatureWindow.over(new float[steps * width], new long[steps], width, 0, steps), output);
      session.forecast(
          FeatureWindow.over(new float[steps * width], new long[steps], width, 0, 1), output);
    } catch (InvalidArtifactException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2_000);
    }
  }

  @Property(
      tries = TRIES,
      seed = "20261124",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void load_mutatedArtifacts_loadAndForecastOrAreRefused(@ForAll long seed) {
    FuzzRun.over(
        seed,
        FuzzRun.INPUTS / TRIES,
        ArtifactFuzzTest::mutated,
        ArtifactFuzzTest::assertLoadsOrIsRefused);
  }

  /** A kilobyte that stands for 16 GB of memory: each layer alone would be let in. */
  @Example
  void load_manyLayersThatEachHandOnMuch_isRefused() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer.Flatten());
    layers.add(new Layer.RepeatVector(1 << 20));
    layers.addAll(Collections.nCopies(250, new Layer.Activation(ActivationFunction.TANH)));
    layers.add(
        new Layer.SimpleRnn(
            4, ActivationFunction.TANH, false, false, new float[40], new float[16], new float[4]));
    Network network = new Network(2, 5, layers);

    assertThatThrownBy(
            () ->
                new RnnModelLoader()
                    .load(
                        ModelArtifact.of(
                            ORIGINALS.get(0).manifest(),
                            Map.of(
                                NetworkCodec.ARCHITECTURE,
                                NetworkCodec.architecture(network),
                                NetworkCodec.WEIGHTS,
                                NetworkCodec.weights(network)))))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("hand on at most");
  }
}
