package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tplus1.harness.ForecastTestHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Series that speak too seldom for {@code window.max.age} are told of, once. */
class ShortHistoryTest {
  private static List<String> said(Duration step, int vectors) {
    Logger logger = (Logger) LoggerFactory.getLogger(ShortHistory.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try (var harness = new ForecastTestHarness(Map.of("features", "x", "time.max.ahead", "off"))) {
      Instant start = Instant.parse("2025-01-01T00:00:00Z");
      for (int i = 0; i < vectors; i++) {
        harness.push("sensor", start.plus(step.multipliedBy(i)), i);
      }
    } finally {
      logger.detachAppender(appender);
    }
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void look_daysInAWindowOfAWeek_saysWhatToDoOnce() {
    assertThat(said(Duration.ofDays(1), 40))
        .singleElement()
        .asString()
        .startsWith("Series sensor is not forecast: it speaks every PT24H, so at most 8 vectors")
        .contains("window.max.age", "history.minimum asks for 24");
  }

  @Test
  void look_hours_saysNothing() {
    assertThat(said(Duration.ofHours(1), 40)).isEmpty();
  }
}
