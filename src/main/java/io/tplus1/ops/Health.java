package io.tplus1.ops;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.config.HttpSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Whether the instance is alive and ready. Alive: its streams have not ended, no stream thread
 * hangs, and the clock was not set back by more than a minute. Ready: they run, a champion is
 * loaded (or none is needed), the lag is known and below its limit, and brokers answer.
 *
 * <p>Of a retrain role beside forecasts it tells what keeps it from going on, and makes nothing of
 * it: who acts on either would hold up forecasts.
 */
final class Health {
  /** Longer than any fetch waits, and than an answer that is late. */
  private static final long LONGEST_SILENCE_SECONDS = 20;

  /** Longer than a commit waits for brokers ({@code max.block.ms}). */
  private static final long LONGEST_COMMIT_SECONDS = 60;

  /** As far may the clock be set back: so long nothing is committed, which a start anew mends. */
  private static final long LARGEST_SETBACK_SECONDS = 60;

  /**
   * Added to the time for which a thread works on what it has, for its last record and a commit.
   */
  private static final long LATEST_SECONDS = 30;

  static final String STOPPING = "the instance is stopping";

  private final HttpSettings settings;
  private final Vitals vitals;
  private final LongSupplier clockBehindSeconds;
  private final Optional<Health> retraining;
  private final long longestWorkSeconds;
  private final long longestAwaySeconds;
  private volatile boolean stopping;

  /**
   * @param maxPollInterval after which the brokers give a thread's partitions to others
   * @param clockBehindSeconds how far the clock is behind where it was
   * @param retraining that of a retrain role beside these streams; empty where none runs
   */
  Health(
      HttpSettings settings,
      Duration maxPollInterval,
      Vitals vitals,
      LongSupplier clockBehindSeconds,
      Optional<Health> retraining) {
    this.settings = settings;
    this.vitals = vitals;
    this.clockBehindSeconds = clockBehindSeconds;
    this.retraining = retraining;
    // Kafka Streams work on records that came for half of the interval before they ask for more.
    this.longestWorkSeconds =
        Math.max(LONGEST_COMMIT_SECONDS, maxPollInterval.toSeconds() / 2 + LATEST_SECONDS);
    this.longestAwaySeconds = Math.max(maxPollInterval.toSeconds(), longestWorkSeconds);
  }

  /** From now on the instance is not ready, so that nobody counts on it. */
  void stopping() {
    stopping = true;
  }

  /**
   * Looks whether brokers answer; to be called every few seconds, for their silence is measured
   * from one look to the next.
   */
  void look() {
    var unused = vitals.silentSeconds();
  }

  boolean isAlive() {
    return switch (vitals.state()) {
      // PENDING_ERROR stays for ever where one thread failed and another hangs.
      case PENDING_ERROR, ERROR, NOT_RUNNING -> false;
      case CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN ->
          !hangs() && clockBehindSeconds.getAsLong() <= LARGEST_SETBACK_SECONDS;
    };
  }

  /** Whether a thread has been away for so long that others have its partitions. */
  private boolean hangs() {
    // Where brokers do not answer, threads wait for them, and a restart would not help.
    long silent = vitals.silentSeconds();
    return vitals.secondsSincePoll() > longestAwaySeconds && silent <= LONGEST_SILENCE_SECONDS;
  }

  /** What keeps the instance from being ready, in sentences; empty if it is. */
  List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    if (stopping) {
      obstacles.add(STOPPING);
    }
    KafkaStreams.State now = vitals.state();
    if (now != KafkaStreams.State.RUNNING) {
      obstacles.add("the streams are " + now);
    }
    if (!settings.readyWithoutModel() && !vitals.hasChampion()) {
      obstacles.add("no model is loaded, and ready.without.model=false");
    }
    if (settings.readyMaxLag() > 0) {
      tooFarBehind(vitals.lag()).ifPresent(obstacles::add);
    }
    long silent = vitals.silentSeconds();
    if (silent > LONGEST_SILENCE_SECONDS) {
      obstacles.add("no broker has answered for %d s".formatted(silent));
    }
    long away = vitals.secondsSincePoll();
    if (away > longestWorkSeconds) {
      obstacles.add("a stream thread has not asked for records for %d s".formatted(away));
    }
    long back = clockBehindSeconds.getAsLong();
    if (back > LARGEST_SETBACK_SECONDS) {
      obstacles.add(
          "the clock was set back, and nothing is committed for %d s more: start the instance anew"
              .formatted(back));
    }
    return obstacles;
  }

  /**
   * What keeps a retrain role beside these streams from going on, in sentences; empty where none
   * runs here.
   */
  Optional<List<String>> retraining() {
    return retraining.map(Health::obstacles);
  }

  private Optional<String> tooFarBehind(OptionalLong behind) {
    long most = settings.readyMaxLag();
    if (behind.isEmpty()) {
      return Optional.of(
          "how many records are not yet read is not known yet, and ready.max.lag=" + most);
    }
    return behind.getAsLong() > most
        ? Optional.of(
            "%d records are not yet read, more than ready.max.lag=%d"
                .formatted(behind.getAsLong(), most))
        : Optional.empty();
  }

  Answer live(Call call) {
    return live(isAlive(), vitals.state());
  }

  Answer ready(Call call) {
    return ready(vitals.state(), obstacles(), retraining());
  }

  static Answer live(boolean alive, KafkaStreams.State state) {
    ObjectNode json = Json.object().put("status", alive ? "up" : "down");
    return Answer.json(alive ? 200 : 503, json.put("state", state.name()));
  }

  static Answer ready(
      KafkaStreams.State state, List<String> obstacles, Optional<List<String>> retraining) {
    ObjectNode json = Json.object().put("status", obstacles.isEmpty() ? "ready" : "not ready");
    ArrayNode reasons = json.put("state", state.name()).putArray("reasons");
    obstacles.forEach(reasons::add);
    retraining.ifPresent(beside -> beside.forEach(json.putArray("retraining")::add));
    return Answer.json(obstacles.isEmpty() ? 200 : 503, json);
  }
}
