package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.broker.EmbeddedBroker;
import io.tplus1.config.ConfigurationFile;
import io.tplus1.example.ForecastReader;
import io.tplus1.instance.ForecastApplication;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.tool.SystemTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the guide for clients, as they stand there, with the real clients. */
final class ClientsGuideIT {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @TempDir Path directory;

  @Test
  void guide_everyCommand_doesWhatItSays() throws Exception {
    SystemTool.require("-V", "kcat");
    SystemTool bash = SystemTool.require("--version", "bash");
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(4);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"))) {
      StreamUnderTest stream = stream(broker.bootstrapServers());
      try (ForecastApplication application = stream.start(null)) {
        assertThat(run(bash, broker, blocks.get(0))).isEmpty();

        List<String> read = run(bash, broker, blocks.get(1));
        assertThat(read).hasSize(3);
        assertForecast(read.get(0), "pump-1 ", 2, 5, 6, 7);
        assertForecast(read.get(1), "pump-1 ", 3, 8, 9, 10);
        assertThat(read.get(2)).startsWith("pump-1 {");

        assertThat(run(bash, broker, blocks.get(2)))
            .singleElement()
            .asString()
            .startsWith("pump-2 {\"features\": {\"a\": \"high\"}} ")
            .contains("tplus1.dlq.");

        List<String> console = run(bash, broker, blocks.get(3));
        assertThat(console).last().asString().contains("Processed a total of 3 messages");
        assertThat(console).anySatisfy(line -> assertForecast(line, "pump-3\t", 2, 5, 6, 7));
        assertThat(application.failure()).isNull();

        assertThat(javaReader(broker))
            .contains(
                "pump-1 at 2026-01-01T01:00:00Z: {\"a\":2.0,\"b\":5.0,\"c\":6.0,\"d\":7.0} (NO_MODEL)");
      }
    }
  }

  /** The settings of the guide's first command, with the topics' own names. */
  private StreamUnderTest stream(String bootstrapServers) {
    Map<String, String> settings =
        new TreeMap<>(ConfigurationFile.read(ROOT.resolve("config/question.properties"), Map.of()));
    settings.put("bootstrap.servers", bootstrapServers);
    settings.remove("model.file");
    StreamUnderTest.TOPICS.forEach(topic -> settings.put("topics." + topic + ".name", topic));
    return new StreamUnderTest(bootstrapServers, "question", directory.resolve("state"), settings);
  }

  private static List<String> blocks() throws Exception {
    String guide = Files.readString(ROOT.resolve("src/site/clients.md"));
    Matcher fences = Pattern.compile("(?s)```bash\\n(.*?)```").matcher(guide);
    List<String> blocks = new ArrayList<>();
    while (fences.find()) {
      blocks.add(fences.group(1));
    }
    return blocks;
  }

  /** Runs a block; Kafka's tools are those of the class path, as their scripts call them. */
  private List<String> run(SystemTool bash, EmbeddedBroker broker, String block) throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("block.sh"),
            """
            set -euo pipefail
            tool() { '%s' -cp '%s' "$@"; }
            kafka-console-producer.sh() { tool org.apache.kafka.tools.ConsoleProducer "$@"; }
            kafka-console-consumer.sh() { tool org.apache.kafka.tools.consumer.ConsoleConsumer "$@"; }
            %s
            """
                .formatted(
                    JAVA,
                    System.getProperty("java.class.path"),
                    block.replace("localhost:9092", broker.bootstrapServers())));
    SystemTool.Result result = bash.run(directory, script.toString());
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output().lines().toList();
  }

  private List<String> javaReader(EmbeddedBroker broker) throws Exception {
    Path out = directory.resolve("reader.txt");
    Process reader =
        new ProcessBuilder(
                JAVA,
                "-cp",
                System.getProperty("java.class.path"),
                ForecastReader.class.getName(),
                broker.bootstrapServers())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      await()
          .until(
              () ->
                  !reader.isAlive()
                      || Files.readAllLines(out).stream()
                              .filter(line -> line.contains("NO_MODEL"))
                              .count()
                          >= 3);
      return Files.readAllLines(out);
    } finally {
      reader.destroyForcibly();
    }
  }

  private static void assertForecast(String line, String key, int... values) {
    assertThat(line).startsWith(key);
    try {
      JsonNode forecast = new ObjectMapper().readTree(line.substring(key.length()));
      assertThat(forecast.get("status").asText()).isEqualTo("NO_MODEL");
      List<Integer> found = new ArrayList<>();
      forecast.at("/forecasts/0/values").forEach(value -> found.add(value.intValue()));
      assertThat(found)
          .containsExactly(java.util.Arrays.stream(values).boxed().toArray(Integer[]::new));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }
}
