package io.tplus1.example;

import io.tplus1.wire.WireForecast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads binary forecasts. The guide for clients shows this file as it is. */
public final class BinaryReader {
  private BinaryReader() {}

  /**
   * Prints a line for each forecast, until it is stopped.
   *
   * @param args the brokers
   */
  public static void main(String[] args) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", "binary-reader");
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", "read_committed");
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      consumer.subscribe(List.of("predictions"));
      while (true) {
        // snippet
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          WireForecast forecast = WireForecast.read(record.value());
          // Horizon 1, the first target; of a category, the first word of its vocabulary.
          String next =
              forecast.isCategory(0)
                  ? "its first word with probability %.2f".formatted(forecast.probability(1, 0, 1))
                  : "%.1f".formatted(forecast.value(1, 0));
          String interval =
              forecast.hasInterval(1, 0)
                  ? ", from %.1f to %.1f".formatted(forecast.lower(1, 0), forecast.upper(1, 0))
                  : "";
          System.out.printf(
              "%s at %s: first target at t+1 is %s%s (%s)%n",
              forecast.key(),
              Instant.ofEpochMilli(forecast.timeMs()),
              next,
              interval,
              forecast.status());
        }
        // snippet
      }
    }
  }
}
