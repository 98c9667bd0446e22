package io.tplus1.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.config.Configuration;
import io.tplus1.config.SettingsTable;
import io.tplus1.config.StreamsProperties;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.fuzz.FuzzRun;
import io.tplus1.model.ModelRegistry;
import io.tplus1.topology.retrain.RetrainPlan;
import io.tplus1.topology.rows.RowKeeping;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings of any kind are refused as settings, at once, or both topologies can be built with them.
 */
class SettingsFuzzTest {
  private static final int TRIES = 2;

  private static final List<String> NAMES =
      Pattern.compile("^\\| `([^`]+)`", Pattern.MULTILINE)
          .matcher(SettingsTable.markdown())
          .results()
          .map(MatchResult::group)
          .map(cell -> cell.substring(3, cell.length() - 1))
          .toList();
  private static final String[] VALUES = {
    "",
    " ",
    "0",
    "-0",
    "1",
    "2",
    "3",
    "8",
    "100",
    "-1",
    "0.5",
    "0.99",
    "1.0000001",
    "1e-9",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "true",
    "false",
    "TRUE",
    "off",
    "all",
    "a",
    "b",
    "a,b",
    "a,a",
    "b,a",
    ",",
    "a,",
    "\u0000",
    "é",
    "last",
    "linear",
    "rnn",
    "last,linear,joint,series,markov,rnn,seasonal",
    "last,last",
    "stacked",
    "last,rnn,stacked",
    "1-2",
    "2-1",
    "1-2,2-3",
    "1-999999999",
    "1,+a/5",
    "1+b~0",
    "5s",
    "1d",
    "-1d",
    "PT1S",
    "999999999999999999d",
    "0s",
    "1ns",
    "difference,level,value,lag,expert,calendar,year,identity",
    "lstm",
    "simple_rnn",
    "adam",
    "refresh",
    "retrain",
    "field",
    "record",
    "memory",
    "rocksdb",
    "time",
    "vector",
    "squared",
    "absolute",
    "recursive",
    "huber",
    "yyyy-MM-dd",
    "yyyy-'",
    "localhost:1",
    "/tmp",
    "../..",
    "x".repeat(300)
  };

  private static Map<String, String> settings(Random random) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("features", "a,b");
    if (random.nextInt(4) == 0) {
      settings.put("features", "a,b,c");
      settings.put("categories", "c");
      settings.put("vocabulary.c", "u,v");
    }
    settings.put("bootstrap.servers", "localhost:1");
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      settings.put(NAMES.get(random.nextInt(NAMES.size())), VALUES[random.nextInt(VALUES.length)]);
    }
    return settings;
  }

  /** Whether they are taken. */
  private static boolean take(Map<String, String> settings) {
    try {
      Configuration configuration = new Configuration(settings);
      FeatureSchema schema = configuration.schema();
      ModelRegistry registry = configuration.registry(schema);
      ForecastTopology.build(
          ForecastPlan.of(configuration, schema),
          registry,
          Clock.systemUTC(),
          new ForecastCounters(ForecastListener.NONE),
          RowKeeping.WITH_TASKS);
      RetrainPlan.of(configuration, schema, Optional.empty());
      assertThat(StreamsProperties.forecast(configuration, "one")).isNotEmpty();
      assertThat(StreamsProperties.retrain(configuration, "one")).isNotEmpty();
      assertThat(configuration.csv()).isNotNull();
      assertThat(configuration.backtest()).isNotNull();
      assertThat(configuration.topics()).isNotNull();
      assertThat(configuration.training()).isNotNull();
      return true;
    } catch (ConfigException e) {
      assertThat(e.getMessage()).as("%s", settings).isNotBlank().hasSizeLessThan(5_000);
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("neither taken nor refused: " + settings, e);
    }
  }

  @Property(
      tries = TRIES,
      seed = "20261125",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void configuration_settingsOfAnyKind_areRefusedOrServe(@ForAll long seed) {
    AtomicInteger taken = new AtomicInteger();
    FuzzRun.over(
        seed,
        FuzzRun.INPUTS / TRIES,
        SettingsFuzzTest::settings,
        settings -> {
          if (take(settings)) {
            taken.incrementAndGet();
          }
        });
    assertThat(taken.get()).isBetween(FuzzRun.INPUTS / TRIES / 40, FuzzRun.INPUTS / TRIES / 2);
  }
}
