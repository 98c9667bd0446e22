package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultsTest {
  @Test
  void named_noWord_isAll() {
    assertThat(Faults.named("").keySet()).isEqualTo(Faults.all().keySet());
  }

  @Test
  void named_words_areThoseThatAnyNames() {
    assertThat(Faults.named("same state, SIGSTOP").keySet())
        .containsExactly(
            "SIGSTOP for 13 s, alone", "SIGSTOP for 13 s, one of two", "kill -9, same state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"same state,leadr", "leadr", "same state,", ",leader"})
  void named_wordOfNone_failsAndListsNames(String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Faults.named(words))
        .withMessageContaining("-Dfault.only=" + words)
        .withMessageContaining(words.contains("leadr") ? "'leadr' is of none" : "'' is of none")
        .withMessageContaining("kill -9 of a partition's leader")
        .withMessageContaining("disk full");
  }
}
