package io.tplus1;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell completes commands and options with, made from the commands themselves. */
@Command(
    name = "completion",
    description = {
      "Prints a script by which a shell completes commands, options and their values.",
      "",
      "It is made from the commands of this build. It completes `tplus1` and `./tplus1` alike."
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.USAGE_LINE},
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  eval \"$(./tplus1 completion bash)\"                        for this shell",
      "  ./tplus1 completion bash > ~/.local/share/bash-completion/completions/tplus1",
      "  echo 'source <(/path/to/tplus1 completion zsh)' >> ~/.zshrc"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  /** Shells, as people write them. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  public Integer call() {
    PrintWriter print = spec.commandLine().getOut();
    String script = AutoComplete.bash("tplus1", spec.root().commandLine());
    if (shell == Shell.zsh) {
      // The script brings zsh's own reading of bash completions; it needs compinit before.
      print.println("autoload -U +X compinit && compinit -u");
    }
    print.print(script);
    print.flush();
    return ExitCodes.OK;
  }
}
