package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.ListedRights;
import io.tplus1.cluster.Role;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What doctor asks for is what security.md lists, no less and no more. */
final class PermissionNeedsTest {

  @ParameterizedTest
  @CsvSource({
    "FORECAST, true",
    "FORECAST, false",
    "RETRAIN, true",
    "RETRAIN, false",
    "ALL, true",
    "ALL, false"
  })
  void needs_ofEachTopic_areTheListedRights(Role role, boolean commandsOverHttp)
      throws IOException {
    assertThat(PermissionChecks.needs(role, commandsOverHttp))
        .isEqualTo(listed(role, commandsOverHttp));
  }

  private static Map<String, Set<AclOperation>> listed(Role role, boolean commandsOverHttp)
      throws IOException {
    Map<String, Set<AclOperation>> listed = new HashMap<>();
    for (ListedRights right : ListedRights.read()) {
      boolean ofOneTopic =
          right.type() == ResourceType.TOPIC && right.pattern() == PatternType.LITERAL;
      if (ofOneTopic && isOf(right.who(), role, commandsOverHttp)) {
        listed
            .computeIfAbsent(right.name(), each -> EnumSet.noneOf(AclOperation.class))
            .add(right.operation());
      }
    }
    for (Set<AclOperation> operations : listed.values()) {
      // Brokers take it from either.
      if (operations.contains(AclOperation.READ) || operations.contains(AclOperation.WRITE)) {
        operations.remove(AclOperation.DESCRIBE);
      }
    }
    return listed;
  }

  private static boolean isOf(String who, Role role, boolean commandsOverHttp) {
    return switch (who) {
      case "both" -> true;
      case "forecast" -> role.forecasts();
      case "forecast, for commands by HTTP" -> role.forecasts() && commandsOverHttp;
      case "retrain" -> role.retrains();
      default -> throw new AssertionError("Nobody here is '" + who + "'");
    };
  }
}
