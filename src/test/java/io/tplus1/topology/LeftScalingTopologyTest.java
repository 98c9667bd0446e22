package io.tplus1.topology;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.START;
import static io.tplus1.topology.retrain.RetrainDriver.STEPS;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tplus1.LogCapture;
import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.Forecaster;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.topology.retrain.RetrainDriver;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A series that leaves the range in which its network was scaled. */
class LeftScalingTopologyTest {
  private static final int CALM = 200;
  private static final int ALL = 600;
  private static final Map<String, String> WHOLE =
      with(REFRESH, "retrain.mode=retrain", "train.epochs=20", "retrain.every.samples=50");

  private final Random random = new Random(1);
  private final float[] values = new float[ALL + STEPS + 1];

  /** 20 ± .01, then a wave of this amplitude more. */
  private void series(double amplitude) {
    for (int i = 0; i < values.length; i++) {
      double wave = i < CALM ? 0 : amplitude * Math.sin(.3 * (i - CALM));
      values[i] = (float) (20 + wave + .01 * random.nextGaussian());
    }
  }

  private TrainingSample sample(int at) {
    long[] times = new long[values.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = START.toEpochMilli() + 1_000L * i;
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, 1, at, STEPS),
        FeatureWindow.over(values, times, 1, at + STEPS, 1),
        1);
  }

  /** RMSE of the champion over that of persistence in the last third, where it serves. */
  private double ratio(RetrainDriver retrain) throws Exception {
    double network = 0;
    double persistence = 0;
    for (int i = 0; i < ALL; i++) {
      TrainingSample sample = sample(i);
      if (i >= 2 * ALL / 3) {
        Forecaster champion = new RnnModelLoader().load(retrain.artifact());
        float[] forecast = new float[champion.outputLength()];
        champion.newSession().forecast(sample.window(), forecast);
        float actual = sample.following().value(0, 0);
        network += Math.pow(forecast[0] - actual, 2);
        persistence += Math.pow(sample.window().last(0) - actual, 2);
      }
      retrain.sample(sample);
    }
    return Math.sqrt(network / persistence);
  }

  private static boolean beatBoth(Map<String, Double> figures) {
    return figures.containsKey("gateChampion")
        && figures.get("gateChallenger") < figures.get("gatePersistence");
  }

  @Test
  void refresh_levelLeavesTheScaling_beginsAnewAndServesAgain() throws Exception {
    for (double amplitude : new double[] {.5, 3}) {
      series(amplitude);
      try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
        assertThat(ratio(retrain)).as("amplitude %s", amplitude).isLessThan(2);
        assertThat(retrain.events(Kind.REJECTED))
            .extracting(ModelEvent::reason)
            .anyMatch(reason -> reason.contains("begins anew"));
      }
    }
  }

  @Test
  void retrain_levelLeavesTheScaling_beginsWithNewWeightsAndServesAgain() throws Exception {
    series(3);
    try (LogCapture log = LogCapture.of("io.tplus1.topology.retrain", Level.WARN);
        RetrainDriver retrain = new RetrainDriver(WHOLE)) {
      assertThat(ratio(retrain)).isLessThan(2);
      assertThat(log.messages())
          .anySatisfy(
              said ->
                  assertThat(said)
                      .startsWith("Model ")
                      .contains("persistence, which repeats the last value, is clearly better")
                      .contains("mean error was the lower one, now ", "begins anew"));
      List<ModelEvent> events = retrain.events();
      assertThat(events)
          .extracting(ModelEvent::reason)
          .anyMatch(reason -> reason.contains("with new weights"));
      assertThat(events)
          .filteredOn(event -> event.kind() == Kind.PROMOTED)
          .anySatisfy(event -> assertThat(beatBoth(event.figures())).isTrue())
          .anySatisfy(event -> assertThat(beatBoth(event.figures())).isFalse())
          .allSatisfy(
              event ->
                  assertThat(event.reason().contains("and persistence on"))
                      .as(event.toString())
                      .isEqualTo(beatBoth(event.figures())));
    }
  }
}
