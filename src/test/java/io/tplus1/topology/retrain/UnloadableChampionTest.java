package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ModelLoader;
import io.tplus1.model.TrainingSample;
import io.tplus1.rnn.RnnModelLoader;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that cannot be loaded where one retrains, and may serve elsewhere all the same. */
class UnloadableChampionTest {
  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  private RetrainRig rig(Map<String, String> settings) {
    return new RetrainRig(directory.toFile(), settings, Runnable::run);
  }

  /** As where what it computes with cannot be loaded here: nothing is promoted, all is kept. */
  @Test
  void init_modelsThatCannotBeLoaded_takeNoPartAndEndNothing() {
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.events();

      rig.restart(
          artifact -> {
            throw new NoClassDefFoundError("no such library");
          });
      samples.subList(100, 110).forEach(rig::sample);

      assertThat(rig.counters().events(RetrainCounters.Event.SAMPLE_KEPT)).isEqualTo(110);
    }
  }

  /** It serves elsewhere, and what only beats persistence may be far worse. */
  @Test
  void judge_championCannotBeLoadedHere_nothingTakesItsPlaceUntilItCan() {
    RnnModelLoader able = new RnnModelLoader();
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 60).forEach(rig::sample);
      String champion = rig.champion();
      rig.events();

      rig.restart(allBut(champion));
      samples.subList(60, 160).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).contains(Kind.TRAINED);
      assertThat(events).extracting(ModelEvent::kind).doesNotContain(Kind.PROMOTED);
      assertThat(rig.champion()).isEqualTo(champion);

      rig.restart(able);
      samples.subList(160, 200).forEach(rig::sample);
      assertThat(rig.events())
          .filteredOn(event -> event.kind() == Kind.PROMOTED)
          .isNotEmpty()
          .allSatisfy(event -> assertThat(event.figures()).containsKey("gateChampion"));
    }
  }

  @Test
  void promote_championThatCouldNotBeLoaded_isComparedAgain() {
    AtomicBoolean able = new AtomicBoolean();
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 60).forEach(rig::sample);
      String champion = rig.champion();
      rig.events();
      ModelLoader never = allBut(champion);
      rig.restart(artifact -> (able.get() ? new RnnModelLoader() : never).load(artifact));
      samples.subList(60, 100).forEach(rig::sample);
      assertThat(rig.champion()).isEqualTo(champion);

      able.set(true);
      rig.command("again", ModelCommand.Kind.PROMOTE, Optional.of(champion));
      assertThat(rig.champion()).isEqualTo(champion);
      rig.events();
      samples.subList(100, 200).forEach(rig::sample);

      assertThat(rig.events())
          .filteredOn(event -> event.kind() == Kind.PROMOTED)
          .isNotEmpty()
          .allSatisfy(event -> assertThat(event.figures()).containsKey("gateChampion"));
    }
  }

  /** It is not given up, so that there is somebody to promote where the champion never loads. */
  @Test
  void judge_challengerWinsWhereTheChampionCannotBeLoaded_waitsForACommand() {
    Map<String, String> settings =
        with(
            REFRESH,
            "retrain.mode=retrain",
            "retrain.every.samples=0",
            "train.epochs=40",
            "retrain.warm=false");
    try (RetrainRig rig = rig(settings)) {
      samples.subList(0, 100).forEach(rig::sample);
      String champion = rig.champion();
      rig.events();

      rig.restart(allBut(champion));
      rig.command("again", ModelCommand.Kind.RETRAIN);
      samples.subList(100, 200).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
      assertThat(rig.champion()).isEqualTo(champion);

      Optional<String> challenger = events.get(0).hash();
      rig.command("take", ModelCommand.Kind.PROMOTE, challenger);
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.PROMOTED);
      assertThat(Optional.of(rig.champion())).isEqualTo(challenger);
    }
  }

  private static ModelLoader allBut(String hash) {
    RnnModelLoader able = new RnnModelLoader();
    return artifact -> {
      if (artifact.hash().equals(hash)) {
        throw new NoClassDefFoundError("no such library");
      }
      return able.load(artifact);
    };
  }
}
