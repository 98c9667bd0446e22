package io.tplus1.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tplus1.LogCapture;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainingThreadsTest {
  private static final long LONGEST_SECONDS = 30;

  private final TrainingThreads threads = new TrainingThreads(Duration.ofMillis(20));
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void close() {
    released.countDown();
    threads.close();
  }

  /** Begins a training that no interrupt ends; returns once it runs. */
  private FutureTask<String> hang() throws Exception {
    return hang(released);
  }

  private FutureTask<String> hang(CountDownLatch released) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    FutureTask<String> training =
        new FutureTask<>(
            () -> {
              running.countDown();
              while (released.getCount() > 0) {
                Thread.onSpinWait();
              }
              return "hung";
            });
    threads.execute(training);
    assertThat(running.await(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    return training;
  }

  private FutureTask<String> begin(String model) {
    FutureTask<String> training = new FutureTask<>(() -> model);
    threads.execute(training);
    return training;
  }

  private static String outcome(FutureTask<String> training)
      throws ExecutionException, InterruptedException, TimeoutException {
    return training.get(LONGEST_SECONDS, TimeUnit.SECONDS);
  }

  /** That the launcher's options make nice 19 of. */
  @Test
  void execute_anyTraining_hasTheLowestPriority() throws Exception {
    FutureTask<Integer> training = new FutureTask<>(() -> Thread.currentThread().getPriority());
    threads.execute(training);

    assertThat(training.get(LONGEST_SECONDS, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void execute_formerDoesNotComeBack_laterOnesRunBesideIt() throws Exception {
    hang().cancel(true);

    assertThat(outcome(begin("second"))).isEqualTo("second");
    assertThat(outcome(begin("third"))).isEqualTo("third");
  }

  @Test
  void execute_formerDoesNotComeBack_isSaidOnceOfEachThatDoesNot() throws Exception {
    CountDownLatch firstReleased = new CountDownLatch(1);
    try (LogCapture lines = LogCapture.of(TrainingThreads.class)) {
      hang(firstReleased).cancel(true);
      outcome(begin("second"));
      outcome(begin("third"));
      assertThat(lines.messages()).hasSize(1);

      firstReleased.countDown();
      await().until(() -> trainings() == 0);
      hang().cancel(true);
      outcome(begin("fifth"));
      assertThat(lines.messages()).hasSize(2);
    } finally {
      firstReleased.countDown();
    }
  }

  @Test
  void execute_formerRunsWithinPatience_isWaitedFor() throws Exception {
    try (TrainingThreads patient = new TrainingThreads(Duration.ofSeconds(LONGEST_SECONDS))) {
      CountDownLatch running = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      Queue<String> order = new ConcurrentLinkedQueue<>();
      patient.execute(
          () -> {
            running.countDown();
            awaitQuietly(go);
            order.add("first");
          });
      assertThat(running.await(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
      FutureTask<String> second =
          new FutureTask<>(
              () -> {
                order.add("second");
                return order.toString();
              });
      patient.execute(second);
      go.countDown();

      assertThat(outcome(second)).isEqualTo("[first, second]");
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void execute_twoDoNotComeBack_thirdWaitsUntilOneDoesAndNoThreadIsLeftOfWhatWasGivenUp()
      throws Exception {
    hang().cancel(true);
    hang().cancel(true);

    FutureTask<String> givenUp = begin("given up");
    await().until(() -> trainings() == 3);
    givenUp.cancel(true);
    await().until(() -> trainings() == 2);
    FutureTask<String> waiting = begin("waited");
    await().until(() -> trainings() == 3);
    assertThat(waiting).isNotDone();
    released.countDown();

    assertThat(outcome(waiting)).isEqualTo("waited");
  }

  private static long trainings() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("training"))
        .count();
  }

  @Test
  void execute_closed_isRejected() {
    threads.close();

    assertThatThrownBy(() -> begin("late")).isInstanceOf(RejectedExecutionException.class);
  }
}
