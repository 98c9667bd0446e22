package io.tplus1.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class DoubtTest {
  private final Entrant doubted = new Entrant(Samples.constant("doubted", 1), 9, null);
  private final Doubt doubt = new Doubt();

  private void add(int count, Entrant tested, double own, double champion, double persistence) {
    for (int i = 0; i < count; i++) {
      doubt.add(
          doubted,
          1,
          new Contest.Errors(
              tested, own, champion, persistence, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
    }
  }

  @Test
  void holds_nothingToDoubt_doesNot() {
    assertThat(doubt.holds()).isFalse();
    add(5, doubted, 9, 1, 1);
    assertThat(doubt.holds()).isFalse();
  }

  @Test
  void holds_samplesThatTestAnother_sayNothing() {
    doubt.begin();
    add(100, new Entrant(Samples.constant("before", 1), 5, null), 0, 1, 1);

    assertThat(doubt.holds()).isTrue();
  }

  @Test
  void holds_untilItHasItselfBeatenTheOthers() {
    doubt.begin();
    add(Doubt.FEWEST - 1, doubted, .5, 1, 2);
    assertThat(doubt.holds()).isTrue();

    ByteBuffer stored = ByteBuffer.allocate(Doubt.BYTES);
    doubt.write(stored);
    Doubt restarted = new Doubt();
    restarted.read(stored.flip());
    assertThat(restarted.holds()).isTrue();

    add(1, doubted, .5, Double.NaN, 2);
    assertThat(doubt.holds()).isFalse();
  }

  @Test
  void holds_worseThanEither_goesOn() {
    doubt.begin();
    add(200, doubted, 1.5, 1, 2);

    assertThat(doubt.holds()).isTrue();
    doubt.clear();
    assertThat(doubt.holds()).isFalse();
  }
}
