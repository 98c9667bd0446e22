package io.tplus1.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads forecasts in a program of one's own. The guide for clients shows this file as it is. */
public final class ForecastReader {
  private ForecastReader() {}

  /**
   * Prints a line for each forecast, until it is stopped.
   *
   * @param args the brokers
   */
  public static void main(String[] args) throws IOException {
    // snippet
    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", "forecast-reader");
    settings.put("auto.offset.reset", "earliest");
    // Forecasts are written in transactions: without this, those of aborted ones show too.
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    ObjectMapper json = new ObjectMapper();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("predictions"));
      while (true) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          JsonNode forecast = json.readTree(record.value());
          Instant made = Instant.ofEpochMilli(forecast.get("time").longValue());
          JsonNode next = forecast.get("forecasts").get(0); // t+1; more with forecast.horizon
          System.out.printf(
              "%s at %s: %s (%s)%n",
              record.key(), made, next.get("values"), forecast.get("status").asText());
        }
        consumer.commitSync();
      }
    }
    // snippet
  }
}
