package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Help that teaches: every command says what it is for, how it is called, and how it ends. */
final class HelpTest {
  private static final Path PAGE =
      Path.of(System.getProperty("project.root", ""), "src/site/command-line.md");

  static Stream<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    collect(Main.commandLine(), all);
    return all.stream();
  }

  private static void collect(CommandLine command, List<CommandLine> all) {
    all.add(command);
    command.getSubcommands().values().forEach(sub -> collect(sub, all));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_everyCommand_saysPurposeExamplesOptionsAndExitCodes(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    String name = spec.qualifiedName();

    assertThat(spec.usageMessage().description()).as(name).isNotEmpty();
    assertThat(spec.usageMessage().description()[0]).as(name).endsWith(".");
    Map<String, String> codes = spec.usageMessage().exitCodeList();
    assertThat(codes).as(name).containsKey("2");
    assertThat(codes.keySet()).as(name).containsAnyOf("0", "130, 143");
    assertThat(String.join("\n", spec.usageMessage().footer()))
        .as(name + ": an example")
        .contains(name);
    for (ArgSpec argument : spec.args()) {
      assertThat(argument.description()).as(name + " " + argument.paramLabel()).isNotEmpty();
    }
    assertThat(spec.mixinStandardHelpOptions()).as(name).isTrue();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_everyCommand_fitsATerminalOf100Columns(CommandLine command) {
    command.setUsageHelpWidth(100);

    assertThat(command.getUsageMessage(Ansi.OFF).lines())
        .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
    assertThat(command.getCommandSpec().usageMessage().footer())
        .as("examples, which would be wrapped")
        .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
  }

  /** What {@code models list} calls kept it refuses. */
  @Test
  void help_promote_namesTheModelsThatItTakes() {
    CommandLine promote =
        Main.commandLine().getSubcommands().get("models").getSubcommands().get("promote");

    assertThat(promote.getCommandSpec().usageMessage().description()[0])
        .contains("former champion")
        .contains("challenger")
        .doesNotContain("kept");
  }

  @Test
  void exitCodes_ofAllCommands_areThoseOfThePage() throws Exception {
    TreeSet<String> told = new TreeSet<>();
    Matcher rows = Pattern.compile("(?m)^\\| ([0-9, ]+) \\|").matcher(Files.readString(PAGE));
    while (rows.find()) {
      told.addAll(List.of(rows.group(1).split(", ")));
    }
    TreeSet<String> used = new TreeSet<>();
    commands()
        .flatMap(
            command -> command.getCommandSpec().usageMessage().exitCodeList().keySet().stream())
        .forEach(codes -> used.addAll(List.of(codes.split(", "))));

    assertThat(told).isEqualTo(used);
  }

  @Test
  void commands_all_areOnThePage() throws Exception {
    String page = Files.readString(PAGE);

    assertThat(Main.commandLine().getSubcommands().keySet())
        .allSatisfy(name -> assertThat(page).contains("| `" + name));
  }

  @ParameterizedTest
  @CsvSource({"true, '', true", "true, '1', false", "false, '', false", "false, '1', false"})
  void colours_onATerminalWithoutNoColor_only(boolean terminal, String noColor, boolean coloured) {
    Map<String, String> environment = Map.of("NO_COLOR", noColor);

    assertThat(Terminal.colours(terminal, environment) == Ansi.ON).isEqualTo(coloured);
  }
}
