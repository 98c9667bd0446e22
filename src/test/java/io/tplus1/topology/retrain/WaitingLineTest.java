package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.topology.retrain.RetrainCounters.Event;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The networks that refreshes go on with, where a start has other settings than theirs. */
class WaitingLineTest {
  private static final Map<String, String> SETTINGS =
      with(
          REFRESH,
          "train.inputs=difference",
          "train.members=2",
          "retrain.every=1s",
          "retrain.every.samples=12");

  private static final String SLIP = "train.inputs=difference,level";

  /** Updates of a refresh of networks that there are, and of new ones. */
  private static final double MORE = 4;

  private static final double FIRST = 60;

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();
  private final Queue<Runnable> trainings = new ArrayDeque<>();
  private boolean holdsTrainings;
  private RetrainRig rig;

  /** A champion, and networks that are ahead of it; the newest sample is not learnt yet. */
  @BeforeEach
  void learn() {
    rig = new RetrainRig(directory.toFile(), SETTINGS, this::train);
    samples.subList(0, 102).forEach(rig::sample);
    assertThat(rig.champion()).isNotNull();
    rig.events();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void train(Runnable training) {
    if (holdsTrainings) {
      trainings.add(training);
    } else {
      training.run();
    }
  }

  /** What is stored of the networks and of where everything stands, to be compared. */
  private List<String> kept() {
    List<String> kept = new ArrayList<>();
    for (KeyValue<Object, byte[]> entry : rig.commit().get(2)) {
      kept.add(entry.key + "=" + Arrays.hashCode(entry.value));
    }
    assertThat(kept).anyMatch(entry -> entry.startsWith("line#0000="));
    for (KeyValue<Object, byte[]> entry : rig.commit().get(1)) {
      if (entry.key.toString().startsWith("artifact/")) {
        kept.add(entry.key.toString());
      }
    }
    return kept;
  }

  private List<Kind> kinds() {
    return rig.events().stream().map(ModelEvent::kind).toList();
  }

  private void scores() {
    rig.scores(rig.champion(), FeatureSchema.ofNumbers("x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SLIP,
        "train.loss.from=3",
        "train.shared=false",
        "train.inputs=",
        "window.steps=8"
      })
  void init_otherSettingsByASlip_networksGoOnWhenTheyArePutBack(String slip) {
    List<String> before = kept();
    try (LogCapture log = LogCapture.of(LearningLine.class)) {
      for (int start = 0; start < 2; start++) {
        log.clear();
        rig.restart(with(SETTINGS, slip));
        rig.tick(2);
        scores();
        rig.broken();
        rig.tick(2);
        assertThat(log.messages())
            .singleElement()
            .asString()
            .contains("are of other settings", "go on where the settings are put back");
      }
    }
    assertThat(kinds()).isEmpty();
    assertThat(kept()).isEqualTo(before);

    assertGoesOnWhereSettingsArePutBack();
  }

  @Test
  void init_sameSettings_nothingWaits() {
    try (LogCapture log = LogCapture.of(LearningLine.class)) {
      rig.restart();
      rig.tick(2);
      assertThat(log.messages()).isEmpty();
    }
    assertThat(kinds()).contains(Kind.TRAINED);
  }

  /** Another kind of network learns other than those that are there, which is no slip. */
  @Test
  void init_otherSettingsOfNewNetworksAlone_nothingWaits() {
    rig.restart(with(SETTINGS, "train.hidden=5"));
    rig.tick(2);

    assertThat(kinds()).contains(Kind.TRAINED);
  }

  @Test
  void sample_firstThatFits_newNetworksTakeTheirPlace() {
    rig.restart(with(SETTINGS, SLIP));
    rig.tick(2);
    assertThat(kinds()).isEmpty();
    rig.sample(samples.get(102));
    rig.tick(2);
    assertThat(kinds()).containsExactly(Kind.FAILED);

    samples.subList(103, 150).forEach(rig::sample);
    ModelEvent next = rig.events().get(0);
    assertThat(next.kind()).isEqualTo(Kind.TRAINED);
    assertThat(next.figures()).containsEntry("steps", FIRST);
  }

  /** As where no vectors come any more, and what is kept is to be learnt otherwise. */
  @Test
  void command_toRetrain_isCarriedOutBeforeAnySample() {
    rig.restart(with(SETTINGS, SLIP));
    rig.command("first", ModelCommand.Kind.RETRAIN);
    rig.command("second", ModelCommand.Kind.RETRAIN);

    List<ModelEvent> events = rig.events();
    assertThat(events).extracting(ModelEvent::kind).containsExactly(Kind.FAILED, Kind.TRAINED);
    assertThat(events.get(1).command()).contains("second");
    assertThat(events.get(1).figures()).containsEntry("steps", FIRST);
  }

  /** Who gave it knew nothing of the settings of now. */
  @Test
  void init_commandToRetrainOfBefore_waitsToo() {
    holdsTrainings = true;
    rig.command("before", ModelCommand.Kind.RETRAIN);
    assertThat(trainings).hasSize(1);
    List<String> before = kept();
    long begun = rig.counters().events(Event.TRAINING_STARTED);

    rig.restart(with(SETTINGS, SLIP));
    rig.tick(2);
    assertThat(rig.counters().events(Event.TRAINING_STARTED)).isEqualTo(begun);
    assertThat(kept()).isEqualTo(before);

    holdsTrainings = false;
    rig.restart(SETTINGS);
    rig.tick(2);
    assertThat(rig.events())
        .filteredOn(event -> event.command().isPresent())
        .extracting(ModelEvent::kind)
        .containsExactly(Kind.TRAINED);
  }

  /** Learning goes on from who serves then, as it would have under the settings of before. */
  @Test
  void rollback_underASlip_learningGoesOnFromTheChampionWhenTheyArePutBack() {
    rig.restart(with(SETTINGS, SLIP));
    rig.command("back", ModelCommand.Kind.ROLLBACK);
    assertThat(kinds()).containsExactly(Kind.ROLLED_BACK);
    rig.tick(2);

    assertGoesOnWhereSettingsArePutBack();
  }

  /** There is no line yet that could be lost. */
  @Test
  void init_refreshSwitchedOnWithAChampionOfOtherInputs_newNetworksBeginAtOnce() {
    rig.close();
    rig =
        new RetrainRig(
            directory.toFile(),
            with(REFRESH, "retrain.mode=retrain", "retrain.every.samples=0", "train.epochs=40"),
            this::train);
    samples.subList(0, 100).forEach(rig::sample);
    assertThat(rig.champion()).isNotNull();
    rig.events();

    rig.restart(SETTINGS);
    rig.tick(2);

    ModelEvent next = rig.events().get(0);
    assertThat(next.kind()).isEqualTo(Kind.TRAINED);
    assertThat(next.figures()).containsEntry("steps", FIRST);
  }

  private void assertGoesOnWhereSettingsArePutBack() {
    rig.restart(SETTINGS);
    rig.tick(2);

    ModelEvent next = rig.events().get(0);
    assertThat(next.kind()).isEqualTo(Kind.TRAINED);
    assertThat(next.figures()).containsEntry("steps", MORE);
  }
}
