package io.tplus1.ops;

import io.tplus1.serde.ModelCommand;

/** Sends commands about models, as the command line does. */
@FunctionalInterface
public interface ModelControl {
  /**
   * Writes a command to {@code model-commands}; returns when the broker has it. The answer is an
   * event that repeats the command's id.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if no broker took it in time; it may
   *     have it all the same
   * @throws org.apache.kafka.common.KafkaException if nobody runs who would carry it out, or it
   *     could not be written
   */
  void send(ModelCommand command);
}
