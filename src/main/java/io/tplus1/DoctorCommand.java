package io.tplus1;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.doctor.Checkup;
import io.tplus1.doctor.Finding;
import io.tplus1.model.Shown;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what keeps tplus1 from running well here, and what to do about it. */
@Command(
    name = "doctor",
    description = {
      "Checks what `run` needs, and says what to fix; changes nothing.",
      "",
      "Settings, Java and its vector module, memory, cores, state directory, port, clock; brokers and their"
          + " version, topics and their replicas, permissions (ACLs) of what the role does; model file and"
          + " champion against the schema."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:nothing keeps it from running; there may be warnings",
      "1:the check itself failed: the message says why",
      ExitCodes.USAGE_LINE,
      "4:something must be fixed"
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  tplus1 doctor --config my.properties",
      "  tplus1 doctor --config my.properties --role all --timeout 30s",
      "  tplus1 doctor --config my.properties --json | jq '.findings[] | select(.level != \"ok\")'"
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

  @Mixin private ConfigurationOptions options;
  @Mixin private CheckedRole role;
  @Spec private CommandSpec spec;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "Longest wait for an answer of the brokers. Default: ${DEFAULT-VALUE}",
      defaultValue = "10s",
      converter = DurationConverter.class)
  private Duration timeout;

  @Option(names = "--json", description = "One JSON object instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    return report(look());
  }

  /** Says that nothing else was looked at; returns the exit code. */
  int refuse(ConfigException why) {
    return report(List.of(Checkup.refused(why)));
  }

  private int report(List<Finding> findings) {
    if (json) {
      printJson(findings);
    } else {
      print(findings);
    }
    return count(findings, Finding.Level.FAILED) == 0 ? ExitCodes.OK : ExitCodes.WRONG;
  }

  private List<Finding> look() {
    Configuration configuration;
    Role checked;
    try {
      configuration = options.read();
      checked = role.of(configuration);
    } catch (KafkaException | UncheckedIOException | IllegalArgumentException e) {
      return List.of(Checkup.refused(e));
    }
    return Checkup.of(configuration, checked, timeout);
  }

  private void print(List<Finding> findings) {
    PrintWriter print = spec.commandLine().getOut();
    Ansi ansi = spec.commandLine().getColorScheme().ansi();
    for (Finding finding : findings) {
      print.print(ansi.string(word(finding.level())));
      Shown.print(print, "  %-14s %s%n", finding.check(), finding.found());
      finding.remedy().ifPresent(remedy -> Shown.print(print, "%22s%s%n", "→ ", remedy));
    }
    long failed = count(findings, Finding.Level.FAILED);
    long warnings = count(findings, Finding.Level.WARNING);
    print.printf(
        "%n%s%n",
        failed + warnings == 0
            ? "Nothing to fix."
            : "%d to fix, %d to look at.".formatted(failed, warnings));
    print.flush();
  }

  private static String word(Finding.Level level) {
    return switch (level) {
      case OK -> "@|green   ok|@";
      case WARNING -> "@|yellow warn|@";
      case FAILED -> "@|bold,red  fix|@";
      case SKIPPED -> "@|faint skip|@";
    };
  }

  private void printJson(List<Finding> findings) {
    ObjectNode report =
        JsonNodeFactory.instance.objectNode().put("ok", count(findings, Finding.Level.FAILED) == 0);
    ArrayNode all = report.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode one =
          all.addObject()
              .put("check", finding.check())
              .put("level", finding.level().name().toLowerCase(Locale.ROOT))
              .put("found", finding.found());
      finding.remedy().ifPresent(remedy -> one.put("remedy", remedy));
    }
    spec.commandLine().getOut().println(report);
    spec.commandLine().getOut().flush();
  }

  private static long count(List<Finding> findings, Finding.Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }
}
