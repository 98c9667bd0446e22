package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.assertRefused;
import static io.tplus1.config.ConfigurationTest.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tplus1.model.StepInputs;
import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSettings;
import io.tplus1.score.MixSettings;
import io.tplus1.score.MixSettings.Horizons;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Settings of the network, its training and the experts beside it. */
class LearningConfigurationTest {
  /** The question's network: what it trains must be what it asked for. */
  @Test
  void training_defaults_areTheQuestions() {
    TrainingSettings training = configuration().training();

    assertThat(training.cell()).isEqualTo(TrainingSettings.Cell.SIMPLE_RNN);
    assertThat(training.hidden()).containsExactly(32);
    assertThat(training.loss()).isEqualTo(TrainingSettings.Loss.MSE);
    assertThat(training.optimizer()).isEqualTo(TrainingSettings.Optimizer.RMSPROP);
    assertThat(training.batch()).isEqualTo(50);
    assertThat(training.epochs()).isEqualTo(10);
    assertThat(training.strategy()).isEqualTo(Strategy.DIRECT);
    assertThat(configuration().validationFraction()).isEqualTo(0.15);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s | | false",
        "s,x | | true",
        "s,x | s | false",
        "x | | true",
      })
  void task_embeddingSet_saysWhereItHasNoEffect(String features, String inputs, boolean said) {
    boolean category = features.startsWith("s");
    assertThat(
            saidOfTask(
                "features",
                features,
                "inputs",
                inputs == null ? "" : inputs,
                "categories",
                category ? "s" : "",
                "train.embedding",
                "3"))
        .allMatch(line -> line.startsWith("train.embedding has no effect"))
        .hasSize(said ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "difference,lag|36|12|",
        "difference,lag|36|13|reads 13 steps (train.inputs.steps), and before each a lag of 24: window.steps=36 does not hold that of the oldest, which counts as no change; set it to 37",
        "difference,lag|24|24|set it to 48",
        "difference,lag|24|0|reads 1 steps (train.inputs.steps), and before each a lag of 24: window.steps=24",
        "difference,level|24|24|",
      })
  void task_lagsBeyondTheWindow_saysWhatWouldHoldThem(
      String inputs, String window, String steps, String says) {
    List<String> said =
        saidOfTask(
            "experts", "last,seasonal,rnn",
            "season.steps", "2,24",
            "window.steps", window,
            "train.inputs", inputs,
            "train.inputs.steps", steps);

    assertThat(said).hasSize(says == null ? 0 : 1).allMatch(line -> line.contains(says));
  }

  private static List<String> saidOfTask(String... settings) {
    Logger logger = (Logger) LoggerFactory.getLogger(LearningConfiguration.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      Configuration configuration = configuration(settings);
      configuration.task(configuration.schema(Map.of("s", List.of("w"))));
    } finally {
      logger.detachAppender(log);
    }
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void experts_mix_isAsTheSettingsSay() {
    assertThat(configuration().experts().mix())
        .isEqualTo(new MixSettings(MixSettings.Loss.SQUARED, 6, .999, Horizons.DOUBLING, 20));
    assertThat(
            configuration(
                    "mix.error", "absolute",
                    "mix.exponent", "4",
                    "mix.decay", "0.98",
                    "mix.pool.rows", "7")
                .experts()
                .mix())
        .isEqualTo(new MixSettings(MixSettings.Loss.ABSOLUTE, 4, .98, Horizons.DOUBLING, 7));
  }

  @Test
  void constructor_moreSeasonsThanExpertsHaveCodes_isRefused() {
    String seasons =
        IntStream.rangeClosed(2, 18).mapToObj(Integer::toString).collect(Collectors.joining(","));
    assertRefused("at most 16 seasons", "season.steps", seasons);
  }

  @Test
  void experts_seasonToBeFound_hasNoneThatIsSet() {
    ExpertSettings experts =
        configuration("experts", "last,seasonal", "season.steps", "auto").experts();

    assertThat(experts.findsSeason()).isTrue();
    assertThat(experts.seasons()).isEmpty();
    assertRefused("add it to experts", "experts", "last,rnn", "season.steps", "auto");
    assertRefused(
        "needs seasons that are set",
        "experts",
        "last,seasonal,rnn",
        "season.steps",
        "auto",
        "train.inputs",
        "difference,lag");
    assertRefused(
        "whole numbers of at least 2", "experts", "last,seasonal", "season.steps", "24,auto");
    assertRefused("or auto", "experts", "last,seasonal");
  }

  /** Columns of nothing would be learnt from in silence. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "difference,lag|name them in season.steps, or take it out",
        "lag|name them in season.steps, or take it out",
        "difference,expert|one of the experts linear, joint and series",
        "diff|'diff' is none of [difference, level, value, lag, expert, calendar, year, identity]",
      })
  void constructor_inputsOfNothing_areRefused(String inputs, String says) {
    assertRefused(says, "train.inputs", inputs, "experts", "last,rnn");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retrain.every|0s|longer than zero; leave it empty for none",
        "retrain.event.every|0ms|longer than zero; leave it empty for none",
        "model.max.age|PT0S|longer than zero; leave it empty for none",
        "retrain.time.limit|0s|must be longer than zero",
      })
  void constructor_noTimeAtAll_isRefused(String setting, String value, String says) {
    assertRefused(says, setting, value);
    assertRefused(setting, setting, value);
  }

  @Test
  void constructor_lossFromBehindTheLastStep_namesItsOwnSetting() {
    assertRefused(
        "train.loss.from: must not be more than the 24 steps",
        "train.inputs",
        "difference",
        "train.loss.from",
        "25");
  }

  @ParameterizedTest
  @ValueSource(strings = {"seasonal", "linear", "joint", "series", "markov", "stacked"})
  void constructor_eachExpertOnDefaults_starts(String expert) {
    Configuration configuration =
        expert.equals("seasonal")
            ? configuration("experts", "last,seasonal,rnn", "season.steps", "auto")
            : configuration("experts", "last,rnn," + expert);

    assertThat(configuration.experts().has(expert)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "last,seasonal,linear,joint,series,markov,rnn,stacked|lat,long|false|seasonal,linear,joint,series,stacked",
        "last,linear,markov|lat|true|",
        "last,linear,markov|''|true|markov",
        "last,markov,rnn|lat,long|false|",
      })
  void learns_noTargetForWhatWouldLearn_isNot(
      String experts, String categories, boolean learns, String idle) {
    Configuration configuration =
        configuration("experts", experts, "categories", categories, "season.steps", "2");

    assertThat(configuration.learns()).isEqualTo(learns);
    assertThat(configuration.idleExperts())
        .isEqualTo(idle == null ? List.of() : List.of(idle.split(",")));
  }

  @Test
  void experts_lagsNotSet_areTheUsualOnesThatTheWindowHolds() {
    assertThat(configuration("window.steps", "25").experts().linear().lags())
        .hasSize(24)
        .endsWith(24);
    assertThat(configuration("window.steps", "24").experts().linear().lags())
        .hasSize(23)
        .endsWith(23);
    assertThat(configuration("window.steps", "100").experts().joint().lags())
        .containsExactly(1, 2, 3, 4);
    assertThat(configuration("window.steps", "3").experts().series().lags()).containsExactly(1, 2);
  }

  @Test
  void constructor_lagBeyondTheWindow_saysWhatWouldHoldIt() {
    assertRefused(
        "23 at most lies within a window of window.steps=24: raise window.steps to 26",
        "experts",
        "linear",
        "linear.lags",
        "1-25");
    assertRefused("raise window.steps to 30", "season.steps", "30");
  }

  @Test
  void constructor_gapsToFillAndNoIntervalToBeKnown_isRefused() {
    assertRefused("needs step.interval", "gap.fill", "last", "window.steps", "3");
    assertThat(
            configuration("gap.fill", "last", "window.steps", "3", "step.interval", "10s")
                .hygiene()
                .gapFill())
        .isEqualTo(HygieneSettings.Fill.LAST);
    assertThat(configuration("gap.fill", "last", "window.steps", "4").hygiene().gapFill())
        .isEqualTo(HygieneSettings.Fill.LAST);
  }

  @Test
  void retrain_everySamples_isAutoUntilSomethingElseSaysWhen() {
    assertThat(configuration("retrain.mode", "refresh").retrain().everySamples()).isEqualTo(500);
    assertThat(configuration("retrain.every", "1h").retrain().everySamples()).isZero();
    assertThat(configuration("retrain.event.every", "1h").retrain().everySamples()).isZero();
    assertThat(configuration("retrain.every.samples", "0").retrain().everySamples()).isZero();
    assertThat(
            configuration("retrain.every", "1h", "retrain.every.samples", "24")
                .retrain()
                .everySamples())
        .isEqualTo(24);
    assertRefused("0 for not by samples, or auto", "retrain.every.samples", "-1");
    assertRefused("0 for not by samples, or auto", "retrain.every.samples", "often");
  }

  @Test
  void constructor_layerWithoutUnits_isRefused() {
    assertRefused(
        "(train.*) do not fit: hidden must name at least one layer of at least one unit, found [0]",
        "train.hidden",
        "0");
  }

  @Test
  void constructor_decoderWithRecursion_isRefused() {
    assertRefused(
        "use it with the direct strategy", "train.decoder", "true", "train.strategy", "recursive");
  }

  @Test
  void constructor_networkThatNoTrainingCanMake_isRefused() {
    assertRefused(
        "set retrain.mode=retrain, or train.decoder=false",
        "train.decoder",
        "true",
        "retrain.mode",
        "refresh");
  }

  @Test
  void constructor_decoderWithHuberLoss_isRefused() {
    assertRefused("set train.loss=mse or mae", "train.decoder", "true", "train.loss", "huber");
  }

  @ParameterizedTest
  @CsvSource({"categories, a", "targets, a", "inputs, a"})
  void constructor_recursionThatHasNothingToFeedBack_isRefused(String setting, String value) {
    assertRefused(
        "set train.strategy=direct",
        "features",
        "a,b",
        setting,
        value,
        "train.strategy",
        "recursive");
  }

  @ParameterizedTest
  @CsvSource({"train.decoder, true", "train.strategy, recursive"})
  void constructor_stepInputsOfANetworkThatGoesStepByStep_areRefused(String setting, String value) {
    assertRefused(
        "set train.decoder=false and train.strategy=direct",
        "train.inputs",
        "difference",
        setting,
        value);
  }

  /** A season of the expert `seasonal` takes no steps from a network that reads no lag. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"difference|12|24", "difference,level|24|24", "difference,lag|12|12"})
  void stepInputs_stepsNotSet_leaveRoomForTheSeasonThatIsRead(
      String inputs, String season, int steps) {
    assertThat(
            configuration(
                    "experts",
                    "last,seasonal,rnn",
                    "season.steps",
                    season,
                    "window.steps",
                    "24",
                    "train.inputs",
                    inputs)
                .stepInputs())
        .hasValueSatisfying(read -> assertThat(read.steps()).isEqualTo(steps));
  }

  @Test
  void stepInputs_bases_areAsTheSettingsSay() {
    String[] settings = {
      "experts", "last,linear,rnn",
      "linear.lags", "1-4",
      "retrain.mode", "refresh",
      "train.members", "3",
      "train.inputs", "difference",
      "train.base", "last,linear"
    };

    assertThat(configuration(settings).stepInputs().orElseThrow().bases())
        .containsExactly(StepInputs.Base.LAST, StepInputs.Base.LINEAR);
    assertThat(configuration("train.inputs", "difference").stepInputs().orElseThrow().needsLinear())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "last,joint|refresh|2|last,linear,rnn|last, linear or both are expected",
        "''|refresh|2|last,linear,rnn|last, linear or both are expected",
        "last,linear|refresh|1|last,linear,rnn|set train.members to as many",
        "linear|refresh|1|last,rnn|add it to experts",
        "linear|retrain|1|last,linear,rnn|set retrain.mode=refresh",
        "linear|off|1|last,linear,rnn|set retrain.mode=refresh"
      })
  void constructor_basesThatDoNotFit_areRefused(
      String bases, String mode, String members, String experts, String expected) {
    assertRefused(
        expected,
        "linear.lags",
        "1-4",
        "train.inputs",
        "difference",
        "train.base",
        bases,
        "retrain.mode",
        mode,
        "train.members",
        members,
        "experts",
        experts);
  }

  @Test
  void constructor_horizonWhoseForecastsNoRecordHolds_isRefused() {
    assertRefused("2000000 values", "forecast.horizon", "1000");
  }

  @ParameterizedTest
  @CsvSource({
    "'', name at least one",
    "65, at most 64",
    "1+lat/0, in bins wider than 0",
    "1+lat/0.000, in bins wider than 0",
    "'1,2,1', stands there twice",
    "'6,4,3,2,1', 'from the shortest to the longest'",
    "'1,3,2', 2 stands behind 3"
  })
  void constructor_contextsThatNobodyCanCount_areRefused(String contexts, String says) {
    assertRefused(says, "experts", "last,markov", "markov.contexts", contexts);
  }

  /** Where every context counts all that comes, one behind a longer one learns as well. */
  @ParameterizedTest
  @CsvSource({"'last,markov', '2,1'", "'last,markov', '3,1+lat/5'", "last, '6,1'"})
  void constructor_contextsInAnOrderThatDoesNoHarm_areTaken(String experts, String contexts) {
    assertThat(configuration("experts", experts, "markov.contexts", contexts).experts().contexts())
        .hasSize(2);
  }

  @Test
  void constructor_levelsOfSeries_areNoSetting() {
    assertRefused("series.levels", "experts", "last,series", "series.levels", "true");
  }

  @Test
  void constructor_decayOfTheMixIsZero_isRefused() {
    assertRefused("Invalid value 0.0 for configuration mix.decay", "mix.decay", "0");
  }
}
