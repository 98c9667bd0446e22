package io.tplus1.rnn.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.rnn.training.OnlineProtocol.Errors;
import org.junit.jupiter.api.Test;

/**
 * Whether light, frequent learning forecasts better than what it stands on, by the protocol of
 * {@link OnlineProtocol}: judged on ETTh1's rows [3600, 4800), 2016-11-28 to 2017-01-16.
 *
 * <p>Batch and L2 were chosen on rows [1440, 3600), which come before those that are judged.
 */
class OnlineLearningTest {
  private static final int START = 2880;
  private static final int JUDGED = 3600;
  private static final int ROWS = 4800;

  @Test
  void step_refreshesOverEtth1_beatPersistenceAndTheLinearExpert() throws Exception {
    Errors errors =
        new OnlineProtocol(ROWS)
            .run(OnlineProtocol.task(), OnlineProtocol.settings(1), START, 600, 8);

    double network = Errors.mean(errors.network(), JUDGED, ROWS);
    // Measured with seed 1: network 0.1076, linear 0.1119, persistence 0.1720.
    assertThat(network).isLessThan(0.7 * Errors.mean(errors.persistence(), JUDGED, ROWS));
    assertThat(network).isLessThan(Errors.mean(errors.linear(), JUDGED, ROWS));
  }
}
