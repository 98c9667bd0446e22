package io.tplus1.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.feature.MissingValues;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSettings;
import io.tplus1.score.DriftSettings;
import io.tplus1.score.MixSettings;
import io.tplus1.train.Gate;
import io.tplus1.train.RetrainSchedule;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/** Every setting of the groups that are read into records, and of each the value that it sets. */
class EverySettingTest {
  private static final Set<String> GROUPS =
      Set.of(
          "Windows",
          "Training",
          "Experts",
          "Holes",
          "Learning in the stream",
          "Backtest",
          "Operations",
          "Files");

  /** None is the default, and no two numbers of a record are the same. */
  private static final String SETTINGS =
      """
      window.steps=40
      window.max.age=8d
      max.lateness=2d
      window.retention=11d
      history.minimum=30
      forecast.horizon=2
      step.interval=1h
      window.store=memory
      window.heap.series=7
      window.heap.share=0.3
      window.heap.projections=1024

      train.cell=lstm
      train.hidden=8,4
      train.embedding=6
      train.loss=huber
      train.huber.delta=2.5
      train.optimizer=adam
      train.learning.rate=0.01
      train.batch=16
      train.epochs=3
      train.validation=0.3
      train.l2=0.02
      train.clip.norm=1.5
      train.patience=4
      train.seed=99
      train.members=2
      train.inputs=difference,level
      train.inputs.steps=20
      train.inputs.scale.steps=31
      train.inputs.scale.prior=5
      train.inputs.scale.training=0.5
      train.inputs.clip=6
      train.loss.from=7
      train.base=last,linear
      train.shared=false

      experts=last,seasonal,linear,joint,series,markov,rnn,stacked
      mix.exponent=4
      mix.decay=0.98
      mix.error=absolute
      mix.pool.rows=7
      season.steps=3,5
      linear.lags=1-3,9
      linear.lags.by=time
      linear.forgetting=0.91
      linear.ridge=0.11
      linear.scale.steps=11
      linear.huber=0.21
      joint.lags=2
      joint.lags.by=time
      joint.forgetting=0.92
      joint.ridge=0.12
      joint.scale.steps=12
      joint.huber=0.22
      series.lags=4,6
      series.lags.by=time
      series.forgetting=0.93
      series.ridge=0.13
      series.scale.steps=13
      series.huber=0.23
      stacked.ridge=5
      stacked.forgetting=0.94
      stacked.huber=0.7
      stacked.pool=true
      linear.every=12
      markov.contexts=3+a/2.5,1+b~0
      interval.coverage=0.8
      interval.pool=true

      gap.fill=last
      gap.limit=4
      missing.fill=linear
      missing.limit=9
      missing.values=-7,b:-8
      model.max.age=3h

      samples.rate=12.5
      retrain.mode=refresh
      retrain.every=1m
      retrain.event.every=2h
      retrain.every.samples=33
      retrain.on.drift=false
      retrain.drift.delta=0.3
      retrain.drift.threshold=41
      retrain.drift.minimum=21
      retrain.first.samples=101
      retrain.first.steps=201
      retrain.steps=9
      retrain.recent=51
      retrain.buffer=1001
      retrain.reservoir=61
      retrain.warm=false
      retrain.cpu.share=0.5
      retrain.time.limit=3m
      retrain.memory.limit=2000000
      gate.samples=25
      gate.margin=0.1
      gate.decay=0.9
      probation.scores=151
      models.keep=4
      models.keep.ms=5000

      backtest.rows=500
      backtest.warmup=0.5
      backtest.warmup.rows=13
      backtest.score.from=17
      backtest.score.to=400
      backtest.scale.rows=19

      http.port=9000
      http.host=10.0.0.1
      http.retrain.port=9001
      http.advertised=forecast-1:9002
      http.token=0123456789abcdef
      http.rate=5
      http.streams=6
      http.series=77
      ready.without.model=false
      ready.max.lag=88
      stop.leaves.group=false

      csv.format=text
      csv.key=name
      csv.time=at
      csv.time.format=epoch.s
      csv.time.step=4h
      csv.missing=none
      """;

  /** What cannot stand beside {@code train.inputs}, or beside the scale of a linear expert. */
  private static final List<String> ALONE =
      List.of("train.strategy", "train.decoder", "linear.levels", "joint.levels");

  private static Map<String, String> settings() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(SETTINGS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> settings = new HashMap<>(Map.of("features", "a,b"));
    properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
    return settings;
  }

  private static Configuration configuration() {
    return new Configuration(settings());
  }

  private static LinearSettings linear(
      List<Integer> lags,
      boolean levels,
      double ridge,
      double forgetting,
      int steps,
      double huber) {
    return new LinearSettings(
        lags, levels, ridge, forgetting, steps, huber, Optional.of(Duration.ofHours(1)));
  }

  @Test
  void settings_ofTheseGroups_areAllHereAndNoneIsTheDefault() {
    Map<String, ConfigDef.ConfigKey> keys = new HashMap<>(Settings.DEFINITION.configKeys());
    keys.values().removeIf(key -> !GROUPS.contains(key.group) || ALONE.contains(key.name));
    Map<String, Object> parsed = Settings.DEFINITION.parse(settings());

    assertThat(settings()).containsKeys(keys.keySet().toArray(String[]::new));
    keys.forEach(
        (name, key) -> assertThat(parsed.get(name)).as(name).isNotEqualTo(key.defaultValue));
  }

  @Test
  void windows_everySetting_isParsed() {
    assertThat(configuration().windows())
        .isEqualTo(
            new WindowSettings(
                40,
                2,
                30,
                Duration.ofDays(8),
                Duration.ofDays(2),
                Duration.ofDays(11),
                Optional.of(Duration.ofHours(1)),
                true,
                7,
                0.3,
                1024));
  }

  @Test
  void training_everySetting_isParsed() {
    assertThat(configuration().training())
        .isEqualTo(
            new TrainingSettings(
                TrainingSettings.Cell.LSTM,
                List.of(8, 4),
                false,
                Strategy.DIRECT,
                6,
                TrainingSettings.Loss.HUBER,
                TrainingSettings.Optimizer.ADAM,
                0.01,
                16,
                3,
                0.02,
                1.5,
                4,
                99,
                2.5,
                2));
    assertThat(configuration().validationFraction()).isEqualTo(0.3);
    assertThat(ConfigurationTest.configuration("train.strategy", "recursive").training().strategy())
        .isEqualTo(Strategy.RECURSIVE);
    assertThat(ConfigurationTest.configuration("train.decoder", "true").training().decoder())
        .isTrue();
  }

  @Test
  void stepInputs_everySetting_isParsed() {
    assertThat(configuration().stepInputs())
        .contains(
            new StepInputs(
                List.of(StepInputs.Column.DIFFERENCE, StepInputs.Column.LEVEL),
                List.of(3, 5),
                List.of("linear", "joint", "series"),
                20,
                31,
                5,
                0.5f,
                7,
                false,
                6,
                List.of(StepInputs.Base.LAST, StepInputs.Base.LINEAR)));
  }

  @Test
  void experts_everySetting_isParsed() {
    assertThat(configuration().experts())
        .isEqualTo(
            new ExpertSettings(
                List.of(Expert.values()),
                new MixSettings(MixSettings.Loss.ABSOLUTE, 4, .98, 7),
                List.of(3, 5),
                false,
                linear(List.of(1, 2, 3, 9), false, .11, .91, 11, .21),
                linear(List.of(2), false, .12, .92, 12, .22),
                linear(List.of(4, 6), false, .13, .93, 13, .23),
                new StackedSettings(5, .94, .7, true),
                List.of(
                    new ContextSettings(3, List.of(new ContextSettings.Reading("a", 2.5f, false))),
                    new ContextSettings(1, List.of(new ContextSettings.Reading("b", 0, true)))),
                12,
                .8,
                true));
  }

  @Test
  void hygiene_everySetting_isParsed() {
    assertThat(configuration().hygiene())
        .isEqualTo(
            new HygieneSettings(
                HygieneSettings.Fill.LAST,
                4,
                HygieneSettings.Fill.LINEAR,
                9,
                Optional.of(Duration.ofHours(3))));
  }

  @Test
  void retrain_everySetting_isParsed() {
    assertThat(configuration().samples()).isEqualTo(new SampleSettings(OptionalDouble.of(12.5)));
    assertThat(configuration().retrain())
        .isEqualTo(
            new RetrainSettings(
                RetrainSettings.Mode.REFRESH,
                new RetrainSchedule.Settings(
                    Optional.of(Duration.ofMinutes(1)),
                    Optional.of(Duration.ofHours(2)),
                    33,
                    false,
                    101),
                new DriftSettings(0.3, 41, 21),
                new RetrainSettings.Refresh(201, 9, 51),
                new RetrainSettings.Buffer(1001, 61),
                false,
                new RetrainSettings.Limits(0.5, Duration.ofMinutes(3), 2_000_000),
                new Gate.Settings(25, 0.1, 0.9),
                151,
                new RetrainSettings.Keep(4, Duration.ofSeconds(5))));
  }

  @Test
  void backtest_everySetting_isParsed() {
    assertThat(configuration().backtest())
        .isEqualTo(new BacktestSettings(500, 0.5, 13, Optional.of(17), 400, Optional.of(19)));
  }

  @Test
  void http_everySetting_isParsed() {
    HttpSettings forecasts =
        new HttpSettings(
            9000,
            "http.port",
            "10.0.0.1",
            Optional.of("forecast-1:9002"),
            Optional.of("0123456789abcdef"),
            5,
            6,
            77,
            false,
            88);

    assertThat(configuration().http()).isEqualTo(forecasts);
    assertThat(configuration().stopLeavesGroup()).isFalse();
    assertThat(configuration().retrainHttp())
        .isEqualTo(
            new HttpSettings(
                9001,
                "http.retrain.port",
                "10.0.0.1",
                forecasts.advertised(),
                forecasts.token(),
                5,
                6,
                77,
                false,
                88));
  }

  @Test
  void csv_everySetting_isParsed() {
    assertThat(configuration().csv())
        .isEqualTo(
            new CsvSettings(
                true,
                Optional.of("name"),
                Optional.of("at"),
                "epoch.s",
                Duration.ofHours(4),
                "none",
                new MissingValues(Map.of("a", List.of(-7f), "b", List.of(-7f, -8f)))));
  }
}
