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
  void goesOnAs_lagsAndExpertsThatNoColumnReads_doNotMatter() {
    StepInputs learnt = inputs(Column.LEVEL, List.of(24), List.of("linear"));

    assertThat(learnt.goesOnAs(inputs(Column.LEVEL, List.of(12), List.of()))).isTrue();
    assertThat(learnt.goesOnAs(inputs(Column.VALUE, List.of(24), List.of("linear")))).isFalse();
  }

  @Test
  void goesOnAs_othersThatAreRead_isFalse() {
    StepInputs lags = inputs(Column.LAG, List.of(24), List.of("linear"));
    StepInputs experts = inputs(Column.EXPERT, List.of(24), List.of("linear"));

    assertThat(lags.goesOnAs(inputs(Column.LAG, List.of(24), List.of()))).isTrue();
    assertThat(lags.goesOnAs(inputs(Column.LAG, List.of(12), List.of("linear")))).isFalse();
    assertThat(experts.goesOnAs(inputs(Column.EXPERT, List.of(12), List.of("linear")))).isTrue();
    assertThat(experts.goesOnAs(inputs(Column.EXPERT, List.of(24), List.of("joint")))).isFalse();
  }
}
