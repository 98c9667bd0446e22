package io.tplus1.rnn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class NativeTest {
  /** On a machine of several cores ND4J takes them all; streams need them. */
  @Test
  void start_settings_areOneThreadAndNoCollections() {
    Native.start();

    assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(1);
    assertThat(Nd4j.getMemoryManager().isPeriodicGcActive()).isFalse();
  }
}
