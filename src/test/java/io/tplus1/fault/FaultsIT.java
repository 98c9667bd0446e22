package io.tplus1.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tplus1.TestSettings;
import io.tplus1.broker.KillableCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things break, and nothing is lost, doubled or out of order: all faults, again and again, with
 * {@code mvn verify -Pfault}, where {@code -Dfault.only} takes parts of the wanted faults' names
 * (commas between), and {@code -Dfault.repetitions}, {@code -Dfault.rate}, {@code -Dfault.seed},
 * {@code -Dfault.nice}, {@code -Dfault.set} (settings, commas between and within), {@code
 * -Dfault.java} (options of the instances' JVMs, blanks between) and {@code -Dfault.logback} say
 * how. With {@code -Dfault.home} the launcher in that folder starts the instances, with {@code
 * target/tplus1.jar} and {@code target/lib} beside it and no {@code pom.xml}.
 */
final class FaultsIT {
  private static final Logger LOG = LoggerFactory.getLogger(FaultsIT.class);
  private static final Duration SLOWEST = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  @Tag("fault")
  void faults_allOfThemRepeated_everyVectorForecastOnce() {
    Map<String, Faults.Fault> faults = Faults.named(System.getProperty("fault.only", ""));
    FaultTable table = run(faults, Integer.getInteger("fault.repetitions", 5), ofInstances());
    assertThat(table.rows())
        .allSatisfy(row -> assertThat(row.worst()).as(row.fault()).isLessThan(SLOWEST));
    // One asks for root: where there is none, the skip says so.
    assumeThat(table.rows())
        .extracting(row -> row.fault())
        .as("faults that ran, of those asked for")
        .containsExactlyInAnyOrderElementsOf(faults.keySet());
  }

  /** More options of the instances' JVMs. */
  private static List<String> ofInstances() {
    List<String> options = new ArrayList<>();
    String logback = System.getProperty("fault.logback", "");
    if (!logback.isEmpty()) {
      options.add("-Dlogback.configurationFile=" + logback);
    }
    String java = System.getProperty("fault.java", "").strip();
    if (!java.isEmpty()) {
      options.addAll(List.of(java.split(" +", -1)));
    }
    return options;
  }

  /**
   * The short form: no fault is left to luck, and no time is asserted. Nothing runs for long enough
   * to be worth a second compilation.
   */
  @Test
  void faults_leaderAndRetrainerKilledAndACommitTooLate_everyVectorForecastOnce() {
    FaultTable table =
        run(
            Map.of("leader, retrainer and a late commit", Faults.some()),
            1,
            List.of("-XX:TieredStopAtLevel=1"));
    assertThat(table.rows()).as("faults that ran").isNotEmpty();
  }

  private FaultTable run(Map<String, Faults.Fault> faults, int repetitions, List<String> java) {
    FaultTable table = new FaultTable();
    AssertionError broken = new AssertionError("faults that did not come to their end");
    int nice = Integer.getInteger("fault.nice", 0);
    long seed = Long.getLong("fault.seed", 20_261_124);
    Map<String, String> settings = TestSettings.of("fault.set");
    Stage.Plan plan = new Stage.Plan(200, Integer.getInteger("fault.rate", 200), nice, java, seed);
    try (KillableCluster cluster =
        KillableCluster.start(directory.resolve("brokers"), nice, Map.of())) {
      for (Map.Entry<String, Faults.Fault> each : faults.entrySet()) {
        String name = each.getKey();
        Faults.Fault fault = each.getValue();
        String id = "f" + name.replaceAll("[^a-z0-9]+", "-");
        try (Stage stage = new Stage(cluster, directory.resolve(id), id, plan, fault, settings)) {
          fault.harm().on(stage, repetitions);
          table.add(stage.finish(name));
        } catch (TestAbortedException e) {
          LOG.warn("{} is left out: {}", name, e.getMessage());
        } catch (AssertionError | RuntimeException e) {
          // The others are worth knowing of, too.
          LOG.error("{}: {}", name, e.getMessage());
          broken.addSuppressed(e);
          restore(cluster, broken);
        }
        LOG.info("Seed {}:\n{}", seed, table);
      }
    }
    if (broken.getSuppressed().length > 0) {
      throw broken;
    }
    assertThat(table.rows())
        .allSatisfy(
            row -> {
              assertThat(row.audit().plaints()).as(row.fault()).isEmpty();
              assertThat(row.audit().forecasts()).as(row.fault()).isPositive();
            });
    return table;
  }

  /** What a fault that did not come to its end left is no part of the next. */
  private static void restore(KillableCluster cluster, AssertionError broken) {
    try {
      cluster.restore();
    } catch (AssertionError | RuntimeException e) {
      LOG.error("The brokers are not as before: {}", e.getMessage());
      broken.addSuppressed(e);
    }
  }
}
