package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.tool.SystemTool;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;

/** The shells complete what there is, in the shells themselves. */
final class CompletionTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tplus1 d | demo doctor",
        "tplus1 models ro | rollback",
        "tplus1 topics | verify create",
        "tplus1 run --ro | --role",
        "tplus1 run --role re | retrain",
        "tplus1 doctor --j | --json",
        "tplus1 completion z | zsh"
      })
  void bash_wordBegun_offersWhatTheCommandsHave(String line, String offered) throws Exception {
    SystemTool bash = SystemTool.require("--version", "bash");

    assertThat(offers(bash, "bash", line.split(" "))).contains(offered.split(" "));
  }

  @Test
  void bash_everyCommandAndOption_isOffered() throws Exception {
    SystemTool bash = SystemTool.require("--version", "bash");

    assertThat(offers(bash, "bash", "tplus1", ""))
        .containsAll(Main.commandLine().getSubcommands().keySet());
    List<String> options = new ArrayList<>();
    CommandLine run = Main.commandLine().getSubcommands().get("run");
    run.getCommandSpec().options().forEach(option -> options.addAll(List.of(option.names())));
    assertThat(offers(bash, "bash", "tplus1", "run", "-")).containsAll(options);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"tplus1 d | demo doctor", "tplus1 models ro | rollback", "tplus1 run --ro | --role"})
  void zsh_wordBegun_offersWhatTheCommandsHave(String line, String offered) throws Exception {
    SystemTool zsh = SystemTool.require("--version", "zsh");

    assertThat(offers(zsh, "zsh", line.split(" "))).contains(offered.split(" "));
  }

  @Test
  void candidates_ofEveryOption_areTakenByIt() throws Exception {
    List<String> offered = new ArrayList<>();
    for (CommandLine command : HelpTest.commands().toList()) {
      for (ArgSpec argument : command.getCommandSpec().args()) {
        if (argument.completionCandidates() != null) {
          for (String candidate : argument.completionCandidates()) {
            offered.add(candidate);
            for (ITypeConverter<?> converter : argument.converters()) {
              assertThat(converter.convert(candidate)).as(candidate).isNotNull();
            }
          }
        }
      }
    }
    assertThat(offered).contains("retrain", "vector");
  }

  /** Bash 3.2, as macOS has it, reads nothing from {@code source <(…)}, and says nothing. */
  @Test
  void bash_lineOfThePage_completesInEveryBash() throws Exception {
    SystemTool bash = SystemTool.require("--version", "bash");
    Path page = Path.of(System.getProperty("project.root", ""), "src/site/command-line.md");
    String line =
        Files.readAllLines(page).stream()
            .filter(told -> told.contains("completion bash"))
            .findFirst()
            .orElseThrow();
    Path script = script("bash");
    Path launcher = Files.writeString(directory.resolve("tplus1"), "#!/bin/sh\ncat " + script);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path test = Files.writeString(directory.resolve("test"), line + "\ncomplete -p tplus1\n");

    assertThat(line).doesNotContain("<(");
    assertThat(bash.run(directory, test.toString()).output()).contains("_complete_tplus1");
    assertThat(Main.commandLine().getSubcommands().get("completion").getUsageMessage(Ansi.OFF))
        .contains(line.substring(0, line.indexOf('#')).strip());
  }

  /** What a shell offers for the last of some words. */
  private List<String> offers(SystemTool tool, String shell, String... words) throws Exception {
    Path script = script(shell);
    // A line that ends after a whole command has an empty word to complete.
    List<String> line = new ArrayList<>(List.of(words));
    if (line.size() == 2 && line.get(1).equals("topics")) {
      line.add("");
    }
    StringBuilder quoted = new StringBuilder();
    line.forEach(word -> quoted.append(" '").append(word).append('\''));
    Path test =
        Files.writeString(
            directory.resolve("test"),
            """
            source '%1$s'
            COMP_WORDS=(%2$s)
            COMP_CWORD=%3$d
            if [ -n "$ZSH_VERSION" ]; then
              # As zsh calls completions of bash; it leaves out itself what does not begin so.
              words=(%2$s)
              CURRENT=%4$d
              compgen -F _complete_tplus1
            else
              COMP_TYPE=9
              _complete_tplus1
              printf '%%s\\n' "${COMPREPLY[@]}"
            fi
            """
                .formatted(script, quoted, line.size() - 1, line.size()));
    SystemTool.Result result = tool.run(directory, test.toString());
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output().lines().map(String::strip).toList();
  }

  private Path script(String shell) throws Exception {
    StringWriter out = new StringWriter();
    int code = Main.commandLine().setOut(new PrintWriter(out, true)).execute("completion", shell);
    assertThat(code).isZero();
    return Files.writeString(directory.resolve("completion"), out.toString());
  }
}
