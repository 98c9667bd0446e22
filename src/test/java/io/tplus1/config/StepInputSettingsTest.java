package io.tplus1.config;

import static io.tplus1.config.ConfigurationTest.assertRefused;
import static io.tplus1.config.ConfigurationTest.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.LogCapture;
import io.tplus1.model.StepInputs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the network reads of a step, and how many steps. */
class StepInputSettingsTest {
  /** A larger one is no number in an artifact, which would be of no use to anybody. */
  @Test
  void stepInputs_clipBeyondFloats_isRefused() {
    assertRefused("train.inputs.clip", "train.inputs", "difference", "train.inputs.clip", "1e39");
    assertThat(
            configuration("train.inputs", "difference", "train.inputs.clip", "1e12").stepInputs())
        .hasValueSatisfying(inputs -> assertThat(inputs.clip()).isEqualTo(1e12f));
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
        "difference,lag|24|0|reads one step: window.steps=24 less a lag of 24",
        "difference,lag|25|0|reads one step: window.steps=25 less a lag of 24",
        "difference,lag|26|0|",
        "difference,lag|25|1|",
        "difference,lag|24|1|set it to 25",
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
    try (LogCapture log = LogCapture.of(LearningConfiguration.class)) {
      Configuration configuration = configuration(settings);
      configuration.task(configuration.schema(Map.of("s", List.of("w"))));
      return log.messages();
    }
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
}
