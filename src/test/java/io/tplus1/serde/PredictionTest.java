package io.tplus1.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tplus1.feature.Feature;
import io.tplus1.feature.FeatureSchema;
import io.tplus1.model.ForecastStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredictionTest {
  private static final FeatureSchema SCHEMA =
      new FeatureSchema(
          List.of(
              Feature.number("wind"),
              Feature.category("status", List.of("storm", "hurricane")),
              Feature.number("unseen")),
          List.of(0, 1, 2),
          List.of(1, 0));

  private static Prediction prediction(float last, float weight, float given) {
    return new Prediction(
        "k",
        1_000,
        ForecastStatus.OK,
        "abc",
        new long[] {2_000, 3_000},
        new float[] {.25f, .5f, .25f, 61.5f, .1f, .2f, .7f, last},
        new float[] {Float.NaN, 60, Float.NaN, 50},
        new float[] {Float.NaN, 63, Float.NaN, 70},
        Optional.of(
            new Receipt(
                "plain-1",
                new Receipt.Window(0, 2, "h", 0, 1, 2),
                List.of("last", "rnn"),
                new float[][][] {{{.5f, weight}}},
                Map.of(),
                Map.of("seasonal", new float[] {given}),
                new byte[] {1})));
  }

  @Test
  void value_ofANumber_isThatOfTheHorizon() {
    Prediction prediction = prediction(-3, .5f, 24);

    assertThat(prediction.value(SCHEMA, 1, "wind")).isEqualTo(61.5f);
    assertThat(prediction.value(SCHEMA, 2, "wind")).isEqualTo(-3f);
  }

  @Test
  void probability_ofAWord_isThatOfTheHorizon() {
    Prediction prediction = prediction(-3, .5f, 24);

    assertThat(prediction.probability(SCHEMA, 1, "status", "storm")).isEqualTo(.5f);
    assertThat(prediction.probability(SCHEMA, 2, "status", "hurricane")).isEqualTo(.7f);
    assertThat(prediction.probability(SCHEMA, 2, "status", Feature.UNKNOWN_NAME)).isEqualTo(.1f);
  }

  @Test
  void interval_behindACategory_isThatOfTheNumber() {
    Prediction prediction = prediction(-3, .5f, 24);

    assertThat(prediction.hasInterval(SCHEMA, 1, "wind")).isTrue();
    assertThat(prediction.lower(SCHEMA, 1, "wind")).isEqualTo(60f);
    assertThat(prediction.upper(SCHEMA, 2, "wind")).isEqualTo(70f);
  }

  @Test
  void interval_thatIsNotThere_isRefused() {
    Prediction prediction = prediction(-3, .5f, 24);
    Prediction first = withEnds(new float[0], new float[0]);

    assertThat(prediction.hasInterval(SCHEMA, 1, "status")).isFalse();
    assertThat(first.hasInterval(SCHEMA, 1, "wind")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.lower(SCHEMA, 1, "status"))
        .withMessageContaining("'status' has no interval at horizon 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.upper(SCHEMA, 2, "wind"))
        .withMessageContaining("'wind' has no interval at horizon 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.lower(SCHEMA, 3, "wind"))
        .withMessage("a horizon of 1 to 2 was expected, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.hasInterval(SCHEMA, 1, "unseen"))
        .withMessage("a target was expected, one of [status, wind], found 'unseen'");
  }

  /** Beyond a float's range; read of JSON, the array of that end alone is empty. */
  @Test
  void interval_ofOneEnd_hasNaNForTheOther() {
    float nan = Float.NaN;
    for (float[] none : new float[][] {{nan, nan, nan, nan}, {}}) {
      Prediction prediction = withEnds(new float[] {nan, 60, nan, nan}, none);

      assertThat(prediction.hasInterval(SCHEMA, 1, "wind")).isTrue();
      assertThat(prediction.lower(SCHEMA, 1, "wind")).isEqualTo(60f);
      assertThat(prediction.upper(SCHEMA, 1, "wind")).isNaN();
    }
  }

  private static Prediction withEnds(float[] lower, float[] upper) {
    Prediction prediction = prediction(-3, .5f, 24);
    return new Prediction(
        prediction.key(),
        prediction.timeMs(),
        prediction.status(),
        prediction.model(),
        prediction.targetTimesMs(),
        prediction.values(),
        lower,
        upper,
        prediction.receipt());
  }

  @Test
  void value_ofWhatIsNotForecast_saysWhatIs() {
    Prediction prediction = prediction(-3, .5f, 24);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.value(SCHEMA, 1, "unseen"))
        .withMessage("a target was expected, one of [status, wind], found 'unseen'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.value(SCHEMA, 3, "wind"))
        .withMessage("a horizon of 1 to 2 was expected, found 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.value(SCHEMA, 0, "wind"))
        .withMessageContaining("found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.value(SCHEMA, 1, "status"))
        .withMessageContaining("[<unknown>, storm, hurricane]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.probability(SCHEMA, 1, "status", "calm"))
        .withMessageContaining("[<unknown>, storm, hurricane], found 'calm'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.probability(SCHEMA, 1, "wind", "calm"))
        .withMessageContaining("'wind' is a number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> prediction.value(FeatureSchema.ofNumbers("wind"), 1, "wind"))
        .withMessageContaining("another schema");
  }

  @Test
  void equals_arraysOfTheSameContent_isByContent() {
    Prediction one = prediction(-3, .5f, 24);

    assertThat(one).isEqualTo(prediction(-3, .5f, 24)).hasSameHashCodeAs(prediction(-3, .5f, 24));
    assertThat(one).isNotEqualTo(prediction(-4, .5f, 24));
    assertThat(one).isNotEqualTo(prediction(-3, .4f, 24));
    assertThat(one).isNotEqualTo(prediction(-3, .5f, 12));
  }

  @Test
  void toString_arrays_areWrittenOut() {
    assertThat(prediction(-3, .5f, 24))
        .asString()
        .contains("values=[0.25, 0.5, 0.25, 61.5, 0.1, 0.2, 0.7, -3.0]", "seasonal=[24.0]");
  }
}
