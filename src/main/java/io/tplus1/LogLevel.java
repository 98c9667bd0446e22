package io.tplus1;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The level that a logger has until this is closed. */
final class LogLevel implements AutoCloseable {
  private final Logger logger;
  private final Level usual;

  private LogLevel(Logger logger) {
    this.logger = logger;
    this.usual = logger.getLevel();
  }

  static LogLevel set(String name, Level level) {
    LogLevel set = new LogLevel((Logger) LoggerFactory.getLogger(name));
    set.logger.setLevel(level);
    return set;
  }

  /** Leaves what is wrong of tplus1's own lines, unless the user says which are wanted. */
  static LogLevel warningsAlone() {
    String own = "io.tplus1";
    return System.getenv("TPLUS1_LOG_LEVEL") == null
        ? set(own, Level.WARN)
        : new LogLevel((Logger) LoggerFactory.getLogger(own));
  }

  @Override
  public void close() {
    logger.setLevel(usual);
  }
}
