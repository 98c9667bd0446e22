package io.tplus1.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Whether what the stream does with a learner beats persistence and a linear expert. */
class OnlineLearningTest {

  @Test
  void refresh_etth1_beatsPersistenceAndTheLinearExpert() throws Exception {
    assumeTrue(Files.exists(OnlineProtocol.DATA), "no " + OnlineProtocol.DATA);
    OnlineProtocol protocol = new OnlineProtocol(Integer.getInteger("rows", 3600));
    long begin = System.nanoTime();
    OnlineProtocol.Errors errors =
        protocol.run(
            OnlineProtocol.task(),
            OnlineProtocol.settings(Integer.getInteger("members", 1)),
            2880,
            Integer.getInteger("first", 600),
            8);
    double seconds = (System.nanoTime() - begin) / 1e9;
    int[][] parts = {{2880, 3600}, {3600, Math.max(3601, protocol.rows())}};
    for (int[] p : parts) {
      if (p[1] <= protocol.rows()) {
        System.out.printf(
            "RESULT rows %d-%d network %.4f linear %.4f persistence %.4f, %d steps, %.1f s%n",
            p[0],
            p[1],
            OnlineProtocol.Errors.mean(errors.network(), p[0], p[1]),
            OnlineProtocol.Errors.mean(errors.linear(), p[0], p[1]),
            OnlineProtocol.Errors.mean(errors.persistence(), p[0], p[1]),
            errors.steps(),
            seconds);
      }
    }
    assertThat(seconds).isPositive();
  }
}
