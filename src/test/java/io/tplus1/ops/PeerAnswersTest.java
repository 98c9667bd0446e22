package io.tplus1.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken for an instance's answer, and what for that of something else at its address. */
class PeerAnswersTest {
  /** One that waits for as long as a busy machine takes: each server here answers. */
  private static Peers peers(HostInfo other) {
    return new Peers(
        TestHttp.settings("127.0.0.1", Optional.of("127.0.0.1:1")),
        () -> List.of(other),
        Duration.ofSeconds(30),
        System::nanoTime);
  }

  /** As of a proxy, or of whatever listens at an address that was used again. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OVERVIEW|''",
        "OVERVIEW|null",
        "OVERVIEW|true",
        "OVERVIEW|[]",
        "OVERVIEW|<html>",
        "OVERVIEW|{\"status\":\"UP\"}",
        "OVERVIEW|{\"instances\":[1]}",
        "OVERVIEW|{\"instances\":[{\"reasons\":1}]}",
        "HISTORY|{\"status\":\"UP\"}",
        "HISTORY|{\"points\":[1]}",
        "LIST|{\"status\":\"UP\"}",
        "LIST|{\"series\":[1]}",
        "LIST|{\"series\":[{}]}",
        "SERIES|{\"status\":\"UP\"}"
      })
  void askAll_whatNoInstanceSays_isSilent(Peers.About about, String body) throws Exception {
    HttpServer server = TestHttp.answering(200, body);
    HostInfo host = new HostInfo("127.0.0.1", server.getAddress().getPort());
    try (Peers peers = peers(host)) {
      Peers.Answers answers = peers.askAll(about, "/api/any");

      assertThat(answers.answers()).isEmpty();
      assertThat(answers.heard()).isEmpty();
      assertThat(answers.silent()).containsExactly("127.0.0.1:" + host.port());
    } finally {
      server.stop(0);
    }
  }

  /** An instance knows all addresses, and no series but those that it keeps. */
  @ParameterizedTest
  @CsvSource({
    "OVERVIEW, {\"error\":\"no route\"}, ' (status 404)'",
    "SERIES, <html>, ''",
    "SERIES, {\"error\":\"there is no series\"},"
  })
  void askAll_404_isNothingWhereAnInstanceSaysItOfASeries(
      Peers.About about, String body, String silent) throws Exception {
    HttpServer server = TestHttp.answering(404, body);
    HostInfo host = new HostInfo("127.0.0.1", server.getAddress().getPort());
    try (Peers peers = peers(host)) {
      Peers.Answers answers = peers.askAll(about, "/api/any");

      assertThat(answers.answers()).isEmpty();
      assertThat(answers.silent())
          .isEqualTo(silent == null ? List.of() : List.of("127.0.0.1:" + host.port() + silent));
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, {\"key\":\"a\"}",
    "404, {\"error\":\"there is no series\"}",
    "503, {\"error\":\"the instance is starting\"}"
  })
  void ask_instance_isHandedOnInOneLine(int status, String body) throws Exception {
    HttpServer server = TestHttp.answering(status, body.replace(":", " :\n\n"));
    HostInfo host = new HostInfo("127.0.0.1", server.getAddress().getPort());
    try (Peers peers = peers(host)) {
      Answer answer = peers.ask(host, "/api/series/a");

      assertThat(answer.status()).isEqualTo(status);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(body);
    } finally {
      server.stop(0);
    }
  }

  /** As of whatever listens at an address that was used again: an answer is held in memory. */
  @Test
  void askAll_answerLargerThanAnyOfAnInstance_isSilentAndNotAskedAgainAtOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        TestHttp.answering(
            200,
            "{\"instances\":[]" + " ".repeat(33 << 20) + "}",
            exchange -> asked.incrementAndGet());
    HostInfo host = new HostInfo("127.0.0.1", server.getAddress().getPort());
    try (Peers peers = peers(host)) {
      peers.askAll(Peers.About.OVERVIEW, "/api/overview");
      Peers.Answers answers = peers.askAll(Peers.About.OVERVIEW, "/api/overview");

      assertThat(asked).hasValue(1);

      assertThat(answers.answers()).isEmpty();
      assertThat(answers.silent()).containsExactly("127.0.0.1:" + host.port());
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, '', 502, refused with status 401: http.token and the release must be the same on every"
        + " instance",
    "429, '', 503, refused with status 429",
    "500, '', 502, refused with status 500",
    "200, '', 502, 'answered what no instance says, with status 200'",
    "200, <html>, 502, 'answered what no instance says, with status 200'",
    "200, {}, 502, 'answered what no instance says, with status 200'",
    "404, <html>, 502, 'answered what no instance says, with status 404'",
    "503, '', 502, 'answered what no instance says, with status 503'",
    "503, upstream connect error, 502, 'answered what no instance says, with status 503'"
  })
  void ask_whoRefusesOrIsNoInstance_isNamedAndNotTakenForThisOne(
      int found, String body, int status, String why) throws Exception {
    HttpServer server = TestHttp.answering(found, body);
    HostInfo host = new HostInfo("127.0.0.1", server.getAddress().getPort());
    try (Peers peers = peers(host)) {
      assertThatThrownBy(() -> peers.ask(host, "/api/series/a"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("127.0.0.1:" + host.port())
          .hasMessageContaining(why)
          .matches(refusal -> ((Refusal) refusal).status() == status);
    } finally {
      server.stop(0);
    }
  }
}
