package io.tplus1.doctor;

import io.tplus1.cluster.ClusterAdmin;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.topic.Causes;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Which rights are missing after brokers refused something; they themselves name the resource, and
 * not what may not be done with it.
 */
public final class MissingRights {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private MissingRights() {}

  /**
   * A line for each missing right with the command that grants it; none if the failure has nothing
   * to do with rights, or nobody tells.
   */
  public static List<String> behind(Throwable failure, Configuration configuration, Role role) {
    if (!isRefusal(failure)) {
      return List.of();
    }
    try (ClusterAdmin cluster = new ClusterAdmin(configuration, "tplus1-rights", LONGEST_WAIT)) {
      // Whoever was refused has asked of groups already, or was about to.
      return new PermissionChecks(configuration, cluster, role, true)
          .run().stream()
              .filter(finding -> finding.level() == Finding.Level.FAILED)
              .map(finding -> finding.found() + finding.remedy().map(" → "::concat).orElse(""))
              .toList();
    } catch (KafkaException e) {
      return List.of();
    }
  }

  private static boolean isRefusal(Throwable failure) {
    // Where topics of its own cannot be made, Kafka Streams keeps the words alone.
    return Causes.of(failure)
        .anyMatch(
            cause ->
                cause instanceof AuthorizationException
                    || String.valueOf(cause.getMessage()).contains("uthoriz"));
  }
}
