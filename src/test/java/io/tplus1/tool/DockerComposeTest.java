package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

final class DockerComposeTest {
  private static final Path ROOT = Path.of(System.getProperty("project.root", "."));

  @Test
  void config_composeFile_valid() {
    // "config" reads and resolves the file and needs no engine.
    SystemTool compose = SystemTool.require("version", "docker compose", "docker-compose");

    SystemTool.Result result = compose.run(ROOT, "-f", "docker-compose.yml", "config", "-q");

    assertThat(result).isEqualTo(new SystemTool.Result(0, ""));
  }

  @Test
  void services_ofOneImage_oneBuildsIt() throws IOException {
    Map<String, Integer> builds = new TreeMap<>();
    for (JsonNode service : services()) {
      // Those that build one image at once want its name at once, and all but the first may fail.
      builds.merge(service.path("image").asText(), service.has("build") ? 1 : 0, Integer::sum);
    }

    assertThat(builds).hasSize(4).containsEntry("tplus1", 1);
  }

  @Test
  void services_allOfThem_haveALimitOfMemory() throws IOException {
    assertThat(services())
        .hasSize(7)
        .allSatisfy(service -> assertThat(service.path("mem_limit").asLong()).isPositive());
  }

  private static JsonNode services() throws IOException {
    SystemTool compose = SystemTool.require("version", "docker compose", "docker-compose");
    SystemTool.Result json =
        compose.run(ROOT, "-f", "docker-compose.yml", "config", "--format", "json");
    return new ObjectMapper().readTree(json.output()).path("services");
  }

  @Test
  void image_kafka_sameVersionAsClients() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docker-compose.yml")))
        .contains("image: apache/kafka:" + AppInfoParser.getVersion());
  }

  @Test
  void copy_sourcesOfTheImage_areInTheBuildContext() throws IOException {
    List<String> ignored = Files.readAllLines(ROOT.resolve(".dockerignore"));
    List<String> sources = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("src/main/docker/Dockerfile"))) {
      // What has --from comes out of another stage.
      if (line.startsWith("COPY ") && !line.contains("--from=")) {
        List<String> words = Arrays.asList(line.split(" +"));
        sources.addAll(words.subList(1, words.size() - 1));
      }
    }

    assertThat(sources).contains("pom.xml", "src/main");
    assertThat(sources)
        .allSatisfy(
            source -> {
              assertThat(ROOT.resolve(source)).exists();
              assertThat(isIgnored(Path.of(source), ignored)).as(source).isFalse();
            });
  }

  /** Each service has a volume of its own: what is put into one is not there for the others. */
  @Test
  void modelFile_asTheSettingsTell_isPartOfTheImage() throws IOException {
    Matcher told =
        Pattern.compile("(?m)^# model\\.file=(\\w+)/")
            .matcher(Files.readString(ROOT.resolve("config/compose.properties")));

    assertThat(told.find()).isTrue();
    assertThat(ROOT.resolve("src/main/docker/Dockerfile"))
        .content()
        .contains("COPY %s %1$s\n".formatted(told.group(1)));
  }

  /** As Docker reads .dockerignore: the last pattern wins that matches a path or a folder of it. */
  private static boolean isIgnored(Path path, List<String> patterns) {
    boolean ignored = false;
    for (String pattern : patterns) {
      boolean takenBack = pattern.startsWith("!");
      PathMatcher matcher =
          path.getFileSystem().getPathMatcher("glob:" + pattern.substring(takenBack ? 1 : 0));
      for (Path at = path; at != null; at = at.getParent()) {
        if (matcher.matches(at)) {
          ignored = !takenBack;
          break;
        }
      }
    }
    return ignored;
  }
}
