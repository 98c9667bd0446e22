package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tplus1.model.ModelArtifact;
import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept over restarts and aborts. */
class RetrainRestartTest {
  private static final Map<String, String> SETTINGS =
      with(REFRESH, "train.members=2", "experts=last,linear,rnn", "linear.lags=1-3");

  /** No bytes at all. */
  private static final String TOMBSTONE = "linear/default/linear=0";

  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  private RetrainRig rig(Map<String, String> settings) {
    return new RetrainRig(directory.toFile(), settings, Runnable::run);
  }

  @Test
  void init_afterARestart_goesOnAsIfItHadNotBeenAway() {
    List<String> without;
    List<String> with;
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.forEach(rig::sample);
      without = rig.models();
    }
    try (RetrainRig rig = rig(SETTINGS)) {
      for (int i = 0; i < samples.size(); i++) {
        if (i == 45 || i == 71 || i == 100 || i == 153) {
          rig.restart();
        } else if (i % 40 == 39) {
          rig.revive();
        }
        rig.sample(samples.get(i));
      }
      with = rig.models();
    }

    assertThat(without).hasSizeGreaterThan(10);
    // Before there is a champion, a start writes again what linear serves with.
    assertThat(new LinkedHashSet<>(with)).containsExactlyElementsOf(without);
  }

  @Test
  void sample_firstUnderAnotherShapeOfALinearExpert_servesWithWhatItLearntOfTheBuffer() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 105).forEach(rig::sample);
      rig.models();
      rig.events();

      // None of them is the one after which experts are solved anyway.
      Iterator<TrainingSample> next = samples.subList(105, 109).iterator();
      for (String other : List.of("linear.lags=1-2", "experts=last,linear,joint,rnn")) {
        String expert = other.contains("joint") ? "joint" : "linear";
        rig.restart(with(SETTINGS, other));
        rig.sample(next.next());
        assertThat(rig.models())
            .doesNotContain(TOMBSTONE)
            .filteredOn(record -> record.startsWith("linear/default/" + expert + "="))
            .hasSize(1);
        rig.events();

        rig.restart();
        rig.sample(next.next());
        assertThat(rig.models()).noneMatch(record -> record.startsWith("linear/"));
      }
    }
  }

  /** To begin anew would take the expert from all that forecast. */
  @Test
  void init_linearExpertOfANewerVersion_refusedAndKept() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.events();
      byte[] newer = rig.learner().get("linear/linear#0000").clone();
      newer[0]++;
      rig.learner().put("linear/linear#0000", newer);

      assertThatIllegalStateException()
          .isThrownBy(rig::restart)
          .withMessageContaining("another version of tplus1: start that one or a newer one, or")
          .withMessageContaining("take another model.name in both roles");
      assertThat(rig.models()).isEmpty();
      assertThat(rig.learner().get("linear/linear#0000")).isEqualTo(newer);
    }
  }

  @Test
  void init_linearExpertThatDoesNotServeYetOrIsSwitchedOff_isDeletedFromModelsOnce() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 100).forEach(rig::sample);
      assertThat(rig.models()).anyMatch(record -> record.startsWith("linear/default/linear="));
      rig.events();

      rig.restart(with(SETTINGS, "linear.lags=1-2", "linear.every=1000"));
      rig.sample(samples.get(100));
      assertThat(rig.models()).contains(TOMBSTONE);
      rig.events();

      rig.restart();
      rig.sample(samples.get(101));
      assertThat(rig.models()).doesNotContain(TOMBSTONE);

      rig.restart(SETTINGS);
      samples.subList(102, 150).forEach(rig::sample);
      assertThat(rig.models())
          .doesNotContain(TOMBSTONE)
          .anyMatch(record -> record.startsWith("linear/default/linear="));
      rig.events();

      rig.restart(with(SETTINGS, "experts=last,rnn"));
      rig.sample(samples.get(150));
      assertThat(rig.models()).contains(TOMBSTONE);
      rig.events();

      rig.restart();
      rig.sample(samples.get(151));
      assertThat(rig.models()).doesNotContain(TOMBSTONE);
    }
  }

  /** Their rows would be read as if they held what the new experts forecast. */
  @Test
  void sample_firstWithOtherExpertsRead_dropsKeptSamples() {
    Map<String, String> reads = with(SETTINGS, "train.inputs=difference,expert");
    try (RetrainRig rig = rig(reads)) {
      samples.subList(0, 30).forEach(rig::sample);
      rig.restart(with(reads, "window.max.age=8d"));
      assertThat(rig.kept()).isEqualTo(30);

      rig.restart(with(reads, "experts=last,joint,rnn"));
      assertThat(rig.kept()).isEqualTo(30);
      rig.sample(samples.get(30));
      assertThat(rig.kept()).isEqualTo(1);

      samples.subList(31, 40).forEach(rig::sample);
      rig.restart();
      assertThat(rig.kept()).isEqualTo(10);
    }
  }

  @Test
  void init_expertsNoLongerRead_keepsSamples() {
    try (RetrainRig rig = rig(with(SETTINGS, "train.inputs=difference,expert"))) {
      samples.subList(0, 30).forEach(rig::sample);

      rig.restart(with(SETTINGS, "train.inputs=difference"));

      assertThat(rig.kept()).isEqualTo(30);
    }
  }

  @Test
  void init_otherExpertsThatNoNetworkReads_keepsSamples() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 30).forEach(rig::sample);

      rig.restart(with(SETTINGS, "experts=last,joint,rnn"));

      assertThat(rig.kept()).isEqualTo(30);
    }
  }

  @Test
  void init_afterAnAbort_doesTheSameAgain() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 85).forEach(rig::sample);
      List<List<KeyValue<Object, byte[]>>> committed = rig.commit();
      rig.events();
      samples.subList(85, 130).forEach(rig::sample);
      List<String> first = rig.models();
      rig.events();

      rig.abort(committed);
      rig.revive();
      samples.subList(85, 130).forEach(rig::sample);

      assertThat(rig.models()).isEqualTo(first).isNotEmpty();
    }
  }

  /** At least once, samples are in the changelog long before a commit says how many they are. */
  @Test
  void init_afterACrashAtLeastOnce_readsAgainWhatWasNotCommitted() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 85).forEach(rig::sample);
      List<List<KeyValue<Object, byte[]>>> committed = rig.commit();
      samples.subList(85, 90).forEach(rig::sample);

      rig.crash(committed);
      assertThat(rig.commit().get(0)).hasSameSizeAs(committed.get(0));
      samples.subList(85, 130).forEach(rig::sample);

      List<Object> kept = rig.commit().get(0).stream().map(entry -> entry.key).toList();
      assertThat(kept).doesNotHaveDuplicates();
      assertThat(kept.get(kept.size() - 1)).isEqualTo(130L);
    }
  }

  @Test
  void init_otherSchema_samplesAndModelsOfBeforeTakeNoPart() {
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.events();

      rig.restart(with(REFRESH, "window.steps=4"));
      samples.subList(100, 110).forEach(rig::sample);

      assertThat(rig.kept()).isEqualTo(100);
      assertThat(rig.counters().events(RetrainCounters.Event.SAMPLE_REFUSED)).isEqualTo(10);
      assertThat(rig.events()).isEmpty();
    }
  }

  /** What the line has won before says nothing of networks that are new. */
  @Test
  void init_otherInputsOfTheNetwork_theNewLineIsTestedBeforeItServes() {
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 100).forEach(rig::sample);
      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.PROMOTED);

      rig.restart(with(REFRESH, "train.inputs=difference"));
      List<ModelEvent> events = new ArrayList<>();
      int sinceTrained = 0;
      for (TrainingSample sample : samples.subList(100, 200)) {
        rig.sample(sample);
        List<ModelEvent> now = rig.events();
        boolean known = events.stream().anyMatch(event -> event.kind() == Kind.TRAINED);
        sinceTrained += known ? 1 : 0;
        events.addAll(now);
        if (sinceTrained < 12) {
          assertThat(events).extracting(ModelEvent::kind).doesNotContain(Kind.PROMOTED);
        }
      }

      assertThat(events).extracting(ModelEvent::kind).contains(Kind.FAILED, Kind.TRAINED);
      assertThat(sinceTrained).isGreaterThan(12);
    }
  }

  @Test
  void init_otherOptimizer_theLineGoesOnWithAFreshOne() {
    try (RetrainRig rig = rig(REFRESH)) {
      samples.subList(0, 120).forEach(rig::sample);
      rig.events();

      rig.restart(with(REFRESH, "train.optimizer=rmsprop"));
      samples.subList(120, 160).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).doesNotContain(Kind.FAILED);
      assertThat(events)
          .filteredOn(event -> event.kind() == Kind.TRAINED)
          .isNotEmpty()
          .allSatisfy(event -> assertThat(event.figures()).containsEntry("steps", 4.0));
    }
  }

  /** Whom it beat while nobody served is not whom it would replace. */
  @Test
  void init_modelFileIsNew_challengerThatWaitsIsHeldAgainstIt() throws Exception {
    Map<String, String> settings =
        with(REFRESH, "retrain.mode=retrain", "train.epochs=40", "retrain.every.samples=0");
    ModelArtifact given;
    try (RetrainDriver retrain = new RetrainDriver(REFRESH)) {
      retrain.samples(80, RetrainDriver.SLOW);
      given = retrain.artifact();
    }
    try (RetrainRig rig = rig(settings)) {
      samples.subList(0, 44).forEach(rig::sample);
      String waiting = rig.events().get(0).hash().orElseThrow();

      rig.restartWith(given);
      samples.subList(44, 100).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events.get(0).hash()).contains(given.hash());
      assertThat(events.get(1).hash()).contains(waiting);
      assertThat(events.get(1).figures())
          .containsKey("gateChampion")
          .hasEntrySatisfying(
              "gateSamples", count -> assertThat(count).isGreaterThanOrEqualTo(12.0));
    }
  }

  /** All of them stand in one record of a changelog, which takes a megabyte. */
  @ParameterizedTest
  @ValueSource(strings = {"%036d", "%0100d", "\u4e00%099d"})
  void command_thousandsDuringATraining_thoseBeyondSomeAreRefused(String id) {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      samples.subList(0, 45).forEach(rig::sample);
      assertThat(trainings).hasSize(1);

      for (int i = 0; i <= 1_000; i++) {
        rig.command(id.formatted(i), ModelCommand.Kind.RETRAIN);
      }

      List<ModelEvent> events = rig.events();
      ModelEvent last = events.get(events.size() - 1);
      assertThat(last.kind()).isEqualTo(Kind.REFUSED);
      assertThat(last.command()).contains(id.formatted(1_000));
      assertThat(last.reason()).contains("ask again");
      int progress =
          rig.commit().get(1).stream()
              .filter(entry -> entry.key.equals("progress"))
              .mapToInt(entry -> entry.value.length)
              .sum();
      assertThat(progress).isBetween(1_000, 200_000);

      trainings.remove().run();
      rig.tick(1);
      rig.command("after", ModelCommand.Kind.RETRAIN);
      trainings.remove().run();
      rig.tick(1);
      assertThat(rig.events())
          .extracting(ModelEvent::command)
          .contains(Optional.of(id.formatted(0)), Optional.of("after"));
    }
  }

  @Test
  void tick_timeLimitOfMoreThanNanosecondsCount_goesOn() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    Map<String, String> settings = with(REFRESH, "retrain.time.limit=200000d");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), settings, trainings::add)) {
      samples.subList(0, 45).forEach(rig::sample);
      rig.tick(1);
      trainings.remove().run();
      rig.tick(1);

      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
    }
  }

  /** A refresh goes on from networks that nobody wants any longer. */
  @Test
  void command_thatLetsTheLineBeginAgainDuringARefresh_startsAnotherAtOnce() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      for (TrainingSample sample : samples.subList(0, 140)) {
        rig.sample(sample);
        if (rig.counters().events(RetrainCounters.Event.TRAINING_STARTED) < 8) {
          trainings.forEach(Runnable::run);
          trainings.clear();
        }
      }
      rig.tick(1);
      assertThat(trainings).hasSize(1);
      Runnable old = trainings.remove();
      rig.events();

      rig.command("back", ModelCommand.Kind.ROLLBACK);
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.ROLLED_BACK);
      assertThat(trainings).hasSize(1);
      old.run();
      rig.tick(1);
      assertThat(rig.events()).isEmpty();
      trainings.remove().run();
      rig.tick(1);

      assertThat(rig.events())
          .extracting(ModelEvent::kind, ModelEvent::reason)
          .containsExactly(Tuple.tuple(Kind.TRAINED, "trained because of: again"));
    }
  }

  @Test
  void tick_taskWithoutRecords_writesNothing() {
    try (RetrainRig rig = rig(SETTINGS)) {
      rig.tick(5);

      assertThat(rig.commit()).allMatch(List::isEmpty);
    }
  }
}
