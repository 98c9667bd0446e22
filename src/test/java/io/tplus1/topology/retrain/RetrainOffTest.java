package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.FeatureWindow;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The role that retrains where it does not, which is for a while perhaps. */
class RetrainOffTest {
  private static final Map<String, String> SETTINGS =
      with(REFRESH, "train.members=2", "experts=last,linear,rnn", "linear.lags=1-3");

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  /** Sums are stored seldom, but before the buffer loses a sample that they lack. */
  @Test
  void init_bufferThatLostSamplesSinceTheLastSolution_linearSumsAreAsWithoutARestart() {
    Map<String, String> few =
        with(
            SETTINGS,
            "retrain.mode=off",
            "retrain.buffer=3",
            "retrain.recent=2",
            "retrain.first.samples=2",
            "linear.every=1000");
    List<byte[]> sums = new ArrayList<>();
    for (boolean restarts : new boolean[] {false, true}) {
      try (RetrainRig rig = new RetrainRig(directory.toFile(), few, Runnable::run)) {
        samples.subList(0, 10).forEach(rig::sample);
        if (restarts) {
          rig.restart();
        }
        samples.subList(10, 12).forEach(rig::sample);
        sums.add(rig.learner().get("linear/linear#0000"));
      }
    }

    assertThat(sums.get(1)).isNotNull().isEqualTo(sums.get(0));
  }

  /** Here the buffer holds next to nothing to learn again from. */
  @ParameterizedTest
  @ValueSource(strings = {"linear.ridge=.02", "linear.forgetting=.99", "linear.huber=.5"})
  void init_linearExpertTuned_servesOnWithAllThatItLearnt(String tuned) {
    Map<String, String> off = with(SETTINGS, "retrain.mode=off");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), off, Runnable::run)) {
      samples.subList(0, 100).forEach(rig::sample);
      assertThat(rig.models()).anyMatch(record -> record.startsWith("linear/default/linear="));
      byte[] learnt = rig.learner().get("linear/linear#0000").clone();
      String served = rig.models().get(rig.models().size() - 1);
      rig.events();

      rig.restart(with(off, tuned));
      rig.tick(1);
      rig.sample(samples.get(100));
      assertThat(rig.models()).containsExactly(served);
      assertThat(rig.learner().get("linear/linear#0000")).isEqualTo(learnt);

      samples.subList(101, 150).forEach(rig::sample);
      assertThat(rig.models())
          .isNotEmpty()
          .allMatch(record -> record.startsWith("linear/default/linear="))
          .doesNotContain("linear/default/linear=0");
    }
  }

  /** The topic may have been emptied since, and no command would write them to it again. */
  @ParameterizedTest
  @ValueSource(strings = {"off", "refresh", "retrain"})
  void init_linearExpertsWithoutAChampion_arePublishedAgainWithTheFirstSample(String mode) {
    Map<String, String> none =
        with(
            SETTINGS,
            "retrain.mode=" + mode,
            "retrain.first.samples=100000",
            "retrain.every.samples=0");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), none, Runnable::run)) {
      samples.subList(0, 100).forEach(rig::sample);
      String served =
          rig.models().stream()
              .filter(record -> record.startsWith("linear/"))
              .reduce((before, last) -> last)
              .orElseThrow();
      rig.events();

      rig.restart();
      rig.tick(1);
      assertThat(rig.models()).isEmpty();
      rig.sample(samples.get(100));
      rig.sample(samples.get(101));

      assertThat(rig.models()).containsExactly(served);
    }
  }

  /** It serves nobody, and cannot be promoted. */
  @Test
  void init_linearExpertsBesideAnOutgrownChampion_arePublishedAgainWithTheFirstSample() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SETTINGS, Runnable::run)) {
      samples.forEach(rig::sample);
      assertThat(rig.champion()).isNotNull();
      Map<String, String> longer = with(SETTINGS, "window.steps=7", "retrain.mode=off");
      rig.restart(longer);
      rig.events();

      rig.sample(longer(samples.size()));

      assertThat(rig.models())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("linear/default/linear=");
    }
  }

  /** As the one remedy that is told of where models was emptied. */
  @Test
  void command_promotesTheChampion_linearExpertsArePublishedAgain() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SETTINGS, Runnable::run)) {
      samples.forEach(rig::sample);
      rig.events();

      rig.command("again", ModelCommand.Kind.PROMOTE, Optional.of(rig.champion()));

      assertThat(rig.models()).anyMatch(record -> record.startsWith("linear/default/linear="));
      rig.events();
      rig.command("none", ModelCommand.Kind.PROMOTE, Optional.of("0000000000000000"));
      assertThat(rig.models()).isEmpty();
    }
  }

  @Test
  void init_offForAWhile_keepsTheSamplesOfBeforeAndTheNewestSince() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), SETTINGS, Runnable::run)) {
      samples.subList(0, 100).forEach(rig::sample);

      rig.restart(with(SETTINGS, "retrain.mode=off"));
      assertThat(rig.kept()).isEqualTo(100);
      samples.subList(100, 180).forEach(rig::sample);
      assertThat(rig.kept()).isEqualTo(100);
      rig.restart();
      samples.subList(180, 190).forEach(rig::sample);
      assertThat(rig.kept()).isEqualTo(100);
      rig.events();

      rig.restart(SETTINGS);
      samples.subList(190, 200).forEach(rig::sample);
      assertThat(rig.kept()).isEqualTo(110);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.TRAINED);
    }
  }

  /** Of the samples that came few are kept, and a first network would have to do with them. */
  @Test
  void init_offFromTheBeginning_firstTrainingWaitsForSamplesThatAreThere() {
    try (RetrainRig rig =
        new RetrainRig(directory.toFile(), with(SETTINGS, "retrain.mode=off"), Runnable::run)) {
      samples.subList(0, 100).forEach(rig::sample);
      int kept = rig.kept();
      assertThat(kept).isBetween(2, 30);
      rig.events();

      rig.restart(SETTINGS);
      rig.tick(1);
      samples.subList(100, 105).forEach(rig::sample);
      rig.restart(SETTINGS);
      samples.subList(105, 140 - kept - 1).forEach(rig::sample);
      assertThat(rig.events()).isEmpty();

      rig.sample(samples.get(140 - kept - 1));
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
    }
  }

  /** No sample and no scores will ever come: who waits for them waits in vain. */
  @Test
  void command_neverAnythingToLearn_isRefusedWithWhatToSet() throws Exception {
    try (RetrainDriver retrain = new RetrainDriver(REFRESH);
        RetrainRig rig =
            new RetrainRig(directory.toFile(), with(REFRESH, "retrain.mode=off"), Runnable::run)) {
      retrain.samples(60, RetrainDriver.SLOW);
      rig.restartWith(retrain.artifact());

      rig.command("pin", ModelCommand.Kind.PIN);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).containsExactly(Kind.REFUSED);
      assertThat(events.get(0).reason())
          .contains("retrain.mode=off", "model.file", "model.name")
          .doesNotContain("partition", "without a champion");
    }
  }

  /** It is what an operator asks for who has switched it off after a bad swap. */
  @Test
  void command_offSinceTheChampionsCame_isCarriedOutUnlessItAsksForATraining() {
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, Runnable::run)) {
      samples.forEach(rig::sample);
      String champion = rig.champion();
      rig.restart(with(REFRESH, "retrain.mode=off"));
      rig.events();

      rig.command("pin", ModelCommand.Kind.PIN);
      rig.command("back", ModelCommand.Kind.ROLLBACK);
      rig.command("train", ModelCommand.Kind.RETRAIN);

      assertThat(rig.events())
          .extracting(ModelEvent::kind)
          .containsExactly(Kind.PINNED, Kind.ROLLED_BACK, Kind.REFUSED);
      assertThat(rig.champion()).isNotNull().isNotEqualTo(champion);
    }
  }

  /** One of a window of 7. */
  static TrainingSample longer(int at) {
    float[] values = new float[8];
    long[] times = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(RetrainDriver.SLOW * (at + i));
      times[i] = RetrainDriver.START.plusSeconds(at + i).toEpochMilli();
    }
    return new TrainingSample(
        "one",
        FeatureWindow.over(values, times, 1, 0, 7),
        FeatureWindow.over(values, times, 1, 7, 1),
        1);
  }
}
