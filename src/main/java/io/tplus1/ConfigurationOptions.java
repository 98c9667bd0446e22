package io.tplus1;

import io.tplus1.config.BrokerlessSettings;
import io.tplus1.config.Configuration;
import io.tplus1.config.ConfigurationFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options by which commands take their settings: a file, the environment, single settings. */
final class ConfigurationOptions {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Properties file; config/ has one for each kind of stream.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting that overrides the file and the environment; may be repeated.")
  Map<String, String> settings = new LinkedHashMap<>();

  /** The settings together, checked. */
  Configuration read() {
    return new Configuration(together());
  }

  /** The same for a command that answers nobody: the token may be where the server runs. */
  Configuration readAsClient() {
    return new Configuration(BrokerlessSettings.withAnyToken(together()));
  }

  /**
   * The settings together, as they were given. Each call reads the file, which may be a pipe that
   * gives them once.
   */
  Map<String, String> together() {
    return ConfigurationFile.read(file, System.getenv(), settings);
  }
}
