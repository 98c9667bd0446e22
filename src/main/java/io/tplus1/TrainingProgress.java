package io.tplus1;

import io.tplus1.model.Trainer;
import java.io.PrintWriter;

/** A line per epoch, redrawn in place on a terminal. */
final class TrainingProgress implements Trainer.Listener {
  private static final int WIDTH = 24;

  private final PrintWriter print;

  TrainingProgress(PrintWriter print) {
    this.print = print;
  }

  @Override
  public void epochDone(int epoch, int epochs, double trainingLoss, double validationLoss) {
    int done = WIDTH * epoch / epochs;
    String bar = "█".repeat(done) + "·".repeat(WIDTH - done);
    String validation =
        Double.isNaN(validationLoss) ? "" : ", validation %.5f".formatted(validationLoss);
    String line =
        "Training %s epoch %d/%d  loss %.5f%s"
            .formatted(bar, epoch, epochs, trainingLoss, validation);
    if (Terminal.isInteractive()) {
      print.print("\r" + line + (epoch == epochs ? System.lineSeparator() : ""));
    } else {
      print.println(line);
    }
    print.flush();
  }
}
