package io.tplus1.ops;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The health of an instance from when its port is bound: alive and not ready until the streams are
 * there, then as these are. Any thread.
 */
final class InstanceHealth {
  /** What the streams are in before they run. */
  private static final KafkaStreams.State STATE = KafkaStreams.State.CREATED;

  private static final String STARTING =
      "the instance is starting: it waits for brokers, makes and checks the topics, reads models, or holds the network of model.file against DL4J";

  private volatile Health streams;
  private volatile boolean stopping;

  /** Tells from now on how the streams are. */
  void started(Health health) {
    streams = health;
    if (stopping) {
      health.stopping();
    }
  }

  /** From now on the instance is not ready. */
  void stopping() {
    stopping = true;
    Health started = streams;
    if (started != null) {
      started.stopping();
    }
  }

  Answer live(Call call) {
    Health started = streams;
    return started == null ? Health.live(true, STATE) : started.live(call);
  }

  Answer ready(Call call) {
    Health started = streams;
    return started == null
        ? Health.ready(STATE, List.of(stopping ? Health.STOPPING : STARTING), Optional.empty())
        : started.ready(call);
  }
}
