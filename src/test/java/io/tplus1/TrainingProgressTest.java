package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrainingProgressTest {
  private final StringWriter text = new StringWriter();
  private final TrainingProgress terminal = new TrainingProgress(new PrintWriter(text), true);

  /** As with train.patience. */
  @Test
  void end_trainingStoppedEarly_endsTheLine() {
    terminal.epochDone(1, 9, 0.5, 0.25);
    terminal.epochDone(2, 9, 0.5, 0.25);
    terminal.end();

    assertThat(text.toString()).endsWith("validation 0.25000" + System.lineSeparator());
    assertThat(text.toString().lines()).hasSize(3); // each is redrawn behind a carriage return
    assertThat(text.toString()).containsOnlyOnce("\n");
  }

  @Test
  void end_lastEpochDone_endsTheLineOnce() {
    terminal.epochDone(1, 1, 0.5, Double.NaN);
    terminal.end();

    assertThat(text.toString()).containsOnlyOnce("\n");
  }

  @Test
  void epochDone_numberGrowsShorter_nothingIsLeftOfTheLongerOne() {
    terminal.epochDone(1, 9, 0.5, 10.12345);
    terminal.epochDone(2, 9, 0.5, 9.12345);

    List<String> lines = text.toString().lines().toList(); // an empty one first
    assertThat(lines.get(2)).endsWith("validation 9.12345 ").hasSameSizeAs(lines.get(1));
  }

  @Test
  void epochDone_nothingMoved_saysThatThereWasNoLoss() {
    terminal.epochDone(1, 1, Double.NaN, Double.NaN);

    assertThat(text.toString()).endsWith("epoch 1/1  no loss");
  }

  @Test
  void end_noTerminal_linesEndByThemselves() {
    TrainingProgress file = new TrainingProgress(new PrintWriter(text), false);
    file.epochDone(1, 9, 0.5, 0.25);
    file.end();

    assertThat(text.toString().lines()).hasSize(1);
  }
}
