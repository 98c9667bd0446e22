package io.tplus1.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not go together stands on the page of settings. */
final class RefusedSettingsTest {
  private static final Pattern NAMED = Pattern.compile(" for configuration (\\S+):");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "features=x,timestamp",
        "features=x;time.field=features",
        "features=x;train.inputs=difference;train.inputs.steps=30",
        "features=x;train.inputs=difference;train.loss.from=30",
        "features=c;categories=c;vocabulary.c=a,b;missing.values=-1",
        "features=x;vocabulary.y=a,b",
        "features=x;topics.scores.name=predictions",
        "features=x;retrain.every=0s",
        "features=x;experts=last,seasonal",
        "features=x;history.minimum=25"
      })
  void refused_combinations_areOnTheirPage(String given) throws IOException {
    Map<String, String> settings =
        ConfigurationFile.read(new ByteArrayInputStream(given.replace(';', '\n').getBytes(UTF_8)));
    String page =
        Files.readString(Path.of(System.getProperty("project.root", ""), "src/site/settings.md"));

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> new Configuration(settings));

    assertThat(refused).isNotNull();
    Matcher named = NAMED.matcher(refused.getMessage());
    assertThat(named.find()).as(refused.getMessage()).isTrue();
    String setting =
        named
            .group(1)
            .replaceFirst("^vocabulary\\..*", "vocabulary.NAME")
            .replaceFirst("^topics\\..*\\.name$", "topics.*.name");
    assertThat(page.substring(page.indexOf("\n## What is refused")))
        .containsAnyOf("`" + setting + "`", "`" + setting + "=");
  }
}
