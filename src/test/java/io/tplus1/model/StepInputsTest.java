package io.tplus1.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.StepInputs.Base;
import io.tplus1.model.StepInputs.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepInputsTest {
  private static StepInputs inputs(Column column, List<Integer> lags, List<String> traced) {
    return new StepInputs(
        List.of(Column.DIFFERENCE, column),
        lags,
        traced,
        6,
        6,
        0,
        .1f,
        1,
        true,
        8,
        List.of(Base.LAST));
  }

  @Test
  void differences_lagsAndExpertsThatNoColumnReads_doNotMatter() {
    StepInputs learnt = inputs(Column.LEVEL, List.of(24), List.of("linear"));

    assertThat(learnt.differences(inputs(Column.LEVEL, List.of(12), List.of()))).isEmpty();
    assertThat(learnt.differences(inputs(Column.VALUE, List.of(24), List.of("linear"))))
        .containsExactly(
            "train.inputs is [difference, level] in the artifact and [difference, value] in the task");
  }

  @Test
  void differences_othersThatAreRead_areNamed() {
    StepInputs lags = inputs(Column.LAG, List.of(24), List.of("linear"));
    StepInputs experts = inputs(Column.EXPERT, List.of(24), List.of("linear"));

    assertThat(lags.differences(inputs(Column.LEVEL, List.of(12), List.of("joint"))))
        .containsExactly(
            "train.inputs is [difference, lag] in the artifact and [difference, level] in the task");
    assertThat(lags.differences(inputs(Column.LAG, List.of(24), List.of()))).isEmpty();
    assertThat(lags.differences(inputs(Column.LAG, List.of(12), List.of("linear"))))
        .containsExactly("season.steps is [24] in the artifact and [12] in the task");
    assertThat(experts.differences(inputs(Column.EXPERT, List.of(12), List.of("linear"))))
        .isEmpty();
    assertThat(experts.differences(inputs(Column.EXPERT, List.of(24), List.of("joint"))))
        .containsExactly(
            "experts that are read is [linear] in the artifact and [joint] in the task");
  }
}
