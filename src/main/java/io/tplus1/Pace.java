package io.tplus1;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of what streams the shipped tracks: how fast, and for how long. */
final class Pace {
  /** Infinite for max. */
  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Vectors per second, or max. Default: ${DEFAULT-VALUE}",
      defaultValue = "200",
      converter = Speed.class)
  double perSecond;

  /** Null without the option. */
  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Ends by itself after this long, such as 30s or 5m.",
      converter = DurationConverter.class)
  Duration length;
}
