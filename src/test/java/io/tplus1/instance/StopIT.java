package io.tplus1.instance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.tplus1.LogCapture;
import io.tplus1.Waits;
import io.tplus1.broker.TopicRecords;
import io.tplus1.topology.ForecastListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long a process that is told to stop waits for what it runs. */
final class StopIT {
  /** Ten are promised; a busy machine takes some. */
  private static final Duration SOON = Duration.ofSeconds(15);

  private static final int HANGING = 0;
  private static final int FAILING = 1;

  @RegisterExtension static final StreamsOnABroker BROKER = new StreamsOnABroker();

  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /** Which closes for a minute, so that what hangs may yet commit. */
  @Test
  void stop_whileAFailedApplicationCloses_waitsNoLongerThanIsLeftBeforeTheKill(TestInfo test)
      throws Exception {
    StreamUnderTest stream =
        BROKER.stream(
            test,
            Map.of(
                "features", "a",
                "window.steps", "2",
                "history.minimum", "1",
                "num.stream.threads", "2",
                "topics.features.partitions", "2"));
    try (Watching watching = Watching.open(stream.configuration(), stream.schema());
        ForecastApplication application = start(stream);
        LogCapture said = LogCapture.of(Watching.class.getName(), Level.WARN)) {
      try {
        await().until(() -> everyThreadHasATask(application));
        produce(stream, HANGING);
        assertThat(hanging.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        produce(stream, FAILING);
        assertThat(application.awaitEnd(Waits.LONG)).isTrue();
        Thread failed = new Thread(application::close, "closes after the failure");
        failed.start();
        await().until(() -> failed.getState() == Thread.State.WAITING);

        long asked = System.nanoTime();
        watching.stop(application);

        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SOON);
        assertThat(failed.isAlive()).isTrue();
        assertThat(said.messages())
            .singleElement()
            .asString()
            .startsWith("Not all closed within 8 s");
      } finally {
        released.countDown();
      }
    }
  }

  private ForecastApplication start(StreamUnderTest stream) {
    return StartedApplication.of(
        stream.configuration(),
        stream.schema(),
        stream.configuration().registry(stream.schema()),
        new ForecastListener() {
          @Override
          public void processed(
              int partition, long timeMs, long recordTimeMs, long nowMs, long nanos) {
            if (partition == FAILING) {
              throw new IllegalStateException("broken");
            }
            hanging.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }

  private static boolean everyThreadHasATask(ForecastApplication application) {
    var threads = application.forecasting().orElseThrow().metadataForLocalThreads();
    return threads.size() == 2
        && threads.stream().allMatch(thread -> thread.activeTasks().size() == 1);
  }

  private static void produce(StreamUnderTest stream, int partition) {
    byte[] key = {(byte) ('a' + partition)};
    byte[] value = "{\"a\": 1}".getBytes(UTF_8);
    TopicRecords.produce(
        BROKER.bootstrapServers(),
        List.of(new ProducerRecord<>(stream.topic("features"), partition, key, value)));
  }
}
