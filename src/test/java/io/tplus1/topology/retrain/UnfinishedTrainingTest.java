package io.tplus1.topology.retrain;

import static io.tplus1.topology.retrain.RetrainDriver.REFRESH;
import static io.tplus1.topology.retrain.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import io.tplus1.train.RetrainSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that do not end as they should. */
class UnfinishedTrainingTest {
  @TempDir Path directory;
  private final List<TrainingSample> samples = RetrainRig.oscillation();

  @Test
  void close_inMidTraining_losesOnlyTheRun() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      samples.subList(0, 50).forEach(rig::sample);
      assertThat(trainings).hasSize(1);
      assertThat(rig.events()).isEmpty();

      rig.closeProcessor();
      rig.restart();
      trainings.remove().run();
      rig.tick(1);
      assertThat(rig.events()).isEmpty();

      // Cut off, it is due again at once; what the first run would have made never comes.
      assertThat(trainings).hasSize(1);
      trainings.remove().run();
      rig.sample(samples.get(50));
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.TRAINED);
      assertThat(rig.counters().events(RetrainCounters.Event.TRAINING_CUT_OFF)).isEqualTo(1);
    }
  }

  @Test
  void close_whileTheTrainingThreadIsAtWork_interruptsIt() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    CountDownLatch started = new CountDownLatch(1);
    AtomicLong nanos = new AtomicLong();
    try (RetrainRig rig =
        new RetrainRig(
            directory.toFile(),
            with(REFRESH, "retrain.first.steps=1000000000"),
            executor,
            () -> {
              started.countDown();
              return nanos.get();
            })) {
      samples.subList(0, 40).forEach(rig::sample);
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

      rig.closeProcessor();

      executor.shutdown();
      assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      executor.shutdownNow();
    }
  }

  /** As by an executor that is shut down. */
  @ParameterizedTest
  @ValueSource(strings = {"refresh", "retrain"})
  void training_whoseThreadIsInterrupted_isToldAsInterrupted(String mode) {
    try (RetrainRig rig =
        new RetrainRig(
            directory.toFile(),
            with(REFRESH, "retrain.mode=" + mode),
            training -> {
              Thread.currentThread().interrupt();
              training.run();
              assertThat(Thread.interrupted()).isTrue();
            })) {
      samples.subList(0, 40).forEach(rig::sample);

      assertThat(rig.events())
          .extracting(ModelEvent::kind, ModelEvent::reason)
          .containsExactly(Tuple.tuple(Kind.FAILED, "it was interrupted"));
    }
  }

  @Test
  void training_longerThanItsLimit_failsAndNothingElseChanges() {
    AtomicLong nanos = new AtomicLong();
    try (RetrainRig rig =
        new RetrainRig(
            directory.toFile(),
            with(REFRESH, "retrain.time.limit=1s"),
            Runnable::run,
            () -> nanos.addAndGet(100_000_000))) {
      samples.subList(0, 40).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).containsExactly(Kind.FAILED);
      assertThat(events.get(0).reason()).contains("retrain.time.limit");
      assertThat(events.get(0).figures().get("seconds")).isBetween(1., 2.);
      assertThat(rig.models()).isEmpty();
      // The next one comes later, not at every sample.
      samples.subList(40, 63).forEach(rig::sample);
      assertThat(rig.events()).isEmpty();
      rig.sample(samples.get(63));
      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.FAILED);
    }
  }

  @Test
  void training_thatNeverLooksAtItsClock_isGivenUp() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    AtomicLong nanos = new AtomicLong();
    try (RetrainRig rig =
        new RetrainRig(
            directory.toFile(),
            with(REFRESH, "retrain.time.limit=1s"),
            trainings::add,
            nanos::get)) {
      samples.subList(0, 40).forEach(rig::sample);
      rig.tick(100); // The wall clock was set.
      nanos.addAndGet(Duration.ofSeconds(31).toNanos());
      rig.tick(1);
      assertThat(rig.events()).isEmpty();

      nanos.addAndGet(1);
      rig.tick(1);

      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.FAILED);
      // The task goes on.
      assertThat(rig.counters().events(RetrainCounters.Event.TRAINING_CUT_OFF)).isZero();
    }
  }

  @Test
  void training_thatNeedsTooMuchMemory_failsBeforeItBegins() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    Map<String, String> settings =
        with(REFRESH, "retrain.memory.limit=1000000", "train.hidden=300");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), settings, trainings::add)) {
      samples.subList(0, 40).forEach(rig::sample);

      assertThat(trainings).isEmpty();
      assertThat(rig.events().get(0).reason()).contains("retrain.memory.limit");
    }
  }

  @Test
  void training_thatIsNotTaken_failsAndTheLineGoesOnFromWhatWasStored() {
    boolean[] broken = {false};
    try (RetrainRig rig =
        new RetrainRig(
            directory.toFile(),
            REFRESH,
            training -> {
              if (broken[0]) {
                throw new RejectedExecutionException("closed");
              }
              training.run();
            })) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.events();
      broken[0] = true;
      samples.subList(100, 112).forEach(rig::sample);
      assertThat(rig.events()).filteredOn(event -> event.kind() == Kind.FAILED).hasSize(1);
      broken[0] = false;

      samples.subList(112, 140).forEach(rig::sample);

      assertGoesOn(rig);
    }
  }

  /** As where a native library is missing: a failure that nobody expects ends no role. */
  @Test
  void training_thatThrowsAnError_failsAndTheLineGoesOnFromWhatWasStored() {
    boolean[] broken = {false};
    boolean[] inside = {false};
    try (RetrainRig rig =
        new RetrainRig(
            directory.toFile(),
            REFRESH,
            training -> {
              inside[0] = broken[0];
              training.run();
              inside[0] = false;
            },
            () -> {
              if (inside[0]) {
                throw new NoClassDefFoundError("no such library");
              }
              return 0;
            })) {
      samples.subList(0, 100).forEach(rig::sample);
      rig.events();
      broken[0] = true;
      samples.subList(100, 112).forEach(rig::sample);
      assertThat(rig.events())
          .filteredOn(event -> event.kind() == Kind.FAILED)
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.reason()).contains("NoClassDefFoundError", "no such library");
                assertThat(event.figures()).containsKey("seconds");
              });
      broken[0] = false;

      samples.subList(112, 140).forEach(rig::sample);

      assertGoesOn(rig);
    }
  }

  /** New networks would have begun with the first steps of all. */
  private static void assertGoesOn(RetrainRig rig) {
    assertThat(rig.events())
        .filteredOn(event -> event.kind() == Kind.TRAINED)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.figures()).containsEntry("steps", 4.0));
  }

  @Test
  void command_whileATrainingRuns_startsAnotherAndIsAnsweredByIt() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      samples.subList(0, 40).forEach(rig::sample);
      rig.command("now", ModelCommand.Kind.RETRAIN);
      assertThat(trainings).hasSize(1);

      trainings.remove().run();
      rig.tick(1);
      assertThat(rig.events()).extracting(event -> event.command().orElse("")).containsExactly("");
      rig.restart();
      rig.tick(1);
      trainings.removeLast().run();
      rig.tick(1);

      assertThat(rig.events())
          .extracting(event -> event.command().orElse(""))
          .containsExactly("now");
    }
  }

  /** As where a container is killed for memory, and what supervises it starts it again. */
  @Test
  void command_trainingTakesTheProcessDownAgainAndAgain_isAnsweredAndDoneWith() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      samples.subList(0, 40).forEach(rig::sample);
      trainings.remove().run();
      rig.tick(1);
      rig.events();

      rig.command("now", ModelCommand.Kind.RETRAIN);
      rig.command("too", ModelCommand.Kind.RETRAIN);
      for (int end = 1; end < Asked.MOST_BEGUN; end++) {
        endInMidTraining(rig, trainings);
        assertThat(rig.events()).isEmpty();
      }
      endInMidTraining(rig, trainings);

      assertThat(rig.events())
          .allMatch(event -> event.reason().contains("3 times in a row"))
          .allMatch(event -> event.reason().contains("TPLUS1_JAVA_OPTS"))
          .extracting(ModelEvent::kind, event -> event.command().orElse(""), ModelEvent::isRepeated)
          .containsExactly( // Counted once, as any failure.
              Tuple.tuple(Kind.FAILED, "now", false), Tuple.tuple(Kind.FAILED, "too", true));
      rig.restart();
      rig.tick(60);
      samples.subList(40, 53).forEach(rig::sample);
      assertThat(trainings).isEmpty(); // 12 samples would do, had none been cut off.
      assertThat(rig.events()).extracting(ModelEvent::kind).doesNotContain(Kind.FAILED);

      rig.command("again", ModelCommand.Kind.RETRAIN);
      for (int end = 1; end < Asked.MOST_BEGUN; end++) {
        endInMidTraining(rig, trainings);
      }
      trainings.remove().run();
      rig.tick(1);
      assertThat(rig.events())
          .extracting(ModelEvent::kind, event -> event.command().orElse(""))
          .containsExactly(Tuple.tuple(Kind.TRAINED, "again"));
    }
  }

  /** Nothing that it does ends the training by itself: only trainings of a command count. */
  @Test
  void command_afterTheScheduleHasGivenUp_isTried() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      samples.subList(0, 40).forEach(rig::sample);
      for (int end = 0; end <= RetrainSchedule.MOST_CUT_OFF; end++) {
        endInMidTraining(rig, trainings);
      }
      rig.tick(60);
      assertThat(trainings).isEmpty();
      assertThat(rig.events()).isEmpty();

      rig.command("now", ModelCommand.Kind.RETRAIN);
      endInMidTraining(rig, trainings);
      trainings.remove().run();
      rig.tick(1);

      assertThat(rig.events())
          .extracting(ModelEvent::kind, event -> event.command().orElse(""))
          .containsExactly(Tuple.tuple(Kind.TRAINED, "now"));
    }
  }

  /** The process ends with the training that runs, and starts again. */
  private static void endInMidTraining(RetrainRig rig, Deque<Runnable> trainings) {
    assertThat(trainings).hasSize(1);
    trainings.clear();
    rig.restart();
    rig.tick(1);
    rig.tick(60);
  }

  /** It began with the champion of then, and learnt nothing better. */
  @Test
  void training_championIsRolledBackMeanwhile_doesNotBringItAgain() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    Map<String, String> whole =
        with(REFRESH, "retrain.mode=retrain", "train.epochs=20", "retrain.every.samples=30");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), whole, trainings::add)) {
      for (TrainingSample sample : samples.subList(0, 138)) {
        rig.sample(sample);
        trainings.forEach(Runnable::run);
        trainings.clear();
      }
      rig.restart(
          with(
              whole,
              "retrain.every.samples=0",
              "train.patience=1",
              "train.epochs=1",
              "train.learning.rate=0.5"));
      rig.command("again", ModelCommand.Kind.RETRAIN);
      assertThat(trainings).hasSize(1);
      rig.events();

      rig.command("back", ModelCommand.Kind.ROLLBACK);
      trainings.remove().run();
      samples.subList(138, 200).forEach(rig::sample);

      List<ModelEvent> events = rig.events();
      assertThat(events).extracting(ModelEvent::kind).startsWith(Kind.ROLLED_BACK, Kind.TRAINED);
      assertThat(events).filteredOn(event -> event.hash().equals(events.get(1).hash())).hasSize(1);
      assertThat(events.get(0).reason())
          .contains(events.get(1).hash().orElseThrow().substring(0, 12));
      assertThat(events.get(1).reason()).contains("nothing better was learnt");
    }
  }
}
