package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureSchema;
import io.tplus1.feature.HeapBudget;
import io.tplus1.feature.Scaling;
import io.tplus1.feature.WindowRing;
import io.tplus1.model.Forecaster;
import io.tplus1.model.ModelManifest;
import io.tplus1.model.Provenance;
import io.tplus1.model.Strategy;
import io.tplus1.rnn.kernel.Kernel;
import io.tplus1.rnn.kernel.KernelKind;
import io.tplus1.rnn.kernel.Kernels;
import io.tplus1.rnn.network.ActivationFunction;
import io.tplus1.rnn.network.Layer;
import io.tplus1.rnn.network.Network;
import io.tplus1.rnn.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProjectedWindowTest {
  private static final FeatureSchema SCHEMA = FeatureSchema.ofNumbers("a", "b");
  private static final int FEATURES = 2;
  private static final int STEPS = 5;

  private static final long AMPLE = 1 << 20;

  @Property(tries = 200, seed = "20261124")
  void forecast_anyLifeOfSeries_equalsThatWithoutProjectionsBitForBit(@ForAll long seed) {
    Random random = new Random(seed);
    int steps = 1 + random.nextInt(2 * STEPS);
    List<Forecaster> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      models.add(model(random, steps));
    }
    // From nothing through room for some of the series to room for all.
    HeapBudget budget = new HeapBudget(random.nextInt(4) * 1_500L * steps);
    int capacity = steps + random.nextInt(3);
    Forecaster model = models.get(0);
    Forecaster.Session kept = model.newSession();
    Forecaster.Session plain = model.newSession();
    WindowRing[] rings = new WindowRing[1 + random.nextInt(4)];
    WindowRing[] bare = new WindowRing[rings.length];
    long timeMs = 0;
    for (int round = 0; round < 120; round++) {
      int i = random.nextInt(rings.length);
      if (rings[i] == null) {
        rings[i] = new WindowRing(capacity, FEATURES, 20, budget);
        bare[i] = new WindowRing(capacity, FEATURES, 20);
      }
      int appends = 1;
      switch (random.nextInt(20)) {
        case 0 -> {
          rings[i].clear();
          bare[i].clear();
          appends = 1 + random.nextInt(2 * steps);
        }
        case 1 -> {
          rings[i].releaseAttachment();
          rings[i] = null;
          continue;
        }
        case 2 -> {
          model = models.get(random.nextInt(models.size()));
          kept = model.newSession();
          plain = model.newSession();
        }
        case 3 -> rings[i].releaseAttachment();
        case 4 -> appends = 2 + random.nextInt(3);
        case 5 -> appends = rings[i].count() > 0 ? 0 : 1;
        default -> {
          // one vector, as nearly always
        }
      }
      for (int n = 0; n < appends; n++) {
        timeMs += random.nextInt(15) == 0 ? 1 + random.nextInt(25) : 1;
        float[] vector = {(float) random.nextGaussian(), (float) random.nextGaussian()};
        rings[i].append(timeMs, vector);
        bare[i].append(timeMs, vector);
      }
      assertThat(forecast(kept, model, rings[i])).isEqualTo(forecast(plain, model, bare[i]));
    }
  }

  @Test
  void forecast_moreSeriesThanTheBudgetHolds_givesRoomToTheFirst() {
    Network network = network(new Random(1), 8);
    Forecaster model = forecaster(network, STEPS);
    long bytes = 4L * 7 * Kernels.compile(network, STEPS, KernelKind.PLAIN).projectionWidth() + 80;
    HeapBudget budget = new HeapBudget(2 * bytes + bytes / 2);
    WindowRing[] rings = new WindowRing[4];
    for (int i = 0; i < rings.length; i++) {
      rings[i] = new WindowRing(STEPS, FEATURES, 1_000, budget);
    }
    Forecaster.Session session = model.newSession();

    say(session, model, 1, rings);
    assertThat(carriers(rings)).containsExactly(true, true, false, false);

    rings[0].releaseAttachment();
    say(session, model, 2, rings[3], rings[2], rings[1]);
    assertThat(carriers(rings)).containsExactly(false, true, false, true);

    Forecaster next = forecaster(network, STEPS);
    say(next.newSession(), next, 3, rings[3], rings[2], rings[1], rings[0]);
    assertThat(carriers(rings))
        .as("each gives up the other model's before it takes room")
        .containsExactly(false, true, false, true);
  }

  @Test
  void forecast_modelWithoutProjections_attachesNothing() {
    Random random = new Random(3);
    Network dense =
        new Network(
            FEATURES,
            STEPS,
            List.of(
                new Layer.Flatten(),
                new Layer.Dense(
                    FEATURES,
                    ActivationFunction.LINEAR,
                    weights(random, STEPS * FEATURES * FEATURES),
                    weights(random, FEATURES))));
    Forecaster flat = forecaster(dense, STEPS);
    Forecaster recursive = forecaster(network(random, 4), STEPS, Strategy.RECURSIVE);
    WindowRing ring = new WindowRing(STEPS, FEATURES, 1_000, new HeapBudget(AMPLE));
    for (int i = 0; i < STEPS; i++) {
      ring.append(i, new float[] {i, -i});
    }

    forecast(flat.newSession(), flat, ring);
    forecast(recursive.newSession(), recursive, ring);

    assertThat(ring.window().attachment()).isNull();
  }

  private static void say(
      Forecaster.Session session, Forecaster model, long timeMs, WindowRing... rings) {
    for (WindowRing ring : rings) {
      ring.append(timeMs, new float[] {timeMs, 1});
      forecast(session, model, ring);
    }
  }

  private static List<Boolean> carriers(WindowRing... rings) {
    List<Boolean> carry = new ArrayList<>();
    for (WindowRing ring : rings) {
      carry.add(ring.window().attachment() != null);
    }
    return carry;
  }

  private static float[] forecast(Forecaster.Session session, Forecaster model, WindowRing ring) {
    float[] output = new float[model.outputLength()];
    session.forecast(ring.window(), output);
    return output;
  }

  /** A model of a window as long, or shorter than what the rings hold. */
  private static Forecaster model(Random random, int steps) {
    return forecaster(network(random, 1 + random.nextInt(20)), 1 + random.nextInt(steps));
  }

  private static Network network(Random random, int units) {
    Layer.Recurrent first = recurrent(random, units, false);
    Layer layer =
        random.nextInt(3) == 0
            ? new Layer.Bidirectional(first, recurrent(random, units, true), Layer.Merge.SUM)
            : first;
    return new Network(
        FEATURES,
        Shape.ANY_STEPS,
        List.of(
            layer,
            new Layer.Dense(
                FEATURES,
                ActivationFunction.LINEAR,
                weights(random, units * FEATURES),
                weights(random, FEATURES))));
  }

  private static Layer.Recurrent recurrent(Random random, int units, boolean backwards) {
    if (random.nextBoolean()) {
      return new Layer.SimpleRnn(
          units,
          ActivationFunction.TANH,
          false,
          backwards,
          weights(random, FEATURES * units),
          weights(random, units * units),
          weights(random, units));
    }
    return new Layer.Lstm(
        units,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        false,
        backwards,
        weights(random, FEATURES * 4 * units),
        weights(random, 4 * units * units),
        weights(random, 4 * units));
  }

  private static float[] weights(Random random, int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = random.nextFloat() - 0.5f;
    }
    return weights;
  }

  private static Forecaster forecaster(Network network, int steps) {
    return forecaster(network, steps, Strategy.DIRECT);
  }

  private static Forecaster forecaster(Network network, int steps, Strategy strategy) {
    Scaling scaling = new Scaling(new float[] {0.5f, -1}, new float[] {2, 0.25f});
    Kernel kernel = Kernels.compile(network, steps, KernelKind.PLAIN);
    ModelManifest manifest =
        new ModelManifest(
                SCHEMA,
                steps,
                1,
                strategy,
                scaling,
                scaling,
                new Provenance("test", 0, 0, 0, 0, Map.of(), Map.of()))
            .withInputLimit(2);
    return new RnnForecaster(
        "hash",
        manifest,
        kernel,
        InputEncoder.of(manifest, FEATURES, false),
        new OutputLayout(SCHEMA, scaling, true, true),
        ForecastRows.of(manifest, network),
        true);
  }
}
