package io.tplus1;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What one logger says from now on; closed, the logger is as it was. Safe for several threads. */
public final class LogCapture implements AutoCloseable {
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Logger logger;
  private final Level usual;

  private LogCapture(Logger logger) {
    this.logger = logger;
    this.usual = logger.getLevel();
    appender.start();
    logger.addAppender(appender);
  }

  /** Of what a class says, at the levels that are on. */
  public static LogCapture of(Class<?> logger) {
    return new LogCapture((Logger) LoggerFactory.getLogger(logger));
  }

  /** Of a logger's lines from a level on. */
  public static LogCapture of(String logger, Level from) {
    LogCapture capture = new LogCapture((Logger) LoggerFactory.getLogger(logger));
    capture.logger.setLevel(from);
    return capture;
  }

  /** The lines so far, without their levels and stack traces. */
  public List<String> messages() {
    return events().stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  public List<ILoggingEvent> events() {
    synchronized (appender) { // As it appends.
      return List.copyOf(appender.list);
    }
  }

  /** Forgets the lines so far. */
  public void clear() {
    synchronized (appender) {
      appender.list.clear();
    }
  }

  @Override
  public void close() {
    logger.setLevel(usual);
    logger.detachAppender(appender);
  }
}
