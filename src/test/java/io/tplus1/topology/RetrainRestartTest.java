package io.tplus1.topology;

import static io.tplus1.topology.RetrainDriver.REFRESH;
import static io.tplus1.topology.RetrainDriver.SLOW;
import static io.tplus1.topology.RetrainDriver.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.TrainingSample;
import io.tplus1.serde.ModelCommand;
import io.tplus1.serde.ModelEvent;
import io.tplus1.serde.ModelEvent.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.KeyValue;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restarts, aborts and trainings that do not end as they should. */
class RetrainRestartTest {
  private static final Map<String, String> SETTINGS =
      with(REFRESH, "train.members=2", "experts=last,linear,rnn", "linear.lags=1-3");

  /** No bytes at all. */
  private static final String TOMBSTONE = "linear/default/linear=0";

  @TempDir Path directory;
  private final List<TrainingSample> samples = new ArrayList<>();

  @BeforeEach
  void oscillation() {
    try (RetrainDriver laws = new RetrainDriver(REFRESH)) {
      for (int i = 0; i < 200; i++) {
        samples.add(laws.next(SLOW));
      }
    }
  }

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
    assertThat(with).isEqualTo(without);
  }

  @Test
  void init_linearExpertOfAnotherShapeOrSwitchedOff_isDeletedFromModelsOnce() {
    try (RetrainRig rig = rig(SETTINGS)) {
      samples.subList(0, 100).forEach(rig::sample);
      assertThat(rig.models()).anyMatch(record -> record.startsWith("linear/default/linear="));
      rig.events();

      rig.restart(with(SETTINGS, "linear.lags=1-2"));
      rig.sample(samples.get(100));
      assertThat(rig.models()).contains(TOMBSTONE);
      rig.events();

      rig.restart();
      samples.subList(101, 150).forEach(rig::sample);
      assertThat(rig.models())
          .doesNotContain(TOMBSTONE)
          .anyMatch(record -> record.startsWith("linear/default/linear="));
      rig.events();

      rig.restart(with(SETTINGS, "experts=last,rnn"));
      rig.tick(1);
      assertThat(rig.models()).contains(TOMBSTONE);
      rig.events();

      rig.restart();
      rig.tick(1);
      assertThat(rig.models()).doesNotContain(TOMBSTONE);
    }
  }

  /** Their rows would be read as if they held what the new experts forecast. */
  @Test
  void init_otherExpertsRead_dropsKeptSamples() {
    Map<String, String> reads = with(SETTINGS, "train.inputs=difference,expert");
    try (RetrainRig rig = rig(reads)) {
      samples.subList(0, 30).forEach(rig::sample);
      rig.restart(with(reads, "window.max.age=8d"));
      assertThat(rig.kept()).isEqualTo(30);

      rig.restart(with(reads, "experts=last,joint,rnn"));
      assertThat(rig.kept()).isZero();

      samples.subList(30, 40).forEach(rig::sample);
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
      assertThat(rig.commit().get(0)).isEmpty();
      samples.subList(100, 110).forEach(rig::sample);

      assertThat(rig.counters().counts(RetrainCounters.Event.SAMPLE_REFUSED)).isEqualTo(10);
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

  /** A refresh goes on from networks that nobody wants any longer. */
  @Test
  void command_thatLetsTheLineBeginAgainDuringARefresh_startsAnotherAtOnce() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    try (RetrainRig rig = new RetrainRig(directory.toFile(), REFRESH, trainings::add)) {
      for (TrainingSample sample : samples.subList(0, 140)) {
        rig.sample(sample);
        if (rig.counters().counts(RetrainCounters.Event.TRAINING_STARTED) < 8) {
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
      assertThat(rig.counters().counts(RetrainCounters.Event.TRAINING_CUT_OFF)).isEqualTo(1);
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
      nanos.addAndGet(Duration.ofSeconds(11).toNanos());
      rig.tick(1);
      assertThat(rig.events()).isEmpty();

      nanos.addAndGet(1);
      rig.tick(1);

      assertThat(rig.events()).extracting(ModelEvent::kind).containsExactly(Kind.FAILED);
    }
  }

  @Test
  void training_thatNeedsTooMuchMemory_failsBeforeItBegins() {
    Deque<Runnable> trainings = new ArrayDeque<>();
    Map<String, String> settings =
        with(REFRESH, "retrain.memory.limit=1000000", "train.batch=2000");
    try (RetrainRig rig = new RetrainRig(directory.toFile(), settings, trainings::add)) {
      samples.subList(0, 40).forEach(rig::sample);

      assertThat(trainings).isEmpty();
      assertThat(rig.events().get(0).reason()).contains("retrain.memory.limit");
    }
  }

  @Test
  void training_thatThrows_failsAndTheLineGoesOnFromWhatWasStored() {
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

      assertThat(rig.events()).extracting(ModelEvent::kind).contains(Kind.TRAINED);
    }
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

  @Test
  void tick_taskWithoutRecords_writesNothing() {
    try (RetrainRig rig = rig(SETTINGS)) {
      rig.tick(5);

      assertThat(rig.commit()).allMatch(List::isEmpty);
    }
  }
}
