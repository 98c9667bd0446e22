package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tplus1.config.HttpSettings;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final AtomicLong nanos = new AtomicLong();

  private Gate gate(String token, InetAddress bound, int rate) {
    HttpSettings settings =
        new HttpSettings(
            8080,
            "http.port",
            "h",
            8081,
            Optional.empty(),
            Optional.ofNullable(token),
            rate,
            1,
            16,
            true,
            0);
    return new Gate(settings, bound, nanos::get);
  }

  private static int status(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(Refusal.class, call).status();
  }

  @Test
  void requireReader_tokenSet_onlyWithIt() {
    Gate gate = gate(TOKEN, LOOPBACK, 1);

    assertThatCode(() -> gate.requireReader("Bearer " + TOKEN)).doesNotThrowAnyException();
    assertThat(status(() -> gate.requireReader(null))).isEqualTo(401);
    assertThat(status(() -> gate.requireReader("Bearer " + TOKEN + "0"))).isEqualTo(401);
    assertThat(status(() -> gate.requireReader("Basic " + TOKEN))).isEqualTo(401);
  }

  @Test
  void requireCommander_noTokenSet_refusedWhateverIsBorne() {
    Gate gate = gate(null, LOOPBACK, 1);

    assertThatCode(() -> gate.requireReader(null)).doesNotThrowAnyException();
    assertThat(status(() -> gate.requireCommander(null))).isEqualTo(403);
    assertThat(status(() -> gate.requireCommander("Bearer "))).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:80"})
  void requireHost_loopbackNames_pass(String host) {
    assertThatCode(() -> gate(null, LOOPBACK, 1).requireHost(host)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example:8080", "", "127.0.0.1.evil.example", "localhost.evil.example"})
  void requireHost_otherNames_refusedUnlessTokenOrOtherAddress(String host) throws Exception {
    assertThat(status(() -> gate(null, LOOPBACK, 1).requireHost(host))).isEqualTo(421);
    assertThatCode(() -> gate(TOKEN, LOOPBACK, 1).requireHost(host)).doesNotThrowAnyException();
    InetAddress every = InetAddress.getByName("0.0.0.0");
    assertThatCode(() -> gate(null, every, 1).requireHost(host)).doesNotThrowAnyException();
  }

  @Test
  void requireRate_moreThanAllowed_429UntilTimeHasPassed() throws Exception {
    Gate gate = gate(null, LOOPBACK, 5);
    InetAddress other = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 10; i++) {
      gate.requireRate(LOOPBACK);
    }

    assertThat(status(() -> gate.requireRate(LOOPBACK))).isEqualTo(429);
    assertThatCode(() -> gate.requireRate(other)).doesNotThrowAnyException();
    nanos.addAndGet(Duration.ofMillis(200).toNanos());
    assertThatCode(() -> gate.requireRate(LOOPBACK)).doesNotThrowAnyException();
    assertThat(status(() -> gate.requireRate(LOOPBACK))).isEqualTo(429);
  }
}
