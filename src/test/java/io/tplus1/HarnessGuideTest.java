package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.harness.ForecastTestHarness;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the page on testing shows of the harness is compiled. After a change: {@code mvn test
 * -Dtest=HarnessGuideTest -Dreadme.update=true}.
 */
final class HarnessGuideTest {
  private static final Path PAGE =
      Path.of(System.getProperty("project.root", ""), "src/site/testing.md");

  @ParameterizedTest
  @CsvSource({"vectors, harness.predictions()", "file, ConfigurationFile.read", "command, RETRAIN"})
  void example_onItsPage_isTheCompiledSource(String part, String shown) throws IOException {
    assertThat(
            GeneratedPart.of(PAGE, "harness-" + part)
                .holdAgainstExample("HarnessUse", part, "HarnessGuideTest"))
        .contains(shown);
  }

  @Test
  void methods_ofTheHarness_areOnThePage() throws IOException {
    List<String> names =
        Arrays.stream(ForecastTestHarness.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .filter(name -> !name.equals("close") && !name.equals("ofReplay"))
            .distinct()
            .toList();

    assertThat(names).contains("serve");
    assertThat(Files.readString(PAGE)).contains(names.stream().map("`%s`"::formatted).toList());
  }

  @Test
  void vectors_ofTheExample_giveOneForecast() throws IOException {
    String shown =
        GeneratedPart.of(PAGE, "harness-vectors")
            .holdAgainstExample("HarnessUse", "vectors", "HarnessGuideTest");
    Pattern push =
        Pattern.compile(
            "harness.push\\(\"([^\"]+)\", Instant.parse\\(\"([^\"]+)\"\\), ([^f]+)f, ([^f]+)f\\)");

    try (var harness =
        new ForecastTestHarness(Map.of("features", "lat,long", "window.steps", "2"))) {
      push.matcher(shown)
          .results()
          .forEach(
              found ->
                  harness.push(
                      found.group(1),
                      Instant.parse(found.group(2)),
                      Float.parseFloat(found.group(3)),
                      Float.parseFloat(found.group(4))));

      assertThat(harness.predictions()).hasSize(1);
      assertThat(harness.window("storm-1")).hasSize(2);
    }
  }
}
