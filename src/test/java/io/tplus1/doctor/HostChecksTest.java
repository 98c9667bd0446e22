package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tplus1.config.Configuration;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code tplus1 doctor} says of a machine's memory. */
final class HostChecksTest {
  private static final long MIB = 1 << 20;
  private static final String SEVEN = "a,b,c,d,e,f,g";

  @Test
  void memory_noRoomForAllLiveSeriesOfTheDefault_saysForHowManyAndNamesNoSetting() {
    String found = memory(300, Map.of("features", SEVEN));

    assertThat(found)
        .endsWith(", room for the forecasts and scores of 6163 series on the dashboard");
  }

  @Test
  void memory_noRoomForAsManyLiveSeriesAsAreSet_namesTheSetting() {
    String found = memory(300, Map.of("features", SEVEN, "http.series", "9000"));

    assertThat(found).endsWith("of 6163 series on the dashboard, not of http.series=9000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "room for all   | 600 | http.series     | 10000",
        "fewer are set  | 300 | http.series     | 6163",
        "no server      | 300 | http.port       | 0",
        "words unknown  | 300 | categories      | a"
      })
  void memory_nothingToSayOfLiveSeries_saysNothing(
      String why, int heapMegabytes, String setting, String value) {
    Map<String, String> settings = new HashMap<>(Map.of("features", SEVEN));
    settings.put(setting, value);

    assertThat(memory(heapMegabytes, settings)).as(why).endsWith(" MiB memory");
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

  private static String found(String check, Map<String, String> settings) {
    return finding(check, settings).found();
  }

  private static Finding finding(String check, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    HostChecks checks = new HostChecks(configuration, configuration.http(), 1, Clock.systemUTC());
    return checks.run().stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  private static String memory(int heapMegabytes, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    HostChecks checks = new HostChecks(configuration, configuration.http(), 1, Clock.systemUTC());
    return checks.memory(heapMegabytes * MIB, 8_192 * MIB).found();
  }
}
