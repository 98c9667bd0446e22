package io.tplus1;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.tplus1.config.ConfigurationFile;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The level that a logger has until this is closed. */
final class LogLevel implements AutoCloseable {
  private static final String OWN = "io.tplus1";

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

  /** Leaves of tplus1's own lines those from a level on, unless the user says which are wanted. */
  static LogLevel unlessAsked(Level level, Map<String, String> environment) {
    return ConfigurationFile.logLevel(environment).isPresent()
        ? new LogLevel((Logger) LoggerFactory.getLogger(OWN))
        : set(OWN, level);
  }

  /** Gives tplus1's own lines their usual level where the variable that says another is empty. */
  static void usualIfEmpty(Map<String, String> environment) {
    if (environment.containsKey(ConfigurationFile.LOG_LEVEL)
        && ConfigurationFile.logLevel(environment).isEmpty()) {
      // Logback takes an empty level for none, and all other loggers' level, WARN, in its place.
      set(OWN, Level.INFO);
    }
  }

  @Override
  public void close() {
    logger.setLevel(usual);
  }
}
