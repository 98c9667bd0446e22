package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.serde.ModelEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The current build starts on what earlier releases left behind, and goes on as they would have.
 *
 * <p>A release makes its fixture with {@code mvn verify -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=UpgradeIT#make -Dupgrade.make=0.1.0}, before
 * all else looks for it there; see upgrade.md.
 */
final class UpgradeIT {
  private static final Path FIXTURES =
      Path.of(System.getProperty("project.root", "."), "src/test/resources/upgrade");

  @TempDir Path directory;

  static Stream<Path> releases() throws IOException {
    try (Stream<Path> folders = Files.list(FIXTURES)) {
      return folders.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "upgrade.make", matches = ".+")
  void make() throws Exception {
    Path folder = Files.createDirectories(FIXTURES.resolve(System.getProperty("upgrade.make")));
    UpgradeFixture made = new UpgradeFixture(Files.createDirectory(directory.resolve("made")));
    int rows = made.make();
    made.zip(folder.resolve("cluster.zip"));
    expect(folder, rows);
  }

  /** Where forecasts are changed on purpose, and changes.md says so. */
  @Test
  @EnabledIfSystemProperty(named = "upgrade.expect", matches = ".+")
  void expect() throws Exception {
    Path folder = FIXTURES.resolve(System.getProperty("upgrade.expect"));
    expect(folder, expected(folder).get("rows").asInt());
  }

  /** From the zip, as later builds will. */
  private void expect(Path release, int rows) throws Exception {
    UpgradeFixture goingOn =
        new UpgradeFixture(Files.createDirectory(directory.resolve("on")))
            .unzip(release.resolve("cluster.zip"));
    UpgradeFixture.write(release.resolve("expected.json"), rows, goingOn.goOn(rows));
  }

  private static JsonNode expected(Path release) throws IOException {
    return new ObjectMapper().readTree(release.resolve("expected.json").toFile());
  }

  @ParameterizedTest
  @MethodSource("releases")
  void run_onAReleasesTopicsAndState_sameChampionAndTheForecastsOfThatRelease(Path release)
      throws Exception {
    assertGoesOn(release, new UpgradeFixture(directory).unzip(release.resolve("cluster.zip")));
  }

  /** Everything is in the topics: the changelogs are read as they were written. */
  @ParameterizedTest
  @MethodSource("releases")
  void run_onAReleasesTopicsAlone_sameChampionAndTheForecastsOfThatRelease(Path release)
      throws Exception {
    UpgradeFixture fixture = new UpgradeFixture(directory).unzip(release.resolve("cluster.zip"));
    Folders.delete(directory.resolve("state"));

    assertGoesOn(release, fixture);
  }

  private static void assertGoesOn(Path release, UpgradeFixture fixture) throws Exception {
    JsonNode expected = expected(release);

    UpgradeFixture.Outcome outcome = fixture.goOn(expected.get("rows").asInt());

    assertThat(outcome.champion()).isEqualTo(expected.get("champion").asText());
    assertThat(outcome.unpinned().kind()).isEqualTo(ModelEvent.Kind.UNPINNED);
    assertThat(outcome.unpinned().champion()).contains(outcome.champion());
    assertThat(outcome.forecasts()).hasSameSizeAs(expected.get("forecasts"));
    for (int i = 0; i < outcome.forecasts().size(); i++) {
      JsonNode then = expected.get("forecasts").get(i);
      JsonNode now = new ObjectMapper().readTree(outcome.forecasts().get(i));
      for (String same : List.of("/key", "/time", "/status", "/model", "/receipt/window/hash")) {
        assertThat(now.at(same)).as(same).isEqualTo(then.at(same));
      }
      if (now.at("/receipt/kernel").equals(then.at("/receipt/kernel"))) {
        assertThat(now.get("forecasts")).isEqualTo(then.get("forecasts"));
      } else {
        assertClose(now.get("forecasts"), then.get("forecasts"));
      }
    }
  }

  /** Another kernel is off by little, as the design says; an interval follows the errors. */
  private static void assertClose(JsonNode now, JsonNode then) {
    assertThat(now).hasSameSizeAs(then);
    for (int h = 0; h < then.size(); h++) {
      for (String part : List.of("values", "lower", "upper")) {
        assertThat(now.get(h).get(part).get("a").asDouble())
            .isCloseTo(then.get(h).get(part).get("a").asDouble(), within(1e-4));
      }
    }
  }
}
