package io.tplus1;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tplus1.config.ConfigurationFile;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "tplus1",
    description = "Real-time forecasting of feature vectors on Kafka Streams.",
    mixinStandardHelpOptions = true,
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
  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
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
          CompletionCommand.class);

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // What programs read must not have the digits and commas of where it was made.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    int code = execute(System.out, System.err, System.getenv(), args);
    // Not for a command that still runs: `run` returns when it has stopped.
    System.exit(code);
  }

  /**
   * Runs one command, which speaks UTF-8 wherever it is, and sees that what it said was taken.
   *
   * @param environment variables by name, of which the logger's is looked at before any command
   */
  static int execute(
      PrintStream out, PrintStream err, Map<String, String> environment, String... args) {
    CommandLine commands =
        commandLine(args)
            .setOut(new PrintWriter(out, true, UTF_8))
            .setErr(new PrintWriter(err, true, UTF_8));
    commands.setExecutionStrategy(
        parsed -> {
          Integer helped = CommandLine.executeHelpRequest(parsed);
          if (helped != null) {
            return helped;
          }
          try {
            ConfigurationFile.requireLogLevel(environment);
          } catch (ConfigException e) {
            if (parsed.hasSubcommand()
                && parsed.subcommand().commandSpec().userObject() instanceof DoctorCommand doctor) {
              return doctor.refuse(e); // It finds what is wrong, this among it.
            }
            Complaints.say(commands, e.getMessage());
            return ExitCodes.FAILED;
          }
          LogLevel.usualIfEmpty(environment);
          return new CommandLine.RunLast().execute(parsed);
        });
    int code = commands.execute(args);
    if (!commands.getOut().checkError()) {
      return code;
    }
    commands
        .getErr()
        .println(
            "tplus1: the output could not be written to its end: is the disk full, or did its reader stop?");
    return code == ExitCodes.OK ? ExitCodes.FAILED : code;
  }

  /**
   * What is to run a line: of all commands, or where its first word names one, of that alone. To
   * look at the options of all takes a third of the time until a killed instance reads again.
   */
  static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new Main());
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(type -> args.length > 0 && args[0].equals(name(type)))
            .filter(type -> type != CompletionCommand.class) // It tells of the others.
            .toList();
    (named.isEmpty() ? COMMANDS : named).forEach(line::addSubcommand);
    sayVersion(line);
    return line.setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.colours()))
        .setExecutionExceptionHandler(new Complaints());
  }

  /** Who is below another does not take its version over. */
  private static void sayVersion(CommandLine command) {
    command.getCommandSpec().versionProvider(() -> new String[] {Version.text()});
    command.getSubcommands().values().forEach(Main::sayVersion);
  }

  private static String name(Class<?> type) {
    return type.getAnnotation(Command.class).name();
  }
}
