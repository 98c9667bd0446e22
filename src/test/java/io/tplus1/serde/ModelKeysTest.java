package io.tplus1.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelKeysTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void keys_areWhatTheContractSays() {
    assertThat(ModelKeys.artifact(HASH)).isEqualTo("artifact/" + HASH);
    assertThat(ModelKeys.champion("default")).isEqualTo("champion/default");
    assertThat(ModelKeys.linear("default", "joint")).isEqualTo("linear/default/joint");
  }

  @Property(tries = 300, seed = "20261124")
  void parse_ofKeys_isWhatTheyWereMadeOf(@ForAll @StringLength(min = 1, max = 30) String name) {
    assertThat(ModelKeys.parse(ModelKeys.artifact(HASH))).contains(new ModelKeys.Artifact(HASH));
    assertThat(ModelKeys.parse(ModelKeys.champion(name))).contains(new ModelKeys.Champion(name));
    assertThat(ModelKeys.parse(ModelKeys.linear(name, "joint")))
        .contains(new ModelKeys.Linear(name, "joint"));
    assertThat(ModelKeys.parse(ModelKeys.linear("a/" + name + "/b", "joint")))
        .contains(new ModelKeys.Linear("a/" + name + "/b", "joint"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "artifact",
        "artifact/",
        "artifact/0123",
        "artifact/../../0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab",
        "champion/",
        "linear/",
        "linear/default",
        "linear/default/",
        "linear//joint",
        "other/default"
      })
  void parse_otherKeys_empty(String key) {
    assertThat(ModelKeys.parse(key)).isEmpty();
    assertThat(ModelKeys.parse(key.getBytes(UTF_8))).isEmpty();
  }

  @Property(tries = 500, seed = "20261124")
  void parse_anyBytes_neverThrows(@ForAll byte[] key) {
    assertThat(ModelKeys.parse(key)).isNotNull();
  }

  @Test
  void parse_nullOrVeryLong_empty() {
    assertThat(ModelKeys.parse((byte[]) null)).isEmpty();
    assertThat(ModelKeys.parse(("champion/" + "x".repeat(2_000)).getBytes(UTF_8))).isEmpty();
  }

  @Test
  void keys_ofWhatHasNone_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelKeys.artifact("persistence"))
        .withMessageContaining("64 hexadecimal digits, found 'persistence'");
    assertThatIllegalArgumentException().isThrownBy(() -> ModelKeys.linear("a", "b/c"));
    assertThatIllegalArgumentException().isThrownBy(() -> ModelKeys.linear("a", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> ModelKeys.champion(""));
  }
}
