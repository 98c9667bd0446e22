package io.tplus1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.serde.Prediction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Runs of {@code tplus1 replay}, and what the last of them said. */
final class ReplayRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path config;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /**
   * None yet.
   *
   * @param directory where a stream's settings are written for the command
   */
  ReplayRuns(Path directory) {
    this.config = directory.resolve("config.properties");
  }

  /** Runs the command with a stream's settings; returns its exit code. */
  int replay(StreamUnderTest stream, String... line) throws IOException {
    Properties properties = new Properties();
    properties.putAll(stream.settings());
    try (Writer writer = Files.newBufferedWriter(config)) {
      properties.store(writer, null);
    }
    List<String> words = new ArrayList<>(List.of("replay", "--config", config.toString()));
    words.addAll(List.of(line));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
  }

  /** As above, of the forecast that was made of a series at a time. */
  int replay(StreamUnderTest stream, Prediction prediction, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("--key", prediction.key(), "--at", Long.toString(prediction.timeMs())));
    words.addAll(List.of(more));
    return replay(stream, words.toArray(String[]::new));
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  JsonNode json() throws IOException {
    return JSON.readTree(out());
  }
}
