package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.FAST;
import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.SLOW;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.model.ModelArtifact;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of what is kept where settings, or the machine, are others than it was made under.
 */
class RetrainOtherSettingsTest {
  private static final Map<String, String> FOUR_STEPS = with(REFRESH, "window.steps=4");

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  private RetrainRig rig(Map<String, String> settings) {
    return new RetrainRig(directory.toFile(), settings, Runnable::run);
  }

  /** The same with the last four vectors of its window. */
  static TrainingSample shortened(TrainingSample sample) {
    return new TrainingSample(
        sample.series(),
        sample.window().copy(sample.window().steps() - 4, 4, 1),
        sample.following(),
        sample.weight());
  }

  private static ModelArtifact ofFourSteps(double radians) throws Exception {
    try (RetrainDriver retrain = new RetrainDriver(FOUR_STEPS)) {
      for (int i = 0; i < 120; i++) {
        retrain.sample(shortened(retrain.next(radians)));
      }
      return retrain.artifact();
    }
  }

  @Test
  void init_championFitsNoLonger_modelFileIsTheOneToBeatAndToGoBackTo() throws Exception {
    ModelArtifact given = ofFourSteps(FAST); // Of another law, so that it is beaten.
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.PROMOTED);

      rig.restart(FOUR_STEPS);
      rig.restartWith(given);
      Iterator<TrainingSample> rest = samples.subList(100, 200).iterator();
      rig.sample(shortened(rest.next()));
      while (rig.champion().equals(given.hash())) {
        rig.sample(shortened(rest.next()));
      }

      List<ModelEvent> promoted =
          rig.events().stream().filter(event -> event.kind() == Kind.PROMOTED).toList();
      assertThat(promoted).hasSize(2);
      assertThat(promoted.get(0).hash()).contains(given.hash());
      assertThat(promoted.get(0).reason()).contains("model.file");
      assertThat(promoted.get(1).figures()).containsKey("gateChampion");

      rig.command("back", ModelCommand.Kind.ROLLBACK);
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.ROLLED_BACK);
      assertThat(rig.champion()).isEqualTo(given.hash());
    }
  }

  @Test
  void pin_championThatFitsNoLongerIsUnpinned_modelFileIsAskedThen() throws Exception {
    ModelArtifact given = ofFourSteps(SLOW);
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.command("pin", ModelCommand.Kind.PIN);
      rig.restart(FOUR_STEPS);
      rig.restartWith(given);
      rig.sample(shortened(samples.get(100)));
      assertThat(rig.events()).extracting(ModelEvent::reason).noneMatch(s -> s.contains("file"));

      rig.command("unpin", ModelCommand.Kind.UNPIN);
      rig.sample(shortened(samples.get(101)));

      assertThat(rig.events())
          .anySatisfy(
              event -> {
                assertThat(event.kind()).isEqualTo(Kind.PROMOTED);
                assertThat(event.hash()).contains(given.hash());
              });
    }
  }

  /** The gate leaves it where it is, and no other line of the log would name the pin. */
  @Test
  void init_pinnedChampionFitsNoLonger_saysOnceThatThePinKeepsOthersOut() {
    assertThat(saidOfAPin(FOUR_STEPS))
        .singleElement()
        .asString()
        .contains("does not fit these settings", "serves nobody", "`models unpin`");
    assertThat(saidOfAPin(REFRESH)).isEmpty();
  }

  /** What the log says of a pin that stays over a start with other settings, and goes then. */
  private List<String> saidOfAPin(Map<String, String> others) {
    boolean fits = others.equals(REFRESH);
    try (LogCapture lines = LogCapture.of(Entrants.class);
        RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.command("pin", ModelCommand.Kind.PIN);
      String champion = rig.champion();

      rig.restart(others);
      samples.subList(100, 180).forEach(one -> rig.sample(fits ? one : shortened(one)));
      assertThat(rig.champion()).isEqualTo(champion);

      rig.command("unpin", ModelCommand.Kind.UNPIN);
      samples.subList(180, 200).forEach(one -> rig.sample(fits ? one : shortened(one)));
      if (!fits) {
        assertThat(rig.champion()).isNotEqualTo(champion);
      }
      return lines.messages().stream().filter(line -> line.contains("is pinned")).toList();
    }
  }

  /** One with the same weights would replace it by the first chance. */
  @Test
  void retrain_warmAndNothingIsBetter_noChallengerEnters() {
    Map<String, String> settings =
        with(REFRESH, "retrain.mode=retrain", "retrain.every.samples=0", "train.epochs=40");
    try (RetrainRig rig = rig(settings)) {
      samples.subList(0, 100).forEach(rig::sample);
      String champion = rig.champion();
      rig.events();

      rig.restart(with(settings, "train.epochs=1", "train.patience=1", "train.learning.rate=.5"));
      rig.command("again", ModelCommand.Kind.RETRAIN);
      samples.subList(100, 200).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
      assertThat(events.get(0).hash()).contains(champion);
      assertThat(events.get(0).command()).contains("again");
      assertThat(events.get(0).figures()).containsEntry("epochs", 0.0);
    }
  }

  @Test
  void process_firstSampleOfAnotherModelName_beginsWithNothing() {
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.command("pin", ModelCommand.Kind.PIN);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.PINNED);

      rig.restart(with(REFRESH, "model.name=other"));
      rig.sample(samples.get(99));
      assertThat(rig.kept()).isEqualTo(1);
      assertThat(rig.champion()).isNull();
      assertThat(rig.learner().approximateNumEntries()).isZero();
      samples.subList(100, 200).forEach(rig::sample);

      assertThat(rig.models()).anyMatch(record -> record.startsWith("champion/other="));
      List<ModelEvent> events = rig.events();
      assertThat(events.get(0).kind()).isEqualTo(Kind.TRAINED);
      assertThat(events.get(0).champion()).isEmpty();
      assertThat(events).extracting(ModelEvent::kind).contains(Kind.PROMOTED);
    }
  }

  @Test
  void init_stateOfABuildThatWroteNoName_goesOn() {
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      List<List<KeyValue<Object, byte[]>>> committed = rig.commit();
      committed.get(1).removeIf(entry -> entry.key.equals("model"));
      rig.abort(committed);
      rig.events();

      rig.restart();
      rig.command("back", ModelCommand.Kind.ROLLBACK);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.ROLLED_BACK);
      assertThat(rig.kept()).isEqualTo(100);

      rig.restart(with(REFRESH, "model.name=other"));
      rig.sample(samples.get(0));
      assertThat(rig.kept()).isEqualTo(1);
    }
  }

  @Test
  void init_refreshIsSwitchedOnLater_learningGoesOnFromTheModelFile() throws Exception {
    ModelArtifact given;
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(60, SLOW);
      given = retrain.artifact();
    }
    try (RetrainRig rig = rig(with(REFRESH, "retrain.mode=off"))) {
      rig.restartWith(given);
      samples.subList(0, 30).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.PROMOTED);

      rig.restart(REFRESH);
      samples.subList(30, 47).forEach(rig::sample); // Of the first 30, off has kept 24.

      ModelEvent first = rig.events().get(0);
      assertThat(first.kind()).isEqualTo(Kind.TRAINED);
      assertThat(first.figures()).containsEntry("steps", 4.0); // Not the 60 of new networks.
      assertThat(rig.artifact(first.hash().orElseThrow()).manifest().inputScaling())
          .isEqualTo(given.manifest().inputScaling());
    }
  }

  @Test
  void init_refreshIsSwitchedOnAgain_learningGoesOnFromTheChampion() throws Exception {
    Map<String, String> small = with(REFRESH, "train.hidden=5", "retrain.buffer=40");
    Map<String, String> whole =
        with(small, "retrain.mode=retrain", "retrain.warm=false", "train.epochs=40");
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 70).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.PROMOTED);
      rig.restart(whole);
      samples.subList(70, 170).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.PROMOTED);
      String champion = rig.champion();

      rig.restart(small);
      samples.subList(170, 182).forEach(rig::sample);

      ModelEvent first = rig.events().get(0);
      assertThat(first.kind()).isEqualTo(Kind.TRAINED);
      assertThat(first.champion()).contains(champion);
      assertThat(first.figures()).containsEntry("steps", 4.0);
      assertThat(rig.artifact(first.hash().orElseThrow()).manifest().inputScaling())
          .isEqualTo(rig.artifact(champion).manifest().inputScaling());
    }
  }

  @Test
  void init_refreshPausedWhileTheLineWasAhead_learningGoesOnFromTheLine() {
    Map<String, String> off = with(REFRESH, "retrain.mode=off");
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 70).forEach(rig::sample);
      rig.command("pin", ModelCommand.Kind.PIN);
      samples.subList(70, 110).forEach(rig::sample);
      byte[] line = rig.learner().get("line#0000").clone();

      rig.restart(off);
      rig.sample(samples.get(110));
      rig.restart(REFRESH);

      assertThat(rig.learner().get("line#0000")).isEqualTo(line);
      rig.events();
      samples.subList(111, 123).forEach(rig::sample);
      ModelEvent first = rig.events().get(0);
      assertThat(first.kind()).isEqualTo(Kind.TRAINED);
      assertThat(first.figures()).containsEntry("steps", 4.0);
    }
  }

  @Test
  void rollback_whileRefreshIsPaused_learningGoesOnFromTheChampion() throws Exception {
    Map<String, String> off = with(REFRESH, "retrain.mode=off");
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 110).forEach(rig::sample);
      assertThat(rig.learner().get("line#0000")).isNotNull();

      rig.restart(off);
      rig.events();
      rig.command("back", ModelCommand.Kind.ROLLBACK);
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.ROLLED_BACK);
      assertThat(rig.learner().get("line#0000")).isNull();
      rig.restart(REFRESH);
      samples.subList(110, 123).forEach(rig::sample);

      ModelEvent first = rig.events().get(0);
      assertThat(first.kind()).isEqualTo(Kind.TRAINED);
      assertThat(first.figures()).containsEntry("steps", 4.0); // Not the 60 of new networks.
    }
  }

  @Test
  void init_championFits_modelFileIsNotAdopted() throws Exception {
    ModelArtifact given = ofFourSteps(SLOW);
    try (RetrainRig rig = rig(FOUR_STEPS)) {
      samples.subList(0, 100).forEach(sample -> rig.sample(shortened(sample)));
      rig.events();

      rig.restartWith(given);
      rig.sample(shortened(samples.get(100)));

      assertThat(rig.events())
          .extracting(ModelEvent::hash)
          .doesNotContain(Optional.of(given.hash()));
    }
  }
}
