package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tplus1.TestSettings;
import io.tplus1.cluster.Role;
import io.tplus1.config.Configuration;
import io.tplus1.topology.retrain.RetrainPlan;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tplus1 doctor} says of a machine and its Java. */
final class HostChecksTest {
  private static final long MIB = 1 << 20;
  private static final String SEVEN = "a,b,c,d,e,f,g";

  @Test
  void memory_noRoomForAllLiveSeriesOfTheDefault_saysForHowManyAndNamesNoSetting() {
    String found = memory(300, Map.of("features", SEVEN));

    assertThat(found)
        .endsWith(", room for the forecasts and scores of 6050 series on the dashboard");
  }

  @Test
  void memory_noRoomForAsManyLiveSeriesAsAreSet_namesTheSetting() {
    String found = memory(300, Map.of("features", SEVEN, "http.series", "9000"));

    assertThat(found).endsWith("of 6050 series on the dashboard, not of http.series=9000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "room for all   | 600 | http.series     | 10000",
        "fewer are set  | 300 | http.series     | 6050",
        "no server      | 300 | http.port       | 0",
        "words unknown  | 300 | categories      | a"
      })
  void memory_nothingToSayOfLiveSeries_saysNothing(
      String why, int heapMegabytes, String setting, String value) {
    Map<String, String> settings = new HashMap<>(Map.of("features", SEVEN));
    settings.put(setting, value);

    assertThat(memory(heapMegabytes, settings)).as(why).endsWith(" MiB memory");
  }

  /** A hundred features in long windows: samples and trainings would take more than 512 MiB. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "256  | ALL     | 8080 | 50 % of which may be that of series (window.heap.share) and | 1984 | 2688",
        "1024 | ALL     | 8080 | may come to 512 MiB, by estimate, of a heap of 1,024 MiB, 50 % | 1984 | 2688",
        "1024 | ALL     | 0    | of a heap of 1,024 MiB, 40 % | 1664 | 2240",
        "512  | RETRAIN | 8080 | of a heap of 512 MiB: out of heap the process ends | 1024 | 1408",
      })
  void memory_samplesAndTrainingsMayWantMoreThanIsLeft_warnsAndSaysHowMuchIsEnough(
      long heapMegabytes, Role role, int port, String found, long enough, long machine) {
    HeapShares shares = shares(wide("http.port", Integer.toString(port)), role);

    Finding finding = shares.beyond(heapMegabytes * MIB).orElseThrow();

    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.check()).isEqualTo("retrain.memory.limit");
    assertThat(finding.found()).startsWith("536870912: ").contains(found);
    assertThat(finding.remedy().orElseThrow())
        .startsWith("lower retrain.memory.limit")
        .endsWith(
            ", or set TPLUS1_JAVA_OPTS=-Xmx%dm or more, where the machine or the container has %d MiB or more"
                .formatted(enough, machine));
    // As Java tells of it with the parallel collector, the least of all.
    assertThat(shares.beyond(enough * MIB / 9 * 8)).isEmpty();
    assertThat(shares.beyond((enough - 64) * MIB / 9 * 8)).isPresent();
    assertThat(checks(wide(), role).memory(enough * MIB, machine * MIB).level())
        .isEqualTo(Finding.Level.OK);
  }

  @Test
  void memory_nearlyAllOfItIsThatOfSeries_advisesNoLargerHeap() {
    Finding finding =
        shares(wide("window.heap.share", "0.9"), Role.ALL).beyond(65_536 * MIB).orElseThrow();

    assertThat(finding.remedy()).hasValue("lower retrain.memory.limit or window.heap.share");
  }

  /** Each is within its range, and together they are all of a heap. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1024 | 0.9 | 1 | 971 MiB of a heap of 1,024 MiB, and leave 53 MiB | 128 | 2048",
        "640  | 0.7 | 2 | 498 MiB of a heap of 640 MiB, and leave 142 MiB  | 192 | 960",
        "160  | 0.9 | 1 | 160 MiB of a heap of 160 MiB, and leave 0 MiB    | 128 | 2048",
      })
  void memory_seriesLeaveTheStreamsTooLittle_warnsAndSaysHowMuchIsEnough(
      long heapMegabytes, String share, String threads, String found, long wanted, long enough) {
    HeapShares shares =
        shares(
            new Configuration(
                Map.of(
                    "features", SEVEN, "window.heap.share", share, "num.stream.threads", threads)),
            Role.FORECAST);

    Finding finding = shares.beyond(heapMegabytes * MIB).orElseThrow();

    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.check()).isEqualTo("window.heap.share");
    assertThat(finding.found())
        .isEqualTo(
            "%s: series and the dashboard may come to %s for producers and caches, which may come to %d MiB: out of heap the process ends",
            share, found, wanted);
    assertThat(finding.remedy().orElseThrow())
        .startsWith("lower it, or set TPLUS1_JAVA_OPTS=-Xmx" + enough + "m or more");
    assertThat(shares.beyond(enough * MIB / 9 * 8)).isEmpty();
    assertThat(shares.beyond((enough - 64) * MIB / 9 * 8)).isPresent();
  }

  /** The settings need not have them: a model has. */
  @Test
  void memory_wordsAreThoseOfTheModel_countsTheDashboardByThem() {
    Configuration configuration =
        new Configuration(Map.of("features", SEVEN, "categories", "a", "window.heap.share", "0.9"));

    assertThat(shares(configuration, Role.FORECAST).beyond(16_384 * MIB)).isEmpty();
  }

  @Test
  void memory_seriesTakeNearlyAllWithoutADashboard_saysNothingOfOne() {
    Configuration configuration =
        new Configuration(Map.of("features", SEVEN, "http.port", "0", "window.heap.share", "0.9"));

    assertThat(shares(configuration, Role.FORECAST).beyond(164 * MIB).orElseThrow().found())
        .startsWith("0.9: series may come to 148 MiB of a heap of 164 MiB, and leave 16 MiB for");
  }

  @ParameterizedTest
  @CsvSource({
    "0.4, 1024, FORECAST",
    "0.4, 128, FORECAST",
    "0.9, 65536, FORECAST",
    "0.9, 1024, RETRAIN"
  })
  void memory_seriesLeaveEnoughOrTheShippedShare_saysNothingOfTheShare(
      String share, long heapMegabytes, Role role) {
    Configuration configuration =
        new Configuration(
            Map.of("features", SEVEN, "window.heap.share", share, "retrain.mode", "retrain"));

    assertThat(shares(configuration, role).beyond(heapMegabytes * MIB)).isEmpty();
  }

  /** The limit is not what is taken: of the usual settings, some megabytes are. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void memory_littleIsLearnt_saysNothingOfTheLimit(Role role) {
    Configuration usual = new Configuration(Map.of("features", SEVEN, "retrain.mode", "retrain"));
    Configuration linear =
        new Configuration(
            Map.of("features", SEVEN, "experts", "last,linear", "linear.every", "50"));

    assertThat(shares(usual, role).beyond(256 * MIB)).isEmpty();
    assertThat(shares(linear, role).beyond(64 * MIB)).isEmpty();
    assertThat(shares(wide(), Role.FORECAST).beyond(64 * MIB)).isEmpty();
  }

  private static Configuration wide(String... others) {
    String features =
        IntStream.range(0, 100).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
    return new Configuration(
        TestSettings.with(
            Map.of(
                "features", features,
                "window.steps", "168",
                "forecast.horizon", "24",
                "window.max.age", "30d",
                "window.retention", "90d",
                "retrain.mode", "refresh"),
            others));
  }

  /** With the module alone networks go without, in silence. */
  @ParameterizedTest
  @CsvSource({
    "true, true, OK, with vector instructions",
    "true, false, WARNING, uses no vectors of 128 bits or more here",
    "false, false, WARNING, without the module jdk.incubator.vector"
  })
  void java_moduleOrNot_vectorsAreThoseThatNetworksRunOn(
      boolean module, boolean vectors, Finding.Level level, String found) {
    Finding finding = HostChecks.java(module, vectors);

    assertThat(finding.level()).isEqualTo(level);
    assertThat(finding.found()).contains(found);
  }

  @Test
  void run_stateDirOfSomebodyElse_saysSoInWords(@TempDir Path folder) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(folder), "root writes everywhere");

    assertThat(found("state.dir", Map.of("features", "a", "state.dir", folder.toString())))
        .isEqualTo(folder + " cannot be written to by this user");
  }

  /** TEST-NET-1 is of no machine; with either no start can bind. */
  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "nohost.invalid"})
  void port_hostThatIsNotOfThisMachine_failsAndNamesTheHost(String host) {
    Finding port = finding("http.port", Map.of("features", "a", "http.host", host));

    assertThat(port.level()).isEqualTo(Finding.Level.FAILED);
    assertThat(port.remedy().orElseThrow()).startsWith("set http.host to an address of this");
  }

  @Test
  void port_taken_isAWarningThatNamesThePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Finding port =
          finding(
              "http.port",
              Map.of("features", "a", "http.port", Integer.toString(socket.getLocalPort())));

      assertThat(port.level()).isEqualTo(Finding.Level.WARNING);
      assertThat(port.remedy().orElseThrow()).contains("set http.port to another one");
    }
  }

  /** The other instances' dashboards count it among the silent. */
  @Test
  void advertised_serverOnLoopbackAndAnAddressOfOthers_isAWarning() {
    Finding finding =
        finding(
            "http.advertised", Map.of("features", "a", "http.advertised", "forecast-1.lan:8080"));

    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.found())
        .startsWith("forecast-1.lan:8080, where http.host=127.0.0.1 is this machine's own");
    assertThat(finding.remedy().orElseThrow()).startsWith("set http.host=0.0.0.0, and http.token");
  }

  /** Several instances on one machine, and one behind its own address. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, ''",
    "127.0.0.1, 127.0.0.1:8081",
    "127.0.0.1, LocalHost:8081",
    "::1, '[::1]:8081'",
    "0:0:0:0:0:0:0:1, ''",
    "localhost, localhost:8081",
    "0.0.0.0, forecast-1.lan:8080",
    "nohost.invalid, forecast-1.lan:8080"
  })
  void advertised_reachedAsItSays_saysNothing(String host, String advertised) {
    Configuration configuration =
        new Configuration(
            Map.of("features", "a", "http.host", host, "http.advertised", advertised));

    assertThat(checks(configuration, Role.FORECAST).run())
        .noneMatch(finding -> finding.check().equals("http.advertised"));
  }

  private static String found(String check, Map<String, String> settings) {
    return finding(check, settings).found();
  }

  private static Finding finding(String check, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    HostChecks checks = checks(configuration, Role.FORECAST);
    return checks.run().stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static String memory(int heapMegabytes, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    HostChecks checks = checks(configuration, Role.FORECAST);
    return checks.memory(heapMegabytes * MIB, 8_192 * MIB).found();
  }

  private static HostChecks checks(Configuration configuration, Role role) {
    return new HostChecks(configuration, role, shares(configuration, role), Clock.systemUTC());
  }

  private static HeapShares shares(Configuration configuration, Role role) {
    return new HeapShares(
        configuration,
        configuration.needsVocabulary() ? configuration.unlearntSchema() : configuration.schema(),
        role,
        role.retrains()
            ? Optional.of(RetrainPlan.of(configuration, configuration.schema(), Optional.empty()))
            : Optional.empty());
  }
}
