package io.tplus1;

import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import picocli.CommandLine.Option;

/** The option {@code --role} of what runs no role: whose topics and permissions. */
final class CheckedRole {
  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "Whose topics it is about, and of doctor whose permissions: forecast, retrain or all. Default:"
              + " all where something learns (retrain.mode, or linear or joint among the experts), else"
              + " forecast.",
      completionCandidates = RoleConverter.Names.class,
      converter = RoleConverter.class)
  private Role role;

  /** The given role, or what processes with this configuration do. */
  Role of(Configuration configuration) {
    return role == null ? Role.of(configuration.learns()) : role;
  }
}
