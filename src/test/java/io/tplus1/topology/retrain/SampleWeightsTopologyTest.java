package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.FAST;
import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A sample stands for as many as its weight says. Here many light samples say one thing and a few
 * heavy ones the opposite, so that whoever counts samples decides otherwise.
 */
class SampleWeightsTopologyTest {
  private static final double HEAVY = 1_000;

  private static final Map<String, String> WHOLE =
      with(
          REFRESH,
          "retrain.mode=retrain",
          "retrain.warm=false",
          "train.epochs=40",
          "retrain.buffer=40",
          "retrain.every.samples=0",
          "probation.scores=20");

  /** The same sample of so much weight, with another value that followed. */
  private static TrainingSample followed(TrainingSample sample, float value, double weight) {
    long[] times = {sample.following().lastTimeMs()};
    return new TrainingSample(
        sample.series(),
        sample.window(),
        FeatureWindow.over(new float[] {value}, times, 1, 0, 1),
        weight);
  }

  /** A sample after which nothing moved: the last value was right. */
  private static TrainingSample still(TrainingSample sample) {
    return followed(sample, last(sample), 1);
  }

  /** A sample after which the value moved the other way than the law says. */
  private static TrainingSample turned(TrainingSample sample, double weight) {
    return followed(sample, 2 * last(sample) - sample.following().value(0, 0), weight);
  }

  private static TrainingSample weighing(TrainingSample sample, double weight) {
    return followed(sample, sample.following().value(0, 0), weight);
  }

  private static float last(TrainingSample sample) {
    return sample.window().value(sample.window().steps() - 1, 0);
  }

  @Test
  void gate_challengerBetterOnTheHeavySamplesAlone_isPromoted() {
    try (RetrainDriver retrain = new RetrainDriver(with(WHOLE, "gate.decay=1"))) {
      retrain.samples(40, SLOW);
      assertThat(retrain.events()).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);

      for (int i = 1; i <= 48; i++) {
        TrainingSample next = retrain.next(SLOW);
        retrain.sample(i % 4 == 0 ? weighing(next, HEAVY) : still(next));
      }

      ModelEvent promoted = retrain.events().get(0);
      assertThat(promoted.kind()).isEqualTo(Kind.PROMOTED);
      assertThat(promoted.figures()).containsEntry("gateSamples", 24.0);
    }
  }

  @Test
  void probation_formerBetterOnTheHeavySamplesAlone_rollsBack() {
    try (RetrainDriver retrain = new RetrainDriver(with(WHOLE, "gate.margin=0.9"))) {
      retrain.samples(40, SLOW);
      String slow = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();
      retrain.command(ModelCommand.Kind.PROMOTE, slow);
      retrain.samples(47, FAST);
      retrain.command(ModelCommand.Kind.RETRAIN, null);
      String fast = retrain.events(Kind.TRAINED).get(0).hash().orElseThrow();
      retrain.command(ModelCommand.Kind.PROMOTE, fast);
      assertThat(retrain.champion()).isEqualTo(fast);

      for (int i = 1; i <= 24; i++) {
        boolean heavy = i % 3 == 0;
        retrain.sample(weighing(retrain.next(heavy ? SLOW : FAST), heavy ? HEAVY : 1));
      }

      ModelEvent back = retrain.events(Kind.ROLLED_BACK).get(0);
      assertThat(back.champion()).contains(slow);
      assertThat(back.figures().get("probationFormer"))
          .isLessThan(back.figures().get("probationChampion"));
    }
  }

  @Test
  void standing_championWorseThanPersistenceOnTheHeavySamplesAlone_trains() {
    Map<String, String> settings =
        with(
            WHOLE,
            "retrain.on.drift=true",
            "retrain.drift.threshold=1e9",
            "probation.scores=100000");
    try (RetrainDriver retrain = new RetrainDriver(settings)) {
      retrain.samples(52, SLOW);
      assertThat(retrain.champion()).isNotNull();
      retrain.events();

      for (int i = 0; i < 60; i++) {
        TrainingSample next = retrain.next(SLOW);
        retrain.sample(i % 8 == 0 ? turned(next, HEAVY) : next);
      }

      assertThat(retrain.events(Kind.TRAINED))
          .extracting(ModelEvent::reason)
          .singleElement()
          .asString()
          .contains("persistence is clearly better than the champion");
    }
  }
}
