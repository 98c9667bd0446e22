package io.tplus1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tplus1.cluster.TlsPort;
import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.topology.SmallArtifacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tplus1 doctor} says of settings before any broker is asked. */
final class DoctorCommandTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num.stream.threads=abc | num.stream.threads",
        "num.stream.threads=0 | num.stream.threads: at least 1 was expected",
        "commit.interval.ms=10000 | commit.interval.ms",
        "max.poll.interval.ms=abc | max.poll.interval.ms",
        "consumer.max.poll.interval.ms=abc | consumer.max.poll.interval.ms",
        "processing.guarantee=exactly_once | processing.guarantee",
        "consumer.fetch.min.bytes=abc | fetch.min.bytes",
        "main.consumer.max.poll.records=0 | max.poll.records",
        "restore.consumer.fetch.min.bytes=abc | fetch.min.bytes",
        "producer.acks=maybe | acks",
        "producer.acks=1 | acks",
        "admin.retries=x | retries",
        "retrain.mode=refresh train.decoder=true | set retrain.mode=retrain",
        "experts=last,joint joint.levels=true joint.scale.steps=10 | joint.levels",
        "experts=last,joint window.steps=3000 joint.lags=1-2100 | joint.*",
        "experts=last,linear window.steps=3000 linear.lags=1-2100 | linear.*"
      })
  void doctor_settingsThatStopEveryStart_areTheOneFinding(String settings, String named)
      throws Exception {
    for (String role : List.of("forecast", "all")) {
      JsonNode findings = findings(role, settings.split(" "));

      assertThatSettingsAreRefused(findings, named);
    }
  }

  /** Its topology has no global store, so no client is made of them. */
  @Test
  void doctor_settingsOfTheGlobalConsumer_areAFindingOfTheForecastsAlone() throws Exception {
    String wrong = "global.consumer.fetch.min.bytes=abc";

    assertThat(findings("forecast", wrong).get(0).get("level").asText()).isEqualTo("failed");
    assertThat(findings("retrain", wrong).get(0).get("level").asText()).isEqualTo("ok");
  }

  @Test
  void doctor_hostThatDoesNotResolve_isNamedAndWhatWaitsForItIsSkipped() throws Exception {
    JsonNode findings = findings("forecast", "bootstrap.servers=no-such-host.invalid:9092");

    assertThat(finding("broker", findings).get("found").asText())
        .isEqualTo("no host of bootstrap.servers=no-such-host.invalid:9092 resolves");
    assertThatTheRestIsSkipped(findings);
  }

  @Test
  void doctor_brokersWithTlsAskedInPlainText_saysSoAndWhatWaitsForItIsSkipped() throws Exception {
    try (TlsPort port = TlsPort.open()) {
      JsonNode findings = findings("forecast", "bootstrap.servers=" + port.address());

      assertThat(finding("broker", findings).get("found").asText())
          .isEqualTo(
              "%s speaks TLS, and security.protocol is PLAINTEXT: set it to SSL, or to SASL_SSL where passwords are asked for",
              port.address());
      assertThatTheRestIsSkipped(findings);
    }
  }

  private static void assertThatTheRestIsSkipped(JsonNode findings) {
    for (String check : List.of("topics", "permissions", "champion", "clock")) {
      assertThat(finding(check, findings).get("level").asText()).isEqualTo("skipped");
    }
  }

  /** Whoever learns nothing asks no network what it reads. */
  @Test
  void doctor_settingsThatStopTheRetrainRole_areItsOneFinding() throws Exception {
    String[] settings = {
      "categories=a,b",
      "vocabulary.a=x,y",
      "vocabulary.b=x,y",
      "train.inputs=difference",
      "retrain.mode=refresh"
    };

    assertThat(findings("retrain", settings).toString()).contains("leave train.inputs empty");
    assertThat(findings("forecast", settings).get(0).get("level").asText()).isEqualTo("ok");
  }

  /** Whoever runs reads them in the artifact, and refuses what does not fit together. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void doctor_wordsInTheArtifactOrNowhereYet_settingsThatStopTheStartAreTheOneFinding(
      boolean trained) throws Exception {
    Path model = directory.resolve("model.zip");
    if (trained) {
      FeatureSchema schema =
          FeatureSchema.of(
              List.of(Feature.number("a"), Feature.category("b", List.of("on", "off"))));
      Files.write(model, SmallArtifacts.of(schema, 30, 1, "1").toBytes());
    }
    String words = "categories=b model.file=" + model;

    String inputs = words + " retrain.mode=refresh train.inputs=difference,level";
    assertThatSettingsAreRefused(
        findings("all", inputs.split(" ")), "the target 'b' is a category: take it out");
    assertThat(findings("forecast", inputs.split(" ")).get(0).get("level").asText())
        .isEqualTo("ok");
    assertThatSettingsAreRefused(
        findings(
            "forecast",
            (words + " experts=last,joint window.steps=3000 joint.lags=1-2100").split(" ")),
        "joint.*");
  }

  private static void assertThatSettingsAreRefused(JsonNode findings, String why) {
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).get("check").asText()).isEqualTo("settings");
    assertThat(findings.get(0).get("level").asText()).isEqualTo("failed");
    assertThat(findings.get(0).get("found").asText()).contains(why);
  }

  @Test
  void doctor_everyAddressAndNoneAdvertised_isSaidWhereInstancesAskEachOther() throws Exception {
    String[] settings = {"http.port=38080", "http.retrain.port=38081", "http.host=0.0.0.0"};

    assertThat(findings("forecast", settings).findValuesAsText("check"))
        .contains("http.advertised");
    assertThat(findings("retrain", settings).findValuesAsText("check"))
        .contains("http.retrain.port")
        .doesNotContain("http.advertised");
    assertThat(
            findings("forecast", "http.port=38080", "http.host=0.0.0.0", "http.advertised=here:80")
                .findValuesAsText("check"))
        .contains("http.port")
        .doesNotContain("http.advertised");
  }

  /** It raises what was set for the forecasts' sake. */
  @Test
  void doctor_producerTooSmallForTheForecasts_isNoFindingOfTheRetrainRole() throws Exception {
    String small = "producer.max.request.size=1048576";

    assertThat(findings("retrain", small).get(0).get("level").asText()).isEqualTo("ok");
    assertThat(findings("forecast", small).toString()).contains("dead.letter.max.bytes");
  }

  /** It has one thread; those that are set are the forecasts'. */
  @ParameterizedTest
  @ValueSource(
      strings = {"num.stream.threads=1000", "num.stream.threads=abc", "num.stream.threads=0"})
  void doctor_threadsOfTheForecasts_areNoFindingOfTheRetrainRole(String threads) throws Exception {
    JsonNode finding = finding("cores", findings("retrain", threads));

    assertThat(finding.get("level").asText()).isEqualTo("ok");
    assertThat(finding.get("found").asText()).startsWith("1 stream threads, ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"forecast", "all"})
  void doctor_moreThreadsThanCores_isAWarningOfTheForecasts(String role) throws Exception {
    JsonNode finding = finding("cores", findings(role, "num.stream.threads=1000"));

    assertThat(finding.get("level").asText()).isEqualTo("warning");
    assertThat(finding.get("found").asText()).startsWith("1000 stream threads, ");
  }

  /** Nobody asks it for series, so it holds none. */
  @Test
  void doctor_moreLiveSeriesThanTheHeapHolds_isNoFindingOfTheRetrainRole() throws Exception {
    String[] settings = {"http.port=38080", "http.retrain.port=38081", "http.series=1000000"};

    assertThat(findings("forecast", settings).toString()).contains("http.series=1000000");
    assertThat(findings("retrain", settings).toString()).doesNotContain("http.series");
  }

  @Test
  void doctor_samplesThatTheHeapDoesNotHold_saysSoWhereTheyAreKept() throws Exception {
    String[] settings = {
      "retrain.mode=refresh", "retrain.buffer=2000000000", "retrain.memory.limit=1000000000000"
    };

    JsonNode finding = finding("retrain.memory.limit", findings("retrain", settings));

    assertThat(finding.get("level").asText()).isEqualTo("warning");
    assertThat(finding.get("found").asText()).startsWith("1000000000000: samples and trainings");
    assertThat(finding.get("remedy").asText()).startsWith("lower retrain.memory.limit, or set ");
    assertThat(findings("forecast", settings).toString()).doesNotContain("retrain.memory.limit");
  }

  /** Learning goes on from them, however small new ones would be. */
  @Test
  void doctor_networksOfTheModelFile_countToWhatTrainingsTake() throws Exception {
    // So many samples that there is something to say, whatever the heap.
    List<String> settings =
        new ArrayList<>(
            List.of(
                "retrain.mode=refresh",
                "retrain.buffer=2000000000",
                "retrain.memory.limit=" + Long.MAX_VALUE,
                "train.hidden=4"));
    long ofNew = learningMebibytes(settings);

    settings.add("model.file=" + trained("train.hidden=128", "train.members=4", "train.epochs=1"));

    // Of each of its networks weights, gradients, moments of Adam, and what steps leave behind.
    assertThat(learningMebibytes(settings)).isGreaterThan(ofNew + 2);
  }

  private long learningMebibytes(List<String> settings) throws Exception {
    String found =
        finding("retrain.memory.limit", findings("retrain", settings.toArray(String[]::new)))
            .get("found")
            .asText();
    Matcher mebibytes = Pattern.compile("may come to ([0-9,]+) MiB").matcher(found);
    assertThat(mebibytes.find()).as(found).isTrue();
    return Long.parseLong(mebibytes.group(1).replace(",", ""));
  }

  /** An artifact of the features and windows of {@link #findings}. */
  private Path trained(String... settings) throws Exception {
    StringBuilder drift = new StringBuilder("t,a,b\n");
    for (int i = 0; i < 100; i++) {
      drift.append("%d,%d,%d%n".formatted(i, i, -i));
    }
    Path data = Files.writeString(directory.resolve("drift.csv"), drift);
    Path model = directory.resolve("model.zip");
    List<String> arguments = new ArrayList<>(List.of("train", "--data", data.toString()));
    arguments.addAll(List.of("--config", config().toString(), "--out", model.toString()));
    arguments.addAll(List.of("--set", "csv.time=t", "--set", "csv.time.format=steps"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    StringWriter said = new StringWriter();
    PrintWriter print = new PrintWriter(said, true);
    int code =
        Main.commandLine().setOut(print).setErr(print).execute(arguments.toArray(String[]::new));
    assertThat(code).as(said.toString()).isZero();
    return model;
  }

  @ParameterizedTest
  @CsvSource({
    "experts=last retrain.mode=refresh, retrain.mode=refresh",
    "experts=last model.file=a.zip, model.file",
    "experts=last model.file=a.zip retrain.mode=refresh, model.file and retrain.mode=refresh"
  })
  void doctor_networkAmongNoExperts_saysThatNothingAsksIt(String settings, String given)
      throws Exception {
    JsonNode finding = finding("experts", findings("all", settings.split(" ")));

    assertThat(finding.get("level").asText()).isEqualTo("warning");
    assertThat(finding.get("found").asText())
        .isEqualTo("last has no rnn: no forecast asks the network of %s", given);
    assertThat(finding.get("remedy").asText())
        .isEqualTo("add rnn to experts, or leave %s out", given);
  }

  /** Such an expert stops no role, whether it were to learn or not. */
  @ParameterizedTest
  @ValueSource(strings = {"forecast", "retrain", "all"})
  void doctor_expertWithNothingToForecast_isLookedAtInEachRole(String role) throws Exception {
    String[] settings = {
      "categories=a,b",
      "vocabulary.a=x",
      "vocabulary.b=y",
      "experts=last,linear,markov,stacked",
      "missing.fill=linear"
    };
    List<JsonNode> all = new ArrayList<>();
    findings(role, settings).forEach(all::add);

    assertThat(all.get(0).get("level").asText()).isEqualTo("ok");
    assertThat(all)
        .filteredOn(finding -> finding.get("check").asText().equals("experts"))
        .extracting(finding -> finding.get("found").asText())
        .containsExactly(
            "last,linear,markov,stacked: no target is a number, and nothing else is forecast by linear, stacked");
    assertThat(all)
        .extracting(finding -> finding.get("check").asText())
        .containsOnlyOnce("missing.fill");
  }

  @Test
  void doctor_fullWindowsThatNoSampleHolds_areAWarning() throws Exception {
    String features =
        IntStream.range(0, 300).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
    String[] settings = {
      "features=" + features, "window.steps=1000", "history.minimum=2", "retrain.mode=refresh"
    };

    JsonNode finding = finding("window.steps", findings("forecast", settings));

    assertThat(finding.get("level").asText()).isEqualTo("warning");
    assertThat(finding.get("found").asText())
        .startsWith("1000: a training sample of a full window has 1209237 bytes")
        .endsWith("only shorter windows are learnt from");
  }

  /** Forecasts go on all the same, and their samples wait for nobody. */
  @Test
  void doctor_settingsWithWhichNothingLearns_areAWarningOfTheRoleThatForecasts() throws Exception {
    String[] settings = {
      "categories=a,b",
      "vocabulary.a=x",
      "vocabulary.b=y",
      "retrain.mode=refresh",
      "train.inputs=difference"
    };

    JsonNode finding = finding("retrain.mode", findings("forecast", settings));
    assertThat(finding.get("level").asText()).isEqualTo("warning");
    assertThat(finding.get("remedy").asText()).contains("leave train.inputs empty");

    JsonNode refused = findings("retrain", settings).get(0);
    assertThat(refused.get("level").asText()).isEqualTo("failed");
    assertThat(refused.get("found").asText()).contains("leave train.inputs empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "experts=last",
        "experts=last,rnn retrain.mode=refresh",
        "model.file=a.zip",
        "categories=a experts=markov model.file=a.zip"
      })
  void doctor_noNetworkOrOneThatIsAsked_nothingIsSaidOfExperts(String settings) throws Exception {
    assertThat(findings("all", settings.split(" ")).findValuesAsText("check"))
        .isNotEmpty()
        .doesNotContain("experts");
  }

  @Test
  void doctor_patienceAndNothingToWatch_saysThatNoTrainingStops() throws Exception {
    JsonNode finding =
        finding("train.patience", findings("all", "train.patience=5", "train.validation=0"));

    assertThat(finding.get("level").asText()).isEqualTo("warning");
    assertThat(finding.get("found").asText())
        .startsWith("5: train.validation=0 holds no sample out to watch");
    assertThat(findings("all", "train.patience=5").findValuesAsText("check"))
        .doesNotContain("train.patience");
    assertThat(findings("all", "train.validation=0").findValuesAsText("check"))
        .doesNotContain("train.patience");
  }

  private static JsonNode finding(String check, JsonNode findings) {
    for (JsonNode finding : findings) {
      if (finding.get("check").asText().equals(check)) {
        return finding;
      }
    }
    return fail("no finding of " + check);
  }

  private Path config() throws IOException {
    return Files.writeString(
        directory.resolve("a.properties"),
        """
        features=a,b
        window.steps=30
        bootstrap.servers=localhost:1
        http.port=0
        state.dir=%s
        """
            .formatted(directory));
  }

  private JsonNode findings(String role, String... settings) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("doctor", "--json", "--timeout", "1s", "--role", role, "--config"));
    arguments.add(config().toString());
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    StringWriter out = new StringWriter();
    PrintWriter print = new PrintWriter(out, true);
    int code =
        Main.commandLine().setOut(print).setErr(print).execute(arguments.toArray(String[]::new));
    assertThat(code).as(out.toString()).isEqualTo(ExitCodes.WRONG);
    return new ObjectMapper().readTree(out.toString()).get("findings");
  }
}
