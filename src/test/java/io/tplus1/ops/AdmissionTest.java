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

class AdmissionTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final AtomicLong nanos = new AtomicLong();

  private Admission admission(String token, InetAddress bound, int rate) {
    HttpSettings settings =
        new HttpSettings(
            8080,
            "http.port",
            "My-Host",
            Optional.of("other.example:8080"),
            Optional.ofNullable(token),
            rate,
            1,
            16,
            true,
            0);
    return new Admission(settings, bound, nanos::get);
  }

  private static int status(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(Refusal.class, call).status();
  }

  @Test
  void requireReader_tokenSet_onlyWithIt() {
    Admission admission = admission(TOKEN, LOOPBACK, 1);

    assertThatCode(() -> admission.requireReader("Bearer " + TOKEN)).doesNotThrowAnyException();
    assertThatCode(() -> admission.requireReader("bearer " + TOKEN)).doesNotThrowAnyException();
    assertThat(status(() -> admission.requireReader(null))).isEqualTo(401);
    assertThat(status(() -> admission.requireReader("Bearer " + TOKEN + "0"))).isEqualTo(401);
    assertThat(status(() -> admission.requireReader("Basic " + TOKEN))).isEqualTo(401);
  }

  /**
   * Where another instance listens, any member of the group may say: it must not learn the token.
   */
  @Test
  void requireReader_tokenOfPeers_opensWhatIsReadAndNoCommand() {
    Admission admission = admission(TOKEN, LOOPBACK, 1);
    String shown = "Bearer " + PeerToken.of(TOKEN);

    assertThat(shown).doesNotContain(TOKEN);
    assertThatCode(() -> admission.requireReader(shown)).doesNotThrowAnyException();
    assertThat(status(() -> admission.requireCommander(shown))).isEqualTo(401);
    assertThatCode(() -> admission.requireCommander("Bearer " + TOKEN)).doesNotThrowAnyException();
    assertThat(status(() -> admission.requireReader("Bearer " + PeerToken.of("another0another0"))))
        .isEqualTo(401);
  }

  @Test
  void requireCommander_noTokenSet_refusedWhateverIsBorne() {
    Admission admission = admission(null, LOOPBACK, 1);

    assertThatCode(() -> admission.requireReader(null)).doesNotThrowAnyException();
    assertThat(status(() -> admission.requireCommander(null))).isEqualTo(403);
    assertThat(status(() -> admission.requireCommander("Bearer "))).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:80"})
  void requireHost_loopbackNames_pass(String host) {
    assertThatCode(() -> admission(null, LOOPBACK, 1).requireHost(host)).doesNotThrowAnyException();
  }

  /** Other instances ask by what is advertised, people by what they have bound it to. */
  @ParameterizedTest
  @ValueSource(strings = {"my-host:8080", "My-Host", "other.example:8080", "OTHER.example"})
  void requireHost_namesOfTheSettings_pass(String host) {
    assertThatCode(() -> admission(null, LOOPBACK, 1).requireHost(host)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example:8080", "", "127.0.0.1.evil.example", "localhost.evil.example"})
  void requireHost_otherNames_refusedUnlessTokenOrOtherAddress(String host) throws Exception {
    assertThat(status(() -> admission(null, LOOPBACK, 1).requireHost(host))).isEqualTo(421);
    assertThatCode(() -> admission(TOKEN, LOOPBACK, 1).requireHost(host))
        .doesNotThrowAnyException();
    InetAddress every = InetAddress.getByName("0.0.0.0");
    assertThatCode(() -> admission(null, every, 1).requireHost(host)).doesNotThrowAnyException();
  }

  @Test
  void requireRate_moreThanAllowed_429UntilTimeHasPassed() throws Exception {
    Admission admission = admission(null, LOOPBACK, 5);
    InetAddress other = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 10; i++) {
      admission.requireRate(LOOPBACK);
    }

    assertThat(status(() -> admission.requireRate(LOOPBACK))).isEqualTo(429);
    assertThatCode(() -> admission.requireRate(other)).doesNotThrowAnyException();
    nanos.addAndGet(Duration.ofMillis(200).toNanos());
    assertThatCode(() -> admission.requireRate(LOOPBACK)).doesNotThrowAnyException();
    assertThat(status(() -> admission.requireRate(LOOPBACK))).isEqualTo(429);
  }
}
