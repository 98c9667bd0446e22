package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.broker.KillableCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things break, and nothing is lost, doubled or out of order: all faults, again and again, with
 * {@code mvn verify -Pfault}, where {@code -Dfault.only} takes words of the wanted faults' names
 * (commas between), {@code -Dfault.repetitions}, {@code -Dfault.seed} and {@code -Dfault.nice} say
 * how.
 */
final class FaultsIT {
  private static final Logger LOG = LoggerFactory.getLogger(FaultsIT.class);
  private static final Duration SLOWEST = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  @Tag("fault")
  void faults_allOfThemRepeated_everyVectorForecastOnce() {
    List<String> words = Arrays.asList(System.getProperty("fault.only", "").split(",", -1));
    List<String> wanted =
        Faults.all().keySet().stream()
            .filter(name -> words.stream().anyMatch(name::contains))
            .toList();
    run(wanted, Integer.getInteger("fault.repetitions", 5));
  }

  /** The fault's settings, and over them those of {@code -Dfault.set}, commas between. */
  private static Map<String, String> settings(Faults.Fault fault) {
    Map<String, String> settings = new TreeMap<>(fault.settings());
    String more = System.getProperty("fault.set", "");
    if (!more.isBlank()) {
      for (String one : more.split(",", -1)) {
        settings.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
      }
    }
    return settings;
  }

  private void run(List<String> names, int repetitions) {
    FaultTable table = new FaultTable();
    Map<String, Faults.Fault> faults = Faults.all();
    int nice = Integer.getInteger("fault.nice", 0);
    long seed = Long.getLong("fault.seed", 20_261_124);
    Stage.Plan plan = new Stage.Plan(200, Integer.getInteger("fault.rate", 200), nice, seed);
    try (KillableCluster cluster =
        KillableCluster.start(directory.resolve("brokers"), nice, Map.of())) {
      for (String name : names) {
        Faults.Fault fault = faults.get(name);
        String id = "f" + name.replaceAll("[^a-z0-9]+", "-");
        try (Stage stage = new Stage(cluster, directory.resolve(id), id, plan, settings(fault))) {
          fault.harm().on(stage, repetitions);
          table.add(stage.finish(name));
        }
        LOG.info("Seed {}:\n{}", seed, table);
      }
    }
    assertThat(table.rows())
        .allSatisfy(
            row -> {
              assertThat(row.audit().plaints()).as(row.fault()).isEmpty();
              assertThat(row.audit().forecasts()).as(row.fault()).isPositive();
              assertThat(row.worst()).as(row.fault()).isLessThan(SLOWEST);
            });
  }
}
