package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsualStepTest {
  private final UsualStep usual = new UsualStep();

  @Test
  void ms_beforeAnySample_isZero() {
    assertThat(usual.ms()).isZero();
  }

  @Test
  void ms_mostSamplesHaveAStep_isItsPowerOfTwo() {
    usual.add(3_600_000);
    usual.add(60_000);
    usual.add(60_000);

    assertThat(usual.ms()).isEqualTo(32_768);
  }

  @Test
  void ms_asManySlowAsFast_isTheFastOnes() {
    usual.add(3_600_000);
    usual.add(1);

    assertThat(usual.ms()).isEqualTo(1);
  }

  @Test
  void add_noTimeBetweenVectors_countsAsAMillisecond() {
    usual.add(0);
    usual.add(Long.MIN_VALUE);

    assertThat(usual.ms()).isEqualTo(1);
  }

  @Test
  void ms_paceChanges_isKnownAfterAsManySamplesAsAreKept() {
    for (int i = 0; i < 1_000_000; i++) {
      usual.add(Long.MAX_VALUE);
    }
    for (int i = 0; i < 1_024; i++) {
      usual.add(1_000);
    }

    assertThat(usual.ms()).isEqualTo(512);
  }

  @Test
  void goOn_whatWasKnown_outweighsAFewOthers() {
    UsualStep again = new UsualStep();
    usual.add(60_000);
    again.add(3_600_000);
    again.goOn(usual.ms());
    for (int i = 0; i < 10; i++) {
      again.add(3_600_000);
    }

    assertThat(again.ms()).isEqualTo(usual.ms());
    again.goOn(0);
    assertThat(again.ms()).isZero();
  }
}
