package io.tplus1.topology.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tplus1.model.ForecastStatus;
import org.junit.jupiter.api.Test;

class SeriesStateTest {
  private static final float[] NOTHING = {};

  private final SeriesState state = new SeriesState(1, null);

  private PendingForecast release() {
    PendingForecast forecast = state.pending().removeFirst();
    state.release(forecast);
    return forecast;
  }

  @Test
  void await_oneWaitsNoMore_nextIsNothingOfIt() {
    float[][] experts = {{1, 2}, {3, 4}};
    state.await(
        1,
        ForecastStatus.GAP_FILLED,
        "a",
        new float[] {5},
        new float[] {6, 7},
        experts,
        new float[] {8, 9},
        new float[] {10});
    state.pending().getFirst().answer();
    PendingForecast before = release();

    state.await(
        2,
        ForecastStatus.OK,
        "b",
        new float[] {15, 16},
        new float[] {17},
        new float[][] {null, {18}},
        NOTHING,
        NOTHING);

    PendingForecast forecast = state.pending().getFirst();
    assertThat(forecast).isSameAs(before);
    assertThat(forecast.answered()).isZero();
    assertThat(forecast.madeAtMs()).isEqualTo(2);
    assertThat(forecast.status()).isEqualTo(ForecastStatus.OK);
    assertThat(forecast.model()).isEqualTo("b");
    assertThat(forecast.last()).containsExactly(15, 16);
    assertThat(forecast.values()).containsExactly(17);
    assertThat(forecast.experts()).isDeepEqualTo(new float[][] {null, {18}});
    assertThat(forecast.halfWidths()).isEmpty();
    assertThat(forecast.inputs()).isEmpty();
    assertThat(experts).isDeepEqualTo(new float[][] {{1, 2}, {3, 4}});
  }

  @Test
  void await_whatWasGivenChanges_forecastDoesNot() {
    float[] values = {1};
    state.await(1, ForecastStatus.OK, "a", new float[1], values, new float[0][], NOTHING, NOTHING);
    release();
    state.await(2, ForecastStatus.OK, "a", new float[1], values, new float[0][], NOTHING, NOTHING);

    values[0] = 2;

    assertThat(state.pending().getFirst().values()).containsExactly(1);
  }

  @Test
  void await_othersStillWait_isOneOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      float[] one = {i};
      state.await(i, ForecastStatus.OK, "a", one, one, new float[0][], NOTHING, NOTHING);
    }
    release();
    state.await(
        3, ForecastStatus.OK, "a", new float[1], new float[1], new float[0][], NOTHING, NOTHING);

    assertThat(state.pending()).extracting(PendingForecast::madeAtMs).containsExactly(1L, 2L, 3L);
    assertThat(state.pending().getFirst().values()).containsExactly(1);
  }
}
