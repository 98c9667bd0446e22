package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.tplus1.serde.ModelEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Text of others' records, where an operator reads it: it forges no line and moves no cursor. */
class HostileTextTest {
  private static final String HOSTILE =
      "a\r\n2026-11-27 04:00:00,000 ERROR io.tplus1.ops - forged\u001b[2J\u009b2J";

  @Test
  void shippedLogging_controlCharactersOfARecord_stayInOneLineAndDoNothing() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL shipped = Main.class.getResource("/logback.xml");
    configurator.doConfigure(shipped);
    try {
      var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      var appender = (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
      LoggingEvent event =
          new LoggingEvent(
              "",
              root,
              Level.WARN,
              "series {}",
              new IllegalStateException("why", new IllegalArgumentException(HOSTILE + "\r\tat f")),
              new Object[] {HOSTILE});

      String[] lines =
          new String(appender.getEncoder().encode(event), UTF_8).split(System.lineSeparator(), -1);

      assertThat(lines[0]).contains("series a | 2026").endsWith("forged?[2J?2J");
      assertThat(lines[1]).isEqualTo("java.lang.IllegalStateException: why");
      assertThat(lines[2]).startsWith("\tat " + HostileTextTest.class.getName());
      assertThat(lines)
          .filteredOn(line -> line.startsWith("Caused by: "))
          .singleElement()
          .asString()
          .contains("IllegalArgumentException: a | 2026")
          .endsWith("forged?[2J?2J | \tat f");
      assertThat(Arrays.stream(lines).skip(1).filter(line -> !line.isEmpty()))
          .allMatch(line -> line.matches("(java\\.lang\\.|\tat |\t\\.\\.\\. |Caused by: ).*"));
      assertThat(lines[lines.length - 1]).as("behind the last line's end").isEmpty();
    } finally {
      context.stop();
    }
  }

  @Test
  void event_controlCharactersInReasonAndFigure_stayInTheirLines() {
    StringWriter out = new StringWriter();
    ModelEvent event =
        new ModelEvent(
            ModelEvent.Kind.PROMOTED,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            HOSTILE,
            Map.of("err\nor", 1.0));

    ModelView.event(new PrintWriter(out), event);

    assertThat(out.toString().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotContainPattern("\\p{Cc}"));
  }
}
