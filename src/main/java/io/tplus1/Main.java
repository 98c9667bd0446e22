package io.tplus1;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "tplus1",
    description = "Real-time forecasting of feature vectors on Kafka Streams.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      DemoCommand.class,
      DoctorCommand.class,
      RunCommand.class,
      TrainCommand.class,
      ImportCommand.class,
      ModelsCommand.class,
      TopicsCommand.class,
      ProduceCommand.class,
      BacktestCommand.class,
      ReplayCommand.class,
      CompletionCommand.class
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE_LINE,
      ExitCodes.FAILED_LINE,
      ExitCodes.USAGE_LINE,
      ExitCodes.NO_ANSWER_LINE,
      ExitCodes.WRONG_LINE,
      ExitCodes.STOPPED_LINE
    },
    footerHeading = ExitCodes.EXAMPLES,
    footer = {
      "  ./tplus1 demo                                    everything in one process, on real data",
      "  ./tplus1 doctor --config my.properties           what is missing on your cluster",
      "  ./tplus1 run --config my.properties              forecasts on your cluster",
      "  ./tplus1 COMMAND --help                          what a command is for"
    })
final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    int code = commandLine().execute(args);
    // Not for a command that still runs: `run` returns when it has stopped.
    System.exit(code);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.colours()))
        .setExecutionExceptionHandler(new Complaints());
  }

  /** The version that the jar was built as. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"tplus1 " + (version == null ? "(not packaged)" : version)};
    }
  }
}
