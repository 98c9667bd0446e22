package io.tplus1.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.tplus1.config.Configuration;
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

  private static String found(String check, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    HostChecks checks = new HostChecks(configuration, configuration.http(), 1, Clock.systemUTC());
    return checks.run().stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow()
        .found();
  }

  private static String memory(int heapMegabytes, Map<String, String> settings) {
    Configuration configuration = new Configuration(settings);
    HostChecks checks = new HostChecks(configuration, configuration.http(), 1, Clock.systemUTC());
    return checks.memory(heapMegabytes * MIB, 8_192 * MIB).found();
  }
}
