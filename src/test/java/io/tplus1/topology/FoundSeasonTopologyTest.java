package io.tplus1.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.ForecastSettings;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.PredictionSerde;
import io.tplus1.serde.Receipt;
import io.tplus1.topology.forecast.GivenForecasts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The seasonal expert where its season is found in each series. */
class FoundSeasonTopologyTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("x");
  private static final int HORIZON = 2;
  private static final int STEPS = 16;
  private static final int VECTORS = 200;

  @TempDir private Path folder;

  private static ForecastPlan plan(String... more) {
    Map<String, String> settings =
        TestSettings.with(
            Map.of(
                "features", "x",
                "window.steps", Integer.toString(STEPS),
                "history.minimum", "1",
                "forecast.horizon", Integer.toString(HORIZON),
                "window.store", "memory",
                "experts", "last,seasonal",
                "season.steps", "auto"),
            more);
    Configuration configuration = new Configuration(settings);
    return ForecastPlan.of(configuration, configuration.schema());
  }

  private static byte[] json(Prediction prediction) {
    return new PredictionSerde(SCHEMA).serializer().serialize("t", prediction);
  }

  private static Prediction published(Prediction sent) {
    return new PredictionSerde(SCHEMA).deserializer().deserialize("t", json(sent));
  }

  /** A season of five steps in one series, of seven in the other. */
  private static float value(int series, int t, Random random) {
    int season = series == 0 ? 5 : 7;
    return (float) (10 * (t % season) + random.nextGaussian());
  }

  private List<Prediction> run(String name, int restartEvery) throws IOException {
    List<Prediction> sent = new ArrayList<>();
    Path state = Files.createDirectory(folder.resolve(name));
    ForecastSettings settings = plan("window.store", "rocksdb").layout().settings();
    try (var rig = new ProcessorRig(state.toFile(), SCHEMA, settings)) {
      Random random = new Random(1);
      for (int t = 0; t < VECTORS; t++) {
        for (int series = 0; series < 2; series++) {
          rig.process("k" + series, 1_000L * t, value(series, t, random));
        }
        sent.addAll(rig.predictions());
        if (t % restartEvery == restartEvery - 1) {
          rig.restart(SCHEMA, settings);
        }
      }
    }
    return sent;
  }

  @Test
  void process_seasonsOfTwoSeries_areFoundAndForecastByTheirOwn() throws IOException {
    List<Prediction> sent = run("one", Integer.MAX_VALUE);

    Receipt first = sent.get(0).receipt().orElseThrow();
    assertThat(first.experts()).containsExactly("last", "seasonal");
    assertThat(first.given()).isEmpty();
    double error = 0;
    for (Prediction one : sent.subList(VECTORS, 2 * VECTORS - 2 * HORIZON)) {
      int series = one.key().charAt(1) - '0';
      int t = (int) (one.timeMs() / 1_000);
      assertThat(one.receipt().orElseThrow().given().get("seasonal"))
          .containsExactly(series == 0 ? 5 : 7);
      for (int h = 1; h <= HORIZON; h++) {
        error += Math.abs(one.values()[h - 1] - 10 * ((t + h) % (series == 0 ? 5 : 7)));
      }
    }
    assertThat(error / (VECTORS * HORIZON)).isLessThan(2);
  }

  @Test
  void process_restartedNowAndThen_sendsTheSameBits() throws IOException {
    List<Prediction> through = run("through", Integer.MAX_VALUE);
    List<Prediction> restarted = run("restarted", 13);

    assertThat(restarted).hasSameSizeAs(through);
    for (int i = 0; i < through.size(); i++) {
      // Where vectors were read is not known after a restart.
      assertThat(withoutOffsets(restarted.get(i))).isEqualTo(withoutOffsets(through.get(i)));
    }
  }

  /** What is filled repeats the value before it, and has no season. */
  @Test
  void process_targetThatIsOftenAbsent_itsSeasonIsFoundInWhatCame() throws IOException {
    FeatureSchema two = FeatureSchema.ofNumbers("x", "y");
    ForecastSettings settings =
        plan("features", "x,y", "missing.fill", "last", "missing.limit", "20").layout().settings();
    int known = 0;
    for (int seed = 0; seed < 20; seed++) {
      Path state = Files.createDirectory(folder.resolve("absent" + seed));
      try (var rig = new ProcessorRig(state.toFile(), two, settings)) {
        Random random = new Random(seed);
        for (int t = 0; t < VECTORS; t++) {
          double wave = 3 * Math.sin(2 * Math.PI * t / 6) + random.nextGaussian();
          boolean absent = t > 0 && random.nextInt(3) == 0;
          rig.process("k", 1_000L * t, absent ? Float.NaN : (float) wave, 1);
          Receipt receipt = rig.predictions().get(0).receipt().orElseThrow();
          float[] season = receipt.given().get("seasonal");
          known += season != null && season[0] == 6 ? 1 : 0;
        }
      }
    }
    // With what was filled it is named of 60 windows in 200, without of 77.
    assertThat(known).isGreaterThan(20 * 70);
  }

  private static String withoutOffsets(Prediction prediction) {
    return new String(json(prediction), UTF_8).replaceAll("\"[a-z]+Offset\":\\d+,?", "");
  }

  @Test
  void replay_ofItsReceipt_makesTheForecastAgain() throws Exception {
    ForecastPlan plan = plan();
    boolean found = false;
    try (var rig = new ProcessorRig(folder.toFile(), SCHEMA, plan.layout().settings())) {
      Random random = new Random(2);
      for (int t = 0; t < VECTORS; t++) {
        rig.process("k", 1_000L * t, value(0, t, random));
        Prediction sent = published(rig.predictions().get(0));
        List<FeatureVector> stored = rig.stored("k");
        long fromMs = sent.receipt().orElseThrow().window().fromMs();
        FeatureWindow window =
            FeatureWindow.of(
                stored.stream()
                    .filter(row -> row.timeMs() >= fromMs)
                    .toArray(FeatureVector[]::new));

        Replay.Made made = new Replay(plan).make(sent, window, Optional.empty(), Map.of());

        assertThat(json(made.prediction())).isEqualTo(json(sent));
        found |= !sent.receipt().orElseThrow().given().isEmpty();
      }
    }
    assertThat(found).isTrue();
  }

  @Test
  void replay_ofASeasonThatCannotBe_isRefused() {
    for (float[] given : new float[][] {{}, {0}, {2.5f}, {17}, {Float.NaN}, {3, 4}}) {
      assertThatThrownBy(() -> GivenForecasts.season(Map.of("seasonal", given), STEPS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("one season of at most 16 steps");
    }
    assertThat(GivenForecasts.season(Map.of(), STEPS)).isZero();
    assertThat(GivenForecasts.season(Map.of("seasonal", new float[] {16}), STEPS)).isEqualTo(16);
  }
}
