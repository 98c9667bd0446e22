package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.Folders;
import io.tplus1.config.Configuration;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.FakeForecaster;
import io.tplus1.model.ForecastStatus;
import io.tplus1.model.Forecaster;
import io.tplus1.model.LinearForecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.ModelRegistry;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Receipt;
import io.tplus1.topology.models.SmallPart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Forecasts are made again from what is sent and what is stored, to the bit. */
class ReplayTest {
  private static final FeatureSchema SCHEMA =
      FeatureSchema.of(
          List.of(
              Feature.number("x"),
              Feature.category("c", List.of("low", "high")),
              Feature.number("y")));
  private static final int STEPS = 4;
  private static final int HORIZON = 3;
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("features", "x,c,y"),
          Map.entry("categories", "c"),
          Map.entry("vocabulary.c", "low,high"),
          Map.entry("window.steps", "4"),
          Map.entry("history.minimum", "1"),
          Map.entry("forecast.horizon", "3"),
          Map.entry("window.max.age", "40ms"),
          Map.entry("max.lateness", "15ms"),
          Map.entry("window.retention", "200ms"),
          Map.entry("window.store", "memory"),
          Map.entry("season.steps", "3"),
          Map.entry("linear.lags", "1-2"),
          Map.entry("joint.lags", "1-2"),
          Map.entry("series.lags", "1-2"),
          Map.entry("gap.fill", "linear"),
          Map.entry("gap.limit", "2"),
          Map.entry("missing.fill", "linear"),
          Map.entry("model.max.age", "500ms"),
          Map.entry("interval.pool", "true"),
          Map.entry("mix.exponent", "2"));

  private final ForecastPlan plan = plan("last,seasonal,linear,joint,series,markov,rnn,stacked");

  private static ForecastPlan plan(String experts) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("experts", experts);
    Configuration configuration = new Configuration(settings);
    return ForecastPlan.of(configuration, configuration.schema());
  }

  @Property(tries = 15, seed = "20261124")
  void make_anyHistory_isToTheBitWhatWasSent(@ForAll long seed) throws Exception {
    Set<ForecastStatus> seen = EnumSet.noneOf(ForecastStatus.class);
    run(plan, new Random(seed), seen);

    assertThat(seen).contains(ForecastStatus.NO_MODEL);
  }

  @Property(tries = 5, seed = "20261124")
  void make_networkAlone_isToTheBitWhatWasSent(@ForAll long seed) throws Exception {
    run(plan("rnn"), new Random(seed), EnumSet.noneOf(ForecastStatus.class));
  }

  /** A fixed history sees everything that a forecast can be. */
  @Test
  void make_eachStatus_isToTheBitWhatWasSent() throws Exception {
    Set<ForecastStatus> seen = EnumSet.noneOf(ForecastStatus.class);
    for (int seed = 0; seed < 10; seed++) {
      run(plan, new Random(seed), seen);
    }

    assertThat(seen).containsExactlyInAnyOrder(ForecastStatus.values());
  }

  private static void run(ForecastPlan plan, Random random, Set<ForecastStatus> seen)
      throws Exception {
    Path folder = Files.createTempDirectory("replay");
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, plan.layout().settings())) {
      Map<String, Forecaster> models = new HashMap<>();
      Map<String, LinearForecaster> linear = new HashMap<>();
      for (int i = 0; i < 80; i++) {
        if (i > 10 && random.nextInt(15) == 0) {
          float factor = random.nextInt(4) == 0 ? Float.NaN : random.nextFloat();
          Forecaster model =
              new FakeForecaster("model-" + i, SCHEMA, STEPS, HORIZON, new WeightedSum(factor));
          models.put(model.modelHash(), model);
          rig.registry().serve(model, manifest(random.nextInt(2_000)), Optional.empty());
        }
        if (i > 5 && random.nextInt(10) == 0) {
          String expert = random.nextBoolean() ? "linear" : "joint";
          LinearForecaster part = new SmallPart(expert + i, SCHEMA, HORIZON, random.nextFloat());
          linear.put(expert, part);
          rig.registry().serveLinear(expert, part);
        }
        String key = "k" + random.nextInt(2);
        long now = Math.max(1_000, rig.streamTimeMs());
        long time = now + (random.nextInt(5) == 0 ? random.nextInt(26) - 12 : random.nextInt(5));
        rig.process(key, time, random.nextInt(7), random.nextInt(3), hole(random));
        for (Prediction sent : rig.predictions()) {
          seen.add(sent.status());
          // Who comes later may find parts that learnt more.
          Map<String, LinearForecaster> found =
              random.nextBoolean() ? Map.copyOf(linear) : Map.of();
          assertMadeAgain(plan, published(sent), rig, models, found, rig.registry());
        }
      }
    } finally {
      Folders.delete(folder);
    }
  }

  private static float hole(Random random) {
    return random.nextInt(6) == 0 ? Float.NaN : random.nextInt(100);
  }

  /** Without the hashes of linear parts, of which there may be others by now. */
  private static String json(Prediction prediction) {
    return new String(new PredictionSerde(SCHEMA).serializer().serialize("t", prediction), UTF_8)
        .replaceFirst("\"linear\":\\{[^}]*},", "");
  }

  /** As a consumer reads it. */
  private static Prediction published(Prediction sent) {
    PredictionSerde serde = new PredictionSerde(SCHEMA);
    return serde.deserializer().deserialize("t", serde.serializer().serialize("t", sent));
  }

  private static void assertMadeAgain(
      ForecastPlan plan,
      Prediction published,
      ProcessorRig rig,
      Map<String, Forecaster> models,
      Map<String, LinearForecaster> linear,
      ModelRegistry registry)
      throws Exception {
    Receipt receipt = published.receipt().orElseThrow();
    FeatureWindow window =
        FeatureWindow.of(
            rig.stored(published.key()).stream()
                .filter(row -> row.timeMs() >= receipt.window().fromMs())
                .filter(row -> row.timeMs() <= published.timeMs())
                .toArray(FeatureVector[]::new));
    Optional<Replay.Model> model =
        Replay.isByNetwork(published)
            ? Optional.of(
                new Replay.Model(
                    models.get(published.model()),
                    manifest(registry.serving().toMs().orElseThrow())))
            : Optional.empty();
    Replay replay = new Replay(plan);

    assertThat(replay.misfits(published, receipt)).isEmpty();
    Replay.Made made = replay.make(published, window, model, linear);

    assertThat(made.contradictions()).isEmpty();
    assertThat(json(made.prediction())).isEqualTo(json(published));
    assertThat(made.origins().keySet()).containsAll(receipt.experts());
  }

  private static ModelManifest manifest(long toMs) {
    return SmallArtifacts.manifest(SCHEMA, STEPS, HORIZON, toMs);
  }

  @Test
  void make_linearPartThatSaysSomethingElse_isAContradiction() throws Exception {
    Path folder = Files.createTempDirectory("replay");
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, plan.layout().settings())) {
      rig.registry().serveLinear("linear", new SmallPart("p", SCHEMA, HORIZON, .5f));
      rig.process("k", 1_000, 1, 1, 1);
      Prediction published = published(rig.predictions().get(0));
      FeatureWindow window = FeatureWindow.of(rig.stored("k").toArray(FeatureVector[]::new));

      Replay.Made made =
          new Replay(plan)
              .make(
                  published,
                  window,
                  Optional.empty(),
                  Map.of("linear", new SmallPart("p", SCHEMA, HORIZON, .6f)));

      assertThat(made.contradictions()).hasSize(1);
      assertThat(made.contradictions().get(0)).startsWith("linear forecasts [");
    } finally {
      Folders.delete(folder);
    }
  }

  @Test
  void make_receiptOfBefore_saysWhatItLacks() throws Exception {
    Path folder = Files.createTempDirectory("replay");
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, plan.layout().settings())) {
      rig.registry().serveLinear("linear", new SmallPart("p", SCHEMA, HORIZON, .5f));
      rig.process("k", 1_000, 1, 1, 1);
      Prediction sent = published(rig.predictions().get(0));
      Receipt receipt = sent.receipt().orElseThrow();
      FeatureWindow window = FeatureWindow.of(rig.stored("k").toArray(FeatureVector[]::new));
      Prediction old = with(sent, receipt.weights(), Map.of(), receipt.intervals());
      Prediction cut =
          with(sent, receipt.weights(), Map.of("linear", new float[1]), receipt.intervals());

      assertThatThrownBy(() -> new Replay(plan).make(old, window, Optional.empty(), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not give what linear forecast beyond t+1");
      assertThatThrownBy(() -> new Replay(plan).make(cut, window, Optional.empty(), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("gives 1 values of linear, and 4 were expected");
    } finally {
      Folders.delete(folder);
    }
  }

  @Test
  void make_receiptThatIsCutShort_isRefused() throws Exception {
    Path folder = Files.createTempDirectory("replay");
    ForecastPlan two = plan("last,rnn");
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, two.layout().settings())) {
      rig.process("k", 1_000, 1, 1, 1);
      Prediction sent = published(rig.predictions().get(0));
      Receipt receipt = sent.receipt().orElseThrow();
      FeatureWindow window = FeatureWindow.of(rig.stored("k").toArray(FeatureVector[]::new));
      byte[] intervals = receipt.intervals();
      assertThat(intervals).isNotEmpty();

      for (int length : new int[] {1, 4, intervals.length - 1}) {
        Prediction cut = with(sent, receipt.weights(), Map.of(), Arrays.copyOf(intervals, length));
        assertThatThrownBy(() -> made(two, cut, window))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                "\\d+ bytes of .*intervals.* were expected, found "
                    + (length == 1 ? 1 : length - 4));
      }
      for (float[][][] weights :
          List.of(new float[0][][], new float[1][0][], new float[][][] {{{1}, {1}, {1}}})) {
        Prediction cut = with(sent, weights, Map.of(), intervals);
        assertThatThrownBy(() -> made(two, cut, window))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("the receipt gives weights");
      }
    } finally {
      Folders.delete(folder);
    }
  }

  /** The last value is made again; only what a published weight cannot hold is taken as it is. */
  @Test
  void make_nobodyForecasts_takesNothingAsItWasPublished() throws Exception {
    Path folder = Files.createTempDirectory("replay");
    ForecastPlan two = plan("linear,rnn");
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, two.layout().settings())) {
      rig.process("k", 1_000, 1, 1, 1);
      Prediction nobody = published(rig.predictions().get(0));
      FeatureWindow window = FeatureWindow.of(rig.stored("k").toArray(FeatureVector[]::new));

      assertThat(made(two, nobody, window).origins()).containsOnlyKeys("linear", "rnn");

      rig.registry().serveLinear("linear", new SmallPart("p", SCHEMA, HORIZON, .5f));
      rig.process("other", 2_000, 1, 1, 1);
      Prediction light = withoutWeights(published(rig.predictions().get(0)));
      assertThat(
              made(two, light, FeatureWindow.of(rig.stored("other").toArray(FeatureVector[]::new)))
                  .origins())
          .containsKey("mix");
    } finally {
      Folders.delete(folder);
    }
  }

  private static Replay.Made made(ForecastPlan plan, Prediction sent, FeatureWindow window)
      throws Exception {
    return new Replay(plan)
        .make(
            sent,
            window,
            Optional.empty(),
            Map.of("linear", new SmallPart("p", SCHEMA, HORIZON, .5f)));
  }

  /** As where each is too small for a float. */
  private static Prediction withoutWeights(Prediction sent) {
    for (float[][] group : sent.receipt().orElseThrow().weights()) {
      for (float[] target : group) {
        Arrays.fill(target, 0);
      }
    }
    return sent;
  }

  private static Prediction with(
      Prediction sent, float[][][] weights, Map<String, float[]> given, byte[] intervals) {
    Receipt receipt = sent.receipt().orElseThrow();
    return new Prediction(
        sent.key(),
        sent.timeMs(),
        sent.status(),
        sent.model(),
        sent.targetTimesMs(),
        sent.values(),
        sent.lower(),
        sent.upper(),
        Optional.of(
            new Receipt(
                receipt.kernel(),
                receipt.window(),
                receipt.experts(),
                weights,
                receipt.linear(),
                given,
                intervals)));
  }

  @Test
  void misfits_otherSettings_namesThem() throws Exception {
    Path folder = Files.createTempDirectory("replay");
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, plan.layout().settings())) {
      rig.process("k", 1_000, 1, 1, 1);
      Prediction published = rig.predictions().get(0);

      assertThat(new Replay(plan("last,rnn")).misfits(published, published.receipt().orElseThrow()))
          .singleElement()
          .asString()
          .startsWith(
              "experts are [last, rnn], and [last, seasonal, linear, joint, series, markov-0");
    } finally {
      Folders.delete(folder);
    }
  }
}
