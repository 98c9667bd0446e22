package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TestSettingsTest {
  @Test
  void of_listsAmongSettings_areWhole() {
    assertThat(TestSettings.of("x.set", "experts=last,rnn, train.hidden=12,consumer.a=b=c"))
        .isEqualTo(Map.of("experts", "last,rnn", "train.hidden", "12", "consumer.a", "b=c"));
    assertThat(TestSettings.of("x.set", "model.file=")).isEqualTo(Map.of("model.file", ""));
    assertThat(TestSettings.of("x.set", " ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"rnn | 'rnn' in rnn", "a=b,=c | '=c' in a=b,=c", "last,a=b | 'last' in last,a=b"})
  void of_noName_saysWhatWasFound(String text, String found) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestSettings.of("x.set", text))
        .withMessage("-Dx.set must have settings, name=value, with commas between, found " + found);
  }
}
