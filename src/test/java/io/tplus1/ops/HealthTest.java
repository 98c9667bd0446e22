package io.tplus1.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.LogCapture;
import io.tplus1.TestSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HealthTest {
  private static final Call GET = new Call("/health", Map.of(), new byte[0]);

  private State state = State.RUNNING;
  private boolean champion = true;
  private OptionalLong lag = OptionalLong.of(0);
  private long silent;
  private long away;
  private long back;
  private Duration maxPollInterval = Duration.ofMinutes(5);

  private Health health(String... more) {
    Map<String, String> settings = TestSettings.with(Map.of("features", "x"), more);
    return health(new Configuration(settings).http(), () -> silent);
  }

  private Health health(HttpSettings http, LongSupplier silentSeconds) {
    Vitals vitals = forecasting(silentSeconds);
    return new Health(http, maxPollInterval, vitals, () -> back, Optional.empty());
  }

  private Vitals forecasting(LongSupplier silentSeconds) {
    return new Vitals() {
      @Override
      public State state() {
        return state;
      }

      @Override
      public long secondsSincePoll() {
        return away;
      }

      @Override
      public boolean hasChampion() {
        return champion;
      }

      @Override
      public OptionalLong lag() {
        return lag;
      }

      @Override
      public long silentSeconds() {
        return silentSeconds.getAsLong();
      }
    };
  }

  /** One that forecasts, beside a retrain role. */
  private Health health(HttpSettings http, Health retraining) {
    return new Health(
        http, maxPollInterval, forecasting(() -> 0), () -> back, Optional.of(retraining));
  }

  private static JsonNode json(Answer answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  private static void assertNotReady(Health health, String... reasons) throws Exception {
    Answer answer = health.ready(GET);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(json(answer).get("status").asText()).isEqualTo("not ready");
    assertThat(json(answer).get("reasons")).extracting(JsonNode::asText).containsExactly(reasons);
  }

  private static void assertReady(Health health) throws Exception {
    Answer answer = health.ready(GET);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer).get("status").asText()).isEqualTo("ready");
    assertThat(json(answer).get("reasons")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void ready_streams_onlyWhileTheyRun(State now) throws Exception {
    state = now;

    if (now == State.RUNNING) {
      assertReady(health());
    } else {
      assertNotReady(health(), "the streams are " + now);
    }
    assertThat(json(health().ready(GET)).get("state").asText()).isEqualTo(now.name());
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void live_streams_untilTheyHaveEnded(State now) throws Exception {
    state = now;
    boolean ended = List.of(State.PENDING_ERROR, State.ERROR, State.NOT_RUNNING).contains(now);

    Answer answer = health().live(GET);

    assertThat(answer.status()).isEqualTo(ended ? 503 : 200);
    assertThat(json(answer).get("status").asText()).isEqualTo(ended ? "down" : "up");
    assertThat(json(answer).get("state").asText()).isEqualTo(now.name());
  }

  @Test
  void ready_stopping_saysSoAndStaysAlive() throws Exception {
    Health health = health();
    health.stopping();

    assertNotReady(health, "the instance is stopping");
    assertThat(health.live(GET).status()).isEqualTo(200);
  }

  @Test
  void ready_noModel_onlyWhereNoneIsNeeded() throws Exception {
    champion = false;

    assertReady(health());
    assertReady(health("ready.without.model", "true"));
    assertReady(health("ready.without.model", "false", "experts", "last,linear"));
    assertNotReady(
        health("ready.without.model", "false"),
        "no model is loaded, and ready.without.model=false");
    champion = true;
    assertReady(health("ready.without.model", "false"));
  }

  @Test
  void ready_streamsThatOnlyRetrain_needNoModelAndNoBroker() throws Exception {
    Vitals retraining =
        new Vitals() {
          @Override
          public State state() {
            return state;
          }

          @Override
          public long secondsSincePoll() {
            return away;
          }
        };
    HttpSettings http =
        new Configuration(
                Map.of("features", "x", "ready.without.model", "false", "ready.max.lag", "1"))
            .http();
    Health health = new Health(http, maxPollInterval, retraining, () -> back, Optional.empty());

    assertReady(health);
    away = 301;
    assertThat(health.live(GET).status()).isEqualTo(503);
  }

  /** A restart, or another instance, would hold forecasts up for the sake of learning. */
  @Test
  void ready_retrainRoleBesideItHangs_saysSoAndStaysReadyAndAlive() throws Exception {
    long[] awayBeside = {0};
    Vitals retraining =
        new Vitals() {
          @Override
          public State state() {
            return State.RUNNING;
          }

          @Override
          public long secondsSincePoll() {
            return awayBeside[0];
          }
        };
    HttpSettings http = new Configuration(Map.of("features", "x")).http();
    Health beside = new Health(http, maxPollInterval, retraining, () -> 0, Optional.empty());
    Health health = health(http, beside);

    assertReady(health);
    assertThat(json(health.ready(GET)).get("retraining")).isEmpty();
    awayBeside[0] = 400;
    assertReady(health);
    assertThat(json(health.ready(GET)).get("retraining"))
        .extracting(JsonNode::asText)
        .containsExactly("a stream thread has not asked for records for 400 s");
    assertThat(health.live(GET).status()).isEqualTo(200);
    assertThat(json(health().ready(GET)).has("retraining")).as("where none runs").isFalse();
  }

  @ParameterizedTest
  @CsvSource({"5, 5, true", "5, 6, false", "0, 1000000, true"})
  void ready_lag_upToItsLimit(String most, long behind, boolean ready) throws Exception {
    lag = OptionalLong.of(behind);
    Health health = health("ready.max.lag", most);

    if (ready) {
      assertReady(health);
    } else {
      assertNotReady(health, "6 records are not yet read, more than ready.max.lag=5");
    }
  }

  /**
   * Or else a probe in the first moments would call an instance ready that has hours to catch up.
   */
  @Test
  void ready_lagThatIsNotKnownYet_notWhereItHasALimit() throws Exception {
    lag = OptionalLong.empty();

    assertReady(health());
    assertNotReady(
        health("ready.max.lag", "5"),
        "how many records are not yet read is not known yet, and ready.max.lag=5");
  }

  @Test
  void ready_brokersThatDoNotAnswer_notForLong() throws Exception {
    silent = 20;
    assertReady(health());
    silent = 21;
    assertNotReady(health(), "no broker has answered for 21 s");
  }

  @ParameterizedTest
  @CsvSource({
    "5m, 180, true, 200",
    "5m, 181, false, 200",
    "5m, 300, false, 200",
    "5m, 301, false, 503",
    "30s, 60, true, 200",
    "30s, 61, false, 503",
    "100s, 80, true, 200",
    "100s, 81, false, 200"
  })
  void health_threadThatAsksForNoRecords_isNotReadyAndThenNotAlive(
      String interval, long seconds, boolean ready, int live) throws Exception {
    maxPollInterval = Duration.parse("PT" + interval);
    away = seconds;

    if (ready) {
      assertReady(health());
    } else {
      assertNotReady(health(), "a stream thread has not asked for records for " + seconds + " s");
    }
    assertThat(health().live(GET).status()).isEqualTo(live);
  }

  @Test
  void health_clockSetBackByMoreThanAMinute_isNeitherReadyNorAlive() throws Exception {
    back = 60;
    assertReady(health());
    assertThat(health().live(GET).status()).isEqualTo(200);

    back = 61;
    assertNotReady(
        health(),
        "the clock was set back, and nothing is committed for 61 s more: start the instance anew");
    assertThat(health().live(GET).status()).isEqualTo(503);
  }

  @Test
  void clockWatch_setBackAndCaughtUp_tellsHowFarItIsBehind() {
    AtomicLong clock = new AtomicLong(1_000_000);
    ClockWatch watch = new ClockWatch(clock::get);

    assertThat(watch.behindSeconds()).isZero();
    clock.set(1_000_000 - 7_200_000);
    assertThat(watch.behindSeconds()).isEqualTo(7_200);
    clock.set(1_000_000 - 3_600_000);
    assertThat(watch.behindSeconds()).isEqualTo(3_600);
    clock.set(1_000_001);
    assertThat(watch.behindSeconds()).isZero();
  }

  @Test
  void look_clockSetBack_isSaidOnceEachTime() {
    AtomicLong clock = new AtomicLong(10_000_000);
    ClockWatch watch = new ClockWatch(clock::get);
    try (LogCapture lines = LogCapture.of(ClockWatch.class)) {
      watch.look();
      clock.addAndGet(-5_000);
      watch.look();
      assertThat(lines.messages()).as("no session ends by that").isEmpty();

      clock.set(10_000_000 - 7_200_000);
      watch.look();
      clock.addAndGet(1_000);
      watch.look();
      assertThat(lines.messages())
          .singleElement()
          .asString()
          .startsWith("The clock was set back by 7200 s: ");

      clock.set(10_000_001);
      watch.look();
      clock.addAndGet(-6_000);
      watch.look();
      assertThat(lines.messages())
          .hasSize(2)
          .last()
          .asString()
          .startsWith("The clock was set back by 6 s: ");
    }
  }

  @Test
  void live_threadThatWaitsForBrokers_staysAlive() throws Exception {
    away = 301;
    silent = 21;

    assertThat(health().live(GET).status()).isEqualTo(200);
  }

  @Test
  void live_threadHasWaitedForBrokersSinceLong_staysAlive() throws Exception {
    AtomicLong nanos = new AtomicLong();
    BrokerAnswers answers = new BrokerAnswers(() -> 10, nanos::get);
    Health health =
        health(new Configuration(Map.of("features", "x")).http(), answers::silentSeconds);

    for (int second = 0; second <= 310; second += 10) {
      nanos.set(second * 1_000_000_000L);
      away = second;
      assertThat(health.live(GET).status()).as("after %d s", second).isEqualTo(200);
    }
  }

  /** As by probes that come once a minute, the last of them before the brokers were gone. */
  @Test
  void ready_lookedBetweenProbes_countsSilenceFromThen() throws Exception {
    AtomicLong nanos = new AtomicLong();
    AtomicLong bytes = new AtomicLong(10);
    BrokerAnswers answers = new BrokerAnswers(bytes::get, nanos::get);
    Health health =
        health(new Configuration(Map.of("features", "x")).http(), answers::silentSeconds);
    assertReady(health);
    bytes.set(20);

    for (int second = 5; second <= 30; second += 5) {
      nanos.set(second * 1_000_000_000L);
      health.look();
    }

    assertNotReady(health, "no broker has answered for 25 s");
  }

  @Test
  void silentSeconds_bytesThatCame_beginAnew() {
    AtomicLong nanos = new AtomicLong();
    AtomicLong bytes = new AtomicLong();
    BrokerAnswers answers = new BrokerAnswers(bytes::get, nanos::get);

    nanos.set(5_000_000_000L);
    assertThat(answers.silentSeconds()).isEqualTo(5);
    bytes.set(10);
    assertThat(answers.silentSeconds()).isZero();
    nanos.set(35_000_000_000L);
    assertThat(answers.silentSeconds()).isEqualTo(30);
    bytes.set(3); // A thread was replaced, and its consumer with it.
    assertThat(answers.silentSeconds()).isZero();
  }

  @Test
  void ready_severalObstacles_saysAll() throws Exception {
    state = State.REBALANCING;
    champion = false;
    lag = OptionalLong.of(6);
    Health health = health("ready.without.model", "false", "ready.max.lag", "5");
    health.stopping();

    assertNotReady(
        health,
        "the instance is stopping",
        "the streams are REBALANCING",
        "no model is loaded, and ready.without.model=false",
        "6 records are not yet read, more than ready.max.lag=5");
  }

  @Test
  void scrape_readyOrNot_isOneOrZero() {
    try (Meters meters = new Meters(RecordingLevel.INFO)) {
      meters.bindReady(health());
      state = State.RUNNING;
      assertThat(new String(meters.scrape(GET).body(), UTF_8)).contains("\ntplus1_ready 1.0\n");
      state = State.REBALANCING;
      assertThat(new String(meters.scrape(GET).body(), UTF_8)).contains("\ntplus1_ready 0.0\n");
    }
  }
}
