package io.tplus1;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One topology that runs, until it is closed or fails. */
final class RunningStreams {
  private static final Logger LOG = LoggerFactory.getLogger(RunningStreams.class);

  private final String name;
  private final KafkaStreams streams;
  private volatile Throwable failure;

  /**
   * @param name what it is to people, such as {@code the forecasts}
   * @param ended called when it has ended, by whatever reason
   */
  RunningStreams(String name, Topology topology, Properties properties, Runnable ended) {
    this.name = name;
    this.streams = new KafkaStreams(topology, properties);
    streams.setUncaughtExceptionHandler(
        exception -> {
          failure = exception;
          LOG.error("A thread of {} failed; this instance stops", name, exception);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          LOG.info("{}: {} -> {}", name, before, now);
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ended.run();
          }
        });
    LOG.info(
        "Starting {} on {}, state in {}",
        properties.get(StreamsConfig.APPLICATION_ID_CONFIG),
        properties.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG),
        Path.of(properties.get(StreamsConfig.STATE_DIR_CONFIG).toString()).toAbsolutePath());
  }

  /** Starts; returns once the global stores are read to their end. */
  void start() {
    streams.start();
  }

  String name() {
    return name;
  }

  KafkaStreams streams() {
    return streams;
  }

  KafkaStreams.State state() {
    return streams.state();
  }

  /** What made it end by itself; null if nothing did. */
  Throwable failure() {
    return failure;
  }

  /** Commits and closes; waits for that, at most so long. */
  void close(Duration longest) {
    if (streams.close(longest)) {
      LOG.info("{}: closed, everything committed", name);
    } else {
      LOG.warn(
          "{} did not close within {}; the next start recovers from the brokers", name, longest);
    }
  }
}
