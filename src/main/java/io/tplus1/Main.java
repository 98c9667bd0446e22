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
      RunCommand.class,
      TrainCommand.class,
      ImportCommand.class,
      ModelsCommand.class,
      BacktestCommand.class,
      ReplayCommand.class
    },
    footer = {
      "",
      "Start here:  ./tplus1 demo",
      "On your cluster:  ./tplus1 run --config config/storms.properties"
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
    return new CommandLine(new Main()).setExecutionExceptionHandler(new Complaints());
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
