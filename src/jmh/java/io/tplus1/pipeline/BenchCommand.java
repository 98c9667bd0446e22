package io.tplus1.pipeline;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The benchmark's command line. What is wrong with it is said before anything runs. */
@Command(
    name = "bench",
    description = "Measures tplus1 and its rivals.",
    showDefaultValues = true,
    exitCodeOnExecutionException = BenchCommand.FAILED,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:compare found a drop",
      "2:wrong usage, or files that cannot be compared",
      "3:the measurement failed"
    })
final class BenchCommand implements Callable<Integer> {
  static final int DROP = 1;
  static final int USAGE = 2;
  static final int FAILED = 3;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Shows this.")
  boolean help;

  @Mixin private Options options;
  @Spec private CommandSpec spec;

  /** Runs it; the exit code. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new BenchCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        // Not all of the options, which would hide what is wrong.
        .setParameterExceptionHandler(
            (wrong, all) -> {
              err.println(wrong.getMessage());
              err.println("--help shows the options");
              return USAGE;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    try {
      options.check();
    } catch (IllegalArgumentException e) {
      throw wrong(spec, e);
    }
    PipelineBenchmark.measure(options);
    return 0;
  }

  @Command(
      description = "Holds tplus1's medians in a file of results against those in an older one.",
      showDefaultValues = true,
      exitCodeOnExecutionException = FAILED)
  int compare(
      @Parameters(paramLabel = "OLD.csv") Path before,
      @Parameters(paramLabel = "NEW.csv") Path after,
      @Option(
              names = "--tolerance",
              defaultValue = "0.1",
              paramLabel = "PART",
              description = "Part by which a median may be worse, from 0 to below 1.")
          double tolerance) {
    CommandSpec compare = spec.subcommands().get("compare").getCommandSpec();
    try {
      Comparison comparison = Comparison.of(before, after);
      List<String> worse = comparison.worse(tolerance);
      PrintWriter out = spec.commandLine().getOut();
      worse.forEach(out::println);
      out.println(comparison);
      return worse.isEmpty() ? 0 : DROP;
    } catch (IOException | IllegalArgumentException e) {
      throw wrong(compare, e);
    }
  }

  private static ParameterException wrong(CommandSpec command, Exception e) {
    return new ParameterException(command.commandLine(), e.getMessage(), e);
  }
}
