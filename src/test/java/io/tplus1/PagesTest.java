package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.KeptState;
import io.tplus1.model.LastValue;
import io.tplus1.topology.forecast.SeriesForecast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages promise to be elsewhere is there. */
final class PagesTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", ""));

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> site = Files.list(ROOT.resolve("src/site"))) {
      site.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private static List<MatchResult> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_ofAPage_leadToFilesAndHeadings(Path page) throws IOException {
    for (MatchResult link : found("\\]\\(([^):# ]*)(?:#([^) ]*))?\\)", Files.readString(page))) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
      assertThat(target).as(link.group()).exists();
      if (link.group(2) != null) {
        assertThat(headings(target)).as(link.group()).contains(link.group(2));
      }
    }
  }

  /** Headings as anchors, the way that GitHub makes them. */
  private static List<String> headings(Path page) throws IOException {
    return found("(?m)^#+ (.+)$", Files.readString(page)).stream()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void alerts_thatAPageNames_areThereToFire(Path page) throws IOException {
    String rules = Files.readString(ROOT.resolve("config/prometheus/alerts.yml"));

    assertThat(found("`(Tplus1\\w+)`", Files.readString(page)))
        .allSatisfy(alert -> assertThat(rules).contains("alert: " + alert.group(1) + "\n"));
  }

  @Test
  void runbooks_pagesThatTheyName_haveTheirHeadings() throws IOException {
    String rules = Files.readString(ROOT.resolve("config/prometheus/alerts.yml"));

    for (MatchResult named : found("(src/site/\\w+\\.md)(?:, ([A-Z][^)]*))?", rules)) {
      assertThat(ROOT.resolve(named.group(1)))
          .content()
          .contains(named.group(2) == null ? "# " : "\n## " + named.group(2) + "\n");
    }
  }

  /** Whoever is paged restarts what stands still, unless told that it restores its stores. */
  @ParameterizedTest
  @ValueSource(strings = {"Tplus1InstanceDown", "Tplus1NotReady"})
  void runbooks_ofWhatIsSeenAfterAKill_nameWhatItCosts(String alert) throws IOException {
    String rules = Files.readString(ROOT.resolve("config/prometheus/alerts.yml"));

    assertThat(found("alert: " + alert + "\n(?:.*\n)*? +runbook: (.*)", rules))
        .singleElement()
        .satisfies(found -> assertThat(found.group(1)).contains("restore", ", What a kill costs)"));
  }

  /** What is mended shows nothing until a training succeeds, which may be far away. */
  @Test
  void runbook_ofTrainingsThatFail_namesTheCommandThatStartsOne() throws IOException {
    String rules = Files.readString(ROOT.resolve("config/prometheus/alerts.yml"));

    assertThat(found("alert: Tplus1TrainingFails\n(?:.*\n)*? +runbook: (.*)", rules))
        .singleElement()
        .satisfies(found -> assertThat(found.group(1)).contains("`tplus1 models retrain`"));
  }

  /** Whoever reads of it in a log looks for it there. */
  @Test
  void keptState_whereItsChangesAreTold_isASection() throws IOException {
    MatchResult named = found("\\((\\S+), (.+)\\)", KeptState.CHANGING).get(0);

    assertThat(Files.readString(ROOT.resolve(named.group(1))))
        .contains("\n## " + named.group(2) + "\n");
  }

  /** Kafka's tools do nothing where nobody says whom to ask; a name alone is no command. */
  @ParameterizedTest
  @MethodSource("pages")
  void kafkaTools_withOptions_areToldOfBrokers(Path page) throws IOException {
    String command = "kafka-[a-z-]+\\.sh\\s+(-(?:(?!kafka-[a-z-]+\\.sh)[^`])*)";

    assertThat(found(command, Files.readString(page)))
        .allSatisfy(line -> assertThat(line.group(1)).contains("--bootstrap-server "));
  }

  /** What newcomers copy is not refused for a name of a command or an option. */
  @Test
  void lines_ofTheLauncher_areCommandsAndNameFilesThatAreShipped() throws IOException {
    List<Path> copied = pages();
    try (Stream<Path> files = Files.walk(ROOT.resolve("config"))) {
      files.filter(file -> file.toString().endsWith(".properties")).forEach(copied::add);
    }
    List<String> lines = new ArrayList<>();
    for (Path page : copied) {
      for (MatchResult line :
          found(
              "(?m)^[^`\n]*?\\./tplus1 ([a-z][^`#:)\n]*(?::\\w[^`#:)\n]*)*)",
              Files.readString(page))) {
        lines.add(line.group(1).strip());
      }
    }

    assertThat(lines).hasSizeGreaterThan(25);
    assertThat(lines)
        .allSatisfy(
            line -> {
              List<String> words = List.of(line.split(" +", -1));
              Main.commandLine().parseArgs(words.toArray(String[]::new));
              assertThat(words)
                  .filteredOn(word -> word.startsWith("config/"))
                  .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
            });
  }

  @Test
  void kafkaSettings_thatOneShouldKnow_areInTheTableOfWhatIsSet() throws IOException {
    String settings = Files.readString(ROOT.resolve("src/site/settings.md"));
    String told =
        settings.substring(
            settings.indexOf("Of Kafka's own"), settings.indexOf("are those to know"));
    TreeSet<String> rows = new TreeSet<>();
    for (MatchResult row :
        found("(?m)^\\| (`[^|]+) \\|", Files.readString(ROOT.resolve("src/site/recovery.md")))) {
      rows.addAll(List.of(row.group(1).split(", ")));
    }

    assertThat(found("`[^`]+`", told))
        .hasSizeGreaterThan(3)
        .allSatisfy(setting -> assertThat(rows).contains(setting.group()));
  }

  /** What restoring takes grows with the changelogs; a time without it is of short ones alone. */
  @ParameterizedTest
  @CsvSource({"README.md, after `kill -9`", "src/site/sizing.md, restoring without a kept state"})
  void killed_whereItsTimeIsTold_restoringIsToldToo(String page, String row) throws IOException {
    assertThat(found("(?m)^\\| " + row + ".*$", Files.readString(ROOT.resolve(page))))
        .singleElement()
        .satisfies(told -> assertThat(told.group()).contains("recovery.md#what-a-kill-costs"));
  }

  /** To forget them is silent: an empty topic is waited on, and arrival taken for the event. */
  @ParameterizedTest
  @ValueSource(strings = {"topics.features.name", "time.field", "down -v --remove-orphans"})
  void readme_whatOnesOwnDataWant_isNamed(String named) throws IOException {
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains(named);
  }

  /** What boards show as a model that nobody trained. */
  @ParameterizedTest
  @ValueSource(strings = {SeriesForecast.EXPERTS, LastValue.HASH, "older"})
  void metrics_modelThatIsNoHash_isNamedWhereTheLabelIsTold(String model) throws IOException {
    String page = Files.readString(ROOT.resolve("src/site/metrics.md"));

    assertThat(found("`model` is the beginning of the artifact's hash[^:]*:", page))
        .singleElement()
        .satisfies(told -> assertThat(told.group()).contains("`" + model + "`"));
  }
}
