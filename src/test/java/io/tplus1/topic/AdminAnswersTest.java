package io.tplus1.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminAnswersTest {
  @ParameterizedTest
  @CsvSource({"PT0.5S,500 ms", "PT1.5S,1500 ms", "PT2S,2 s", "PT10M,600 s", "PT0.001S,1 ms"})
  void text_anyWait_isWhatWasWaited(Duration wait, String expected) {
    assertThat(AdminAnswers.text(wait)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "PT1S,1000000000,false",
    "PT1S,1000000001,true",
    "P3650000D,9000000000000000000,false"
  })
  void isOver_anyWait_isLongerThanIt(Duration wait, long waitedNanos, boolean over) {
    assertThat(new AdminAnswers("a:1", wait).isOver(waitedNanos)).isEqualTo(over);
  }

  @Test
  void answer_nobodyWithinHalfASecond_saysHowLongWasWaited() {
    AdminAnswers answers = new AdminAnswers("a:1", Duration.ofMillis(500));

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> answers.answer(new CompletableFuture<>()))
        .withMessageStartingWith("no broker of bootstrap.servers=a:1 answered within 500 ms: ");
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(
            () ->
                answers.answer(
                    CompletableFuture.failedFuture(
                        new TimeoutException(new CoordinatorNotAvailableException("none")))))
        .withMessage("the brokers of bootstrap.servers=a:1 had no answer within 500 ms: none");
  }
}
