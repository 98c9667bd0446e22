package io.tplus1;

import io.tplus1.feature.FeatureVector;
import io.tplus1.feature.SeriesVector;
import io.tplus1.instance.StreamUnderTest;
import io.tplus1.serde.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Streams whose forecasts are made again, and rounds of the vectors that they read. */
final class ReplayedStreams {
  static final long START = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  static final long MINUTE = Duration.ofMinutes(1).toMillis();

  private final String bootstrapServers;
  private final Path directory;
  private int rounds;

  ReplayedStreams(String bootstrapServers, Path directory) {
    this.bootstrapServers = bootstrapServers;
    this.directory = directory;
  }

  /** One whose windows are of three vectors, with these settings more. */
  StreamUnderTest stream(String name, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "a,b");
    settings.put("window.steps", "3");
    settings.put("history.minimum", "2");
    settings.put("window.max.age", "2d");
    settings.put("time.max.ahead", "off");
    settings.putAll(more);
    return new StreamUnderTest(bootstrapServers, name, directory.resolve(name), settings);
  }

  static List<Prediction> predictions(StreamUnderTest stream, int atLeast) {
    return stream.await("predictions", atLeast).stream().map(stream::prediction).toList();
  }

  /** A vector of each of the first series, a minute after the round before. */
  List<SeriesVector> nextRound(int series) {
    List<SeriesVector> vectors = new ArrayList<>();
    for (int s = 0; s < series; s++) {
      vectors.add(vector(s, rounds));
    }
    rounds++;
    return vectors;
  }

  static SeriesVector vector(int series, int round) {
    float phase = .7f * round + series;
    return new SeriesVector(
        "s" + series,
        new FeatureVector(
            START + MINUTE * round,
            new float[] {(float) Math.sin(phase) * 10, 1_000 + (float) Math.cos(phase)}));
  }

  /** How many there have been. */
  int rounds() {
    return rounds;
  }
}
