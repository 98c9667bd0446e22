package io.tplus1;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs of {@code tplus1 backtest} with settings under which a network learns two series of waves,
 * and what the last of them said.
 */
final class BacktestRuns {
  private final Path directory;
  private final CommandRuns commands = new CommandRuns();

  /**
   * None yet.
   *
   * @param directory where settings and rows are written
   */
  BacktestRuns(Path directory) {
    this.directory = directory;
  }

  String out() {
    return commands.out();
  }

  String err() {
    return commands.err();
  }

  int execute(Path data, String... more) throws Exception {
    Path config = directory.resolve("waves.properties");
    Files.writeString(
        config,
        """
        features=a,b
        csv.key=key
        csv.time=t
        csv.time.format=steps
        window.steps=8
        history.minimum=2
        window.max.age=1d
        experts=last,linear,rnn
        linear.lags=1-3
        train.inputs=difference,level,expert,identity
        train.hidden=8
        train.batch=16
        train.optimizer=adam
        train.learning.rate=0.005
        retrain.mode=refresh
        retrain.first.samples=100
        retrain.first.steps=100
        retrain.every.samples=50
        gate.samples=20
        """);
    List<String> arguments =
        new ArrayList<>(List.of("backtest", data.toString(), "--config", config.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  /** Any command. */
  int run(String... arguments) {
    return commands.run(arguments);
  }

  Path waves() throws Exception {
    StringBuilder rows = new StringBuilder("key,t,a,b\n");
    for (int t = 0; t < 400; t++) {
      for (int s = 0; s < 2; s++) {
        rows.append(
            String.format(
                Locale.ROOT, "s%d,%d,%.4f,%.4f%n", s, t, Math.sin(0.5 * t + s), Math.cos(0.8 * t)));
      }
    }
    Path file = directory.resolve("waves.csv");
    Files.writeString(file, rows);
    return file;
  }
}
