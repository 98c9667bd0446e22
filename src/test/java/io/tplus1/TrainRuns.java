package io.tplus1;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs of {@code tplus1 train} with the settings of two waves, and what the last of them said. */
final class TrainRuns {
  private final Path directory;
  private final CommandRuns commands = new CommandRuns();

  /**
   * None yet.
   *
   * @param directory where settings and rows are written
   */
  TrainRuns(Path directory) {
    this.directory = directory;
  }

  String out() {
    return commands.out();
  }

  String err() {
    return commands.err();
  }

  Path waves() throws Exception {
    return waves(400);
  }

  /** Days of two waves, the 1st of January 2020 first. */
  Path waves(int days) throws Exception {
    StringBuilder csv = new StringBuilder("t,a,b\n");
    for (int i = 0; i < days; i++) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%.4f,%.4f%n",
              LocalDate.of(2020, 1, 1).plusDays(i),
              10 + Math.sin(i * 0.5),
              Math.cos(i * 0.5)));
    }
    return Files.writeString(directory.resolve("waves.csv"), csv);
  }

  Path config() throws Exception {
    return Files.writeString(
        directory.resolve("waves.properties"),
        """
        features=a,b
        bootstrap.servers=localhost:1
        window.steps=2
        train.hidden=4
        train.epochs=3
        csv.time=t
        """);
  }

  /** With one option more than some. */
  int execute(List<String> options, String more) throws Exception {
    List<String> all = new ArrayList<>(options);
    all.add(more);
    return execute(all.toArray(String[]::new));
  }

  int execute(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("train", "--config", config().toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  /** Any command. */
  int run(String... arguments) {
    return commands.run(arguments);
  }
}
