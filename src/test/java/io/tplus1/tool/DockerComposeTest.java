package io.tplus1.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.tplus1.config.Configuration;
import io.tplus1.config.HttpSettings;
import io.tplus1.config.StreamsProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  @Test
  void services_allOfThem_comeBackAfterAFailure() throws IOException {
    assertThat(services())
        .allSatisfy(
            service -> assertThat(service.path("restart").asText()).isEqualTo("on-failure"));
  }

  /** Compose makes a container anew by its service's hash, in which a file's content is not. */
  @Test
  void prometheus_anotherToken_isAnotherContainer() {
    Set<String> hashes = new HashSet<>();
    for (String token : List.of("one-token-of-16-or-more", "another-token-of-16-or-more")) {
      String env = "env TPLUS1_HTTP_TOKEN=%s ".formatted(token);
      SystemTool compose =
          SystemTool.require("version", env + "docker compose", env + "docker-compose");
      SystemTool.Result result =
          compose.run(ROOT, "-f", "docker-compose.yml", "config", "--hash", "prometheus");
      assertThat(result.exitCode()).as(result.output()).isZero();
      hashes.add(result.output());
    }

    assertThat(hashes).hasSize(2);
  }

  /** Else the stack runs, and is watched by nobody. */
  @Test
  void prometheus_whatItScrapes_areTheServicesThatServe() throws IOException {
    JsonNode job =
        new ObjectMapper(new YAMLFactory())
            .readTree(ROOT.resolve("config/prometheus/prometheus.yml").toFile())
            .at("/scrape_configs/0");
    JsonNode services = services();
    Configuration settings = new Configuration(Map.of("features", "a"));
    List<String> served = new ArrayList<>();
    for (Map.Entry<String, JsonNode> service : services.properties()) {
      String command = service.getValue().path("command").toString();
      if (command.contains("\"run\"")) {
        boolean retrains = command.contains("\"retrain\"");
        HttpSettings http = retrains ? settings.retrainHttp() : settings.http();
        served.add(service.getKey() + ":" + http.port());
      }
    }

    assertThat(job.at("/static_configs/0/targets"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(served);
    assertThat(job.at("/authorization/credentials_file").asText())
        .isEqualTo(services.at("/prometheus/configs/0/target").asText());
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

  /** Without a state.dir of their own, settings mean this folder: on a volume it outlives one. */
  @Test
  void state_whereItLiesByDefault_isOnTheVolume() throws IOException {
    String image = Files.readString(ROOT.resolve("src/main/docker/Dockerfile"));
    String mounted = services().at("/forecast-1/volumes/0/target").asText();
    String folder = Path.of(StreamsProperties.STATE_DIR).getName(0).toString();

    assertThat(image)
        .contains("ln -s %s /opt/tplus1/%s\n".formatted(mounted, folder))
        .as("a volume of its own would hide what is mounted at the other place")
        .doesNotContain("\nVOLUME");
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
