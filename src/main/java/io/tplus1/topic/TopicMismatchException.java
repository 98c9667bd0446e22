package io.tplus1.topic;

import static java.util.stream.Collectors.joining;

import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** The cluster's topics are not what the program needs; the message lists every difference. */
public final class TopicMismatchException extends ConfigException {
  private static final long serialVersionUID = 1L;

  TopicMismatchException(List<Deviation> differences) {
    super(
        "The cluster's topics do not fit (%d %s):%n  - %s"
            .formatted(
                differences.size(),
                differences.size() == 1 ? "difference" : "differences",
                differences.stream()
                    .map(Deviation::toString)
                    .collect(joining(System.lineSeparator() + "  - "))));
  }
}
