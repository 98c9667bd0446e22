package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class CausesTest {

  @Test
  void of_ring_comesToItsEnd() {
    IOException outer = new IOException("outer");
    IOException inner = new IOException("inner", outer);
    outer.initCause(inner);

    assertThat(Causes.of(outer)).startsWith(outer, inner).hasSizeLessThan(100);
    assertThat(Causes.of(null)).isEmpty();
  }
}
