package io.tplus1.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.serde.Prediction;
import io.tplus1.serde.RejectReason;
import io.tplus1.serde.Score;
import io.tplus1.topology.ForecastListener;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** What the tasks do, kept as far as metrics and the dashboard show it. */
final class Happenings implements ForecastListener {
  /** Times beyond are told from each other no more. */
  static final double LONGEST_TIME_MS = 1_000;

  private static final Duration[] TIMES =
      millis(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, LONGEST_TIME_MS);

  /**
   * A second beyond the last bound. Timers sum nanoseconds in a long, which a few records of long
   * ago would overflow.
   */
  private static final long LONGEST_DELAY_MS = 61_000;

  /**
   * Sum of delays from which on those of long ago, 147 million by then, are counted no more: a long
   * of nanoseconds ends at 9.2e9 s, and the rest is for what is of now. (A summary of doubles is
   * none of durations: it puts all below 1 into the bucket of 1.)
   */
  private static final double MOST_DELAYS_SECONDS = 9e9;

  private static final Duration[] DELAYS =
      millis(1, 2.5, 5, 10, 25, 50, 100, 250, 1_000, 10_000, 60_000);

  private final FeatureSchema schema;
  private final Clock clock;
  private final LiveSeries series;
  private final ErrorBoard errors;
  private final Timer time;
  private final Timer delay;
  private final Map<RejectReason, Example> examples = new EnumMap<>(RejectReason.class);

  /**
   * The newest dead letter of a reason.
   *
   * @param detail what was found and what was expected
   * @param topic where it was read
   * @param partition where it was read
   * @param offset where it was read
   * @param atMs when it was found, epoch milliseconds
   */
  record Example(String detail, String topic, int partition, long offset, long atMs) {}

  /**
   * @param series most series whose forecasts and scores are held
   * @param retention event time after which a silent series is not listed
   */
  Happenings(
      FeatureSchema schema, int series, Duration retention, MeterRegistry registry, Clock clock) {
    this.schema = schema;
    this.clock = clock;
    this.series = new LiveSeries(schema, series, retention);
    this.errors = new ErrorBoard(schema);
    this.time =
        Timer.builder("tplus1.forecast.time")
            .description("From a decoded record to all that follows from it handed on")
            .serviceLevelObjectives(TIMES)
            .register(registry);
    this.delay =
        Timer.builder("tplus1.emission.delay")
            .description("From a record's timestamp to its forecast handed to the producer")
            .serviceLevelObjectives(DELAYS)
            .register(registry);
  }

  private static Duration[] millis(double... bounds) {
    Duration[] durations = new Duration[bounds.length];
    for (int i = 0; i < bounds.length; i++) {
      durations[i] = Duration.ofNanos((long) (bounds[i] * 1e6));
    }
    return durations;
  }

  @Override
  public void tookUp(int partition) {
    series.tookUp(partition);
  }

  @Override
  public void letGo(int partition) {
    series.letGo(partition);
  }

  @Override
  public void forecast(int partition, Prediction prediction) {
    series.forecast(partition, prediction);
  }

  @Override
  public void scored(int partition, Score score) {
    errors.add(score);
    series.scored(partition, score);
  }

  @Override
  public void deadLettered(RejectReason reason, String detail, RecordMetadata origin) {
    Example example =
        new Example(detail, origin.topic(), origin.partition(), origin.offset(), clock.millis());
    synchronized (examples) {
      examples.put(reason, example);
    }
  }

  @Override
  public void processed(int partition, long timeMs, long recordTimeMs, long nowMs, long nanos) {
    series.cameTo(partition, timeMs);
    time.record(nanos, TimeUnit.NANOSECONDS);
    // A replay's timestamps are of another time; the largest bucket takes them.
    long delayMs = Math.max(0, Math.min(LONGEST_DELAY_MS, nowMs - recordTimeMs));
    if (delayMs < LONGEST_DELAY_MS || delay.totalTime(TimeUnit.SECONDS) < MOST_DELAYS_SECONDS) {
      delay.record(delayMs, TimeUnit.MILLISECONDS);
    }
  }

  FeatureSchema schema() {
    return schema;
  }

  LiveSeries series() {
    return series;
  }

  ErrorBoard errors() {
    return errors;
  }

  Timer time() {
    return time;
  }

  Timer delay() {
    return delay;
  }

  /** The newest dead letter of each reason that occurred. */
  Map<RejectReason, Example> examples() {
    synchronized (examples) {
      return new EnumMap<>(examples);
    }
  }
}
