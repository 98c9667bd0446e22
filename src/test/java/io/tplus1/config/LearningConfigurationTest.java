package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.assertRefused;
import static io.tplus1.config.ConfigurationTest.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.Strategy;
import io.tplus1.model.TrainingSettings;
import io.tplus1.score.MixSettings;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  @Test
  void experts_mix_isAsTheSettingsSay() {
    assertThat(configuration().experts().mix())
        .isEqualTo(new MixSettings(MixSettings.Loss.SQUARED, 6, .999, 20));
    assertThat(
            configuration(
                    "mix.error", "absolute",
                    "mix.exponent", "4",
                    "mix.decay", "0.98",
                    "mix.pool.rows", "7")
                .experts()
                .mix())
        .isEqualTo(new MixSettings(MixSettings.Loss.ABSOLUTE, 4, .98, 7));
  }

  @Test
  void constructor_moreSeasonsThanExpertsHaveCodes_isRefused() {
    String seasons =
        IntStream.rangeClosed(2, 18).mapToObj(Integer::toString).collect(Collectors.joining(","));
    assertRefused("at most 16 seasons", "season.steps", seasons);
  }

  /** Two experts of one name and one forecast would be counted twice, and told of as one. */
  @Test
  void constructor_seasonNamedTwice_isRefused() {
    assertRefused("168 stands there twice", "season.steps", "24,168,168");
    assertThat(configuration("season.steps", "168,24").experts().seasons())
        .containsExactly(168, 24);
  }

  /** In place of "no limit" it would mean that nothing is ever learnt. */
  @ParameterizedTest
  @CsvSource({
    "0, retrain.mode, refresh",
    "0.0, experts, 'last,linear'",
    "-0, retrain.mode, retrain"
  })
  void constructor_noSamplesToLearnFrom_isRefused(String rate, String setting, String value) {
    assertRefused("samples.rate=all", "samples.rate", rate, setting, value);
    assertRefused("retrain.mode=off", "samples.rate", rate, setting, value);
  }

  @Test
  void constructor_noSamplesWhereNothingLearns_isTaken() {
    assertThat(configuration("samples.rate", "0").samples().perSecond()).hasValue(0);
    assertThat(configuration("samples.rate", "0.001", "retrain.mode", "refresh").learns()).isTrue();
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

  @ParameterizedTest
  @EnumSource
  void constructor_eachExpertOnDefaults_starts(Expert expert) {
    Configuration configuration =
        expert == Expert.SEASONAL
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
    assertThat(Expert.names(configuration.idleExperts()))
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
    assertRefused("raise window.steps to 30", "experts", "last,seasonal", "season.steps", "24,30");
    assertRefused("raise window.steps to 30", "train.inputs", "lag", "season.steps", "30");
  }

  @Test
  void constructor_lagsInTimeWithoutTheTimeOfAStep_isRefused() {
    for (String expert : List.of("linear", "joint", "series")) {
      assertRefused(
          "needs step.interval", "experts", "last," + expert, expert + ".lags.by", "time");
    }
  }

  /** Else whoever names fewer experts, to try them, has to take out settings of others too. */
  @ParameterizedTest
  @CsvSource({
    "linear.lags.by, time",
    "joint.lags.by, time",
    "series.lags.by, time",
    "linear.lags, 1-99",
    "season.steps, 30"
  })
  void constructor_settingOfAnExpertThatDoesNotForecast_isNotHeldAgainstOthers(
      String setting, String value) {
    assertThat(configuration("experts", "last,rnn", setting, value).experts().experts())
        .containsExactly(Expert.LAST, Expert.RNN);
  }

  @ParameterizedTest
  @EnumSource(
      value = Expert.class,
      names = {"LINEAR", "JOINT"})
  void constructor_levelsUnderALocalScale_isRefusedAndBothAreNamed(Expert expert) {
    String[] settings = {
      "experts", "last," + expert, expert + ".levels", "true", expert + ".scale.steps", "3"
    };
    assertRefused(
        "Invalid value true for configuration %s.levels: last values have no place beside %s.scale.steps=3"
            .formatted(expert, expert),
        settings);
    settings[5] = "0";
    ExpertSettings experts = configuration(settings).experts();
    assertThat((expert == Expert.LINEAR ? experts.linear() : experts.joint()).levels()).isTrue();
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
    assertThat(configuration("retrain.mode", "refresh").retrain().schedule().everySamples())
        .isEqualTo(500);
    assertThat(configuration("retrain.every", "1h").retrain().schedule().everySamples()).isZero();
    assertThat(configuration("retrain.event.every", "1h").retrain().schedule().everySamples())
        .isZero();
    assertThat(configuration("retrain.every.samples", "0").retrain().schedule().everySamples())
        .isZero();
    assertThat(
            configuration("retrain.every", "1h", "retrain.every.samples", "24")
                .retrain()
                .schedule()
                .everySamples())
        .isEqualTo(24);
    assertRefused("0 for not by samples, or auto", "retrain.every.samples", "-1");
    assertRefused("0 for not by samples, or auto", "retrain.every.samples", "often");
  }

  @Test
  void constructor_layerWithoutUnits_isRefused() {
    assertRefused(
        "(train.*) do not fit: hidden must name at least one layer of 1 to 4194304 units, found [0]",
        "train.hidden",
        "0");
  }

  @Test
  void constructor_decoderWithRecursion_isRefused() {
    assertRefused(
        "for configuration train.decoder: an encoder-decoder covers the horizons itself: set train.strategy=direct, or train.decoder=false",
        "train.decoder",
        "true",
        "train.strategy",
        "recursive");
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

  /** Else forecasts would be made, and no training sample ever. */
  @ParameterizedTest
  @CsvSource({
    "168, 24, 7d, 9d, retrain.mode, refresh, off",
    "24, 1, 23h, 2d, retrain.mode, refresh, off",
    "24, 24, 23h, 71h, experts, 'last,joint', 'last,rnn'",
    "24, 1, 23h, 2d, experts, 'last,linear', 'last,series'"
  })
  void constructor_samplesThatAreNotHeldLongEnough_isRefusedWithWhatIs(
      String steps,
      String horizon,
      String maxAge,
      String needed,
      String setting,
      String learning,
      String notLearning) {
    String[] settings = {
      setting,
      learning,
      "step.interval",
      "1h",
      "window.steps",
      steps,
      "forecast.horizon",
      horizon,
      "window.max.age",
      maxAge,
      "window.retention",
      ""
    };
    assertRefused(
        "or set it to " + needed + ", with which a running application restores", settings);

    settings[settings.length - 1] = needed;
    assertThat(configuration(settings).learns()).isTrue();
    settings[settings.length - 1] = "";
    settings[1] = notLearning; // It forecasts all the same.
    assertThat(configuration(settings).learns()).isFalse();
  }

  @Test
  void constructor_nothingLearnsFromSamples_needsNoRoomForThem() {
    assertThat(configuration("step.interval", "1h", "window.max.age", "23h").learns()).isFalse();
  }
}
