package io.tplus1;

import io.tplus1.model.Trainer;
import java.io.PrintWriter;

/** A line per epoch, redrawn in place on a terminal, where {@link #end} ends it. */
final class TrainingProgress implements Trainer.Listener {
  private static final int WIDTH = 24;

  private final PrintWriter print;
  private final boolean interactive;
  private int longest;

  /**
   * @param interactive whether the lines can overwrite each other
   */
  TrainingProgress(PrintWriter print, boolean interactive) {
    this.print = print;
    this.interactive = interactive;
  }

  @Override
  public void epochDone(int epoch, int epochs, double trainingLoss, double validationLoss) {
    int done = WIDTH * epoch / epochs;
    String bar = "█".repeat(done) + "·".repeat(WIDTH - done);
    String validation =
        Double.isNaN(validationLoss) ? "" : ", validation %.5f".formatted(validationLoss);
    String training = Double.isNaN(trainingLoss) ? "no loss" : "loss %.5f".formatted(trainingLoss);
    String line =
        "Training %s epoch %d/%d  %s%s".formatted(bar, epoch, epochs, training, validation);
    if (interactive) {
      // Of a longer line before, nothing may be left to read.
      longest = Math.max(longest, line.length());
      print.print("\r" + line + " ".repeat(longest - line.length()));
    } else {
      print.println(line);
    }
    print.flush();
  }

  /** Ends the line that was drawn last: which epoch is the last is not known before. */
  void end() {
    if (interactive && longest > 0) {
      print.println();
      print.flush();
    }
  }
}
